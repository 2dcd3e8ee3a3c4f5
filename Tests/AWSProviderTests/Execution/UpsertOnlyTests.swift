import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("A policy that deletes nothing")
struct UpsertOnlyTests {
    private let aws = StrictAWS()

    private func apply(_ plan: LoadBalancerPlan, assets: PlanAssets, policy: ChangePolicy = .sync) async throws {
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(plan, policy: policy)
        let report = try await engine.execute(proposal, assets: assets, options: aws.options)
        #expect(report.isComplete)
    }

    private var openPorts: Set<Int> {
        Set(aws.cloud.world.securityGroups.values.flatMap(\.ingress).compactMap(\.fromPort))
    }

    @Test("It doesn't close the port of a listener that stays, nor unbind its certificate")
    func listener() async throws {
        let certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        let routes = [LoadBalancerPlan.SampleRoute("shop", "/", "shop")]
        try await apply(.sample(routes, certificate: certificate.reference), assets: assets)
        let before = openPorts
        aws.cloud.forgetCalls()
        try await apply(.sample(routes), assets: assets, policy: .upsertOnly)
        #expect(aws.writes.isEmpty)
        #expect(openPorts == before && before.contains(443))
        // What deletes closes it.
        try await apply(.sample(routes), assets: assets)
        #expect(!openPorts.contains(443))
    }

    @Test("A certificate of an Ingress that is gone stays bound beside those of others")
    func certificate() async throws {
        let certificates = try ["shop", "api"].map {
            try TestCertificate("\($0).example.com", secret: "test/\($0)-tls")
        }
        let materials = certificates.map { ($0.reference.fingerprint, $0.material) }
        let assets = PlanAssets(certificates: Dictionary(uniqueKeysWithValues: materials))
        let routes = [
            LoadBalancerPlan.SampleRoute("shop", "/", "shop"), LoadBalancerPlan.SampleRoute("api", "/", "api"),
        ]
        var plan = LoadBalancerPlan.sample(routes, certificate: certificates[0].reference)
        plan.certificates.append(certificates[1].reference)
        for index in plan.listeners.indices where plan.listeners[index].tls != nil {
            plan.listeners[index].tls?.certificates.append(
                ServerNameBinding(host: "api.example.com", certificate: certificates[1].reference.fingerprint))
        }
        try await apply(plan, assets: assets)
        aws.cloud.forgetCalls()
        let without = LoadBalancerPlan.sample([routes[0]], certificate: certificates[0].reference)
        try await apply(without, assets: assets, policy: .upsertOnly)
        #expect(aws.writes.isEmpty)
    }
}
