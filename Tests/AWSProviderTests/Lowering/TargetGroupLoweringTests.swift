import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Lowering of pools to target groups")
struct TargetGroupLoweringTests {
    private func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment = .standard
    ) throws -> Lowering<AWSResource> {
        try ALBLowering.lower(plan, in: environment)
    }

    @Test("A change of what AWS can't change in a target group gives it another name")
    func targetGroupNames() throws {
        func name(_ plan: LoadBalancerPlan) throws -> String? {
            let lowering = try lower(plan)
            guard
                case .targetGroup(let spec)? = lowering.graph[ResourceReference(type: "target-group", name: "web")]?
                    .resource
            else { return nil }
            return spec.name
        }
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        let before = try #require(try name(plan))
        plan.pools[0].healthCheck?.path = "/health"
        plan.pools[0].targets.append(Target(address: "10.0.0.11", port: 8080))
        #expect(try name(plan) == before)
        plan.pools[0].protocol = .https
        plan.pools[0].tls = BackendTLS()
        #expect(try name(plan) != before)
        plan.scheme = .internal
        #expect(try name(plan) != before)
    }

    @Test("Targets are registered where AWS takes them, and the report names the others")
    func targets() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].targets = [
            Target(address: "10.0.0.9", port: 1), Target(address: "172.16.0.1", port: 2),
            Target(address: "203.0.113.1", port: 3), Target(address: "db.internal", port: 4),
            Target(address: "2001:db8::1", port: 5), Target(address: "10.0.0.8", port: 6, state: .draining),
        ]
        let lowering = try lower(plan)
        guard case .targets(let spec)? = lowering.graph[ResourceReference(type: "targets", name: "web")]?.resource
        else {
            Issue.record("there are no targets")
            return
        }
        #expect(
            spec.targets == [
                .init(id: "10.0.0.9", port: 1), .init(id: "172.16.0.1", port: 2, availabilityZone: "all"),
            ])
        let messages = lowering.fidelity.filter { $0.object == "Ingress shop/front" }.map(\.message)
        for address in ["203.0.113.1", "db.internal"] {
            #expect(messages.contains { $0.contains(address) }, "\(address)")
        }
        #expect(messages.contains { $0.contains("1 with IPv6") })
    }

    @Test("Affinity makes a target group of its own, and is approximated")
    func affinity() throws {
        let filters = RouteFilters(affinity: SessionAffinity(cookieName: "session", maximumAgeSeconds: 600))
        let lowering = try lower(
            .test([.test("a.example.com", .prefix, "/x", filters: filters), .test("a.example.com", .prefix, "/")]))
        let node = lowering.graph[ResourceReference(type: "target-group", name: "web.sticky-600")]
        guard case .targetGroup(let spec)? = node?.resource else {
            Issue.record("there is no sticky target group")
            return
        }
        #expect(spec.attributes["stickiness.lb_cookie.duration_seconds"] == "600")
        #expect(lowering.graph[ResourceReference(type: "target-group", name: "web")] != nil)
        #expect(lowering.fidelity.contains { $0.severity == .approximated && $0.message.contains("AWSALB for 600 s") })
    }

    @Test("Affinity to pools is that of the action alone, and makes no target groups")
    func poolAffinity() throws {
        var plan = LoadBalancerPlan.test([
            .test("a.example.com", .prefix, "/", filters: RouteFilters(poolAffinitySeconds: 600))
        ])
        plan.pools.append(BackendPool(name: "next", targets: []))
        plan.routes[0].action = .forward([WeightedPool(pool: "web", weight: 9), WeightedPool(pool: "next", weight: 1)])
        #expect(try targetGroups(plan).mapValues { $0["stickiness.enabled"] } == ["web": "false", "next": "false"])
        #expect(try stickySeconds(plan) == 600)
        plan.routes[0].filters = RouteFilters(affinity: SessionAffinity(cookieName: "a"), poolAffinitySeconds: 0)
        #expect(try stickySeconds(plan) == nil)
        #expect(try Set(targetGroups(plan).keys) == ["web.sticky-86400", "next.sticky-86400"])
    }

    @Test("Attributes of target groups go before affinity")
    func stickinessOfAttributes() throws {
        var plan = LoadBalancerPlan.test([
            .test(
                "a.example.com", .prefix, "/",
                filters: RouteFilters(affinity: SessionAffinity(cookieName: "a", maximumAgeSeconds: 200)))
        ])
        plan.pools.append(BackendPool(name: "next", targets: []))
        plan.routes[0].action = .forward([WeightedPool(pool: "web"), WeightedPool(pool: "next")])
        for index in plan.pools.indices {
            plan.pools[index].settings = ["targetGroupAttributes.stickiness.enabled": "false"]
        }
        #expect(try targetGroups(plan).mapValues { $0["stickiness.enabled"] } == ["web": "false", "next": "false"])
        #expect(try stickySeconds(plan) == nil)
        #expect(try !lower(plan).fidelity.contains { $0.message.contains("session affinity") })
        plan.pools[0].settings = ["targetGroupAttributes.stickiness.lb_cookie.duration_seconds": "60"]
        let sticky = try #require(try targetGroups(plan)["web.sticky-200"])
        #expect(sticky["stickiness.enabled"] == "true" && sticky["stickiness.lb_cookie.duration_seconds"] == "60")
        #expect(try stickySeconds(plan) == 200)
    }

    @Test("Stickiness can be by a cookie of the application")
    func applicationCookie() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].settings = [
            "targetGroupAttributes.stickiness.enabled": "true",
            "targetGroupAttributes.stickiness.type": "app_cookie",
            "targetGroupAttributes.stickiness.app_cookie.cookie_name": "SESSION",
            "targetGroupAttributes.stickiness.app_cookie.duration_seconds": "60",
        ]
        let attributes = try #require(try targetGroups(plan)["web"])
        #expect(attributes["stickiness.type"] == "app_cookie")
        #expect(attributes["stickiness.app_cookie.cookie_name"] == "SESSION")
        #expect(attributes["stickiness.app_cookie.duration_seconds"] == "60")
    }

    @Test("A target without a health check of its own is healthy with 200, as AWS has it")
    func standardHealthCheck() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].healthCheck = nil
        let node = try lower(plan).graph[ResourceReference(type: "target-group", name: "web")]
        guard case .targetGroup(let spec)? = node?.resource else {
            Issue.record("there is no target group")
            return
        }
        #expect(spec.healthCheck.successCodes == "200")
    }

    private func targetGroups(_ plan: LoadBalancerPlan) throws -> [String: [String: String]] {
        try lower(plan).graph.resources.reduce(into: [:]) { groups, node in
            if case .targetGroup(let spec) = node.resource { groups[node.reference.name] = spec.attributes }
        }
    }

    private func stickySeconds(_ plan: LoadBalancerPlan) throws -> Int? {
        let actions = try lower(plan).graph.resources.compactMap { node -> RuleAction? in
            guard case .rule(let spec) = node.resource else { return nil }
            return spec.actions.first
        }
        let durations = actions.compactMap { action -> Int? in
            guard case .forward(let forward) = action else { return nil }
            return forward.stickinessSeconds
        }
        return durations.first
    }

    @Test("A pool without targets has the family that it is going to have, else the one that stands, else IPv4")
    func emptyPools() throws {
        func family(_ family: IPFamily?, standing: String?, dualstack: Bool = true) throws -> String? {
            var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
            plan.addressing.family = dualstack ? .dualstack : .ipv4
            plan.pools[0].targets = []
            plan.pools[0].addressFamily = family
            var environment = AWSEnvironment.standard
            let group = ResourceReference(type: "target-group", name: "web")
            if let standing, case .targetGroup(var spec)? = try lower(plan).graph[group]?.resource {
                spec.ipAddressType = standing
                environment.standing = StandingResources(
                    ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(spec))]))
            }
            guard case .targetGroup(let spec)? = try lower(plan, in: environment).graph[group]?.resource else {
                return nil
            }
            return spec.ipAddressType
        }
        #expect(try family(nil, standing: nil) == "ipv4")
        #expect(try family(nil, standing: "ipv6") == "ipv6")
        #expect(try family(.ipv6, standing: nil) == "ipv6")
        #expect(try family(.ipv4, standing: "ipv6") == "ipv4")
        #expect(try family(.ipv6, standing: nil, dualstack: false) == "ipv4")
    }

    @Test("A target group that a load balancer of others uses is replaced under another name")
    func lentTargetGroup() throws {
        let plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        let group = ResourceReference(type: "target-group", name: "web")
        func spec(_ environment: AWSEnvironment) throws -> TargetGroupSpec? {
            guard case .targetGroup(let spec)? = try lower(plan, in: environment).graph[group]?.resource else {
                return nil
            }
            return spec
        }
        var lent = try #require(try spec(.standard))
        let name = lent.name
        lent.loadBalancer = .identifier("arn:theirs")
        var environment = AWSEnvironment.standard
        environment.standing = StandingResources(
            ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(lent))]))
        #expect(try spec(environment)?.name != name)
        lent.loadBalancer = .resource(ResourceReference(type: "load-balancer", name: "main"))
        environment.standing = StandingResources(
            ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(lent))]))
        #expect(try spec(environment)?.name == name)
    }
}
