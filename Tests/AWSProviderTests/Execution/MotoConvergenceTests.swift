import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

/// What an account of moto tells otherwise than the strict AWS, and how that converges all the same.
@Suite("Convergence on moto", .moto, .timeLimit(.minutes(5)))
struct MotoConvergenceTests {
    private let routes: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/", "web"), .init("api", "/", "web")]

    private func onMoto(_ body: (MotoAWS) async throws -> Void) async throws {
        let server = try MotoServer.require()
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            try await body(try await MotoAWS.prepared(server: server, connections: connections))
        }
    }

    /// Gateway Load Balancers have no scheme, and moto tells none that wasn't given.
    @Test("Load balancers of others that tell no scheme are no hindrance")
    func withoutScheme() async throws {
        try await onMoto { aws in
            let client = try aws.client()
            let subnets = try await client.subnets([]).map(\.subnetId).sorted().prefix(2)
            _ = try await WritePermit.granting { permit in
                try await client.write(
                    .createLoadBalancer,
                    [
                        QueryParameter("Name", "appliances"), QueryParameter("Type", "gateway"),
                        QueryParameter("Subnets", .texts(Array(subnets))),
                    ], permit: permit)
            }
            let report = try await aws.apply(.sample(routes))
            #expect(report.isComplete, "\(report.failures)")
            let owners = try await aws.provider().owners(in: "test")
            #expect(owners.map(\.loadBalancer) == ["sample"])
        }
    }

    /// moto tells all certificates of a listener in `DescribeListeners`, AWS the default one.
    @Test("A listener with several certificates comes to rest, and gives them up before they are deleted")
    func severalCertificates() async throws {
        let certificates = try ["shop", "api"].map {
            try TestCertificate("\($0).example.com", secret: "test/\($0)-tls")
        }
        var plan = LoadBalancerPlan.sample(routes, certificate: certificates[0].reference)
        plan.certificates = certificates.map(\.reference)
        plan.listeners[1].tls?.certificates = certificates.map {
            ServerNameBinding(host: $0.reference.hosts[0], certificate: $0.reference.fingerprint)
        }
        let assets = PlanAssets(
            certificates: Dictionary(uniqueKeysWithValues: certificates.map { ($0.reference.fingerprint, $0.material) })
        )
        try await onMoto { aws in
            let report = try await aws.apply(plan, assets: assets)
            #expect(report.isComplete, "\(report.failures)")
            aws.sender.forgetCalls()
            try await aws.apply(plan, assets: assets)
            #expect(aws.sender.writes == [])

            let engine = ProvisioningEngine(provider: try aws.provider())
            let destruction = try await engine.execute(
                try await engine.proposeDestruction(of: Owner(plan)), options: aws.options)
            #expect(destruction.isComplete, "\(destruction.failures)")
            let last = try #require(aws.sender.writes.lastIndex(of: "DeleteLoadBalancer"))
            let first = try #require(aws.sender.writes.firstIndex(of: "DeleteCertificate"))
            #expect(last < first, "\(aws.sender.writes)")
        }
    }

    /// moto forgets all other certificates when the default one changes.
    @Test("The other certificates of a listener stay where the default one becomes another, at once")
    func otherDefault() async throws {
        let certificates = try ["shop", "api", "class"].map {
            try TestCertificate("\($0).example.com", secret: "test/\($0)-tls")
        }
        var plan = LoadBalancerPlan.sample(routes, certificate: certificates[0].reference)
        plan.certificates = certificates.map(\.reference)
        plan.listeners[1].tls?.defaultCertificate = certificates[0].reference.fingerprint
        plan.listeners[1].tls?.certificates = certificates.prefix(2).map {
            ServerNameBinding(host: $0.reference.hosts[0], certificate: $0.reference.fingerprint)
        }
        let assets = PlanAssets(
            certificates: Dictionary(uniqueKeysWithValues: certificates.map { ($0.reference.fingerprint, $0.material) })
        )
        try await onMoto { aws in
            try await aws.apply(plan, assets: assets)
            plan.listeners[1].tls?.defaultCertificate = certificates[2].reference.fingerprint
            let report = try await aws.apply(plan, assets: assets)
            #expect(report.isComplete, "\(report.failures)")
            aws.sender.forgetCalls()
            try await aws.apply(plan, assets: assets)
            #expect(aws.sender.writes == [])
        }
    }

    /// moto's target groups go on telling of a load balancer that is gone.
    @Test("A load balancer that was deleted by hand is made anew")
    func deletedByHand() async throws {
        let plan = LoadBalancerPlan.sample(routes)
        try await onMoto { aws in
            try await aws.apply(plan)
            let client = try aws.client()
            for balancer in try await client.allLoadBalancers() {
                try await WritePermit.granting { permit in
                    try await client.deleteLoadBalancer(balancer.loadBalancerArn, permit: permit)
                }
            }
            let report = try await aws.apply(plan)
            #expect(report.isComplete, "\(report.failures)")
            aws.sender.forgetCalls()
            try await aws.apply(plan)
            #expect(aws.sender.writes == [])
        }
    }
}
