import KubernetesModel
import LoadBalancerModel
import Testing
import X509

@testable import IngressPlanning

/// Classes that share listeners and differ in their TLS policy.
@Suite struct PolicyMergingTests {
    private static let strict = TLSPolicy(minimumVersion: .tls13)
    private static let open = TLSPolicy()
    private static let strictSpec = "{tls: {minimumVersion: '1.3'}}"
    private static let older = "2026-01-01T00:00:00Z"
    private static let younger = "2026-02-01T00:00:00Z"

    private static func ingress(
        _ name: String, _ className: String, created: String? = nil, hosts: [String] = [], paths: [String] = ["/"],
        defaultBackend: String? = nil, tls: [String] = []
    ) -> String {
        Manifests.ingress(
            "shop/\(name)", className: className, created: created,
            rules: hosts.map { ($0, paths.map { "Prefix \($0) web:80" }) }, defaultBackend: defaultBackend, tls: tls)
    }

    private struct Merged {
        var plan: LoadBalancerPlan
        var diagnostics: [Diagnostic]

        var tls: ListenerTLS {
            get throws { try plan.httpsListener }
        }

        /// What SNI chooses: the Secret, or `generated`, and the lowest version.
        func choice(_ name: String) throws -> String {
            let tls = try tls
            let fingerprint = tls.binding(for: name).map(\.certificate) ?? tls.defaultCertificate
            let secret = plan.certificates.first { $0.fingerprint == fingerprint }?.secret ?? "generated"
            return "\(secret) \(tls.policy(for: name).minimumVersion.rawValue)"
        }
    }

    /// Merges the plans of the classes `strict`, which wants TLS 1.3, and `open`, and expects the same whatever the order.
    private static func merge(
        _ ingresses: String..., openSpec: String = "{}", strictSpec: String = strictSpec, secrets: [Secret] = []
    ) throws -> Merged {
        let classes = [
            Manifests.ingressClass("strict", isDefault: false, spec: strictSpec),
            Manifests.ingressClass("open", isDefault: false, spec: openSpec),
        ]
        let plans = try Planned(
            classes + [Manifests.service("shop/web")] + ingresses, objects: secrets.map(AnyKubernetesObject.secret)
        ).result.plans
        #expect(plans.count == 2)
        let merged = PlanMerging.merge(plans)
        let reversed = PlanMerging.merge(plans.reversed())
        #expect(merged.plan == reversed.plan)
        #expect(merged.diagnostics == reversed.diagnostics)
        #expect(merged.plan.validate().isEmpty, "\(merged.plan.validate())")
        return Merged(plan: merged.plan, diagnostics: merged.diagnostics)
    }

    @Test func `Every host keeps the policy of its class, and the plan whose Ingress is oldest gives the listener's`()
        throws
    {
        let merged = try Self.merge(
            Self.ingress("a", "open", created: Self.older, hosts: ["a.example"]),
            Self.ingress("b", "strict", created: Self.younger, hosts: ["b.example", "*.c.example"]))
        #expect(
            try merged.tls
                == ListenerTLS(
                    policy: Self.open,
                    certificates: [
                        ServerNameBinding(host: "*.c.example", certificate: nil, policy: Self.strict),
                        ServerNameBinding(host: "b.example", certificate: nil, policy: Self.strict),
                    ]))
        #expect(merged.diagnostics.isEmpty)
        let turned = try Self.merge(
            Self.ingress("a", "open", created: Self.younger, hosts: ["a.example"]),
            Self.ingress("b", "strict", created: Self.older, hosts: ["b.example", "*.c.example"]))
        #expect(
            try turned.tls
                == ListenerTLS(
                    policy: Self.strict,
                    certificates: [ServerNameBinding(host: "a.example", certificate: nil, policy: Self.open)]))
    }

    @Test func `Classes of one policy bind no name for it`() throws {
        let merged = try Self.merge(
            Self.ingress("a", "open", hosts: ["a.example"]), Self.ingress("b", "strict", hosts: ["b.example"]),
            openSpec: Self.strictSpec)
        #expect(try merged.tls == ListenerTLS(policy: Self.strict))
    }

    @Test func `The class that gives the default certificate gives the listener's policy, even if it is younger`()
        throws
    {
        let secret = try TestAuthority().issue(hosts: "default.example").secret("default")
        let merged = try Self.merge(
            Self.ingress("a", "open", created: Self.older, hosts: ["a.example"]),
            Self.ingress("b", "strict", created: Self.younger, hosts: ["b.example"], tls: ["{secretName: default}"]),
            secrets: [secret])
        #expect(try merged.tls.policy == Self.strict)
        #expect(try merged.choice("a.example") == "shop/default 1.2")
        #expect(try merged.choice("b.example") == "shop/default 1.3")
        #expect(try merged.choice("unknown.example") == "shop/default 1.3")
        #expect(merged.diagnostics.isEmpty)
    }

    @Test func `Certificates stay with their hosts, and a host below another class's wildcard keeps its own policy`()
        throws
    {
        let authority = try TestAuthority()
        let secrets = [
            try authority.issue(hosts: "*.w.example").secret("wildcard"),
            try authority.issue(hosts: "b.example").secret("b"),
        ]
        let merged = try Self.merge(
            Self.ingress("a", "open", created: Self.older, hosts: ["a.example", "x.w.example"]),
            Self.ingress(
                "b", "strict", created: Self.younger, hosts: ["b.example", "y.w.example"],
                tls: ["{hosts: ['*.w.example'], secretName: wildcard}", "{hosts: [b.example], secretName: b}"]),
            secrets: secrets)
        #expect(try merged.tls.certificates.map(\.host) == ["*.w.example", "b.example", "x.w.example"])
        #expect(try merged.choice("a.example") == "generated 1.2")
        #expect(try merged.choice("b.example") == "shop/b 1.3")
        #expect(try merged.choice("x.w.example") == "shop/wildcard 1.2")
        #expect(try merged.choice("y.w.example") == "shop/wildcard 1.3")
        #expect(try merged.choice("z.w.example") == "shop/wildcard 1.3")
    }

    @Test(arguments: [
        (older, younger, "1.2", "shop/b"), (younger, older, "1.3", "shop/a"), (nil, nil, "1.2", "shop/b"),
    ])
    func `A host that two classes name has the policy of the older Ingress, and the other one is told`(
        createdA: String?, createdB: String?, version: String, loser: String
    ) throws {
        let merged = try Self.merge(
            Self.ingress("a", "open", created: createdA, hosts: ["x.example"], paths: ["/a"]),
            Self.ingress("b", "strict", created: createdB, hosts: ["x.example", "y.example"], paths: ["/b"]))
        #expect(try merged.choice("x.example") == "generated \(version)")
        #expect(try merged.choice("y.example") == "generated 1.3")
        #expect(merged.diagnostics.map(\.summary) == ["warning TLSPolicyConflict \(loser) spec.rules"])
        let finding = try #require(merged.diagnostics.first)
        #expect(finding.value == "x.example")
        let policies = version == "1.3" ? ["TLS 1.3", "TLS 1.2 to 1.3"] : ["TLS 1.2 to 1.3", "TLS 1.3"]
        #expect(finding.message.contains("served under \(policies[0]), since"))
        #expect(finding.message.contains("asks for \(policies[1])."))
        #expect(finding.message.contains(loser == "shop/a" ? "Ingress shop/b" : "Ingress shop/a"))
    }

    @Test func `The default backend of an older Ingress is no claim to the hosts that others name`() throws {
        let merged = try Self.merge(
            Self.ingress("old", "strict", created: "2025-01-01T00:00:00Z", defaultBackend: "web:80"),
            Self.ingress("b", "strict", created: Self.younger, hosts: ["x.example"], paths: ["/b"]),
            Self.ingress("a", "open", created: Self.older, hosts: ["x.example"], paths: ["/a"]))
        #expect(try merged.choice("x.example") == "generated 1.2")
        #expect(merged.diagnostics.map(\.summary) == ["warning TLSPolicyConflict shop/b spec.rules"])
    }

    @Test func `A class whose rules for any host are under another policy than its own is told`() throws {
        let merged = try Self.merge(
            Self.ingress("a", "open", created: Self.older, hosts: ["a.example"]),
            Self.ingress("b", "strict", created: Self.younger, hosts: [""]))
        #expect(try merged.tls == ListenerTLS(policy: Self.open))
        #expect(merged.diagnostics.map(\.summary) == ["warning SharedListenerSetting strict spec.tls.minimumVersion"])
    }

    @Test func `A host that one class leaves to the generated certificate gets the common default one`() throws {
        let authority = try TestAuthority()
        let secrets = [
            try authority.issue(hosts: "*.w.example").secret("wildcard"),
            try authority.issue(hosts: "default.example").secret("default"),
        ]
        let broken = Self.ingress(
            "a", "open", hosts: ["x.w.example"],
            tls: ["{hosts: ['*.w.example'], secretName: wildcard}", "{hosts: [x.w.example], secretName: missing}"])
        let without = try Self.merge(broken, Self.ingress("b", "strict", hosts: ["b.example"]), secrets: secrets)
        #expect(try without.choice("x.w.example") == "generated 1.2")
        #expect(try without.choice("y.w.example") == "shop/wildcard 1.2")
        let with = try Self.merge(
            broken, Self.ingress("b", "strict", hosts: ["b.example"], tls: ["{secretName: default}"]), secrets: secrets)
        #expect(try with.choice("x.w.example") == "shop/default 1.2")
    }

    @Test func `A host whose Secret can't be used doesn't get the certificate of another class's wildcard`() throws {
        let authority = try TestAuthority()
        let secrets = [
            try authority.issue(hosts: "*.w.example").secret("wildcard"),
            try authority.issue(hosts: "default.example").secret("default"),
        ]
        let broken = Self.ingress(
            "a", "open", hosts: ["x.w.example"], tls: ["{hosts: [x.w.example], secretName: missing}"])
        let wildcard = "{hosts: ['*.w.example'], secretName: wildcard}"
        // Classes of one policy, so that no name is bound for the policy's sake.
        let without = try Self.merge(
            broken, Self.ingress("b", "strict", hosts: ["*.w.example"], tls: [wildcard]), strictSpec: "{}",
            secrets: secrets)
        #expect(try without.choice("x.w.example") == "generated 1.2")
        #expect(try without.choice("y.w.example") == "shop/wildcard 1.2")
        let with = try Self.merge(
            broken, Self.ingress("b", "strict", hosts: ["*.w.example"], tls: [wildcard, "{secretName: default}"]),
            strictSpec: "{}", secrets: secrets)
        #expect(try with.choice("x.w.example") == "shop/default 1.2")
        #expect(try with.choice("y.w.example") == "shop/wildcard 1.2")
    }

    @Test func `A certificate of another class goes before the generated one`() throws {
        let authority = try TestAuthority()
        let secrets = [
            try authority.issue(hosts: "*.w.example").secret("wildcard"),
            try authority.issue(hosts: "x.w.example").secret("x"),
        ]
        let merged = try Self.merge(
            Self.ingress(
                "a", "open", hosts: ["x.w.example"], paths: ["/a"],
                tls: ["{hosts: ['*.w.example'], secretName: wildcard}", "{hosts: [x.w.example], secretName: missing}"]),
            Self.ingress(
                "b", "strict", hosts: ["x.w.example"], paths: ["/b"],
                tls: ["{hosts: [x.w.example], secretName: x}"]), secrets: secrets)
        #expect(try merged.choice("x.w.example") == "shop/x 1.2")
    }
}
