import LoadBalancerModel
import Testing

@testable import IngressPlanning

/// Ingresses that are left out until what they ask for can be read, or had.
@Suite struct WithheldIngressTests {
    private static let prefix = BalancerPlanning.prefix
    private static let older = "2024-01-01T00:00:00Z"
    private static let younger = "2025-01-01T00:00:00Z"

    private func ingress(
        _ name: String, _ annotations: [String: String] = [:], created: String? = nil
    ) -> String {
        BalancerPlanning.ingress(name, annotations, created: created)
    }

    private func plan(_ ingresses: [String], spec: String = "{provider: {name: aws}}") throws -> Planned {
        try BalancerPlanning.plan(ingresses, spec: spec)
    }

    private func https(_ port: Int) -> String { #"[{"HTTPS": \#(port)}]"# }

    private static let unreadable: [(String, String, LoadBalancerGuard)] = [
        ("scheme", "public", .scheme), ("security-groups", ",", .clients), ("inbound-cidrs", "office", .clients),
        ("wafv2-acl-arn", "", .webACL), ("ssl-policy", "TLS-1-2", .securityPolicy),
        ("mutual-authentication", "verify", .clientCertificates), ("listen-ports", "443", .listeners),
    ]

    @Test(arguments: unreadable)
    func `An Ingress whose guard can't be read is left out alone, and the guard stays as it stands`(
        name: String, value: String, guarded: LoadBalancerGuard
    ) throws {
        let planned = try plan([
            ingress("a", [name: value], created: Self.younger), ingress("b", created: Self.older),
        ])
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/b"])
        #expect(plan.ingresses == ["shop/a", "shop/b"])
        #expect(plan.unsettledGuards == (guarded == .scheme ? [guarded] : [.scheme, guarded]))
        let withheld = try #require(plan.withheld?.first)
        #expect(withheld.ingress == "shop/a" && withheld.reason == "InvalidAnnotation")
        #expect(withheld.message.contains(Self.prefix + name) && withheld.message.contains(value))
        #expect(try planned.finding("InvalidAnnotation").severity == .error)
        // A load balancer that isn't there yet isn't made public by mistake.
        #expect(plan.scheme == (guarded == .scheme ? .internal : .internetFacing))
    }

    @Test(
        arguments: [
            ("scheme", "public", "internal", "scheme: internal"),
            ("inbound-cidrs", "office", "10.0.0.0/8", "provider: {name: aws, settings: {inboundCIDRs: 10.0.0.0/8}}"),
            ("ssl-policy", "TLS", "ELBSecurityPolicy-2016-08", "tls: {minimumVersion: '1.3'}"),
        ])
    func `A guard that others or the parameters settle is settled`(
        name: String, bad: String, good: String, spec: String
    ) throws {
        let byOthers = try plan([ingress("a", [name: bad]), ingress("b", [name: good])]).plan()
        #expect((byOthers.unsettledGuards ?? [.scheme]) == [.scheme] && byOthers.withheld?.count == 1)
        let provider = spec.contains("provider") ? "" : "provider: {name: aws}, "
        let byParameters = try plan([ingress("a", [name: bad])], spec: "{\(provider)\(spec)}").plan()
        #expect((byParameters.unsettledGuards ?? [.scheme]) == [.scheme] && byParameters.withheld?.count == 1)
    }

    @Test(
        arguments: [
            ("auth-type", "oidc", nil), ("jwt-validation", "{}", nil), ("wafv2-acl-name", "edge", .webACL),
            ("security-group-prefix-lists", "pl-1", .clients),
        ] as [(String, String, LoadBalancerGuard?)])
    func `An Ingress that asks for protection which isn't supported is left out alone`(
        name: String, value: String, guarded: LoadBalancerGuard?
    ) throws {
        let planned = try plan([
            ingress("a", [name: value], created: Self.younger), ingress("b", created: Self.older),
        ])
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/b"])
        #expect(plan.unsettledGuards == [.scheme] + [guarded].compactMap(\.self))
        let withheld = try #require(plan.withheld?.first)
        #expect(withheld.ingress == "shop/a" && withheld.reason == "UnsupportedAnnotation")
        #expect(withheld.message.contains("Until it is gone"))
        #expect(try planned.finding("UnsupportedAnnotation").object.name == "a")
        let off = try self.plan([ingress("a", ["auth-type": "none"])]).plan()
        #expect(off.withheld == nil && !off.routes.isEmpty)
    }

    @Test func `An Ingress whose group can't be read is left out of every load balancer of its class, and has no say`()
        throws
    {
        let planned = try plan([
            ingress(
                "lost",
                ["group.name": "Internal_Apps", "listen-ports": #"[{"HTTP": 8080}]"#, "inbound-cidrs": "10.0.0.0/8"],
                created: Self.older),
            ingress("a", ["group.name": "apps"], created: Self.younger), ingress("b", created: Self.younger),
        ])
        #expect(planned.result.plans.count == 2)
        for plan in planned.result.plans {
            #expect(plan.withheld?.map(\.ingress) == ["shop/lost"])
            #expect(plan.listeners.map(\.port) == [80, 443])
            #expect(plan.routes.count == 1 && plan.provider.settings["inboundCIDRs"] == nil)
            #expect(plan.unsettledGuards == [.scheme])
            #expect(plan.withheld?.first?.undecidedGuards == [.clients, .listeners])
        }
        let members = planned.result.members.values.map { $0.map { "\($0)" } }
        #expect(members.allSatisfy { !$0.contains("shop/lost") })
        #expect(planned.result.unplaced.keys.sorted() == ["shop/lost"])
        let alone = try plan([ingress("lost", ["group.name": "Internal_Apps"])])
        #expect(alone.result.plans.allSatisfy { $0.routes.isEmpty && $0.withheld?.count == 1 })
        // Where groups aren't what shares, the annotation does nothing.
        let shared = try plan(
            [ingress("lost", ["group.name": "Internal_Apps"])], spec: "{provider: {name: aws}, sharing: {mode: class}}")
        #expect(try shared.plan().withheld == nil && shared.plan().routes.count == 1)
    }

    @Test(arguments: [
        ("actions.web", #"{"type": "fixed-response""#), ("conditions.web", "[{"), ("transforms.web", "[{"),
        ("backend-protocol", "https2"), ("backend-protocol-version", "http2"), ("target-type", "pod"),
    ])
    func `An Ingress with a slip in what becomes of its requests is left out alone`(name: String, value: String) throws
    {
        let planned = try plan([ingress("a", [name: value]), ingress("b")])
        let plan = try planned.plan()
        #expect(Set(plan.routes.compactMap(\.ingress)) == ["shop/b"])
        #expect(plan.unsettledGuards == [.scheme] && plan.withheld?.map(\.ingress) == ["shop/a"])
        let found = try planned.finding("InvalidAnnotation")
        #expect(found.severity == .error && found.message.contains("left out until it can be read, elsewhere"))
    }

    @Test(
        arguments: [
            (["ssl-redirect": "true"], "{}", [.scheme, .listeners, .redirects]),
            (["ssl-redirect": "true"], "{redirectToHTTPS: false}", [.scheme, .listeners]),
            // Who isn't served redirects nobody else.
            (["ssl-redirect": "443", "target-type": "pod"], "{}", [.scheme, .redirects]),
            (["ssl-redirect": "443", "scheme": "internal"], "{}", [.redirects]),
        ] as [([String: String], String, [LoadBalancerGuard])])
    func `Redirects of others stay as they stand where an Ingress that is left out may have brought them`(
        annotations: [String: String], parameters: String, unsettled: [LoadBalancerGuard]
    ) throws {
        let other = annotations["scheme"] == nil ? [:] : ["scheme": "internet-facing"]
        let spec = parameters.dropFirst().dropLast()
        let plan = try plan(
            [ingress("a", annotations, created: Self.younger), ingress("b", other, created: Self.older)],
            spec: "{provider: {name: aws}\(spec.isEmpty ? "" : ", \(spec)")}"
        ).plan()
        #expect(plan.unsettledGuards == unsettled)
        #expect(plan.routes.allSatisfy { $0.filters.redirectToHTTPS == nil })
    }

    @Test func `An Ingress whose group can't be read may have brought the redirects of any load balancer`() throws {
        let planned = try plan([ingress("lost", ["group.name": "A_B", "ssl-redirect": "443"]), ingress("b")])
        #expect(try planned.plan().withheld?.first?.undecidedGuards?.contains(.redirects) == true)
    }

    @Test func `Ports that can't be read aren't those of HTTPS for a certificate beside them`() throws {
        let arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b"
        let plan = try plan([ingress("a", ["certificate-arn": arn, "listen-ports": #"[{"HTTPS":8443}"#])]).plan()
        #expect(plan.listenerSource == .standard && plan.unsettledGuards == [.scheme, .listeners])
        #expect(plan.provider.settings["certificateARNs"] == arn)
    }

    @Test func `A certificate with a slip is asked for all the same, for its port is`() throws {
        let plan = try plan([ingress("a", ["certificate-arn": "foo"])]).plan()
        #expect(plan.listeners.map(\.port) == [443] && plan.withheld == nil)
        #expect(plan.provider.settings["certificateARNs"] == "foo")
    }

    @Test func `The scheme of an Ingress that is left out for something else is that of a new load balancer`() throws {
        let plan = try plan([
            ingress("a", ["scheme": "internet-facing", "inbound-cidrs": "10.0.0.0/33"], created: Self.older),
            ingress("b", created: Self.younger),
        ]).plan()
        #expect(plan.scheme == .internetFacing && plan.unsettledGuards == [.scheme, .clients])
    }

    @Test func `Who names a certificate alone is told of the ports that others bring`() throws {
        let arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b"
        let planned = try plan([ingress("a", ["certificate-arn": arn]), ingress("b")])
        let found = try planned.finding("SharedListeners")
        #expect(
            found.object.name == "a" && found.field.contains("certificate-arn") && found.message.contains("port 80"))
    }

    @Test func `Certificates of an Ingress that can't be read go on, its ports and other guards as they stand`() throws
    {
        let plan = try plan([
            ingress(
                "a",
                [
                    "wafv2-acl-arn": "shop", "listen-ports": https(8443), "certificate-arn": "arn:a",
                    "inbound-cidrs": "10.0.0.0/8",
                ]),
            ingress("b", ["listen-ports": https(443), "certificate-arn": "arn:b"]),
        ]).plan()
        #expect(plan.listeners.map(\.port) == [443])
        #expect(plan.provider.settings == ["certificateARNs": "arn:a,arn:b"])
        #expect(plan.unsettledGuards == [.scheme, .clients, .webACL, .listeners])
    }
}
