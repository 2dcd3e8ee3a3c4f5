import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

/// What others do around a load balancer, and what everyday changes do to it.
@Suite("What stands stays")
struct SurroundingsTests {
    private let aws = StrictAWS()
    private let routes: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/", "web"), .init("api", "/", "other")]

    /// The calls that write when a plan is carried out on what another made, and something happened meanwhile.
    private func writes(
        from before: LoadBalancerPlan, to plan: LoadBalancerPlan, meanwhile: (inout AWSWorld) -> Void = { _ in }
    ) async throws -> [String] {
        let first = try await aws.apply(before)
        #expect(first.isComplete, "\(first.failures)")
        aws.cloud.change(meanwhile)
        aws.cloud.forgetCalls()
        let second = try await aws.apply(plan)
        #expect(second.isComplete, "\(second.failures)")
        #expect(aws.cloud.violations.isEmpty)
        return aws.writes
    }

    // MARK: Web ACLs

    @Test("A web ACL that somebody else associated stays where the settings name none")
    func foreignWebACL() async throws {
        let arn = try #require(aws.cloud.world.webACLs.ids.first)
        let plan = LoadBalancerPlan.sample(routes)
        let writes = try await writes(from: plan, to: plan) { world in
            for balancer in world.loadBalancers.values { world.webACLAssociations[balancer.arn] = arn }
        }
        #expect(writes == [])
        #expect(Array(aws.cloud.world.webACLAssociations.values) == [arn])
    }

    @Test("A web ACL that the settings don't name any more stays")
    func forgottenWebACL() async throws {
        let arn = try #require(aws.cloud.world.webACLs.ids.first)
        #expect(try await writes(from: .sample(routes, settings: ["wafWebACL": arn]), to: .sample(routes)) == [])
    }

    // MARK: Subnets

    private static func addSubnets(_ world: inout AWSWorld) {
        for subnet in world.subnets.values where subnet.isPublic {
            var other = subnet
            other.id = "subnet-00" + subnet.id.suffix(15)
            other.cidr = "10.0.\(200 + world.subnets.values.count).0/24"
            world.subnets[other.id] = other
        }
    }

    @Test("Other subnets of its zones don't take the place of those that a load balancer has")
    func moreSubnets() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        #expect(try await writes(from: plan, to: plan, meanwhile: Self.addSubnets) == [])
    }

    @Test("A subnet that runs short of addresses stays, and holds up no other change")
    func fullSubnets() async throws {
        let more = LoadBalancerPlan.sample([.init("shop", "/new", "web")] + routes)
        let writes = try await writes(from: .sample(routes), to: more) { world in
            for subnet in world.subnets.values { world.subnets[subnet.id]?.freeAddresses = 2 }
        }
        #expect(writes == ["CreateRule"])
    }

    @Test("A subnet that lost its role leaves its place to another, and the plan says who notices")
    func subnetWithoutRole() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        try await aws.apply(plan)
        aws.cloud.change { world in
            Self.addSubnets(&world)
            world.subnets["subnet-0public000000000"]?.tags["kubernetes.io/role/elb"] = nil
        }
        let proposal = try await ProvisioningEngine(provider: aws.provider()).propose(plan)
        let changes = proposal.changeSet.changes.filter { $0.action != .noOp }
        #expect(changes.map(\.fields).map { $0.map(\.path) } == [["subnets"]])
        let interruption = try #require(changes.first?.interruption)
        #expect(interruption.contains("subnet-0public000000000"), "\(interruption)")
    }

    @Test("A subnet more interrupts nobody")
    func zoneMore() async throws {
        let two = ["subnets": "subnet-0public000000000,subnet-0public000000001"]
        try await aws.apply(.sample(routes, settings: two))
        let proposal = try await ProvisioningEngine(provider: aws.provider()).propose(.sample(routes))
        let changes = proposal.changeSet.changes.filter { $0.action != .noOp }
        #expect(changes.map(\.fields).map { $0.map(\.path) } == [["subnets"]])
        #expect(changes.first?.interruption == nil)
    }

    // MARK: Endpoints

    @Test("A pool whose last target goes keeps its target group, whatever the family of its addresses")
    func scaledToZero() async throws {
        var before = LoadBalancerPlan.sample(
            routes, targets: ["web": [Target(address: "2600:1f18:1000::10", port: 8080)]])
        before.addressing.family = .dualstack
        var after = before
        for index in after.pools.indices where after.pools[index].name == "web" { after.pools[index].targets = [] }
        #expect(try await writes(from: before, to: after) == ["DeregisterTargets"])
        aws.cloud.forgetCalls()
        try await aws.apply(before)
        #expect(aws.writes == ["RegisterTargets"])
    }

    // MARK: Tags

    @Test("Names of any length that Kubernetes allows are found again by their tags")
    func longNames() async throws {
        let namespace = String(repeating: "n", count: 63)
        let name = String(repeating: "s", count: 253)
        let certificate = try TestCertificate("shop.example.com", secret: "\(namespace)/\(name)")
        var plan = LoadBalancerPlan.sample(routes, certificate: certificate.reference)
        for index in plan.routes.indices { plan.routes[index].ingress = "\(namespace)/\(name.dropLast(1))\(index)" }
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        let report = try await aws.apply(plan, assets: assets)
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.cloud.world.listeners.count == 2)
        aws.cloud.forgetCalls()
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes == [])

        let observed = try await aws.provider().observe(Owner(plan))
        #expect(Set(observed.resources.compactMap(\.member)) == Set(plan.routes.compactMap(\.ingress)))
    }

    @Test(
        "A cluster's name that tags can't hold is an error before anything is done",
        arguments: ["a$b;c", String(repeating: "c", count: 257)])
    func clusterName(_ name: String) async throws {
        var plan = LoadBalancerPlan.sample(routes)
        plan.identity.cluster = name
        let error = await #expect(throws: LoweringError.self) { try await aws.apply(plan) }
        #expect(error?.reason == "InvalidClusterName")
        #expect(error?.message.contains("--cluster-name") == true && error?.message.contains(name) == true)
        #expect(aws.writes == [])
    }
}
