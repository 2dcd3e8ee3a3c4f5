import Testing

@testable import DataPlane

@Suite("What upstream is told about the client")
struct ForwardingPolicyTests {
    private let policy: ForwardingPolicy

    init() throws {
        policy = ForwardingPolicy(trustedProxies: [try #require(IPNetwork("10.0.0.0/8"))])
    }

    private func client(_ peer: String, isTLS: Bool = false, port: UInt16 = 8080) throws -> ClientConnection {
        ClientConnection(
            peer: try #require(IPAddress(peer)), local: try #require(IPAddress("192.0.2.1")), localPort: port,
            isTLS: isTLS, policy: policy)
    }

    private func fields(
        _ head: String, from client: ClientConnection, policy: ForwardingPolicy? = nil
    ) throws -> String? {
        let request = try ParsedRequest(head)
        return written { writer in
            writer.writeProxiedRequest(
                request.head, of: request.bytes.span, policy: policy ?? self.policy, client: client,
                requestID: RequestID(high: 0xAB, low: 0xCD))
        }
    }

    private let spoofed = """
        GET /a HTTP/1.1\r\nHost: shop:8080\r\nX-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n\
        X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 99\r\nX-Request-Id: mine\r\n\
        X-Real-IP: 3.3.3.3\r\nForwarded: for=4.4.4.4\r\nX-Forwarded-Prefix: /p\r\nX_Forwarded_For: 5.5.5.5\r\n\
        traceparent: 00-x\r\ntracestate: y\r\nVia: 1.0 z\r\n\r\n
        """

    @Test("replaces all that an untrusted client says of itself and passes trace context on")
    func untrusted() throws {
        let text = try fields(spoofed, from: client("203.0.113.7"))
        #expect(
            text == """
                GET /a HTTP/1.1\r\nHost: shop:8080\r\ntraceparent: 00-x\r\ntracestate: y\r\nVia: 1.0 z\r\n\
                X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop:8080\r\n\
                X-Forwarded-Port: 8080\r\nX-Request-Id: 00000000000000ab00000000000000cd\r\n\
                X-Real-IP: 203.0.113.7\r\nForwarded: for=203.0.113.7;host="shop:8080";proto=http\r\n\
                Via: 1.1 headgate\r\n\r\n
                """)
    }

    @Test("appends to what a trusted proxy says")
    func trusted() throws {
        let text = try fields(spoofed, from: client("10.1.2.3"))
        #expect(
            text == """
                GET /a HTTP/1.1\r\nHost: shop:8080\r\nX-Forwarded-Prefix: /p\r\ntraceparent: 00-x\r\ntracestate: y\r\n\
                Via: 1.0 z\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n\
                X-Forwarded-Host: evil\r\nX-Forwarded-Port: 99\r\nX-Request-Id: mine\r\n\
                X-Real-IP: 2.2.2.2\r\nForwarded: for=4.4.4.4, for=10.1.2.3;host="shop:8080";proto=http\r\n\
                Via: 1.1 headgate\r\n\r\n
                """)
    }

    @Test("writes addresses of IPv6 as each field wants them, and leaves out what is turned off")
    func addressesOfIPv6() throws {
        let head = "GET / HTTP/1.0\r\nHost: [2001:db8::2]\r\n\r\n"
        let text = try fields(head, from: client("2001:db8::1", isTLS: true, port: 443))
        #expect(
            text == """
                GET / HTTP/1.1\r\nHost: [2001:db8::2]\r\nX-Forwarded-For: 2001:db8::1\r\nX-Forwarded-Proto: https\r\n\
                X-Forwarded-Host: [2001:db8::2]\r\nX-Forwarded-Port: 443\r\n\
                X-Request-Id: 00000000000000ab00000000000000cd\r\nX-Real-IP: 2001:db8::1\r\n\
                Forwarded: for="[2001:db8::1]";host="[2001:db8::2]";proto=https\r\nVia: 1.0 headgate\r\n\r\n
                """)
        let lean = ForwardingPolicy(writesForwarded: false, writesRealIP: false, writesVia: false)
        let short = try fields("GET / HTTP/1.0\r\n\r\n", from: client("::1"), policy: lean)
        #expect(
            short == """
                GET / HTTP/1.1\r\nHost: 192.0.2.1:8080\r\nX-Forwarded-For: ::1\r\nX-Forwarded-Proto: http\r\n\
                X-Forwarded-Host: 192.0.2.1:8080\r\nX-Forwarded-Port: 8080\r\n\
                X-Request-Id: 00000000000000ab00000000000000cd\r\n\r\n
                """)
    }

    @Test(
        "takes well-formed values of a trusted proxy alone",
        arguments: [
            ("X-Forwarded-Proto: https", "https", "a", "443"), ("X-Forwarded-Proto: HTTPS, http", "http", "a", "8080"),
            ("X-Forwarded-Proto: gopher", "http", "a", "8080"), ("X-Forwarded-Proto: http", "http", "a", "8080"),
            ("X-Forwarded-Proto: http\r\nX-Forwarded-Proto: wss", "https", "a", "443"),
            ("X-Forwarded-Host: c, b:1", "http", "b:1", "8080"), ("X-Forwarded-Host: b c", "http", "a", "8080"),
            ("X-Forwarded-Port: 70000", "http", "a", "8080"), ("X-Forwarded-Port: 81", "http", "a", "81"),
        ])
    func wellFormed(_ line: String, _ proto: String, _ host: String, _ port: String) throws {
        let text = try #require(
            try fields("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", from: client("10.0.0.1")))
        #expect(text.contains("\r\nX-Forwarded-Proto: \(proto)\r\n"))
        #expect(text.contains("\r\nX-Forwarded-Host: \(host)\r\n"))
        #expect(text.contains("\r\nX-Forwarded-Port: \(port)\r\n"))
    }

    @Test("passes on no request identifier that is empty, long or not visible")
    func requestIDs() throws {
        for value in ["", "a b", "\u{E4}", String(repeating: "a", count: 129)] {
            let text = try #require(
                try fields("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(value)\r\n\r\n", from: client("10.0.0.1")))
            #expect(text.contains("\r\nX-Request-Id: 00000000000000ab00000000000000cd\r\n"))
        }
    }

    @Test(
        "finds the client behind trusted proxies",
        arguments: [
            ("203.0.113.7", "1.1.1.1", "203.0.113.7"), ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"), ("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"), ("10.0.0.1", "1.1.1.1, ,10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("10.0.0.1", "1.1.1.1:4711", "1.1.1.1"), ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"), ("10.0.0.1", "6.6.6.6, 1.1.1.1:1, 10.0.0.2:2", "1.1.1.1"),
            ("10.0.0.1", "1.1.1.1:", "10.0.0.1"), ("10.0.0.1", "1.1.1.1:x", "10.0.0.1"),
            ("10.0.0.1", "1.1.1.1:65536", "10.0.0.1"), ("10.0.0.1", "[1.1.1.1]:80", "10.0.0.1"),
            ("10.0.0.1", "[2001:db8::1", "10.0.0.1"), ("10.0.0.1", "[2001:db8::1]80", "10.0.0.1"),
            ("10.0.0.1", ":80", "10.0.0.1"), ("10.0.0.1", "[]:80", "10.0.0.1"),
        ])
    func clientAddress(_ peer: String, _ list: String, _ expected: String) throws {
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \(list)\r\n\r\n")
        let received = policy.received(request.head, of: request.bytes.span, from: try client(peer))
        #expect(received.client.description == expected)
    }

    /// What is believed of the fields behind a request line and a Host: `client [https|http] [host] [port]`.
    private func believed(_ lines: [String], peer: String = "10.0.0.1") throws -> String {
        let fields = lines.map { $0 + "\r\n" }.joined()
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let received = policy.received(request.head, of: request.bytes.span, from: try client(peer))
        var words = [received.client.description]
        if let isTLS = received.isTLS { words.append(isTLS ? "https" : "http") }
        if let host = received.host { words.append(String(decoding: request.bytes[host.indices], as: UTF8.self)) }
        if let port = received.port { words.append("\(port)") }
        return words.joined(separator: " ")
    }

    @Test(
        "believes Forwarded of trusted proxies alone",
        arguments: [
            (["for=1.1.1.1"], "1.1.1.1"), (["For=1.1.1.1;Proto=HTTPS;Host=b"], "1.1.1.1 https b"),
            ([#"for="1.1.1.1:80";host="b:81";by=_x"#], "1.1.1.1 b:81 81"),
            ([#"for="[2001:db8::1]:4711""#], "2001:db8::1"), ([#"for="[2001:db8::1]""#], "2001:db8::1"),
            ([#"for="1.1.1.1:_port""#], "1.1.1.1"), (["for=1.1.1.1 ; proto=http"], "1.1.1.1 http"),
            // Each trusted proxy vouches for the element that it appended.
            (["for=6.6.6.6;proto=https;host=evil, for=1.1.1.1;proto=http;host=b"], "1.1.1.1 http b"),
            (["for=6.6.6.6;proto=https, for=1.1.1.1"], "1.1.1.1"),
            (["for=1.1.1.1;proto=https;host=b, for=10.0.0.2;proto=http;host=c"], "1.1.1.1 https b"),
            (["for=1.1.1.1", "for=10.0.0.3", "for=10.0.0.2"], "1.1.1.1"), (["for=10.0.0.3, for=10.0.0.2"], "10.0.0.3"),
            // What can't be followed ends the way to the client.
            (["for=1.1.1.1, for=unknown;proto=https"], "10.0.0.1 https"), (["for=1.1.1.1, for=_hidden"], "10.0.0.1"),
            (["for=1.1.1.1, for=10.0.0.2, for=secret"], "10.0.0.1"), (["for=1.1.1.1, proto=https"], "10.0.0.1 https"),
            ([""], "10.0.0.1"), (["for"], "10.0.0.1"), (["for="], "10.0.0.1"), (["=1.1.1.1"], "10.0.0.1"),
            (["for=1.1.1.1;for=2.2.2.2"], "10.0.0.1"), (["proto=http;proto=https"], "10.0.0.1"),
            (["for=1.1.1.1;proto=gopher;host=b c"], "1.1.1.1"), ([#"for="1.1.1.1"#], "10.0.0.1"),
            ([#"for=1.1.1.1""#], "10.0.0.1"), ([#"for="1.1.1.1\"""#], "10.0.0.1"),
            // A client can't make its text swallow what a proxy appends.
            ([#"for="6.6.6.6, for=1.1.1.1"#], "1.1.1.1"),
            ([#"for=6.6.6.6;host="x\, for=1.1.1.1;host="b""#], "1.1.1.1 b"),
            ([#"for=6.6.6.6;x=", for=1.1.1.1;x=",";proto=http"#], "1.1.1.1 http"),
            ([#"for=1.1.1.1;x="a\",for=6.6.6.6""#], "1.1.1.1"),
        ])
    func forwarded(_ lines: [String], _ expected: String) throws {
        #expect(try believed(lines.map { "Forwarded: \($0)" }) == expected)
        #expect(try believed(lines.map { "Forwarded: \($0)" }, peer: "203.0.113.7") == "203.0.113.7")
    }

    @Test(
        "takes X-Forwarded-For before Forwarded, and the other fields as far from the end as the client's address",
        arguments: [
            (["X-Forwarded-For: 1.1.1.1", "Forwarded: for=6.6.6.6;proto=https;host=evil"], "1.1.1.1"),
            (["Forwarded: for=1.1.1.1;proto=http;host=b", "X-Forwarded-Proto: https"], "1.1.1.1 https b"),
            (["X-Forwarded-For: 6.6.6.6, 1.1.1.1", "X-Forwarded-Proto: https, http"], "1.1.1.1 http"),
            (
                ["X-Forwarded-For: 6.6.6.6, 1.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Proto: http"],
                "1.1.1.1 http"
            ),
            (
                ["X-Forwarded-For: 6.6.6.6, 1.1.1.1", "X-Forwarded-Host: evil, b", "X-Forwarded-Port: 1, 2"],
                "1.1.1.1 b 2"
            ),
            (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Proto: https, http"], "1.1.1.1 https"),
            (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Proto: https"], "1.1.1.1 https"),
            (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Proto: evil, https, http"], "1.1.1.1 https"),
            (["X-Forwarded-For: 10.0.0.3, 10.0.0.2", "X-Forwarded-Proto: wss, https, http"], "10.0.0.3 https"),
        ])
    func precedence(_ lines: [String], _ expected: String) throws {
        #expect(try believed(lines) == expected)
    }

    @Test("tells upstream of the client that Forwarded names, in every field")
    func forwardedPassedOn() throws {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=\"1.1.1.1:80\";proto=https;host=b, for=10.0.0.2\r\n\r\n"
        #expect(
            try fields(head, from: client("10.0.0.1")) == """
                GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n\
                X-Forwarded-Host: b\r\nX-Forwarded-Port: 443\r\n\
                X-Request-Id: 00000000000000ab00000000000000cd\r\nX-Real-IP: 1.1.1.1\r\n\
                Forwarded: for="1.1.1.1:80";proto=https;host=b, for=10.0.0.2, for=10.0.0.1;host="a";proto=http\r\n\
                Via: 1.1 headgate\r\n\r\n
                """)
    }

    @Test("makes request identifiers that differ")
    func generator() {
        var generator = RequestIDGenerator()
        var seen: Set<UInt64> = []
        for _ in 0..<1000 {
            let id = generator.next()
            #expect(seen.insert(id.high).inserted)
            #expect(seen.insert(id.low).inserted)
        }
    }
}
