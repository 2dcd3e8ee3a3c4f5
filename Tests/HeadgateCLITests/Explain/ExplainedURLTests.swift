import ArgumentParser
import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("URLs to explain")
struct ExplainedURLTests {
    struct Parts: Sendable {
        var text: String
        var scheme: ListenerProtocol
        var host: String
        var port: Int?
        var path: String
        var query: String?
    }

    @Test(
        "A URL is taken apart, and its path stays as it is",
        arguments: [
            Parts(text: "http://a.example.com", scheme: .http, host: "a.example.com", path: "/"),
            Parts(text: "HTTPS://A.Example.com:8443/x", scheme: .https, host: "a.example.com", port: 8443, path: "/x"),
            Parts(text: "http://a/b/../c//d", scheme: .http, host: "a", path: "/b/../c//d"),
            Parts(text: "http://a/%2e%2F?x=1?y#frag", scheme: .http, host: "a", path: "/%2e%2F", query: "x=1?y"),
            Parts(text: "http://a?q", scheme: .http, host: "a", path: "/", query: "q"),
            Parts(text: "http://a/?", scheme: .http, host: "a", path: "/", query: ""),
            Parts(text: "http://[::1]:80/", scheme: .http, host: "[::1]", port: 80, path: "/"),
            Parts(text: "http://a:/", scheme: .http, host: "a", path: "/"),
            Parts(text: "http://a/x:y@z", scheme: .http, host: "a", path: "/x:y@z"),
            Parts(text: "http://a/ü", scheme: .http, host: "a", path: "/ü"),
            Parts(text: "http://my_host.example.com./", scheme: .http, host: "my_host.example.com.", path: "/"),
        ])
    func parses(parts: Parts) throws {
        let url = try ExplainedURL(parsing: parts.text)
        #expect(url.scheme == parts.scheme)
        #expect(url.host == parts.host)
        #expect(url.port == parts.port)
        #expect(url.path == parts.path)
        #expect(url.query == parts.query)
    }

    @Test(
        "What is no URL of a request is refused with what is wrong",
        arguments: [
            ("shop.example.com/x", "write the scheme in front, such as https://shop.example.com/x"),
            ("ftp://a/", "only http and https"), ("http:///x", "it names no host"), ("http://", "it names no host"),
            ("http://:80/", "it names no host"), ("http://a:0/", "the port must be"),
            ("http://a:65536/", "the port must be"), ("http://a:8o/", "the port must be"),
            ("http://user:pw@a/", "leave the user name and password out"), ("http://a b/", "has a space"),
            ("http://a/x y", "has a space"), ("http://a/\u{7}", "control character"),
            ("http://bücher.example/", "ASCII form"), ("http://a<b/", "a character that no host has"),
            ("http://[a]/", "must be an IPv6 address"), ("http://[::1/", "must be an IPv6 address"),
            ("", "write the scheme"),
        ])
    func refuses(text: String, problem: String) {
        let error = #expect(throws: InvalidURL.self) { try ExplainedURL(parsing: text) }
        #expect(error?.problem.contains(problem) == true)
    }

    @Test(
        "The Host field has the port unless it is the scheme's own",
        arguments: [
            ("http://a/", "a"), ("http://a:80/", "a"), ("https://a:443/", "a"), ("http://a:443/", "a:443"),
            ("https://a:8443/", "a:8443"),
        ])
    func hostField(text: String, expected: String) throws {
        #expect(try ExplainedURL(parsing: text).hostField == expected)
    }

    @Test("A header field is a name and a value")
    func headers() throws {
        let header = try HeaderArgument("X-Canary:  yes: no")
        #expect(header.name == "X-Canary")
        #expect(header.value == "yes: no")
        for text in ["", "X-Canary", ": value", "X Canary: 1", "X-Canary : 1", "X: a\r\nY: b"] {
            #expect(throws: ValidationError.self) { try HeaderArgument(text) }
        }
    }
}
