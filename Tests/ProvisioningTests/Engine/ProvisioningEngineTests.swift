import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("The engine heeds what a plan says of itself")
struct ProvisioningEngineTests {
    private let subject = InMemorySubject()

    private func propose(_ plan: LoadBalancerPlan) async throws -> Proposal<InMemoryProvider.Resource> {
        try await ProvisioningEngine(provider: try await subject.makeProvider()).propose(plan)
    }

    private func apply(_ plan: LoadBalancerPlan) async throws {
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        _ = try await engine.execute(try await engine.propose(plan), options: subject.options)
    }

    @Test("What exists for an Ingress that the plan withholds stays, and its neighbours go on")
    func withheld() async throws {
        try await apply(ConformancePlans.inMemory.base)
        var plan = ConformancePlans.inMemory.updated
        plan.routes.removeAll { $0.ingress == "test/api" }
        #expect(
            try await propose(plan).changeSet.changes.contains { $0.action == .delete && $0.members == ["test/api"] })
        plan.withheld = [WithheldIngress(ingress: "test/api", reason: "ConflictingIngress", message: "They disagree.")]
        let proposal = try await propose(plan)
        #expect(
            proposal.quarantined == [
                Quarantine(member: "test/api", reason: "ConflictingIngress", message: "They disagree.")
            ])
        #expect(proposal.changeSet.changes.allSatisfy { $0.action == .noOp || $0.members != ["test/api"] })
        #expect(!proposal.changeSet.isEmpty)
    }

    @Test("What exists for an Ingress that the plan withholds goes where the load balancer opens to others")
    func exposed() async throws {
        try await apply(ConformancePlans.inMemory.base)
        var plan = ConformancePlans.inMemory.replaced
        plan.routes.removeAll { $0.ingress == "test/api" }
        plan.withheld = [WithheldIngress(ingress: "test/api", reason: "ConflictingIngress", message: "They disagree.")]
        let proposal = try await propose(plan)
        #expect(proposal.changeSet.desired.resources.allSatisfy { $0.members != ["test/api"] })
        #expect(
            proposal.quarantined.first?.message.hasPrefix("They disagree. What it had before goes, for scheme") == true)
        try await apply(plan)
        #expect(try await subject.inventory().allSatisfy { !$0.contains("test/api") })
    }
}
