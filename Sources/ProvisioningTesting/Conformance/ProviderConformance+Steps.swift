import LoadBalancerModel
import Provisioning
import Testing

extension ProviderConformance {
    func propose(
        _ plan: LoadBalancerPlan, on subject: Subject
    ) async throws -> Proposal<Subject.Provider.Resource> {
        try await ProvisioningEngine(provider: try await subject.makeProvider()).propose(plan)
    }

    /// Carries a plan out, and expects that nothing fails.
    func apply(_ plan: LoadBalancerPlan, on subject: Subject) async throws {
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let proposal = try await engine.propose(plan)
        try await execute(proposal, with: engine, on: subject)
    }

    /// Carries a plan out again until nothing is left, as a controller does; reads that lag may take a few turns.
    func converge(_ plan: LoadBalancerPlan, on subject: Subject) async throws {
        for _ in 1...10 {
            let engine = ProvisioningEngine(provider: try await subject.makeProvider())
            let proposal = try await engine.propose(plan)
            if proposal.changeSet.isEmpty { return }
            _ = try await engine.execute(proposal, assets: subject.assets, options: subject.options)
        }
        Issue.record("ten turns weren't enough")
    }

    func destroy(on subject: Subject) async throws {
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let proposal = try await engine.proposeDestruction(of: plans.owner)
        try await execute(proposal, with: engine, on: subject)
    }

    /// What an account holds in which nothing but this plan was ever carried out.
    func inventory(of plan: LoadBalancerPlan) async throws -> [String] {
        let subject = try await makeSubject()
        try await apply(plan, on: subject)
        return try await subject.inventory()
    }

    /// Nothing is left to do, and doing it writes nothing.
    func expectRest(_ plan: LoadBalancerPlan, on subject: Subject) async throws {
        let before = try await subject.writeCount()
        let proposal = try await propose(plan, on: subject)
        let changes = proposal.changeSet.changes.filter { $0.action != .noOp }
        #expect(changes.isEmpty, "left to do: \(changes)")
        try await apply(plan, on: subject)
        #expect(try await subject.writeCount() == before)
    }

    func expectRefusedDestruction(on subject: Subject) async throws {
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let before = try await subject.inventory()
        let writes = try await subject.writeCount()
        let proposal = try await engine.proposeDestruction(of: plans.owner)
        #expect(!proposal.changeSet.obstacles.isEmpty)
        await #expect(throws: ObstructedChangeSet.self) {
            _ = try await engine.execute(proposal, assets: subject.assets, options: subject.options)
        }
        #expect(try await subject.writeCount() == writes)
        #expect(try await subject.inventory() == before)
    }

    private func execute(
        _ proposal: Proposal<Subject.Provider.Resource>,
        with engine: ProvisioningEngine<Subject.Provider>,
        on subject: Subject
    ) async throws {
        let report = try await engine.execute(proposal, assets: subject.assets, options: subject.options)
        #expect(report.failures.isEmpty, "\(report.failures)")
        #expect(report.remaining.isEmpty)
    }
}
