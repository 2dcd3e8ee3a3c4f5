import DataPlane
import LoadBalancerModel
import Provisioning

/// Carries placements out, each group by the pipeline of every provider: lowered, compared with what is served, executed.
struct PlacementExecution {
    /// What carrying a placement out led to.
    struct Outcome {
        /// What the listeners of each group are bound to, as far as they could be; groups of which none could be are
        /// absent.
        var bound: [[ListenerAddress]: [BoundListener]] = [:]
        var diagnostics: [Diagnostic] = []
        /// The groups that serve their plan.
        var served: Set<[ListenerAddress]> = []
        /// Whether every group serves its plan on all of its listeners.
        var succeeded = true
        /// What was proposed, and so done as far as it could be.
        var changes = ChangeSummary()
    }

    let fleet: ListenerFleet
    /// What was to be served last.
    private var groups: [Placement.Group] = []

    init(fleet: ListenerFleet) {
        self.fleet = fleet
    }

    /// Serves a placement, and gives up what nothing asks for any more. A group that can't be served keeps what it served
    /// before, and others go on; so do the listeners of a group beside one that can't be bound.
    mutating func apply(_ placement: Placement) async -> Outcome {
        var outcome = Outcome()
        guard await !fleet.isStopped else { return outcome }
        groups = [placement.shared] + placement.own
        // What goes comes first, for its listeners may be what another group waits for.
        await destroyUnwanted(&outcome)
        for group in groups { await carryOut(group, &outcome) }
        return outcome
    }

    /// The listeners that are wanted and not bound.
    func missing() async -> Set<ListenerAddress> {
        var missing: Set<ListenerAddress> = []
        for group in groups { missing.formUnion(await self.missing(group)) }
        return missing
    }

    /// Carries out again the groups with listeners that are missing.
    ///
    /// - Returns: whether one could be bound.
    func retryMissing() async -> Bool {
        var isChanged = false
        for group in groups {
            let before = await missing(group)
            guard !before.isEmpty, await !fleet.isStopped else { continue }
            var outcome = Outcome()
            await carryOut(group, &outcome)
            if await missing(group) != before { isChanged = true }
        }
        return isChanged
    }

    private func missing(_ group: Placement.Group) async -> Set<ListenerAddress> {
        let balancers = await fleet.loadBalancers(of: group.owner)
        return Set(balancers.first.map { $0.unbound.map(\.listener) } ?? group.listeners)
    }

    private func destroyUnwanted(_ outcome: inout Outcome) async {
        let wanted = Set(groups.map(\.owner))
        let engine = ProvisioningEngine(provider: SoftwareProvider(fleet: fleet))
        for owner in await fleet.owners() where !wanted.contains(owner) {
            do {
                let proposal = try await engine.proposeDestruction(of: owner)
                outcome.changes = outcome.changes + proposal.changeSet.summary
                _ = try await engine.execute(proposal)
            } catch {
                // It goes on being served, and the next round tries again.
                outcome.succeeded = false
            }
        }
    }

    private func carryOut(_ group: Placement.Group, _ outcome: inout Outcome) async {
        do {
            let engine = ProvisioningEngine(provider: SoftwareProvider(fleet: fleet, assets: group.assets))
            let proposal = try await engine.propose(group.plan, as: group.owner)
            outcome.changes = outcome.changes + proposal.changeSet.summary
            let report = try await engine.execute(proposal, assets: group.assets)
            await note(group, report.failures, &outcome)
        } catch {
            outcome.diagnostics.append(Self.notServed(group, "\(error)"))
            await note(group, [], isServed: false, &outcome)
        }
    }

    /// Tells how a group is served. The engines say what they refuse in their own terms, by which a listener's address and
    /// what gave it are found.
    private func note(
        _ group: Placement.Group, _ failures: [StepFailure], isServed: Bool = true, _ outcome: inout Outcome
    ) async {
        var isServed = isServed
        if !failures.isEmpty, let refusal = await fleet.refusal(of: group.owner) {
            isServed = false
            outcome.diagnostics += diagnostics(group, refusal)
        } else if let failure = failures.first(where: { $0.reason != ProviderError.listenerNotBound }) {
            isServed = false
            outcome.diagnostics.append(Self.notServed(group, failure.message))
        }
        if isServed { outcome.served.insert(group.listeners) } else { outcome.succeeded = false }
        guard let balancer = await fleet.loadBalancers(of: group.owner).first else { return }
        outcome.bound[group.listeners] = balancer.bound
        if !balancer.unbound.isEmpty { outcome.succeeded = false }
        outcome.diagnostics += balancer.unbound.map { diagnostic(group, $0) }
    }
}
