import Testing

@testable import DataPlane

/// What `body` writes into memory of `capacity` bytes; nil where it did not fit.
func written(capacity: Int = 65_536, _ body: (inout HeadWriter) -> Void) -> String? {
    withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { memory in
        var writer = HeadWriter(memory)
        body(&writer)
        guard !writer.hasOverflowed else { return nil }
        return String(decoding: UnsafeRawBufferPointer(rebasing: memory[..<writer.count]), as: UTF8.self)
    }
}

/// A request head that must be whole and right, with the bytes that it was read from.
struct ParsedRequest: ~Copyable {
    let bytes: [UInt8]
    let head: RequestHead

    init(_ text: String) throws {
        try self.init(octets: text.octets)
    }

    init(octets bytes: [UInt8]) throws {
        var head = RequestHead()
        let progress = try head.parse(bytes.span, limits: HeadLimits())
        try #require(progress == .complete(byteCount: bytes.count))
        self.bytes = bytes
        self.head = head
    }
}

struct ParsedResponse: ~Copyable {
    let bytes: [UInt8]
    let head: ResponseHead

    init(_ text: String, to method: RequestMethod = .get) throws {
        let bytes = text.octets
        var head = ResponseHead()
        let progress = try head.parse(bytes.span, to: method, limits: HeadLimits())
        try #require(progress == .complete(byteCount: bytes.count))
        self.bytes = bytes
        self.head = head
    }
}

@Suite("Writing a request to upstream")
struct RequestWriterTests {
    @Test(
        "writes the target as it came, in origin form, with raw octets encoded",
        arguments: [
            ("GET /a/../%2e?b=%zz&c HTTP/1.1", "GET /a/../%2e?b=%zz&c HTTP/1.1\r\n"),
            ("GET http://a/b?c HTTP/1.1", "GET /b?c HTTP/1.1\r\n"),
            ("GET http://a HTTP/1.1", "GET / HTTP/1.1\r\n"),
            ("GET http://a?b HTTP/1.1", "GET /?b HTTP/1.1\r\n"),
            ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1\r\n"),
            ("OPTIONS http://a HTTP/1.1", "OPTIONS * HTTP/1.1\r\n"),
            ("GET /\u{C3}\u{A4}\\?\u{FF}\\ HTTP/1.1", "GET /%C3%A4%5C?%FF\\ HTTP/1.1\r\n"),
            ("GET /{a}|b HTTP/1.0", "GET /{a}|b HTTP/1.1\r\n"),
        ])
    func target(_ line: String, _ expected: String) throws {
        let request = try ParsedRequest("\(line)\r\nHost: a\r\n\r\n")
        #expect(written { $0.writeRequestLine(request.head, of: request.bytes.span) } == expected)
    }

    @Test(
        "writes a path made anew so that it cannot break out of the line, and the query as it came",
        arguments: [
            ("/new/a", "GET /new/a?q HTTP/1.1\r\n"), ("", "GET /?q HTTP/1.1\r\n"), ("a", "GET /a?q HTTP/1.1\r\n"),
            ("/a b\r\nX: y", "GET /a%20b%0D%0AX:%20y?q HTTP/1.1\r\n"), ("/%41%4", "GET /%41%254?q HTTP/1.1\r\n"),
            ("/ä?#", "GET /%C3%A4%3F%23?q HTTP/1.1\r\n"),
        ])
    func rewrittenPath(_ path: String, _ expected: String) throws {
        let request = try ParsedRequest("GET /old?q HTTP/1.1\r\nHost: a\r\n\r\n")
        let path = Array(path.utf8)
        #expect(written { $0.writeRequestLine(request.head, of: request.bytes.span, path: path.span) } == expected)
    }

    @Test("writes end-to-end fields in order and spelling, and states the length anew")
    func fields() throws {
        let request = try ParsedRequest(
            """
            POST / HTTP/1.1\r\nhOST: a\r\nX-One:  1 \r\nConnection: x-two, close\r\nx-TWO: 2\r\nUser-agent: c\r\n\
            Content-Length: 007\r\nX-One: 3\r\n\r\n
            """)
        let text = written { writer in
            writer.writeEndToEndFields(
                request.head.fields, of: request.bytes.span, excluding: HeadWriter.rewrittenRequestFields)
            writer.endRequest(request.head, expectsContinue: false)
        }
        #expect(text == "X-One: 1\r\nUser-agent: c\r\nX-One: 3\r\nContent-Length: 7\r\n\r\n")
    }

    @Test(
        "passes on neither what ends at this hop nor what would change a backend's own settings",
        arguments: [
            "Proxy: http://evil", "pROXY: http://evil", "HTTP2-Settings: AAMAAABk", "HTTP2_Settings: AAMAAABk",
            "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
            "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic eDp5", "TE: gzip",
        ])
    func withheldFields(_ lines: String) throws {
        let request = try ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\(lines)\r\n\r\n")
        let client = try ClientConnection(
            peer: #require(IPAddress("192.0.2.1")), local: #require(IPAddress("192.0.2.2")), localPort: 80,
            isTLS: false,
            policy: ForwardingPolicy())
        let text = written { writer in
            writer.writeClientFields(request.head, of: request.bytes.span, from: client)
            writer.endRequest(request.head, expectsContinue: false)
        }
        #expect(text == "X: 1\r\n\r\n")
    }

    @Test(
        "counts Max-Forwards down where it means something",
        arguments: [
            ("OPTIONS", "5", "4"), ("OPTIONS", "1", "0"), ("OPTIONS", "010", "9"),
            ("OPTIONS", "99999999999999999999999", "999999999"), ("GET", "5", "5"), ("GET", "x", "x"),
        ])
    func maxForwards(_ method: String, _ value: String, _ expected: String) throws {
        let request = try ParsedRequest("\(method) / HTTP/1.1\r\nHost: a\r\nMax-Forwards: \(value)\r\n\r\n")
        let client = try ClientConnection(
            peer: #require(IPAddress("192.0.2.1")), local: #require(IPAddress("192.0.2.2")), localPort: 80,
            isTLS: false,
            policy: ForwardingPolicy())
        let text = written { $0.writeClientFields(request.head, of: request.bytes.span, from: client) }
        #expect(text == "Max-Forwards: \(expected)\r\n")
    }

    @Test(
        "writes how the body ends and what the connection is for",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n"),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0\r\n\r\n"),
            ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length: 0\r\n\r\n"),
            ("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n"),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:  chunked \r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n",
                "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers, deflate\r\nConnection: TE\r\n\r\n",
                "TE: trailers\r\nConnection: TE\r\n\r\n"
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            ),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "\r\n"),
        ])
    func end(_ text: String, _ expected: String) throws {
        let request = try ParsedRequest(text)
        #expect(
            written { $0.endRequest(request.head, expectsContinue: request.head.expectsContinue) } == expected)
    }
}

@Suite("Writing a response to the client")
struct ResponseWriterTests {
    private let date = DateField(unixSeconds: 784_111_777)

    private func response(
        _ text: String, to method: RequestMethod = .get, version: HTTPVersion = .http11, isPersistent: Bool = true
    ) throws -> String? {
        let response = try ParsedResponse(text, to: method)
        return written { writer in
            let bytes = response.bytes.span
            writer.writeStatusLine(response.head, of: bytes)
            writer.writeResponseFields(response.head, of: bytes, date: date)
            let framing = response.head.downstreamFraming(for: version)
            writer.endResponse(response.head, framing: framing, isPersistent: isPersistent, version: version)
        }
    }

    @Test("passes fields on, drops those of the hop, and adds a Date where there is none")
    func fields() throws {
        let text = try response(
            """
            HTTP/1.1 200 Fine\r\nServer: x\r\nset-cookie: a\r\nSet-Cookie: b\r\nConnection: keep-alive, X-Gone\r\n\
            Keep-Alive: timeout=5\r\nX-Gone: 1\r\nContent-Length: 05\r\n\r\n
            """)
        #expect(
            text == """
                HTTP/1.1 200 Fine\r\nServer: x\r\nset-cookie: a\r\nSet-Cookie: b\r\n\
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 5\r\n\r\n
                """)
    }

    @Test("keeps the Date of upstream")
    func ownDate() throws {
        let text = try response("HTTP/1.1 200 OK\r\nDate: then\r\nContent-Length: 1\r\n\r\n")
        #expect(text == "HTTP/1.1 200 OK\r\nDate: then\r\nContent-Length: 1\r\n\r\n")
    }

    @Test("translates how the body ends between versions of HTTP")
    func framing() throws {
        let head = "HTTP/1.1 200 OK\r\nDate: d\r\n"
        #expect(try response(head + "\r\n") == head + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(
            try response(head + "\r\n", version: .http10, isPersistent: false) == head + "Connection: close\r\n\r\n")
        #expect(
            try response(head + "Transfer-Encoding: chunked\r\n\r\n", version: .http10, isPersistent: false)
                == head + "Connection: close\r\n\r\n")
        #expect(
            try response(head + "Content-Length: 1\r\n\r\n", version: .http10)
                == head + "Content-Length: 1\r\nConnection: keep-alive\r\n\r\n")
        #expect(
            try response(head + "Content-Length: 1\r\n\r\n", isPersistent: false)
                == head + "Content-Length: 1\r\nConnection: close\r\n\r\n")
    }

    @Test("states the length to HEAD and in 304, not in 204, and writes interim responses bare")
    func withoutBody() throws {
        let rest = "Date: d\r\nContent-Length: 5\r\n\r\n"
        #expect(try response("HTTP/1.1 200 OK\r\n" + rest, to: .head) == "HTTP/1.1 200 OK\r\n" + rest)
        #expect(try response("HTTP/1.1 304 Not Modified\r\n" + rest) == "HTTP/1.1 304 Not Modified\r\n" + rest)
        #expect(
            try response("HTTP/1.1 204 No Content\r\n" + rest) == "HTTP/1.1 204 No Content\r\nDate: d\r\n\r\n")
        #expect(
            try response("HTTP/1.1 103 Early Hints\r\nLink: a\r\nConnection: close\r\n\r\n")
                == "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")
        #expect(
            try response(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nS: k\r\n\r\n")
                == "HTTP/1.1 101 Switching Protocols\r\nS: k\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    }

    @Test("writes chunks and trailers as the decoder reads them")
    func chunks() throws {
        let source = "3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n".octets
        var trailers = FieldTable()
        var decoder = ChunkedDecoder()
        _ = try decoder.next(source.span, trailers: &trailers)
        let rest = Array(source[6...])
        _ = try decoder.next(rest.span, trailers: &trailers)
        let text = written { writer in
            writer.startChunk(byteCount: 26)
            writer.write("abcdefghijklmnopqrstuvwxyz")
            writer.endChunk()
            writer.endChunkedBody(trailers: trailers, of: rest.span)
        }
        #expect(text == "1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Sum: 1\r\n\r\n")
        #expect(written { $0.endChunkedBody() } == "0\r\n\r\n")
    }
}

@Suite("Writing the parts of a head")
struct HeadWriterTests {
    @Test(
        "writes numbers",
        arguments: [
            (0, "0", "0"), (9, "9", "9"), (10, "10", "a"), (255, "255", "ff"), (256, "256", "100"),
            (Int.max, "9223372036854775807", "7fffffffffffffff"),
        ])
    func numbers(_ value: Int, _ decimal: String, _ hexadecimal: String) {
        #expect(written { $0.writeDecimal(value) } == decimal)
        #expect(written { $0.writeHexadecimal(UInt64(value)) } == hexadecimal)
    }

    @Test("writes nothing more once something did not fit")
    func overflow() {
        #expect(written(capacity: 5) { $0.write("12345") } == "12345")
        #expect(written(capacity: 5) { $0.write("123456") } == nil)
        withUnsafeTemporaryAllocation(byteCount: 5, alignment: 1) { memory in
            var writer = HeadWriter(memory)
            writer.write("123")
            writer.write("456")
            writer.write("7")
            let (hasOverflowed, count) = (writer.hasOverflowed, writer.count)
            #expect(hasOverflowed)
            #expect(count == 3)
        }
    }

    @Test(
        "writes dates",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ])
    func dates(_ seconds: Int, _ expected: String) {
        var date = DateField(unixSeconds: 1)
        date.update(unixSeconds: seconds)
        #expect(written { $0.write(date.text.span) } == expected)
    }

    @Test("knows the reason phrases of the registered codes")
    func reasons() {
        #expect(written { $0.writeStatusLine(200) } == "HTTP/1.1 200 OK\r\n")
        #expect(written { $0.writeStatusLine(431) } == "HTTP/1.1 431 Request Header Fields Too Large\r\n")
        #expect(written { $0.writeStatusLine(599) } == "HTTP/1.1 599 \r\n")
        for refusal in RequestRefusal.allCases {
            #expect(StatusCode.reason(refusal.statusCode).utf8CodeUnitCount > 0)
        }
    }
}
