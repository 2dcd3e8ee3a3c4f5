import Foundation
import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("Serving a static site")
struct CompiledSiteTests {
    private let site: CompiledSite
    private static let tag = "\"00112233445566778899aabbccddeeff\""

    init() throws {
        site = try Self.compiled(notFound: nil)
    }

    private static func compiled(notFound: String?) throws -> CompiledSite {
        func file(_ path: String, _ type: String, _ content: String, _ digest: String) -> (StaticFile, [UInt8]) {
            (
                StaticFile(path: path, contentType: type, digest: digest, size: content.utf8.count),
                Array(content.utf8)
            )
        }
        let files = [
            file("index.html", "text/html", "<h1>home</h1>", "aa"),
            file("app.js", "text/javascript", "0123456789", "00112233445566778899aabbccddeeff99"),
            file("docs/index.html", "text/html", "docs", "bb"),
            file("docs/a b.txt", "text/plain", "blank", "cc"),
            file("docs/ä.txt", "text/plain", "umlaut", "dd"),
            file("empty", "text/plain", "", "ee"),
            file("404.html", "text/html", "lost", "ff"),
            file("plain/x", "text/plain\r\nX: y", "x", "11"),
        ]
        return try CompiledSite(
            StaticSite(name: "a/b", notFoundDocument: notFound, files: files.map(\.0)),
            contents: Dictionary(uniqueKeysWithValues: files.map { ($0.0.digest, $0.1) }))
    }

    private func bodyText(_ answer: ContentAnswer) -> String {
        let pieces: [BodyPiece] =
            switch answer.body {
            case .empty: []
            case .single(let piece): [piece]
            case .multiple(let pieces): pieces
            }
        return pieces.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
    }

    private func answer(
        _ path: String, method: String = "GET", fields: String = "", mount: String = "/", site: CompiledSite? = nil,
        redirects: Bool = true
    ) throws -> ContentAnswer {
        let request = try ParsedRequest("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let normal = Array(request.bytes[request.head.path.indices])
        let mount = mount.octets
        return (site ?? self.site).answer(
            to: request.head, of: request.bytes.span, path: normal.span, mountPath: mount.span,
            redirectsDirectories: redirects)
    }

    private func head(_ answer: ContentAnswer) throws -> String {
        try #require(written { answer.writeHead(to: &$0) })
    }

    @Test(
        "answers with the file that the path behind the mount names",
        arguments: [
            ("/", "/", "<h1>home</h1>"), ("/index.html", "/", "<h1>home</h1>"), ("/app.js", "/", "0123456789"),
            ("/docs/", "/", "docs"), ("/docs/a%20b.txt", "/", "blank"), ("/docs/%C3%A4.txt", "/", "umlaut"),
            ("/docs/%c3%a4.txt", "/", "umlaut"), ("/app%2Ejs", "/", "0123456789"), ("/app.js?v=1", "/", "0123456789"),
            ("/s/app.js", "/s", "0123456789"), ("/s/app.js", "/s/", "0123456789"), ("/s/", "/s", "<h1>home</h1>"),
            ("/docs/", "/docs", "<h1>home</h1>"), ("/empty", "/", ""), ("/app.js", "/s", "0123456789"),
        ])
    func files(_ path: String, _ mount: String, _ body: String) throws {
        let answer = try answer(path, mount: mount)
        #expect(answer.statusCode == 200)
        #expect(answer.contentLength == body.utf8.count)
        #expect(bodyText(answer) == body)
    }

    @Test(
        "finds nothing else",
        arguments: [
            "/nothing", "/app.js/", "/app", "/docs%2Fa%20b.txt", "/docs%2findex.html", "/plain/", "/plain",
            "/app.js%00",
            "/%zz", "/a%2", "/APP.JS", "//app.js",
        ])
    func nothing(_ path: String) throws {
        let answer = try answer(path)
        #expect(answer.statusCode == 404)
        #expect(bodyText(answer) == "404 Not Found\n")
        #expect(try head(answer).contains("Content-Type: text/plain; charset=utf-8\r\n"))
    }

    @Test("sends the document for what is not found, with the status that says so")
    func notFoundDocument() throws {
        let site = try Self.compiled(notFound: "/404.html")
        let lost = try answer("/nothing", fields: "If-None-Match: *\r\nRange: bytes=0-1\r\n", site: site)
        #expect(lost.statusCode == 404)
        #expect(bodyText(lost) == "lost")
        #expect(try head(lost) == "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n")
        let toHead = try answer("/nothing", method: "HEAD", site: site)
        #expect(bodyText(toHead) == "" && toHead.contentLength == 4)
    }

    @Test("states type, tag and length, to HEAD as to GET", arguments: ["GET", "HEAD"])
    func fields(_ method: String) throws {
        let answer = try answer("/app.js", method: method, fields: "Range: bytes=a\r\n")
        #expect(
            try head(answer) == """
                HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nETag: \(Self.tag)\r\nAccept-Ranges: bytes\r\n\
                Content-Length: 10\r\n
                """)
        #expect(bodyText(answer) == (method == "HEAD" ? "" : "0123456789"))
    }

    @Test("lets no content type break out of its line")
    func contentType() throws {
        #expect(try head(answer("/plain/x")).contains("Content-Type: text/plainX: y\r\n"))
    }

    @Test(
        "refuses other methods and names those it has", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO"])
    func methods(_ method: String) throws {
        let answer = try answer("/app.js", method: method)
        #expect(answer.statusCode == 405)
        #expect(try head(answer).contains("Allow: GET, HEAD\r\n"))
    }

    @Test(
        "redirects a directory with an index to the path with a slash",
        arguments: [
            ("/docs", "/", "/docs/"), ("/docs?a=b&c", "/", "/docs/?a=b&c"), ("/s", "/s", "/s/"),
            ("/s/docs", "/s", "/s/docs/"), ("/docs?\u{E4}", "/", "/docs/?%E4"),
        ])
    func redirects(_ path: String, _ mount: String, _ location: String) throws {
        let answer = try answer(path, mount: mount)
        #expect(answer.statusCode == 301)
        #expect(try head(answer).contains("\r\nLocation: \(location)\r\n"))
    }

    @Test("answers with the index where the route would not match the path with a slash")
    func exactRoute() throws {
        #expect(bodyText(try answer("/docs", redirects: false)) == "docs")
        #expect(bodyText(try answer("/s", mount: "/s", redirects: false)) == "<h1>home</h1>")
    }

    @Test(
        "honours conditions",
        arguments: [
            ("If-None-Match: \(tag)", 304), ("If-None-Match: W/\(tag)", 304), ("If-None-Match: \"x\", \(tag)", 304),
            ("If-None-Match: *", 304), ("If-None-Match: \"x\"", 200),
            ("If-None-Match: \"x,y\"\r\nIf-None-Match: \(tag)", 304),
            ("If-None-Match: \(tag.dropLast())x\"", 200), ("If-None-Match: ", 200), ("If-Match: \(tag)", 200),
            ("If-Match: *", 200), ("If-Match: W/\(tag)", 412), ("If-Match: \"x\"", 412),
            ("If-Match: \"x\"\r\nIf-None-Match: \(tag)", 412), ("If-Match: \(tag)\r\nIf-None-Match: \(tag)", 304),
            ("If-None-Match: \(tag)\r\nRange: bytes=0-1", 304), ("If-Match: \"x\"\r\nRange: bytes=0-1", 412),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ])
    func conditions(_ fields: String, _ status: Int) throws {
        for method in ["GET", "HEAD"] {
            let answer = try answer("/app.js", method: method, fields: fields + "\r\n")
            #expect(answer.statusCode == status)
            if status == 304 {
                #expect(
                    try head(answer)
                        == "HTTP/1.1 304 Not Modified\r\nETag: \(Self.tag)\r\nAccept-Ranges: bytes\r\n")
                #expect(bodyText(answer) == "")
            }
        }
    }

    @Test(
        "answers one range with that part",
        arguments: [
            ("bytes=0-0", "0", "0-0"), ("bytes=2-4", "234", "2-4"), ("bytes=8-", "89", "8-9"),
            ("bytes=-3", "789", "7-9"), ("bytes=-100", "0123456789", "0-9"), ("bytes=5-100", "56789", "5-9"),
            ("BYTES=0-1", "01", "0-1"), ("bytes= 0-1 ,", "01", "0-1"), ("bytes=0-1,20-30", "01", "0-1"),
            ("bytes=9-99999999999999999999999", "9", "9-9"),
        ])
    func range(_ range: String, _ body: String, _ contentRange: String) throws {
        let answer = try answer("/app.js", fields: "Range: \(range)\r\n")
        #expect(answer.statusCode == 206)
        #expect(bodyText(answer) == body)
        let head = try head(answer)
        #expect(head.contains("\r\nContent-Range: bytes \(contentRange)/10\r\n"))
        #expect(head.contains("\r\nContent-Length: \(body.utf8.count)\r\n"))
        #expect(head.contains("\r\nETag: \(Self.tag)\r\n"))
    }

    @Test(
        "answers with the whole where a range is malformed or unreasonable",
        arguments: [
            "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=4-2", "bytes=1", "bytes=--1", "bytes=+1-2",
            "lines=0-1", "bytes=0-1,x", "bytes=0-5,5-9", "bytes=0-,0-", "bytes 0-1", "bytes=0 -1",
            "bytes=" + (0..<17).map { "\($0)-\($0)" }.joined(separator: ","), "bytes=0-1\r\nRange: bytes=2-3",
        ])
    func ignoredRange(_ range: String) throws {
        let answer = try answer("/app.js", fields: "Range: \(range)\r\n")
        #expect(answer.statusCode == 200)
        #expect(bodyText(answer) == "0123456789")
    }

    @Test(
        "refuses a range beyond the end",
        arguments: [("/app.js", "bytes=10-"), ("/app.js", "bytes=-0"), ("/empty", "bytes=0-")])
    func unsatisfiable(_ path: String, _ range: String) throws {
        let answer = try answer(path, fields: "Range: \(range)\r\n")
        #expect(answer.statusCode == 416)
        #expect(try head(answer).contains("\r\nContent-Range: bytes */\(path == "/empty" ? 0 : 10)\r\n"))
    }

    @Test("answers several ranges as parts")
    func multipart() throws {
        let answer = try answer("/app.js", fields: "Range: bytes=0-1,-2,5-5\r\n")
        #expect(answer.statusCode == 206)
        let head = try head(answer)
        let start = try #require(head.range(of: "boundary="))
        let boundary = head[start.upperBound...].prefix { $0 != "\r\n" }
        var expected = ""
        for (range, text) in [("0-1", "01"), ("8-9", "89"), ("5-5", "5")] {
            expected +=
                "\r\n--\(boundary)\r\nContent-Type: text/javascript\r\nContent-Range: bytes \(range)/10\r\n\r\n\(text)"
        }
        expected += "\r\n--\(boundary)--\r\n"
        #expect(bodyText(answer) == expected)
        #expect(answer.contentLength == expected.utf8.count)
        #expect(!head.contains("Content-Range"))
    }

    @Test(
        "honours If-Range",
        arguments: [(tag, 206), ("W/\(tag)", 200), ("\"x\"", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200)])
    func ifRange(_ value: String, _ status: Int) throws {
        let answer = try answer("/app.js", fields: "Range: bytes=0-1\r\nIf-Range: \(value)\r\n")
        #expect(answer.statusCode == status)
    }

    @Test("ignores ranges of HEAD")
    func rangeOfHead() throws {
        #expect(try answer("/app.js", method: "HEAD", fields: "Range: bytes=0-1\r\n").statusCode == 200)
    }

    @Test("is not made without the content of each file")
    func missingContent() {
        let file = StaticFile(path: "a", contentType: "t", digest: "d", size: 1)
        #expect(throws: StaticSiteError.missingContent(site: "n", path: "a")) {
            try CompiledSite(StaticSite(name: "n", files: [file]), contents: [:])
        }
    }
}
