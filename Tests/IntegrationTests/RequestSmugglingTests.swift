import Foundation
import Testing

/// Octets on a connection that no client should send, and what must be answered.
struct SmuggledRequest: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var octets: String
    var status = 400

    init(_ description: String, _ octets: String, status: Int = 400) {
        testDescription = description
        self.octets = octets
        self.status = status
    }
}

/// What would be read differently by two servers in a row is refused, and nothing behind it on the connection is answered.
@Suite("Request smuggling", .timeLimit(.minutes(5)), .serialized)
struct RequestSmugglingTests {
    private static let get = "GET / HTTP/1.1\r\nHost: good.example\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: good.example\r\n"
    /// What an attacker hopes that the next server takes for a request.
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: good.example\r\n\r\n"

    static let requests: [SmuggledRequest] = [
        SmuggledRequest(
            "Content-Length and Transfer-Encoding",
            post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled),
        SmuggledRequest("two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        SmuggledRequest("a list of two lengths", post + "Content-Length: 1, 2\r\n\r\nab"),
        SmuggledRequest("a length with a sign", post + "Content-Length: +3\r\n\r\nabc"),
        SmuggledRequest("a length of no number", post + "Content-Length: 0x3\r\n\r\nabc"),
        SmuggledRequest("a length beyond every number", post + "Content-Length: 99999999999999999999\r\n\r\n"),
        SmuggledRequest("chunked, but not at last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        SmuggledRequest("chunked in odd spelling", post + "Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
        SmuggledRequest("chunked in capitals", post + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
        SmuggledRequest("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        SmuggledRequest(
            "Transfer-Encoding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: good.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        SmuggledRequest("lines that end in a bare LF", "GET / HTTP/1.1\nHost: good.example\n\n" + smuggled),
        SmuggledRequest("a bare LF in the middle", get + "A: b\nC: d\r\n\r\n"),
        SmuggledRequest("a bare CR", get + "A: b\rC: d\r\n\r\n"),
        SmuggledRequest("NUL", get + "A: b\u{0}c\r\n\r\n"),
        SmuggledRequest("a folded field", get + "A: b\r\n c\r\n\r\n"),
        SmuggledRequest("a space before the colon", get + "Content-Length : 3\r\n\r\nabc"),
        SmuggledRequest("a space before the first field", "GET / HTTP/1.1\r\n Host: good.example\r\n\r\n"),
        SmuggledRequest("two Hosts", get + "Host: other.example\r\n\r\n"),
        SmuggledRequest("no Host", "GET / HTTP/1.1\r\n\r\n"),
        SmuggledRequest(
            "an absolute target of another host", "GET http://other.example/ HTTP/1.1\r\nHost: good.example\r\n\r\n"),
        SmuggledRequest("a target with a space", "GET /a b HTTP/1.1\r\nHost: good.example\r\n\r\n"),
        SmuggledRequest("a fragment", "GET /a#b HTTP/1.1\r\nHost: good.example\r\n\r\n"),
        SmuggledRequest("a method of no token", "GE(T / HTTP/1.1\r\nHost: good.example\r\n\r\n"),
        SmuggledRequest("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        SmuggledRequest("a version that is none", "GET / HTTP/1.1x\r\nHost: good.example\r\n\r\n"),
        SmuggledRequest("a chunk of no size", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"),
        SmuggledRequest(
            "a chunk of a size with a sign", post + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n"),
        SmuggledRequest(
            "a chunk that is longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
        SmuggledRequest(
            "a chunk size of more than 64 bits",
            post + "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n"),
        SmuggledRequest(
            "a bare LF behind a chunk size", post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"),
    ]

    @Test("A message that can be read in two ways is refused, and its connection closed")
    func refused() async throws {
        let site = try await GoodSite()
        let log = try ScratchDirectory()
        let headgate = try await RunningHeadgate(
            site.manifests.url, ["--access-log", log.url.appending(path: "access").path])
        for request in Self.requests {
            let connection = try RawConnection(headgate.curl.http)
            // A good request goes before it, as on a connection that is kept alive.
            connection.send(Self.get + "\r\n")
            let first = try await connection.receive { $0.contains("\"service\":\"default/backend\"}\n") }
            #expect(first.text.hasPrefix("HTTP/1.1 200 ") && !first.isClosed, "\(request.testDescription)")
            connection.send(request.octets + Self.smuggled)
            guard let answer = try? await connection.receive(within: 5) else {
                Issue.record("\(request.testDescription): the connection stays open")
                continue
            }
            #expect(
                answer.text.hasPrefix("HTTP/1.1 \(request.status) "), "\(request.testDescription): \(answer.text)")
            #expect(
                answer.text.components(separatedBy: "HTTP/1.1 ").count == 2,
                "\(request.testDescription) is answered once: \(answer.text)")
            #expect(answer.text.lowercased().contains("connection: close"), "\(request.testDescription)")
        }
        #expect(try await site.isServed(by: headgate))
        try await eventually("the log has all") {
            try log.text(of: "access").split(separator: "\n").count >= 2 * Self.requests.count + 1
        }
        #expect(try !log.text(of: "access").contains("/smuggled"))
        let metrics = try PrometheusText(parsing: try await headgate.management("/metrics").body)
        let refused = metrics["headgate_malformed_requests_total"]?.samples.map(\.value) ?? []
        #expect(refused.contains { $0 > 0 })
    }

    @Test("A path that is none is refused, while its message ends where it says", arguments: ["/../a", "/%00", "/%zz"])
    func badPath(path: String) async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        let connection = try RawConnection(headgate.curl.http)
        connection.send("GET \(path) HTTP/1.1\r\nHost: good.example\r\n\r\n" + Self.get + "Connection: close\r\n\r\n")
        let answers = try await connection.receive().text
        #expect(answers.hasPrefix("HTTP/1.1 400 "), "\(answers)")
        // Whether the connection goes on is the server's choice; if it does, the next request is answered as itself.
        let next = answers.components(separatedBy: "HTTP/1.1 ").dropFirst(2)
        #expect(next.isEmpty || next.first?.hasPrefix("200 ") == true, "\(answers)")
    }

    @Test("What only looks odd is answered as it should be")
    func accepted() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        let host = "Host: good.example\r\n"
        let requests = [
            "GET http://good.example/ HTTP/1.1\r\n\(host)\r\n", "GET http://GOOD.example:80/ HTTP/1.1\r\n\(host)\r\n",
            "\r\nGET / HTTP/1.1\r\n\(host)\r\n", Self.post + "Content-Length: 3\r\n\r\nabc",
            Self.post + "transfer-encoding:chunked\t\r\n\r\n3;name=value\r\nabc\r\n0\r\nX-Checksum: x\r\n\r\n",
            "GET / HTTP/1.0\r\n\(host)\r\n", "GET / HTTP/1.1\r\nhost:good.example.:80\t\r\n\r\n",
        ]
        for request in requests {
            let connection = try RawConnection(headgate.curl.http)
            connection.send(request)
            let answer = try await connection.receive { $0.contains("\"service\":\"default/backend\"}\n") }
            #expect(answer.text.contains(" 200 "), "\(request): \(answer.text)")
        }
    }
}
