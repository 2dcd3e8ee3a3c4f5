import Foundation
import Testing

/// A request to an example, and what must come back.
struct ExampleRequest: Sendable, CustomTestStringConvertible {
    var example: String
    var url: String
    /// The Service that answers, as `namespace/name`; nil where none does.
    var service: String?
    /// The path that the Service sees, where that is not the path of the URL.
    var path: String?
    var status = 200

    var testDescription: String { "\(example): \(url)" }
}

/// Every example of the Kubernetes documentation's Ingress page, with the echo backends behind it.
@Suite("The examples of the Kubernetes documentation", .timeLimit(.minutes(5)), .serialized)
struct KubernetesDocumentationTests {
    static let requests: [ExampleRequest] = [
        ExampleRequest(example: "minimal", url: "http://any.example/testpath", service: "default/test", path: "/"),
        ExampleRequest(example: "minimal", url: "http://any.example/testpath/sub", service: "default/test", path: "/"),
        ExampleRequest(example: "minimal", url: "http://any.example/other", status: 404),
        ExampleRequest(example: "wildcard-host", url: "http://foo.bar.com/bar", service: "default/service1"),
        ExampleRequest(example: "wildcard-host", url: "http://foo.bar.com/other", status: 404),
        ExampleRequest(example: "wildcard-host", url: "http://a.foo.com/foo/x", service: "default/service2"),
        ExampleRequest(example: "wildcard-host", url: "http://a.b.foo.com/foo", status: 404),
        ExampleRequest(example: "wildcard-host", url: "http://foo.com/foo", status: 404),
        ExampleRequest(
            example: "external-class-cluster-parameters", url: "http://shop.example.com/x", service: "default/shop"),
        ExampleRequest(
            example: "external-class-namespace-parameters", url: "http://shop.example.com/x", service: "default/shop"),
        ExampleRequest(
            example: "external-class-namespace-parameters", url: "http://other.example.com/",
            service: "external-configuration/fallback"),
        ExampleRequest(example: "default-class", url: "http://shop.example.com/cart", service: "default/shop"),
        ExampleRequest(example: "single-service", url: "http://any.example/any/path", service: "default/test"),
        ExampleRequest(example: "single-service", url: "https://any.example/any/path", service: "default/test"),
        ExampleRequest(example: "fanout", url: "http://foo.bar.com/foo", service: "default/service1"),
        ExampleRequest(example: "fanout", url: "http://foo.bar.com/bar/baz", service: "default/service2"),
        ExampleRequest(example: "fanout", url: "http://foo.bar.com/fool", status: 404),
        ExampleRequest(example: "name-based-hosts", url: "http://foo.bar.com/", service: "default/service1"),
        ExampleRequest(example: "name-based-hosts", url: "http://bar.foo.com/x", service: "default/service2"),
        ExampleRequest(example: "name-based-hosts", url: "http://other.example/", status: 404),
        ExampleRequest(
            example: "name-based-hosts-with-default", url: "http://first.bar.com/", service: "default/service1"),
        ExampleRequest(
            example: "name-based-hosts-with-default", url: "http://second.bar.com/", service: "default/service2"),
        ExampleRequest(
            example: "name-based-hosts-with-default", url: "http://third.bar.com/", service: "default/service3"),
        ExampleRequest(example: "tls", url: "https://https-example.foo.com/", service: "default/service1"),
        ExampleRequest(example: "tls", url: "http://https-example.foo.com/", service: "default/service1"),
        ExampleRequest(example: "tls", url: "https://unknown.foo.com/", status: 404),
    ]

    static let examples = Array(Set(requests.map(\.example))).sorted()

    @Test("Requests reach the backend that the documentation says", arguments: examples)
    func routing(example: String) async throws {
        let manifests = Checkout.examples.appending(path: "kubernetes-docs/\(example)")
        let echo = try await RunningEcho(manifests)
        let headgate = try await RunningHeadgate(manifests)
        for request in Self.requests where request.example == example {
            let answer = try await headgate.curl.get(request.url)
            #expect(answer.status == request.status, "\(request.url): \(answer.body)")
            #expect(answer.echo?.service == request.service, "\(request.url)")
            if let path = request.path {
                #expect(answer.echo?.path == path, "\(request.url)")
            }
        }
        #expect(try await headgate.stop() == 0)
        #expect(echo.process.isRunning)
    }

    @Test("Every example has its requests here, or a test of its own")
    func complete() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Checkout.examples.appending(path: "kubernetes-docs").path)
        #expect(Set(folders) == Set(Self.examples).union(["resource-backend"]))
    }

    @Test("SNI picks the certificate of the Secret, and the default one for an unknown name")
    func certificate() async throws {
        let headgate = try await RunningHeadgate(Checkout.examples.appending(path: "kubernetes-docs/tls"))
        #expect(try await subject("https-example.foo.com", headgate).contains("https-example.foo.com"))
        #expect(try await !subject("unknown.foo.com", headgate).contains("https-example.foo.com"))
    }

    private func subject(_ host: String, _ headgate: RunningHeadgate) async throws -> String {
        let openssl = try #require(Executables.program("openssl"))
        let result = try await Finished.running(
            openssl, ["s_client", "-connect", headgate.curl.https, "-servername", host, "-brief"])
        return result.output + result.errors
    }

    @Test("A resource backend answers from a storage bucket, and never lists it")
    func storageBucket() async throws {
        let files = try ScratchDirectory()
        try files.write("<svg/>", to: "icon-assets/logo.svg")
        try files.write("about", to: "static-assets/about.html")
        try files.write("home", to: "static-assets/index.html")
        let python = try #require(Executables.program("python3"))
        let bucket = try ChildProcess(
            python, ["-m", "http.server", "9000", "--bind", "127.0.2.11", "--directory", files.url.path])
        let headgate = try await RunningHeadgate(
            Checkout.examples.appending(path: "kubernetes-docs/resource-backend"))
        try await eventually("the bucket answers") {
            try await headgate.curl.get("http://any.example/about.html").status == 200
        }
        #expect(try await headgate.curl.get("http://any.example/icons/logo.svg").body == "<svg/>")
        #expect(try await headgate.curl.get("http://any.example/about.html").body == "about")
        #expect(try await headgate.curl.get("http://any.example/").body == "home")
        #expect(try await headgate.curl.get("http://any.example/none").status == 404)
        #expect(try await headgate.curl.get("http://any.example/?list-type=2").body == "home")
        #expect(try await headgate.curl.get("http://any.example/icons/").status == 404)
        #expect(try await headgate.curl.get("http://any.example/about.html", ["-X", "DELETE"]).status == 405)
        #expect(bucket.isRunning)
    }
}
