package import LoadBalancerModel

/// The one pipeline behind every provider: look up, lower, observe, compare, and carry out.
package struct ProvisioningEngine<Provider: LoadBalancerProvider>: Sendable {
    package let provider: Provider

    package init(provider: Provider) {
        self.provider = provider
    }

    /// What would turn what exists into what a plan asks for. Only reads.
    ///
    /// - Parameters:
    ///   - owner: whose it is, where the plan's name doesn't tell: several plans that are served as one have no name of
    ///     their own.
    ///   - round: the round of proposals that this is one of; without one it is on its own.
    ///   - revision: plans anew where the provider refuses Ingresses; without one those stay out that they displaced.
    /// - Throws: ``LoweringError`` where the provider can't carry the plan out at all, ``GraphError`` for a fault of the
    ///   provider, and what its look-ups throw.
    package func propose(
        _ plan: LoadBalancerPlan, as owner: Owner? = nil, policy: ChangePolicy = .sync,
        in round: ProposalRound = ProposalRound(), revising revision: PlanRevision = { _ in nil }
    ) async throws -> Proposal<Provider.Resource> {
        var plan = plan
        while true {
            let proposal = try await proposeOnce(plan, as: owner ?? Owner(plan), policy: policy, in: round)
            let refused = plan.refused(with: proposal.quarantined)
            guard refused.count > (plan.refused ?? []).count, let revised = revision(refused) else { return proposal }
            plan = revised
        }
    }

    private func proposeOnce(
        _ plan: LoadBalancerPlan, as owner: Owner, policy: ChangePolicy, in round: ProposalRound
    ) async throws -> Proposal<Provider.Resource> {
        async let observation = provider.observe(owner, for: plan, in: round)
        let known = try await provider.environment(for: plan, in: round)
        let observed = try await observation
        let environment = try await provider.completing(known, for: plan, beside: observed, in: round)
        var lowering = try provider.lower(plan, in: environment, beside: observed)
        var comparison = Comparison(
            owner: owner, provider: provider, lowering: lowering, observed: observed, policy: policy)
        let disagreeing = plan.withheld ?? []
        let refused = (plan.refused ?? []).map { Quarantine($0) }.adding(lowering.quarantined)
        var left = Set(refused.map(\.member)).union(disagreeing.map(\.ingress))
        var changeSet = try comparison.changeSet(quarantined: left)
        changeSet.disagreeing = Set(disagreeing.map(\.ingress))
        // What they had was made under the guards that stand. Under wider ones it would be served as nobody asked for.
        let exposures = GuardChanges(changeSet).exposures()
        if policy == .sync, !exposures.isEmpty {
            left.subtract(exposures.keys)
            // Nor is anything made for what they had.
            lowering = try provider.lower(
                plan, in: environment, beside: observed.without(membersOf: Set(exposures.keys)))
            comparison = Comparison(
                owner: owner, provider: provider, lowering: lowering, observed: observed, policy: policy)
            changeSet = try comparison.changeSet(quarantined: left)
            changeSet.disagreeing = Set(disagreeing.map(\.ingress))
        }
        let quarantined =
            refused
            + disagreeing.map { Quarantine($0, exposedBy: exposures[$0.ingress], under: policy) }
        return Proposal(
            provider: provider.name,
            plan: plan,
            changeSet: changeSet.filtered(by: policy).announcingEarlyDeletions().refusingTakenNames()
                .refusingSharedNames(in: round),
            fidelity: lowering.fidelity,
            quarantined: quarantined.sorted { $0.member < $1.member },
            quotas: lowering.quotas,
            placement: lowering.placement,
            parts: lowering.parts,
            listeners: lowering.listeners)
    }

    /// What would take everything of `owner` away. Only reads.
    ///
    /// - Parameter round: the round of proposals that this is one of; without one it is on its own.
    package func proposeDestruction(
        of owner: Owner, policy: ChangePolicy = .sync, in round: ProposalRound = ProposalRound()
    ) async throws -> Proposal<Provider.Resource> {
        let observed = try await provider.observe(owner, for: nil, in: round)
        let difference = try GraphDifference(owner: owner, desired: ResourceGraph(), observed: observed)
        return Proposal(provider: provider.name, plan: nil, changeSet: difference.changeSet().filtered(by: policy))
    }

    /// Carries a proposal out.
    ///
    /// - Throws: ``ObstructedChangeSet`` where something stands against it; then nothing has been done.
    package func execute(
        _ proposal: Proposal<Provider.Resource>,
        assets: PlanAssets = PlanAssets(),
        options: ExecutionOptions = ExecutionOptions(),
        stop: StopSignal = StopSignal(),
        report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }
    ) async throws(ObstructedChangeSet) -> ExecutionReport {
        let executor = ChangeSetExecutor(provider: provider, options: options, stop: stop, report: report)
        return try await executor.execute(proposal.changeSet, assets: assets)
    }
}

/// A plan without the routes of Ingresses that its provider refuses: it has those that theirs would displace. Nil where
/// there is no other plan.
package typealias PlanRevision = @Sendable (_ refused: [RefusedIngress]) -> LoadBalancerPlan?

extension [Quarantine] {
    /// With those of others that are about other Ingresses.
    fileprivate func adding(_ others: [Quarantine]) -> [Quarantine] {
        let told = Set(map(\.member))
        return self + others.filter { !told.contains($0.member) }
    }
}

extension LoadBalancerPlan {
    /// The Ingresses that it was made without, and of others those that it doesn't withhold, each once.
    fileprivate func refused(with quarantined: [Quarantine]) -> [RefusedIngress] {
        let known = refused ?? []
        let told = Set(known.map(\.ingress)).union((withheld ?? []).map(\.ingress))
        let more = quarantined.filter { !told.contains($0.member) }
        return known + more.map { RefusedIngress(ingress: $0.member, reason: $0.reason, message: $0.message) }
    }
}

/// What is asked for beside what exists.
private struct Comparison<Provider: LoadBalancerProvider> {
    let owner: Owner
    let provider: Provider
    let lowering: Lowering<Provider.Resource>
    let observed: ObservedGraph<Provider.Resource>
    let policy: ChangePolicy

    /// - Parameter quarantined: the Ingresses of which what exists stays.
    func changeSet(quarantined: Set<String>) throws(GraphError) -> ChangeSet<Provider.Resource> {
        let matched = MemberMatching(
            lowering.graph, beside: observed, quarantined: quarantined, reusing: policy == .sync)
        let lastGood = try LastGoodResources(
            desired: matched.graph, standby: lowering.standby, observed: observed, quarantined: quarantined
        ).graph
        let retained = RetainedResources(of: quarantined, in: observed, beside: lastGood)
        // Other policies than this one delete nothing.
        let staying = policy == .sync ? retained.identifiers : Set(observed.resources.map(\.identifier))
        let graph = staying.isEmpty ? lastGood : provider.supporting(staying, in: lastGood, of: observed)
        var difference = try GraphDifference(owner: owner, desired: graph, observed: observed, retained: retained)
        difference.align(
            to: provider.align(
                graph, with: observed, current: difference.currentIdentifiers, retained: retained.identifiers))
        return difference.changeSet()
    }
}
