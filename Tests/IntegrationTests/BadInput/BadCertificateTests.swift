import Foundation
import Testing

@Suite("Bad certificates", .timeLimit(.minutes(5)), .serialized)
struct BadCertificateTests {
    private func victim() -> String {
        Manifests.ingress(
            "victim", host: "victim.example", service: "backend",
            extra: Manifests.tls("victim.example", secret: "victim-tls"))
    }

    @Test("A certificate takes the default one's place when it is good, and gives it back when its key doesn't fit")
    func keyMismatch() async throws {
        let certificates = try Certificates()
        let pair = try await certificates.selfSigned("victim.example")
        let otherKey = try await certificates.key()
        let good = Manifests.joined(
            victim(), Manifests.tlsSecret("victim-tls", certificate: pair.certificate, key: pair.key))
        let bad = Manifests.joined(
            victim(), Manifests.tlsSecret("victim-tls", certificate: pair.certificate, key: otherKey))
        let site = try await GoodSite()
        try site.manifests.write(bad, to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)

        func expectRefused() async throws {
            let found = try await headgate.diagnostic("the mismatch") { $0.reason == "CertificateKeyMismatch" }
            #expect(found.object == .init(kind: "Ingress", namespace: "default", name: "victim"))
            #expect(found.field == "spec.tls[0].secretName")
            #expect(found.severity == "warning")
            #expect(found.message.contains("default/victim-tls"))
            #expect(try await !certificates.subject(of: "victim.example", at: headgate.curl.https).contains("victim"))
            #expect(try await headgate.curl.get("https://victim.example/").echo?.service == "default/backend")
            #expect(try await headgate.curl.get("https://\(GoodSite.host)/").echo?.service == "default/backend")
        }
        try await expectRefused()
        try site.manifests.replace("victim.yaml", with: good)
        try await eventually("the certificate is served") {
            try await certificates.subject(of: "victim.example", at: headgate.curl.https).contains("victim.example")
        }
        #expect(try headgate.diagnostics() == [])
        try site.manifests.replace("victim.yaml", with: bad)
        try await expectRefused()
    }

    @Test("An expired certificate is served, and reported with the date")
    func expired() async throws {
        let certificates = try Certificates()
        let pair = try await certificates.selfSigned("victim.example", days: -1)
        let site = try await GoodSite()
        try site.manifests.write(
            Manifests.joined(
                victim(), Manifests.tlsSecret("victim-tls", certificate: pair.certificate, key: pair.key)),
            to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        let found = try await headgate.diagnostic("the expiry") { $0.reason == "CertificateExpired" }
        #expect(found.object == .init(kind: "Ingress", namespace: "default", name: "victim"))
        #expect(found.severity == "warning")
        #expect(found.message.contains("default/victim-tls"))
        #expect(found.message.contains(/expired at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/))
        #expect(found.message.contains("Renew it"))
        #expect(
            try await certificates.subject(of: "victim.example", at: headgate.curl.https).contains("victim.example"))
        #expect(try await headgate.curl.get("https://victim.example/").status == 200)
        #expect(try await site.isServed(by: headgate))
    }

    @Test("A certificate of other hosts is served, and reported with the hosts")
    func otherHost() async throws {
        let certificates = try Certificates()
        let pair = try await certificates.selfSigned("elsewhere.example")
        let site = try await GoodSite()
        try site.manifests.write(
            Manifests.joined(
                victim(), Manifests.tlsSecret("victim-tls", certificate: pair.certificate, key: pair.key)),
            to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        let found = try await headgate.diagnostic("the other host") { $0.object.name == "victim" }
        #expect(found.severity == "warning")
        #expect(found.message.contains("victim.example"))
        #expect(found.message.contains("default/victim-tls"))
        #expect(
            try await certificates.subject(of: "victim.example", at: headgate.curl.https)
                .contains("elsewhere.example"))
    }
}

@Suite("Secrets", .timeLimit(.minutes(5)), .serialized)
struct SecretRedactionTests {
    /// What must be found nowhere: each long line of a text, and of its base64 form the middle.
    private func traces(of secret: String) -> [String] {
        let lines = secret.split(separator: "\n").filter { !$0.hasPrefix("-----") && $0.count > 8 }.map(String.init)
        let encoded = Data(secret.utf8).base64EncodedString()
        return lines + [String(encoded.dropFirst(8).prefix(24))]
    }

    @Test("No key, good or spoiled, appears in a log, a state file, a plan or an explanation")
    func redaction() async throws {
        let certificates = try Certificates()
        let pair = try await certificates.selfSigned("a.example")
        let otherKey = try await certificates.key()
        let spoiled = pair.key.replacing("-----END PRIVATE KEY-----", with: "")
        let marker = "hunter2-hunter2-hunter2"
        let site = try await GoodSite()
        func ingress(_ name: String) -> String {
            Manifests.ingress(
                name, host: "\(name).example", service: "backend",
                extra: Manifests.tls("\(name).example", secret: "\(name)-tls"))
        }
        try site.manifests.write(
            Manifests.joined(
                ingress("a"), Manifests.tlsSecret("a-tls", certificate: pair.certificate, key: pair.key),
                ingress("b"), Manifests.tlsSecret("b-tls", certificate: pair.certificate, key: otherKey),
                ingress("c"), Manifests.tlsSecret("c-tls", certificate: pair.certificate, key: spoiled),
                ingress("d"), Manifests.tlsSecret("d-tls", certificate: pair.key, key: marker)),
            to: "tls.yaml")
        // Keys where no key belongs: not base64, of a wrong type, in a file that is no YAML.
        try site.manifests.write(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: e-tls}\ndata: {tls.key: '%\(marker)'}\n", to: "e.yaml")
        try site.manifests.write(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: f-tls}\ndata: {tls.key: [\(marker)]}\n", to: "f.yaml")
        try site.manifests.write(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: g-tls}\nstringData:\n  tls.key: \(marker): {\n",
            to: "g.yaml")
        try site.manifests.write(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: h-tls}\ndata: \(marker)\n", to: "h.yaml")

        let headgate = try await RunningHeadgate(site.manifests.url, ["--log-level", "trace"])
        #expect(try await headgate.curl.get("https://a.example/").status == 200)
        try await headgate.diagnostic("the spoiled key") { $0.object.name == "c" }
        let path = site.manifests.url.path
        var texts = [
            "log": headgate.process.errorText, "output": headgate.process.outputText,
            "metrics": try await headgate.management("/metrics").body,
        ]
        for name in ["ingresses.json", "diagnostics.json", "listeners.json"] {
            texts[name] = try headgate.state.text(of: name)
        }
        for output in ["text", "json", "yaml"] {
            let plan = try await Finished.running(Executables.headgate, ["plan", "-f", path, "--output", output])
            #expect(plan.output.contains("a.example"))
            texts["plan \(output)"] = plan.output + plan.errors
            let explain = try await Finished.running(
                Executables.headgate, ["explain", "-f", path, "https://a.example/", "--output", output])
            #expect(explain.output.contains("a.example"))
            texts["explain \(output)"] = explain.output + explain.errors
        }
        let traces = [pair.key, otherKey].flatMap(traces(of:)) + [marker, Data(marker.utf8).base64EncodedString()]
        for (place, text) in texts {
            for trace in traces where text.contains(trace) {
                Issue.record("key material stands in \(place)")
            }
        }
    }
}
