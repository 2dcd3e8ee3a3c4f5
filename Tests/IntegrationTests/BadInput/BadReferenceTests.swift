import Foundation
import Testing

/// Manifests that contradict what they refer to, and what must come of them.
struct BadReference: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What stands beside the good Ingress; the host at fault is `victim.example`.
    var manifests: String
    var kind = "Ingress"
    var name = "victim"
    var field: String
    var severity: String
    var reason: String
    /// What the message says: the value, and the remedy.
    var says: [String]
    /// What `victim.example` answers; nil where something else decides it.
    var status: Int?
}

@Suite("Bad references", .timeLimit(.minutes(5)), .serialized)
struct BadReferenceTests {
    static let cases: [BadReference] = [
        BadReference(
            testDescription: "a Service that is missing",
            manifests: Manifests.ingress("victim", host: "victim.example", service: "nowhere"),
            field: "spec.rules[0].http.paths[0].backend.service.name", severity: "error", reason: "ServiceNotFound",
            says: ["default/nowhere", "Create it"], status: 500),
        BadReference(
            testDescription: "a port that the Service has not",
            manifests: Manifests.ingress("victim", host: "victim.example", service: "backend", port: "number: 81"),
            field: "spec.rules[0].http.paths[0].backend.service.port.number", severity: "error",
            reason: "ServicePortNotFound", says: ["default/backend", "81", "ports: 80"], status: 500),
        BadReference(
            testDescription: "a port by a name that the Service has not",
            manifests: Manifests.ingress("victim", host: "victim.example", service: "backend", port: "name: web"),
            field: "spec.rules[0].http.paths[0].backend.service.port.name", severity: "error",
            reason: "ServicePortNotFound", says: ["default/backend", "'web'", "ports: 80"], status: 500),
        BadReference(
            testDescription: "the container's port in place of the Service's",
            manifests: Manifests.joined(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  name: mapped
                spec:
                  ports:
                    - name: admin
                      port: 81
                      targetPort: 9000
                    - name: web
                      port: 82
                      targetPort: 3000

                """,
                Manifests.ingress("victim", host: "victim.example", service: "mapped", port: "number: 3000")),
            field: "spec.rules[0].http.paths[0].backend.service.port.number", severity: "error",
            reason: "ServicePortNotFound", says: ["default/mapped", "3000", "number: 82"], status: 500),
        BadReference(
            testDescription: "a Secret that is missing", manifests: victim(tls: "nowhere"),
            field: "spec.tls[0].secretName", severity: "warning", reason: "SecretNotFound",
            says: ["default/nowhere", "default certificate", "Create it"], status: 200),
        BadReference(
            testDescription: "a Secret that is not PEM",
            manifests: Manifests.joined(
                victim(tls: "garbled"), Manifests.tlsSecret("garbled", certificate: "no PEM", key: "no PEM either")),
            field: "spec.tls[0].secretName", severity: "warning", reason: "CertificateNotPEM",
            says: ["default/garbled", "tls.crt", "BEGIN CERTIFICATE"], status: 200),
        BadReference(
            testDescription: "a Secret whose data is no base64",
            manifests: Manifests.joined(
                victim(tls: "garbled"),
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: garbled
                type: kubernetes.io/tls
                data:
                  tls.crt: "%%%"
                  tls.key: "%%%"

                """),
            kind: "Secret", name: "garbled",
            field: "data[tls.crt]", severity: "error", reason: "InvalidValue", says: ["base64", "stringData"],
            status: 200),
        BadReference(
            testDescription: "duplicate host and path",
            manifests: Manifests.joined(
                Manifests.service("elsewhere", port: 1),
                Manifests.ingress("victim", host: GoodSite.host, service: "elsewhere")),
            field: "spec.rules[0].http.paths[0]", severity: "warning", reason: "PathConflict",
            says: ["'/'", GoodSite.host, "default/good", "another host or path"]),
        BadReference(
            testDescription: "two default classes",
            manifests: Manifests.joined(
                defaultClass("one"), defaultClass("two"),
                GoodSite.ingress("victim.example").replacing("  ingressClassName: headgate\n", with: "")),
            field: "spec.ingressClassName", severity: "error", reason: "MultipleDefaultIngressClasses",
            says: ["'one'", "'two'", "Set spec.ingressClassName"], status: 404),
        BadReference(
            testDescription: "a parameters object that is missing",
            manifests: Manifests.joined(
                """
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata:
                  name: parametrised
                spec:
                  controller: headgate.dev/ingress-controller
                  parameters:
                    apiGroup: headgate.dev
                    kind: ClusterIngressParameters
                    name: nowhere

                """,
                GoodSite.ingress("victim.example").replacing("ClassName: headgate", with: "ClassName: parametrised")),
            kind: "IngressClass", name: "parametrised",
            field: "spec.parameters.name", severity: "error", reason: "ParametersNotFound",
            says: ["ClusterIngressParameters", "'nowhere'", "Create it"], status: 404),
        BadReference(
            testDescription: "the same object twice",
            manifests: Manifests.joined(
                GoodSite.ingress("victim.example"),
                Manifests.ingress("good", host: "second.example", service: "backend")),
            name: "good", field: "", severity: "error", reason: "DuplicateObject",
            says: ["good.yaml", "victim.yaml", "remove one"], status: 200),
    ]

    private static func victim(tls secret: String) -> String {
        Manifests.ingress(
            "victim", host: "victim.example", service: "backend",
            extra: Manifests.tls("victim.example", secret: secret))
    }

    private static func defaultClass(_ name: String) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: \(name)
          annotations:
            ingressclass.kubernetes.io/is-default-class: "true"
        spec:
          controller: headgate.dev/ingress-controller

        """
    }

    @Test("What is bad from the start is reported at its field, and the rest is served", arguments: cases)
    func atStart(bad: BadReference) async throws {
        let site = try await GoodSite()
        try site.manifests.write(bad.manifests, to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        try await expect(bad, site, headgate)
        #expect(try await headgate.stop() == 0)
    }

    @Test("What turns bad is reported at its field, and clears when it is repaired", arguments: cases)
    func whileRunning(bad: BadReference) async throws {
        let site = try await GoodSite()
        try site.manifests.write(GoodSite.ingress("victim.example"), to: "victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await site.isServed("victim.example", by: headgate))
        try site.manifests.replace("victim.yaml", with: bad.manifests)
        try await expect(bad, site, headgate)
        try site.manifests.replace("victim.yaml", with: GoodSite.ingress("victim.example"))
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
        #expect(try await site.isServed("victim.example", by: headgate))
        #expect(try await site.isServed(by: headgate))
    }

    private func expect(_ bad: BadReference, _ site: GoodSite, _ headgate: RunningHeadgate) async throws {
        let found = try await headgate.diagnostic(bad.testDescription) {
            $0.object.kind == bad.kind && $0.object.name == bad.name && $0.field == bad.field
        }
        #expect(found.severity == bad.severity)
        #expect(found.reason == bad.reason)
        for part in bad.says {
            #expect(found.message.contains(part), "\(found.message)")
        }
        try await eventually("the log tells it") { headgate.process.errorText.contains(found.message) }
        #expect(try await site.isServed(by: headgate))
        if let status = bad.status {
            #expect(try await headgate.curl.get("http://victim.example/").status == status)
        }
    }
}
