import LoadBalancerModel
import Provisioning
import Testing

extension ProviderConformance {
    /// Dies at the first step, at the second and so on; a process that starts after that always gets to where one that
    /// lived gets, with no orphan and no duplicate.
    func convergesAfterDeath(in transition: ConformanceTransition, afterEffect: Bool) async throws {
        let expected = try await inventoryWithoutDeath(transition)
        var step = 1
        while true {
            let subject = try await makeSubject()
            try await prepare(transition, on: subject)
            let death = ProcessDeath(afterEffect ? .after(step: step) : .before(step: step))
            try await go(transition, with: death.provider(try await subject.makeProvider()), on: subject)
            guard death.hasCome else { break }
            try await go(transition, with: try await subject.makeProvider(), on: subject)
            #expect(
                try await subject.inventory() == expected,
                "after it died at step \(step) of a \(transition.rawValue)")
            try await expectRest(after: transition, on: subject)
            step += 1
        }
        #expect(step > 1, "a \(transition.rawValue) has steps")
    }

    private func inventoryWithoutDeath(_ transition: ConformanceTransition) async throws -> [String] {
        let subject = try await makeSubject()
        try await prepare(transition, on: subject)
        try await go(transition, with: try await subject.makeProvider(), on: subject)
        return try await subject.inventory()
    }

    private func prepare(_ transition: ConformanceTransition, on subject: Subject) async throws {
        if transition != .create { try await apply(plans.base, on: subject) }
    }

    private func target(of transition: ConformanceTransition) -> LoadBalancerPlan? {
        switch transition {
        case .create: plans.base
        case .update: plans.updated
        case .replacement: plans.replaced
        case .replacementDuringQuarantine: plans.replacedWhileQuarantining
        case .delete: nil
        }
    }

    private func go(
        _ transition: ConformanceTransition, with provider: some LoadBalancerProvider, on subject: Subject
    ) async throws {
        let engine = ProvisioningEngine(provider: provider)
        let proposal =
            if let plan = target(of: transition) { try await engine.propose(plan) } else {
                try await engine.proposeDestruction(of: plans.owner)
            }
        _ = try await engine.execute(proposal, assets: subject.assets, options: subject.options)
    }

    private func expectRest(after transition: ConformanceTransition, on subject: Subject) async throws {
        if let plan = target(of: transition) {
            try await expectRest(plan, on: subject)
        } else {
            let engine = ProvisioningEngine(provider: try await subject.makeProvider())
            #expect(try await engine.proposeDestruction(of: plans.owner).changeSet.changes.isEmpty)
        }
    }
}
