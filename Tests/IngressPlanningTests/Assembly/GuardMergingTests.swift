import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct GuardMergingTests {
    private static let prefix = BalancerPlanning.prefix
    private static let older = "2024-01-01T00:00:00Z"
    private static let younger = "2025-01-01T00:00:00Z"
    private static let verify = #"[{"port": 443, "mode": "verify", "trustStore": "arn:a"}]"#
    private static let verifySettings = [
        "mutualAuthentication": "verify", "trustStore": "arn:a",
    ]

    private func ingress(
        _ name: String, _ annotations: [String: String] = [:], created: String? = nil
    ) -> String {
        BalancerPlanning.ingress(name, annotations, created: created)
    }

    private func plan(_ ingresses: [String], spec: String = "{provider: {name: aws}}") throws -> Planned {
        try BalancerPlanning.plan(ingresses, spec: spec)
    }

    private func https(_ ports: Int...) -> String {
        "[\(ports.map { #"{"HTTPS": \#($0)}"# }.joined(separator: ", "))]"
    }

    private func http(_ port: Int) -> String { #"[{"HTTP": \#(port)}]"# }

    /// What listeners ask of clients, by port.
    private func clientCertificates(_ ports: Int..., settings: [String: String] = verifySettings) -> [String: String] {
        ports.reduce(into: [:]) { all, port in
            for (name, value) in settings { all["listeners.\(port).\(name)"] = value }
        }
    }

    // MARK: Contradictions

    @Test(
        arguments: [
            (["scheme": "internal"], ["scheme": "internet-facing"]),
            (["security-groups": "sg-1"], ["security-groups": "sg-2"]),
            (["inbound-cidrs": "10.0.0.0/8"], ["inbound-cidrs": "0.0.0.0/0"]),
            (["inbound-cidrs": "10.0.0.0/8"], ["security-groups": "office"]),
            (["security-groups": "office"], ["inbound-cidrs": "0.0.0.0/0"]),
            (["ssl-policy": "ELBSecurityPolicy-a"], ["ssl-policy": "ELBSecurityPolicy-b"]),
            (["listen-ports": #"[{"HTTPS": 443}]"#], ["listen-ports": #"[{"HTTP": 443}]"#]),
            (["wafv2-acl-arn": "arn:aws:wafv2:eu:1:regional/webacl/a/b"], ["wafv2-acl-arn": "none"]),
            (["mutual-authentication": verify], ["mutual-authentication": #"[{"port": 443, "mode": "off"}]"#]),
            (["mutual-authentication": verify], ["mutual-authentication": #"[{"port": 8443, "mode": "off"}]"#]),
            (
                ["listen-ports": #"[{"HTTP": 80}]"#, "inbound-cidrs": "10.0.0.0/8"],
                ["listen-ports": #"[{"HTTP": 8080}]"#, "inbound-cidrs": "192.0.2.0/24"]
            ),
        ], ["0", "-5"])
    func `Of two Ingresses that contradict each other on a guard the younger one is left out, whatever its order`(
        values: (first: [String: String], second: [String: String]), order: String
    ) throws {
        let planned = try plan([
            ingress("b", values.first, created: Self.older),
            ingress("a", values.second.merging(["group.order": order]) { $1 }, created: Self.younger),
            ingress("c", created: "2026-01-01T00:00:00Z"),
        ])
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/b", "shop/c"])
        #expect(plan.withheld?.map(\.ingress) == ["shop/a"])
        #expect((plan.unsettledGuards ?? []).allSatisfy { [.scheme, .listeners].contains($0) })
        let found = try planned.finding("ConflictingIngress")
        #expect(found.severity == .error && found.object.name == "a")
        #expect(found.message.contains("shop/b, which is older") && found.remedy?.isEmpty == false)
        #expect(found.message.contains("goes on only as long as the guards of the load balancer don't open to others"))
        #expect(plan.withheld?.first?.message == found.message)
    }

    @Test func `Without a time the Ingress that comes first by its name decides`() throws {
        let planned = try plan([ingress("b", ["scheme": "internal"]), ingress("a", ["scheme": "internet-facing"])])
        #expect(try planned.plan().scheme == .internetFacing)
        #expect(try planned.finding("ConflictingIngress").object.name == "b")
    }

    @Test func `What a contradicting Ingress asks for otherwise opens and closes nothing`() throws {
        let plan = try plan([
            ingress("a", ["scheme": "internal"], created: Self.older),
            ingress(
                "b",
                [
                    "scheme": "internet-facing", "inbound-cidrs": "10.0.0.0/8", "tags": "team=b",
                    "listen-ports": #"[{"HTTP": 8080}]"#,
                ], created: Self.younger),
        ]).plan()
        #expect(plan.provider.settings.isEmpty && plan.attributes.tags.isEmpty)
        #expect(plan.listeners.map(\.port) == [80, 443])
        #expect(plan.unsettledGuards == [.clients, .listeners])
    }

    @Test(
        arguments: [
            (["target-type": "ip"], [:], "{provider: {name: aws}}", LoadBalancerScheme.internal, "b"),
            ([:], ["target-type": "ip"], "{provider: {name: aws}}", .internetFacing, "b"),
            (["target-type": "ip"], ["scheme": "internet-facing"], "{provider: {name: aws}}", .internetFacing, nil),
            (["target-type": "ip"], [:], "{scheme: internet-facing, provider: {name: aws}}", .internetFacing, nil),
            (["target-type": "ip"], [:], "{}", .internetFacing, nil),
            ([:], [:], "{provider: {name: aws}}", .internetFacing, nil),
        ] as [([String: String], [String: String], String, LoadBalancerScheme, String?)])
    func `A scheme that nobody states is that controller's for manifests of that controller, by age`(
        older: [String: String], younger: [String: String], spec: String, scheme: LoadBalancerScheme, told: String?
    ) throws {
        let planned = try plan(
            [ingress("a", older, created: Self.older), ingress("b", younger, created: Self.younger)], spec: spec)
        #expect(try planned.plan().scheme == scheme)
        // What exists keeps its scheme where nobody states one.
        #expect((try planned.plan().unsettledGuards == [.scheme]) == (told != nil))
        let warned = planned.result.diagnostics.filter { $0.reason == "SchemeNotStated" }
        #expect(warned.map(\.object.name) == (told.map { [$0] } ?? []))
        #expect(warned.allSatisfy { $0.severity == .warning && $0.remedy?.contains("scheme") == true })
    }

    @Test func `Security groups stand against networks that the parameters give for a port`() throws {
        let planned = try plan(
            [ingress("a", ["security-groups": "sg-1"]), ingress("b")],
            spec: "{provider: {name: aws, settings: {listeners.443.inboundCIDRs: 10.0.0.0/8}}}")
        #expect(try planned.plan().withheld?.map(\.ingress) == ["shop/a"])
        let found = try planned.finding("ConflictingIngress")
        #expect(found.message.contains("listeners.443.inboundCIDRs"))
    }

    @Test func `Networks that the parameters give for a port hold there, and those of an annotation elsewhere`() throws
    {
        let planned = try plan(
            [ingress("a", ["inbound-cidrs": "192.0.2.0/24"])],
            spec: "{provider: {name: aws, settings: {listeners.443.inboundCIDRs: 10.0.0.0/8}}}")
        #expect(
            try planned.plan().provider.settings == [
                "listeners.443.inboundCIDRs": "10.0.0.0/8", "inboundCIDRs": "192.0.2.0/24",
            ])
        #expect(try planned.finding("ParametersDecide").message.contains("for the port 443"))
    }

    @Test func `Networks have no effect beside security groups of the same Ingress, which is told`() throws {
        let planned = try plan([ingress("a", ["inbound-cidrs": "10.0.0.0/8", "security-groups": "sg-1"])])
        #expect(try planned.plan().provider.settings == ["securityGroups": "sg-1"])
        #expect(try planned.finding("AnnotationWithoutEffect").object.name == "a")
    }

    // MARK: Ports of others

    @Test func `Networks hold on the ports of Ingresses that say nothing, and those are told`() throws {
        let planned = try plan([
            ingress("a", ["listen-ports": http(80), "inbound-cidrs": "10.0.0.0/8"]),
            ingress("b", ["listen-ports": http(8080)]),
            ingress("c", ["listen-ports": http(80)]),
        ])
        #expect(try planned.plan().provider.settings == ["inboundCIDRs": "10.0.0.0/8"])
        let found = try planned.finding("SharedGuard")
        #expect(found.object.name == "b" && found.severity == .warning)
        #expect(found.message.contains("10.0.0.0/8") && found.message.contains("8080"))
    }

    @Test func `Networks that are written otherwise are the same`() throws {
        let planned = try plan([
            ingress("a", ["inbound-cidrs": "10.1.2.3/8, 2001:DB8::/32"]),
            ingress("b", ["inbound-cidrs": "2001:db8:0::/32,10.0.0.0/08,10.0.0.0/8"]),
        ])
        #expect(try planned.plan().withheld == nil)
        #expect(try planned.plan().provider.settings == ["inboundCIDRs": "10.0.0.0/8,2001:db8::/32"])
    }

    @Test func `Who agrees on networks is told nothing of them`() throws {
        let planned = try plan([
            ingress("a", ["inbound-cidrs": "10.0.0.0/8"]), ingress("b", ["inbound-cidrs": "10.0.0.0/8"]),
            ingress("c", ["scheme": "internal"]),
        ])
        #expect(planned.findings.isEmpty)
    }

    @Test func `Certificates of clients are asked for on the HTTPS ports of others as well, and those are told`() throws
    {
        let planned = try plan([
            ingress(
                "a",
                ["listen-ports": https(443), "mutual-authentication": Self.verify, "certificate-arn": "arn:aws:acm"]),
            ingress("b", ["listen-ports": https(8443), "certificate-arn": "arn:aws:acm"]),
        ])
        #expect(
            try planned.plan().provider.settings
                == clientCertificates(443, 8443).merging(["certificateARNs": "arn:aws:acm"]) { $1 })
        let found = try planned.finding("SharedGuard")
        #expect(found.object.name == "b" && found.message.contains("8443"))
    }

    @Test func `Who asks for certificates of clients and HTTPS alone is redirected there from plain HTTP of others`()
        throws
    {
        let planned = try plan([
            ingress("a", ["listen-ports": https(443), "mutual-authentication": Self.verify]),
            ingress("b", ["listen-ports": http(80), "headgate.dev/redirect-to-https": "false"]),
        ])
        let plan = try planned.plan()
        #expect(plan.listeners.map(\.port) == [80, 443])
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS != nil)
        #expect(try plan.route(of: "shop/b").filters.redirectToHTTPS == nil)
        let told = planned.result.diagnostics.filter { $0.reason == "SharedListeners" && $0.object.name == "a" }
        #expect(told.first?.message.contains("redirect to HTTPS") == true)
    }

    @Test func `So it is where plain HTTP is none of the plan's, but may be there of an Ingress that is left out`()
        throws
    {
        let annotations = ["listen-ports": https(443), "mutual-authentication": Self.verify]
        let plan = try plan([ingress("a", annotations), ingress("b", ["listen-ports": "80"])]).plan()
        #expect(plan.withheld?.map(\.ingress) == ["shop/b"])
        #expect(plan.listeners.allSatisfy { $0.protocol == .https })
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS?.includesChallenges == true)
    }

    @Test func `A port that an Ingress asks for itself has what it says of it alone`() throws {
        let plan = try plan([
            ingress("a", ["listen-ports": https(443, 8443), "mutual-authentication": Self.verify])
        ]).plan()
        #expect(
            plan.provider.settings == clientCertificates(443).merging(["certificateDiscovery": "true"]) { $1 })
    }

    @Test(
        arguments: [
            (["mutual-authentication": verify], "{provider: {name: aws}}"),
            (["mutual-authentication": verify, "certificate-arn": "nope"], "{provider: {name: aws}}"),
            (["mutual-authentication": verify, "ssl-redirect": "443"], "{provider: {name: aws}}"),
            (
                ["mutual-authentication": verify, "headgate.dev/redirect-to-https": "true"],
                "{provider: {name: aws}, listeners: [{name: a, protocol: HTTP, port: 80}, {name: b, protocol: HTTPS, port: 443}]}"
            ),
        ] as [([String: String], String)])
    func `Who asks for certificates of clients gets no plain HTTP of the class, not for ACME challenges either`(
        annotations: [String: String], spec: String
    ) throws {
        let plan = try plan([ingress("a", annotations), ingress("b")], spec: spec).plan()
        #expect(plan.listeners.contains { $0.protocol == .http })
        let redirect = try #require(try plan.route(of: "shop/a").filters.redirectToHTTPS)
        #expect(redirect.includesChallenges == true)
        #expect(try plan.route(of: "shop/b").filters.redirectToHTTPS?.includesChallenges == nil)
    }

    @Test(
        arguments: [
            ["scheme": "internal"], ["inbound-cidrs": "10.0.0.0/8"], ["security-groups": "sg-1"],
            ["wafv2-acl-arn": "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b"],
            ["mutual-authentication": #"[{"port": 443, "mode": "passthrough"}]"#],
        ])
    func `Who asks for a guard is told for whom else it holds`(annotations: [String: String]) throws {
        let planned = try plan([
            ingress("new", annotations, created: Self.younger), ingress("old", created: Self.older),
            ingress("oldest", created: "2023-01-01T00:00:00Z"),
        ])
        let found = try planned.finding("GuardForAll")
        #expect(found.object.name == "new" && found.severity == .info)
        #expect(found.message.contains("shop/oldest and 1 more"))
        #expect(try plan([ingress("a", annotations)]).result.diagnostics.allSatisfy { $0.reason != "GuardForAll" })
    }

    @Test func `On a port that no annotation names the strictest holds, for all who rely on it`() throws {
        let spec = "{provider: {name: aws}, listeners: [{name: a, protocol: HTTPS, port: 8443}]}"
        func asking(_ name: String, _ mode: String, created: String) -> String {
            let store = mode == "verify" ? #", "trustStore": "arn:a""# : ""
            return ingress(
                name, ["mutual-authentication": #"[{"port": 443, "mode": "\#(mode)"\#(store)}]"#], created: created)
        }
        let agreeing = try plan(
            [asking("a", "verify", created: Self.older), asking("b", "verify", created: Self.younger)], spec: spec)
        let source = try agreeing.plan().provider.sources?["listeners.8443.trustStore"]
        #expect(source?.ingresses == ["shop/a", "shop/b"])
    }

    @Test func `Who asks for plain HTTP as well gets it`() throws {
        let plan = try plan([
            ingress("a", ["listen-ports": #"[{"HTTP": 80}, {"HTTPS": 443}]"#, "mutual-authentication": Self.verify])
        ]).plan()
        #expect(try plan.route(of: "shop/a").filters.redirectToHTTPS == nil)
    }

    @Test func `A guard for a port that takes no HTTPS is told with the ports that do, and holds there`() throws {
        let planned = try plan([
            ingress("a", ["mutual-authentication": #"[{"port": 8443, "mode": "verify", "trustStore": "arn:a"}]"#])
        ])
        #expect(try planned.plan().provider.settings == clientCertificates(443))
        let found = try planned.finding("UnusedPort")
        #expect(found.message.contains("8443") && found.message.contains("443, where the strictest"))
    }
}
