import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Target groups of one Service that differ")
struct StandingPoolNamesTests {
    private let aws = StrictAWS()

    /// An Ingress `old` with a plain pool, and where asked a newcomer with one of its own that has the first name.
    private func plan(newcomer: Bool) -> LoadBalancerPlan {
        guard newcomer else { return .sample([.init("old", "/", "web")]) }
        var plan = LoadBalancerPlan.sample([.init("aaa", "/", "web"), .init("old", "/", "web-2")])
        for index in plan.pools.indices {
            plan.pools[index].targets = LoadBalancerPlan.sample([.init("old", "/", "web")]).pools[0].targets
        }
        plan.pools[0].healthCheck?.path = "/new"
        return plan
    }

    @Test("A newcomer takes no target group from the Ingress that it serves")
    func newcomer() async throws {
        try await aws.apply(plan(newcomer: false))
        aws.cloud.forgetCalls()
        try await aws.apply(plan(newcomer: true))
        #expect(Set(aws.writes).isDisjoint(with: ["ModifyTargetGroup", "ModifyRule", "DeleteTargetGroup"]))
        aws.cloud.forgetCalls()
        try await aws.apply(plan(newcomer: true))
        #expect(aws.writes.isEmpty)
    }
}
