import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("Calls per kind of change")
struct CallCountTests {
    private let aws = StrictAWS()
    private let routes: [LoadBalancerPlan.SampleRoute] = [
        .init("shop", "/cart", "cart"), .init("shop", "/", "web"), .init("api", "/", "web"),
    ]

    /// What is called when a plan is carried out on what an earlier one made.
    private func calls(
        from base: LoadBalancerPlan, to plan: LoadBalancerPlan, assets: PlanAssets = PlanAssets()
    ) async throws -> (reads: [String], writes: [String]) {
        let first = try await aws.apply(base, assets: assets)
        #expect(first.isComplete, "\(first.failures)")
        aws.cloud.forgetCalls()
        let second = try await aws.apply(plan, assets: assets)
        #expect(second.isComplete, "\(second.failures)")
        return (aws.cloud.calls.filter { !$0.isWrite }.map(\.operation), aws.writes)
    }

    @Test("Nothing is written when nothing has changed, and few calls are made to find that out")
    func unchanged() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        let calls = try await calls(from: plan, to: plan)
        #expect(calls.writes == [])
        let counts = Dictionary(grouping: calls.reads, by: \.self).mapValues(\.count)
        #expect(
            counts == [
                "GetCallerIdentity": 1, "DescribeAccountLimits": 1, "DescribeVpcs": 1, "DescribeSubnets": 1,
                "GetResources": 1, "DescribeSecurityGroups": 1, "DescribeLoadBalancers": 1,
                "DescribeLoadBalancerAttributes": 1, "DescribeListeners": 1, "DescribeListenerAttributes": 1,
                "DescribeRules": 1, "DescribeTargetGroups": 1, "DescribeTargetGroupAttributes": 2,
                "DescribeTargetHealth": 2,
                // Of the load balancer, of what is in it, of the target groups.
                "DescribeTags": 3,
            ])
    }

    @Test(
        "WAF, which answers once a second, is asked only where the settings have a say in the web ACL",
        arguments: [
            ([:], [], []),
            (["wafWebACL": "none"], ["GetWebACLForResource"], ["GetWebACLForResource"]),
            (
                ["wafWebACL": AWSWorld.standard().webACLs.ids[0]], ["GetWebACL", "GetWebACLForResource"],
                ["ListResourcesForWebACL"]
            ),
        ] as [([String: String], [String], [String])])
    func webACL(_ settings: [String: String], _ creating: [String], _ again: [String]) async throws {
        func reads() -> [String] {
            aws.cloud.calls.filter { $0.service == "wafv2" && !$0.isWrite }.map(\.operation)
        }
        let plan = LoadBalancerPlan.sample(routes, settings: settings)
        let first = try await aws.apply(plan)
        #expect(first.isComplete, "\(first.failures)")
        // The step is done again until the load balancer is active.
        #expect(Set(reads()) == Set(creating))
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(reads() == again)
        #expect(aws.writes == [])
        aws.cloud.forgetCalls()
        let engine = ProvisioningEngine(provider: try aws.provider())
        let destruction = try await engine.proposeDestruction(of: Owner(plan))
        _ = try await engine.execute(destruction, options: aws.options)
        #expect(aws.cloud.world.loadBalancers.values.isEmpty)
        #expect(reads() == [], "AWS drops the association along with the load balancer")
    }

    @Test("A path that goes elsewhere is one change of one rule")
    func onePath() async throws {
        // The pool stays in use, so that nothing is deleted.
        let rest: [LoadBalancerPlan.SampleRoute] = [
            .init("shop", "/", "web"), .init("api", "/other", "cart"), .init("api", "/", "web"),
        ]
        let base = LoadBalancerPlan.sample([.init("shop", "/cart", "cart")] + rest)
        let plan = LoadBalancerPlan.sample([.init("shop", "/cart", "web")] + rest)
        #expect(try await calls(from: base, to: plan).writes == ["ModifyRule"])
    }

    @Test("A path more is one rule more")
    func pathMore() async throws {
        let plan = LoadBalancerPlan.sample([.init("shop", "/new", "web")] + routes)
        #expect(try await calls(from: .sample(routes), to: plan).writes == ["CreateRule"])
    }

    @Test("A path less is one rule less")
    func pathLess() async throws {
        let base = LoadBalancerPlan.sample([.init("shop", "/old", "web")] + routes)
        #expect(try await calls(from: base, to: .sample(routes)).writes == ["DeleteRule"])
    }

    @Test("An endpoint more is one registration")
    func endpointMore() async throws {
        let more = ["web": [Target(address: "10.0.1.11", port: 8080), Target(address: "10.0.1.50", port: 8080)]]
        let writes = try await calls(from: .sample(routes), to: .sample(routes, targets: more)).writes
        #expect(writes == ["RegisterTargets"])
        let registered = aws.cloud.writes.first?.parameters["Targets"]?.list?.compactMap { $0["Id"]?.string }
        #expect(registered == ["10.0.1.50"])
    }

    @Test("An endpoint that moves is registered at its new address, then deregistered at its old one")
    func endpointMoved() async throws {
        let moved = ["web": [Target(address: "10.0.1.50", port: 8080)]]
        let writes = try await calls(from: .sample(routes), to: .sample(routes, targets: moved)).writes
        #expect(writes == ["RegisterTargets", "DeregisterTargets"])
    }

    @Test("Many endpoints are registered in batches")
    func batches() async throws {
        let many = ["web": (0..<450).map { Target(address: "10.0.\($0 / 200).\($0 % 200 + 1)", port: 8080) }]
        let writes = try await calls(from: .sample(routes), to: .sample(routes, targets: many)).writes
        #expect(writes.filter { $0 == "RegisterTargets" }.count == 3)
    }

    @Test("A renewed certificate is imported under its ARN, and no listener changes")
    func renewedCertificate() async throws {
        let old = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let new = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let assets = PlanAssets(certificates: [
            old.reference.fingerprint: old.material, new.reference.fingerprint: new.material,
        ])
        let writes = try await calls(
            from: .sample(routes, certificate: old.reference), to: .sample(routes, certificate: new.reference),
            assets: assets
        ).writes
        #expect(writes == ["ImportCertificate", "AddTagsToCertificate"])
        #expect(aws.cloud.world.certificates.count == 1)
        #expect(aws.cloud.world.certificates.values.first?.body.isEmpty == false)
    }
}
