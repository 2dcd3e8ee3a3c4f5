import Foundation
import Testing

/// Classes with different TLS policies on the listeners that they share, as real clients see them.
@Suite("TLS policies", .timeLimit(.minutes(5)), .serialized)
struct TLSPolicyTests {
    /// A class that accepts TLS 1.3 alone, with a host beside the one of the other class.
    private static let modern = """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: modern
        spec:
          controller: headgate.dev/ingress-controller
          parameters:
            apiGroup: headgate.dev
            kind: ClusterIngressParameters
            name: modern
        ---
        apiVersion: headgate.dev/v1alpha1
        kind: ClusterIngressParameters
        metadata:
          name: modern
        spec:
          tls:
            minimumVersion: "1.3"

        """

    private static func bank(class name: String) -> String {
        Manifests.joined(
            modern,
            Manifests.ingress("bank", host: "bank.example", service: "backend")
                .replacing("ingressClassName: headgate", with: "ingressClassName: \(name)"))
    }

    /// What curl wrote of each request: the status, and how many connections it made for it.
    private func curl(_ headgate: RunningHeadgate, _ requests: [(url: String, host: String)]) async throws -> String {
        let curl = try #require(Executables.program("curl"))
        var arguments: [String] = []
        for request in requests {
            if !arguments.isEmpty { arguments.append("--next") }
            arguments += [
                "--silent", "--insecure", "--max-time", "30", "--noproxy", "*", "--output", "/dev/null",
                "--write-out", "%{http_code} %{num_connects}\n", "--connect-to", "::\(headgate.curl.https)",
                "--header", "Host: \(request.host)", request.url,
            ]
        }
        return try await Finished.running(curl, arguments).output
    }

    @Test("A host has the policy of its class, and is answered 421 on a connection under another one")
    func misdirected() async throws {
        let site = try await GoodSite()
        try site.manifests.write(Self.bank(class: "modern"), to: "bank.yaml")
        let log = try ScratchDirectory()
        let headgate = try await RunningHeadgate(
            site.manifests.url, ["--access-log", log.url.appending(path: "access").path])
        #expect(try headgate.diagnostics() == [])

        let good = "https://\(GoodSite.host)/"
        #expect(try await headgate.curl.get(good, ["--tls-max", "1.2"]).echo?.service == "default/backend")
        #expect(try await headgate.curl.get("https://bank.example/").echo?.service == "default/backend")
        await #expect(throws: Curl.Failure.self) {
            try await headgate.curl.get("https://bank.example/", ["--tls-max", "1.2"])
        }
        let refused = try await headgate.curl.get(good, ["--header", "Host: bank.example"])
        #expect(refused.status == 421)
        #expect(refused.body.hasPrefix("misdirected: "))
        #expect(refused.headers["connection"] == nil)

        // One connection: the right host, the wrong one, and the right one again.
        let reused = try await curl(
            headgate, [(good, GoodSite.host), (good, "bank.example"), (good, GoodSite.host)])
        #expect(reused == "200 1\n421 0\n200 0\n")

        let metrics = try PrometheusText(parsing: try await headgate.management("/metrics").body)
        #expect(metrics["headgate_misdirected_requests_total"]?.samples.first?.value == 2)
        #expect(try await headgate.stop() == 0)
        let lines = try log.text(of: "access").split(separator: "\n")
        #expect(lines.count { $0.contains(#""host":"bank.example""#) && $0.contains(#""status":421"#) } == 2)
    }

    @Test("A change of the class takes effect, and loses no request of a host's own connections")
    func change() async throws {
        let site = try await GoodSite()
        try site.manifests.write(Self.bank(class: "headgate"), to: "bank.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await headgate.curl.get("https://bank.example/", ["--tls-max", "1.2"]).status == 200)
        try site.manifests.replace("bank.yaml", with: Self.bank(class: "modern"))
        try await eventually("TLS 1.2 is refused for the host") {
            (try? await headgate.curl.get("https://bank.example/", ["--tls-max", "1.2"])) == nil
        }
        #expect(try await headgate.curl.get("https://bank.example/").status == 200)
        #expect(try await headgate.curl.get("https://\(GoodSite.host)/", ["--tls-max", "1.2"]).status == 200)
    }
}
