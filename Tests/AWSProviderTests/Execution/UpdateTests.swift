import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Changes in place")
struct UpdateTests {
    private let aws = StrictAWS()
    private let routes: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/", "web"), .init("api", "/", "web")]

    /// The calls that write when settings change.
    private func writes(
        from before: [String: String] = [:], to settings: [String: String]
    ) async throws -> [RecordedCall] {
        let first = try await aws.apply(.sample(routes, settings: before))
        #expect(first.isComplete, "\(first.failures)")
        aws.cloud.forgetCalls()
        let plan = LoadBalancerPlan.sample(routes, settings: settings)
        let second = try await aws.apply(plan)
        #expect(second.isComplete, "\(second.failures)")
        let writes = aws.cloud.writes
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == [], "it comes to rest")
        #expect(aws.cloud.violations.isEmpty)
        return writes
    }

    @Test("A target group that was taken over under its old name is replaced under another one")
    func oldNameOfTargetGroup() async throws {
        func plan(_ scheme: LoadBalancerScheme, isNew: Bool = true) -> LoadBalancerPlan {
            let new: [LoadBalancerPlan.SampleRoute] = isNew ? [.init("new", "/", "new")] : []
            var plan = LoadBalancerPlan.sample([.init("shop", "/", "web")] + new)
            plan.scheme = scheme
            return plan
        }
        try await aws.apply(plan(.internetFacing, isNew: false))
        let refusal = ServiceFailure("InvalidConfigurationRequest", "Not now.", status: 400)
        aws.cloud.inject(AWSFault(.failure(refusal), operation: "CreateRule", times: 1000))
        #expect(try await aws.apply(plan(.internetFacing)).isComplete == false)
        aws.cloud.clearFaults()
        for scheme in [LoadBalancerScheme.internal, .internetFacing, .internal] {
            let report = try await aws.apply(plan(scheme))
            #expect(report.isComplete, "\(scheme): \(report.failures)")
            #expect(aws.cloud.world.targetGroups.values.count == 2)
            aws.cloud.forgetCalls()
            try await aws.apply(plan(scheme))
            #expect(aws.writes == [])
        }
    }

    @Test("An attribute is set, and no other")
    func attribute() async throws {
        let writes = try await writes(to: ["attributes.idle_timeout.timeout_seconds": "120"])
        #expect(writes.map(\.operation) == ["ModifyLoadBalancerAttributes"])
        #expect(
            writes.first?.parameters["Attributes"]
                == [["Key": "idle_timeout.timeout_seconds", "Value": "120"]])
    }

    @Test("Subnets are set in one call")
    func subnets() async throws {
        let writes = try await writes(to: ["subnets": "subnet-0public000000000,subnet-0public000000001"])
        #expect(writes.map(\.operation) == ["SetSubnets"])
    }

    @Test("A web ACL is associated once the load balancer is active, and taken away by none")
    func webACL() async throws {
        let arn = try #require(aws.cloud.world.webACLs.ids.first)
        let made = try await writes(to: ["wafWebACL": arn])
        #expect(made.map(\.operation) == ["AssociateWebACL"])
        let taken = try await writes(from: ["wafWebACL": arn], to: ["wafWebACL": "none"])
        #expect(taken.map(\.operation) == ["DisassociateWebACL"])
    }

    @Test("A new load balancer is associated with its web ACL as well")
    func webACLOfNew() async throws {
        let arn = try #require(aws.cloud.world.webACLs.ids.first)
        let report = try await aws.apply(.sample(routes, settings: ["wafWebACL": arn]))
        #expect(report.isComplete, "\(report.failures)")
        #expect(Array(aws.cloud.world.webACLAssociations.values) == [arn])
        #expect(aws.writes.filter { $0 == "CreateLoadBalancer" }.count == 1)
    }

    @Test("A web ACL that took the place of the one that is asked for is told of, and gives way")
    func otherWebACL() async throws {
        let arn = try #require(aws.cloud.world.webACLs.ids.first)
        let other = arn.replacing("edge", with: "other")
        let plan = LoadBalancerPlan.sample(routes, settings: ["wafWebACL": arn])
        try await aws.apply(plan)
        aws.cloud.change { world in
            world.webACLs[other] = world.webACLs[arn]
            world.webACLs[other]?.arn = other
            for balancer in world.loadBalancers.values { world.webACLAssociations[balancer.arn] = other }
        }
        let proposal = try await ProvisioningEngine(provider: aws.provider()).propose(plan)
        let fields = proposal.changeSet.changes.flatMap(\.fields)
        #expect(fields.map(\.path) == ["webACL"])
        #expect(fields.map(\.before) == [other])
        #expect(fields.map(\.after) == [arn])
        try await aws.apply(plan)
        #expect(Array(aws.cloud.world.webACLAssociations.values) == [arn])
    }

    @Test("A security group lets in what is new before it shuts out what is old")
    func securityGroup() async throws {
        let writes = try await writes(
            from: ["inboundCIDRs": "10.0.0.0/8"], to: ["inboundCIDRs": "10.0.0.0/8,192.168.0.0/16"])
        #expect(writes.map(\.operation) == ["AuthorizeSecurityGroupIngress"])
        let moved = try await self.writes(from: ["inboundCIDRs": "10.0.0.0/8"], to: ["inboundCIDRs": "172.16.0.0/12"])
        #expect(moved.map(\.operation) == ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"])
    }

    @Test("A managed security group from which nothing gets out any more is repaired; what was added by hand may stay")
    func egress() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        try await aws.apply(plan)
        aws.cloud.change { world in
            for id in world.securityGroups.ids where OwnershipTags(world.securityGroups[id]?.tags ?? [:]) != nil {
                world.securityGroups[id]?.egress[0].source = .ipv4("10.0.0.0/8")
            }
        }
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == ["AuthorizeSecurityGroupEgress"])
        let group = try #require(aws.cloud.world.securityGroups.values.first { OwnershipTags($0.tags) != nil })
        #expect(group.egress.map(\.source) == [.ipv4("10.0.0.0/8"), .ipv4("0.0.0.0/0")])
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == [])
    }

    @Test("An attribute of which AWS doesn't say the default is left as it is once nobody asks for it any more")
    func attributesWithoutDefault() async throws {
        let name = "attributes.ipv6.deny_all_igw_traffic"
        #expect(try await writes(to: [name: "true"]).map(\.operation) == ["ModifyLoadBalancerAttributes"])
        #expect(try await writes(from: [name: "true"], to: [:]).isEmpty)
    }

    @Test("The attributes of target groups and listeners are set one by one")
    func otherAttributes() async throws {
        let groups = try await writes(to: ["targetGroupAttributes.deregistration_delay.timeout_seconds": "30"])
        #expect(groups.map(\.operation) == ["ModifyTargetGroupAttributes"])
        let listeners = try await writes(
            from: ["targetGroupAttributes.deregistration_delay.timeout_seconds": "30"],
            to: [
                "targetGroupAttributes.deregistration_delay.timeout_seconds": "30",
                "listenerAttributes.routing.http.response.server.enabled": "false",
            ])
        #expect(listeners.map(\.operation) == ["ModifyListenerAttributes"])
    }

    @Test("Tags that were added by hand go, those that are gone come back")
    func tags() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        try await aws.apply(plan)
        aws.cloud.change { world in
            for balancer in world.loadBalancers.values { world.loadBalancers[balancer.arn]?.tags["team"] = "x" }
            for group in world.targetGroups.values { world.targetGroups[group.arn]?.tags["aws:cloud"] = "theirs" }
        }
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == ["RemoveTags"], "tags of AWS's own stay")
    }

    @Test("An action that was added by hand is found and taken away")
    func foreignAction() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        try await aws.apply(plan)
        aws.cloud.change { world in
            guard let rule = world.rules.values.first(where: { $0.priority != nil }) else { return }
            world.rules[rule.arn]?.actions.insert(["Type": "authenticate-oidc", "Order": 1], at: 0)
        }
        aws.cloud.forgetCalls()
        try await aws.apply(plan)
        #expect(aws.writes == ["ModifyRule"])
    }

    @Test("A rule goes on to a new target group once that has a healthy target")
    func warmUp() async throws {
        try await aws.apply(.sample(routes))
        aws.cloud.settings.healthReadsWhileInitial = 3
        aws.cloud.forgetCalls()
        let changed: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/", "new"), .init("api", "/", "web")]
        let report = try await aws.apply(.sample(changed))
        #expect(report.isComplete, "\(report.failures)")
        let modifications = aws.cloud.writes.filter { $0.operation == "ModifyRule" }
        let weights = modifications.map { call in
            call.parameters["Actions"]?.list?.first?["ForwardConfig"]?["TargetGroups"]?.list?.compactMap {
                $0["Weight"]?.integer
            }
        }
        #expect(weights == [[1, 0], [1]], "first beside what serves, then alone")
    }

    @Test("Ownership is put on and taken off, and nothing else changes")
    func ownership() async throws {
        let provider = try aws.provider()
        try await aws.apply(.sample(routes))
        let before = aws.cloud.world
        let owner = Owner(cluster: "test", loadBalancer: "sample")
        #expect(try await provider.owners(in: "test") == [owner])
        let graph = try await provider.observe(owner)
        for resource in graph.resources where resource.reference.type != "targets" {
            try await WritePermit.granting { permit in
                try await provider.release(resource.identifier, permit: permit)
            }
        }
        #expect(try await provider.owners(in: "test") == [])
        #expect(try await provider.observe(owner).resources.isEmpty)
        for resource in graph.resources where resource.reference.type != "targets" {
            let tags = OwnershipTags(owner: owner, resource: resource.reference, ingress: resource.member)
            try await WritePermit.granting { permit in
                try await provider.adopt(resource.identifier, as: tags, permit: permit)
            }
        }
        let after = try await provider.observe(owner)
        #expect(Set(after.resources.map(\.identifier)) == Set(graph.resources.map(\.identifier)))
        #expect(aws.cloud.world.loadBalancers.values.map(\.attributes) == before.loadBalancers.values.map(\.attributes))
    }
}
