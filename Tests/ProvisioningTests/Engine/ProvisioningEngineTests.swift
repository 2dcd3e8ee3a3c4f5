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

    /// Two Ingresses of which one asks for a path that this cloud doesn't know.
    private var refusedPlan: LoadBalancerPlan {
        var plan = ConformancePlans.inMemory.base
        for index in plan.routes.indices where plan.routes[index].ingress == "test/api" {
            plan.routes[index].match.path.kind = .regularExpression
        }
        return plan
    }

    @Test("Where the provider refuses an Ingress, those that it displaced are planned for, and what it had stays")
    func revision() async throws {
        try await apply(ConformancePlans.inMemory.base)
        var displaced = try #require(ConformancePlans.inMemory.base.routes.first { $0.ingress != "test/api" })
        displaced.ingress = "test/displaced"
        displaced.match.host = "displaced.example.com"
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let proposal = try await engine.propose(refusedPlan) { [displaced, refusedPlan] refused in
            #expect(refused.map(\.ingress) == ["test/api"])
            var plan = refusedPlan
            plan.routes.removeAll { $0.ingress == "test/api" }
            plan.routes.append(displaced)
            plan.refused = refused
            return plan
        }
        #expect(proposal.quarantined.map(\.reason) == ["RegularExpression"])
        #expect(proposal.plan?.refused?.map(\.ingress) == ["test/api"])
        #expect(proposal.changeSet.changes.filter { $0.action != .noOp }.map(\.members) == [["test/displaced"]])
        // Carried out later, it is the same.
        let saved = try await propose(try #require(proposal.plan))
        #expect(saved.quarantined == proposal.quarantined)
        #expect(saved.changeSet.changes.map(\.reference) == proposal.changeSet.changes.map(\.reference))
    }

    @Test("Without manifests to plan anew, the Ingress is just left out")
    func noRevision() async throws {
        let proposal = try await propose(refusedPlan)
        #expect(proposal.plan == refusedPlan && proposal.quarantined.map(\.member) == ["test/api"])
    }
}
