import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Whose resources are")
struct OwnershipTests {
    private let aws = StrictAWS()
    private let routes: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/", "web"), .init("api", "/", "web")]

    @Test("Each kind of resource is told by its identifier, with the tags that say whose it is")
    func inspects() async throws {
        let provider = try aws.provider()
        try await aws.apply(.sample(routes))
        let owner = Owner(cluster: "test", loadBalancer: "sample")
        let resources = try await provider.observe(owner).resources.filter { $0.reference.type != "targets" }
        #expect(Set(resources.map(\.reference.type)).count >= 5)
        for resource in resources {
            let found = try await provider.inspect(resource.identifier)
            #expect(found.type == resource.reference.type)
            #expect(found.ownership?.owner == owner)
            #expect(found.ownership?.resource == resource.reference)
        }
    }

    @Test(
        "What doesn't exist is told as such",
        arguments: [
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/none/50dc6c495c0c9188",
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/50dc6c495c0c9188",
            "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
            "sg-0123456789abcdef0",
        ])
    func missing(identifier: String) async throws {
        let provider = try aws.provider()
        let error = await #expect(throws: ProviderError.self) { _ = try await provider.inspect(identifier) }
        #expect(error?.kind == .notFound)
    }

    @Test(
        "What can't be Headgate's on AWS is told before AWS is asked", arguments: ["nonsense", "arn:aws:s3:::bucket"])
    func unknown(identifier: String) async throws {
        let provider = try aws.provider()
        aws.cloud.forgetCalls()
        let error = await #expect(throws: ProviderError.self) { _ = try await provider.inspect(identifier) }
        #expect(error?.kind == .invalid)
        #expect(aws.cloud.calls.isEmpty)
    }

    @Test(
        "What a load balancer uses that was released isn't deleted, which is told before anything is, with the remedy")
    func released() async throws {
        let owner = Owner(cluster: "test", loadBalancer: "sample")
        try await aws.apply(.sample(routes))
        let provider = try aws.provider()
        let engine = ProvisioningEngine(provider: provider)
        func release(_ types: Set<String>) async throws {
            let resources = try await provider.observe(owner).resources.filter { types.contains($0.reference.type) }
            try await WritePermit.granting { permit in
                for resource in resources { try await provider.release(resource.identifier, permit: permit) }
            }
        }
        try await release(["rule", "listener", "load-balancer"])
        let proposal = try await engine.proposeDestruction(of: owner)
        #expect(Set(proposal.changeSet.obstacles.map(\.reference.type)) == ["security-group", "target-group"])
        for obstacle in proposal.changeSet.obstacles {
            #expect(obstacle.message.contains("--release \(obstacle.identifier)"), "\(obstacle.message)")
        }
        try await release(["security-group", "target-group"])
        #expect(try await provider.observe(owner).resources.isEmpty)
        #expect(try await engine.proposeDestruction(of: owner).changeSet.obstacles.isEmpty)
        #expect(aws.cloud.world.loadBalancers.count == 1)
    }

    @Test("Load balancers are listed for a cluster, and for all of them")
    func owners() async throws {
        let provider = try aws.provider()
        var other = LoadBalancerPlan.sample(routes)
        other.name = "other"
        other.identity.cluster = "prod"
        try await aws.apply(.sample(routes))
        try await aws.apply(other)
        let owners = [Owner(cluster: "prod", loadBalancer: "other"), Owner(cluster: "test", loadBalancer: "sample")]
        #expect(try await provider.owners(in: nil) == owners)
        #expect(try await provider.owners(in: "prod") == [owners[0]])
        #expect(try await provider.owners(in: "none") == [])
    }
}
