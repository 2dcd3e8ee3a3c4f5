import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

/// What a plan leaves unsettled stays as it is at the cloud.
@Suite("Guards that stand")
struct StandingGuardsTests {
    private static let webACL = "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b"
    private static let main = ResourceReference(type: AWSResource.ResourceType.loadBalancer, name: "main")

    private func plan(
        _ unsettled: [LoadBalancerGuard]? = LoadBalancerGuard.allCases.filter { $0 != .listeners },
        settings: [String: String] = [:]
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")],
            settings: settings.merging(["certificateARNs": AWSEnvironment.certificateARN]) { $1 })
        plan.unsettledGuards = unsettled
        plan.withheld = [WithheldIngress(ingress: "shop/b", reason: "InvalidAnnotation", message: "Correct it.")]
        return plan
    }

    /// A private load balancer with a listener of HTTPS, a web ACL, and certificates of clients.
    private func observed(securityGroup: String = "sg-managed", scheme: String = "internal") -> ObservedGraph<
        AWSResource
    > {
        let balancer = LoadBalancerSpec(
            name: "hg", scheme: scheme, ipAddressType: "ipv4", subnets: [],
            securityGroups: [.identifier(securityGroup)], attributes: [:], webACL: .associated(Self.webACL), tags: [:])
        let listener = ListenerSpec(
            loadBalancer: .identifier("arn:lb"), port: 443, protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-old",
            defaultActions: [],
            mutualAuthentication: .init(mode: "verify", trustStore: .identifier("arn:store")), tags: [:])
        let group = SecurityGroupSpec(
            name: "hg", description: "", vpc: "vpc-1", ingress: [.init(port: 443, cidr: "10.0.0.0/8")], tags: [:])
        return ObservedGraph(resources: [
            ObservedResource(reference: Self.main, identifier: "arn:lb", resource: .loadBalancer(balancer)),
            ObservedResource(
                reference: ResourceReference(type: AWSResource.ResourceType.listener, name: "https"),
                identifier: "arn:listener", resource: .listener(listener)),
            ObservedResource(
                reference: ResourceReference(type: AWSResource.ResourceType.securityGroup, name: "main"),
                identifier: "sg-managed", resource: .securityGroup(group)),
        ])
    }

    private func lower(
        _ plan: LoadBalancerPlan, beside observed: ObservedGraph<AWSResource>
    ) throws -> ResourceGraph<AWSResource> {
        var environment = AWSEnvironment.standard
        environment.standing = StandingResources(observed)
        return try ALBLowering.lower(plan, in: environment, beside: observed).graph
    }

    private func balancer(_ graph: ResourceGraph<AWSResource>) throws -> LoadBalancerSpec {
        try #require(
            graph.resources.lazy.compactMap { node -> LoadBalancerSpec? in
                if case .loadBalancer(let spec) = node.resource { spec } else { nil }
            }.first)
    }

    private func listener(_ graph: ResourceGraph<AWSResource>, port: Int = 443) throws -> ListenerSpec {
        try #require(
            graph.resources.lazy.compactMap { node -> ListenerSpec? in
                if case .listener(let spec) = node.resource, spec.port == port { spec } else { nil }
            }.first)
    }

    private func networks(_ graph: ResourceGraph<AWSResource>) -> [String] {
        graph.resources.lazy.compactMap { node -> [String]? in
            if case .securityGroup(let spec) = node.resource { spec.ingress.map(\.description) } else { nil }
        }.first ?? []
    }

    @Test("What is unsettled stays, on a new port as on the others")
    func unsettled() throws {
        let graph = try lower(plan(), beside: observed())
        let balancer = try balancer(graph)
        #expect(balancer.scheme == "internal")
        #expect(balancer.webACL == .associated(Self.webACL))
        #expect(networks(graph) == ["tcp/80 from 10.0.0.0/8", "tcp/443 from 10.0.0.0/8"])
        let listener = try listener(graph)
        #expect(listener.sslPolicy == "ELBSecurityPolicy-old")
        #expect(listener.mutualAuthentication == .init(mode: "verify", trustStore: .identifier("arn:store")))
    }

    @Test("What is settled is as the plan has it")
    func settled() throws {
        let graph = try lower(plan(nil), beside: observed())
        let balancer = try balancer(graph)
        #expect(balancer.scheme == "internet-facing" && balancer.webACL == .unmanaged)
        #expect(networks(graph) == ["tcp/80 from 0.0.0.0/0", "tcp/443 from 0.0.0.0/0"])
        let listener = try listener(graph)
        #expect(listener.sslPolicy != "ELBSecurityPolicy-old" && listener.mutualAuthentication == nil)
    }

    @Test("What a setting says of a port goes before what stands")
    func ports() throws {
        let graph = try lower(
            plan(settings: ["listeners.443.inboundCIDRs": "192.0.2.0/24", "listeners.443.mutualAuthentication": "off"]),
            beside: observed())
        #expect(networks(graph) == ["tcp/80 from 10.0.0.0/8", "tcp/443 from 192.0.2.0/24"])
        #expect(try listener(graph).mutualAuthentication == nil)
    }

    @Test("Security groups of others stay")
    func securityGroups() throws {
        let graph = try lower(plan(), beside: observed(securityGroup: "sg-office"))
        #expect(try balancer(graph).securityGroups == [.identifier("sg-office")])
        #expect(networks(graph).isEmpty)
    }

    @Test("Of two load balancers, one about to take the other's place, the private one stays")
    func replacement() throws {
        var both = observed(scheme: "internet-facing")
        both.resources += observed().resources.map { resource in
            var resource = resource
            resource.identifier += "-2"
            return resource
        }
        #expect(try balancer(lower(plan(), beside: both)).scheme == "internal")
    }

    @Test("Where ports are unsettled the load balancer listens on what it does, and on what is asked for by name")
    func listeners() throws {
        func ports(_ plan: LoadBalancerPlan) throws -> [String] {
            try lower(plan, beside: observed()).resources.compactMap { node -> String? in
                if case .listener(let spec) = node.resource { "\(spec.protocol) \(spec.port)" } else { nil }
            }.sorted()
        }
        var nobody = plan([.listeners])
        nobody.routes = []
        #expect(try ports(nobody) == ["HTTPS 443"])
        // Who names no ports is for those of the class.
        #expect(try ports(plan([.listeners])) == ["HTTP 80", "HTTPS 443"])
        var named = plan([.listeners])
        named.listeners = [Listener(name: "http-8080", protocol: .http, port: 8080)]
        named.listenerSource = .annotations
        #expect(try ports(named) == ["HTTP 8080", "HTTPS 443"])
        #expect(try ports(plan(nil)) == ["HTTP 80", "HTTPS 443"])
    }

    @Test("Where the load balancer of an Ingress can't be told, its guards stay where it has something")
    func undecided() throws {
        var plan = plan(nil)
        plan.withheld = [
            WithheldIngress(
                ingress: "shop/b", reason: "InvalidAnnotation", message: "Correct it.", undecidedGuards: [.clients])
        ]
        let elsewhere = observed()
        #expect(try networks(lower(plan, beside: elsewhere)) == ["tcp/80 from 0.0.0.0/0", "tcp/443 from 0.0.0.0/0"])
        var here = elsewhere
        let rule = RuleSpec(listener: .identifier("arn:listener"), priority: 1, conditions: [], actions: [], tags: [:])
        here.resources.append(
            ObservedResource(
                reference: ResourceReference(type: AWSResource.ResourceType.rule, name: "https-b"),
                identifier: "arn:rule",
                resource: .rule(rule), member: "shop/b", container: "arn:listener", position: 1))
        #expect(try networks(lower(plan, beside: here)) == ["tcp/80 from 10.0.0.0/8", "tcp/443 from 10.0.0.0/8"])
    }

    @Test("A new load balancer is as the plan has it")
    func new() throws {
        var plan = plan()
        plan.scheme = .internal
        let graph = try lower(plan, beside: ObservedGraph())
        #expect(try balancer(graph).scheme == "internal")
        #expect(networks(graph) == ["tcp/80 from 0.0.0.0/0", "tcp/443 from 0.0.0.0/0"])
    }

    @Test("A load balancer whose Ingresses are all left out isn't made, and stays where it is")
    func nobody() throws {
        var plan = plan()
        plan.routes = []
        #expect(try lower(plan, beside: ObservedGraph()).resources.isEmpty)
        #expect(try balancer(lower(plan, beside: observed())).scheme == "internal")
    }
}
