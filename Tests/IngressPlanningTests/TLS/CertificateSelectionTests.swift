import Foundation
import LoadBalancerModel
import Testing
import X509

@testable import IngressPlanning
@testable import KubernetesModel

@Suite struct CertificateSelectionTests {
    private static let base = [Manifests.ingressClass(), Manifests.service("shop/web"), Manifests.service("app/web")]
    private let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    /// A Secret with a certificate for the hosts.
    private func secret(
        _ name: String, namespace: String = "shop", hosts: [String], until: Date = TestClock.now + 86_400
    ) throws -> Secret {
        try authority.issue(hosts.map { .dnsName($0) }, until: until).secret(name, namespace: namespace)
    }

    private static func ingress(
        _ name: String, created: String? = nil, hosts: [String] = ["a.example"], tls: String...
    ) -> String {
        Manifests.ingress(name, created: created, rules: hosts.map { ($0, ["Prefix / web:80"]) }, tls: tls)
    }

    private static func planned(
        _ ingresses: [String], _ secrets: [Secret], classSpec: String? = nil
    ) throws -> Planned {
        var manifests = base
        if let classSpec { manifests[0] = Manifests.ingressClass(spec: classSpec) }
        return try Planned(manifests + ingresses, objects: secrets.map(AnyKubernetesObject.secret))
    }

    /// The Secret of the certificate that a server name gets, `default` for the default one, `generated` for none,
    /// and `generated, bound` where the name is bound to none.
    private static func answer(_ name: String, _ plan: LoadBalancerPlan) throws -> String {
        let tls = try plan.httpsListener
        let secrets = Dictionary(uniqueKeysWithValues: plan.certificates.map { ($0.fingerprint, $0.secret) })
        let key = HostKey(name)
        for host in [key.name, key.coveringWildcard?.name ?? ""] {
            if let binding = tls.certificates.first(where: { $0.host == host }) {
                guard let certificate = binding.certificate else { return "generated, bound" }
                return try #require(secrets[certificate])
            }
        }
        return try tls.defaultCertificate.map { "default " + (try #require(secrets[$0])) } ?? "generated"
    }

    // MARK: Sections with hosts

    @Test func `The hosts of a section choose the Secret, whose key travels apart`() throws {
        let secrets = [try secret("one", hosts: ["a.example"]), try secret("two", hosts: ["*.b.example"])]
        let planned = try Self.planned(
            [
                Self.ingress(
                    "shop/a", hosts: ["a.example", "x.b.example"], tls: "{hosts: [A.example], secretName: one}",
                    "{hosts: ['*.b.example'], secretName: two}")
            ].map { $0.replacingOccurrences(of: "A.example", with: "a.example") }, secrets)
        let plan = try planned.plan()
        #expect(try Self.answer("a.example", plan) == "shop/one")
        #expect(try Self.answer("x.b.example", plan) == "shop/two")
        #expect(try Self.answer("c.example", plan) == "generated")
        #expect(planned.findings.isEmpty)
        let fingerprints = Set(plan.certificates.map(\.fingerprint))
        #expect(Set(try #require(planned.result.assets[plan.name]).certificates.keys) == fingerprints)
        let text = String(decoding: try PlanEncoding.encode(plan), as: UTF8.self)
        #expect(!text.contains("PRIVATE KEY") && !text.contains("BEGIN"))
    }

    @Test func `Of two Secrets for a host that of the older Ingress wins`() throws {
        let secrets = [try secret("one", hosts: ["a.example"]), try secret("two", hosts: ["a.example"])]
        let planned = try Self.planned(
            [
                Self.ingress("shop/a", created: "2026-02-01T00:00:00Z", tls: "{hosts: [a.example], secretName: one}"),
                Self.ingress(
                    "shop/b", created: "2026-01-01T00:00:00Z", hosts: ["b.example"],
                    tls: "{hosts: [a.example], secretName: two}"),
            ], secrets)
        #expect(try Self.answer("a.example", planned.plan()) == "shop/two")
        #expect(planned.findings == ["warning CertificateConflict shop/a spec.tls[0].secretName"])
        #expect(try planned.finding("CertificateConflict").message.contains("shop/b"))
    }

    @Test func `The same Secret twice is no conflict, and one that is named wins over none`() throws {
        let secrets = [try secret("one", hosts: ["a.example"]), try secret("two", hosts: ["a.example"])]
        let planned = try Self.planned(
            [
                Self.ingress("shop/a", tls: "{hosts: [a.example]}"),
                Self.ingress("shop/b", hosts: ["b.example"], tls: "{hosts: [a.example], secretName: two}"),
                Self.ingress("shop/c", hosts: ["c.example"], tls: "{hosts: [a.example], secretName: two}"),
            ], secrets)
        #expect(try Self.answer("a.example", planned.plan()) == "shop/two")
        #expect(planned.findings.isEmpty)
    }

    // MARK: Secrets that cannot be used

    @Test func `A Secret that cannot be used is replaced by the default certificate`() throws {
        var opaque = try secret("opaque", hosts: ["o.example"])
        opaque.type = "Opaque"
        let mismatch = Secret.tls(
            "mismatch", certificate: try authority.issue(hosts: "a.example").pem,
            key: try authority.issue(hosts: "a.example").keyPEM)
        let secrets = [
            try secret("default", namespace: "infra", hosts: ["default.example"]),
            try secret("wildcard", hosts: ["*.w.example"]), opaque, mismatch,
            Secret.tls("garbage", certificate: "nothing", key: "nothing"),
        ]
        let hosts = ["a.example", "b.example", "c.example", "o.example", "x.w.example"]
        let planned = try Self.planned(
            [
                Self.ingress(
                    "shop/a", hosts: hosts, tls: "{hosts: [a.example], secretName: missing}",
                    "{hosts: [b.example], secretName: mismatch}", "{hosts: [c.example], secretName: garbage}",
                    "{hosts: [o.example], secretName: opaque}", "{hosts: ['*.w.example'], secretName: wildcard}",
                    "{hosts: [x.w.example], secretName: missing}")
            ], secrets, classSpec: "{tls: {defaultCertificate: {namespace: infra, name: default}}}")
        let plan = try planned.plan()
        #expect(
            try hosts.map { try Self.answer($0, plan) } == [
                "infra/default", "infra/default", "infra/default", "shop/opaque", "infra/default",
            ])
        #expect(
            planned.findings == [
                "warning SecretNotFound shop/a spec.tls[0].secretName",
                "warning CertificateKeyMismatch shop/a spec.tls[1].secretName",
                "warning CertificateNotPEM shop/a spec.tls[2].secretName",
                "warning SecretNotFound shop/a spec.tls[5].secretName",
            ])
        #expect(!planned.result.diagnostics.contains { $0.message.contains("nothing") })
    }

    @Test(arguments: [
        "{hosts: [x.w.example], secretName: missing}", "{hosts: [x.w.example], secretName: mismatch}",
        "{hosts: [x.w.example]}",
    ])
    func `A host left to the default certificate gets the generated one, not that of a wildcard that covers it`(
        section: String
    ) throws {
        let secrets = [
            try secret("wildcard", namespace: "app", hosts: ["*.w.example"]),
            Secret.tls(
                "mismatch", certificate: try authority.issue(hosts: "x.w.example").pem,
                key: try authority.issue(hosts: "x.w.example").keyPEM),
        ]
        let ingresses = [
            Self.ingress("app/w", hosts: ["*.w.example"], tls: "{hosts: ['*.w.example'], secretName: wildcard}"),
            Self.ingress("shop/x", hosts: ["x.w.example", "y.w.example"], tls: section),
        ]
        let planned = try Self.planned(ingresses, secrets)
        let plan = try planned.plan()
        #expect(try Self.answer("x.w.example", plan) == "generated, bound")
        // No section names it, so the wildcard's covers it.
        #expect(try Self.answer("y.w.example", plan) == "app/wildcard")
        #expect(try plan.httpsListener.certificates.map(\.host) == ["*.w.example", "x.w.example"])
        let finding = try #require(planned.result.diagnostics.first { $0.object.name == "x" })
        #expect(finding.message.contains("the default certificate"))
        let alone = try Self.planned([ingresses[1]], [secrets[1]])
        #expect(try Self.answer("x.w.example", alone.plan()) == "generated, bound")
    }

    @Test func `A certificate that expired or names other hosts is served`() throws {
        let secrets = [
            try secret("expired", hosts: ["a.example"], until: TestClock.now - 60),
            try secret("other", hosts: ["other.example"]),
        ]
        let planned = try Self.planned(
            [
                Self.ingress(
                    "shop/a", hosts: ["a.example", "b.example"], tls: "{hosts: [a.example], secretName: expired}",
                    "{hosts: [b.example], secretName: other}")
            ], secrets)
        #expect(try Self.answer("a.example", planned.plan()) == "shop/expired")
        #expect(try Self.answer("b.example", planned.plan()) == "shop/other")
        #expect(
            planned.findings == [
                "warning CertificateExpired shop/a spec.tls[0].secretName",
                "warning CertificateHostMismatch shop/a spec.tls[1].secretName",
            ])
    }

    // MARK: Sections without hosts or without Secret

    @Test func `A section without hosts gives the default certificate, the older Ingress wins`() throws {
        let secrets = [
            try secret("one", hosts: ["one.example"]), try secret("two", hosts: ["two.example"]),
            try secret("class", namespace: "infra", hosts: ["class.example"]),
        ]
        let planned = try Self.planned(
            [
                Self.ingress("shop/a", created: "2026-02-01T00:00:00Z", tls: "{secretName: one}"),
                Self.ingress("shop/b", created: "2026-01-01T00:00:00Z", hosts: ["b.example"], tls: "{secretName: two}"),
            ], secrets, classSpec: "{tls: {defaultCertificate: {namespace: infra, name: class}}}")
        #expect(try Self.answer("x.example", planned.plan()) == "default shop/two")
        #expect(planned.findings == ["warning DefaultCertificateConflict shop/a spec.tls[0].secretName"])
    }

    @Test func `A default certificate that cannot be used gives way to the class's, then to a generated one`() throws {
        let ingress = Self.ingress("shop/a", tls: "{secretName: missing}")
        let classSecret = try secret("class", namespace: "infra", hosts: ["class.example"])
        let spec = "{tls: {defaultCertificate: {namespace: infra, name: class}}}"
        let planned = try Self.planned([ingress], [classSecret], classSpec: spec)
        #expect(try Self.answer("x.example", planned.plan()) == "default infra/class")
        let without = try Self.planned([ingress], [], classSpec: spec)
        #expect(try Self.answer("x.example", without.plan()) == "generated")
        #expect(
            without.findings == [
                "warning SecretNotFound headgate spec.tls.defaultCertificate",
                "warning SecretNotFound shop/a spec.tls[0].secretName",
            ])
    }

    @Test func `A section without Secret gets the certificate of the namespace that fits best`() throws {
        let secrets = [
            try secret("a-wildcard", hosts: ["*.example"], until: TestClock.now + 900_000),
            try secret("b-expired", hosts: ["a.example"], until: TestClock.now - 1),
            try secret("c-short", hosts: ["a.example"], until: TestClock.now + 100),
            try secret("d-long", hosts: ["a.example", "z.example"], until: TestClock.now + 5000),
            try secret("e-other", namespace: "app", hosts: ["a.example", "c.app"], until: TestClock.now + 800_000),
        ]
        let planned = try Self.planned(
            [
                Self.ingress(
                    "shop/a", hosts: ["a.example", "b.example", "c.app"], tls: "{hosts: [a.example, b.example, c.app]}")
            ],
            secrets)
        #expect(try Self.answer("a.example", planned.plan()) == "shop/d-long")
        #expect(try Self.answer("b.example", planned.plan()) == "shop/a-wildcard")
        #expect(try Self.answer("c.app", planned.plan()) == "generated, bound")
        #expect(try planned.finding("NoFittingCertificate").severity == .info)
    }

    // MARK: Hosts that no section names

    @Test func `A host that no section names gets a certificate of its own namespace that fits`() throws {
        let secrets = [
            try secret("own", hosts: ["a.example", "*.w.example"]),
            try secret("foreign", namespace: "app", hosts: ["b.example"]),
            try secret("old", hosts: ["c.example"], until: TestClock.now - 1),
        ]
        let planned = try Self.planned(
            [Self.ingress("shop/a", hosts: ["a.example", "b.example", "c.example", "*.w.example", "x.w.example"])],
            secrets)
        let plan = try planned.plan()
        #expect(try Self.answer("a.example", plan) == "shop/own")
        #expect(try Self.answer("y.w.example", plan) == "shop/own")
        #expect(try Self.answer("b.example", plan) == "generated")
        #expect(try Self.answer("c.example", plan) == "generated")
        #expect(planned.findings.isEmpty)
    }

    @Test func `A wildcard section names the hosts that it covers`() throws {
        let secrets = [
            try secret("wild", hosts: ["*.w.example"]), try secret("own", namespace: "app", hosts: ["x.w.example"]),
        ]
        let planned = try Self.planned(
            [
                Self.ingress("shop/a", hosts: ["*.w.example"], tls: "{hosts: ['*.w.example'], secretName: wild}"),
                Self.ingress("app/b", hosts: ["x.w.example"]),
            ], secrets)
        #expect(try Self.answer("x.w.example", planned.plan()) == "shop/wild")
    }

    @Test func `Without an HTTPS listener sections have no effect, and say so`() throws {
        let planned = try Self.planned(
            [Self.ingress("shop/a", tls: "{hosts: [a.example], secretName: one}")],
            [try secret("one", hosts: ["a.example"])],
            classSpec: "{listeners: [{name: web, protocol: HTTP, port: 80}]}")
        #expect(try planned.plan().certificates.isEmpty)
        #expect(planned.findings == ["warning NoHTTPSListener shop/a spec.tls"])
    }
}
