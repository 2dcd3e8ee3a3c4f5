import Testing

@testable import DataPlane

@Suite("Redirects and rewritten paths")
struct LocationTests {
    @Test(
        "redirect to the host over HTTPS with path and query as they came",
        arguments: [
            ("GET /a/%2e?b=c HTTP/1.1\r\nHost: shop\r\n\r\n", UInt16(443), "https://shop/a/%2e?b=c"),
            ("GET / HTTP/1.1\r\nHost: shop:80\r\n\r\n", 8443, "https://shop:8443/"),
            ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 443, "https://[::1]/"),
            ("GET http://shop?q HTTP/1.1\r\nHost: shop\r\n\r\n", 443, "https://shop/?q"),
            ("GET //evil.example HTTP/1.1\r\nHost: shop\r\n\r\n", 443, "https://shop//evil.example"),
            ("GET /\u{E4}\\?\u{E4} HTTP/1.1\r\nHost: shop\r\n\r\n", 443, "https://shop/%E4%5C?%E4"),
        ])
    func https(_ head: String, _ port: UInt16, _ location: String) throws {
        let request = try ParsedRequest(head)
        var isWritten = false
        let text = written { isWritten = $0.writeHTTPSLocation(request.head, of: request.bytes.span, port: port) }
        #expect(isWritten)
        #expect(text == "Location: \(location)\r\n")
    }

    @Test("do not redirect a request without a host")
    func withoutHost() throws {
        let request = try ParsedRequest("GET / HTTP/1.0\r\n\r\n")
        var isWritten = true
        let text = written { isWritten = $0.writeHTTPSLocation(request.head, of: request.bytes.span, port: 443) }
        #expect(!isWritten)
        #expect(text == "")
    }

    @Test(
        "exempt ACME challenges alone",
        arguments: [
            ("/.well-known/acme-challenge/abc", true), ("/.well-known/acme-challenge/", true),
            ("/.well-known/acme-challenge", false), ("/.well-known/acme-challengex/a", false),
            ("/a/.well-known/acme-challenge/abc", false), ("/", false), ("", false),
        ])
    func exempt(_ path: String, _ expected: Bool) {
        let path = path.octets
        #expect(HTTPSRedirection.isExempt(path: path.span) == expected)
    }

    @Test("keep a location that was made elsewhere within its line")
    func location() {
        let value = "https://a/b c\r\nX: y\"<>\u{E4}%20".octets
        let text = written { $0.writeLocation(value.span) }
        #expect(text == "Location: https://a/b%20c%0D%0AX:%20y%22%3C%3E%E4%20\r\n")
    }

    @Test(
        "replace the prefix that matched",
        arguments: [
            ("/foo", "/xyz", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz/", "/foo/bar", "/xyz/bar"),
            ("/foo/", "/xyz", "/foo/bar", "/xyz/bar"), ("/foo", "/xyz", "/foo", "/xyz"),
            ("/foo", "/xyz", "/foo/", "/xyz/"), ("/foo", "", "/foo/bar", "/bar"), ("/foo", "", "/foo/", "/"),
            ("/foo", "", "/foo", "/"), ("/foo", "/", "/foo/bar", "/bar"), ("/foo/", "/", "/foo", "/"),
            ("/", "/xyz", "/bar", "/xyz/bar"), ("/", "/xyz", "/", "/xyz/"), ("/", "/", "/a", "/a"),
        ])
    func prefix(_ prefix: String, _ replacement: String, _ path: String, _ expected: String) {
        let (prefix, replacement, path) = (prefix.octets, replacement.octets, path.octets)
        var output: [UInt8] = [1, 2, 3]
        PrefixReplacement.apply(prefix: prefix.span, replacement: replacement.span, to: path.span, output: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }
}
