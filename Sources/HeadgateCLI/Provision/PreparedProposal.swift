import LoadBalancerModel
import Provisioning

/// A proposal of any provider, with what it takes to carry it out.
struct PreparedProposal: Sendable {
    typealias Report = @Sendable (ExecutionEvent) -> Void

    let document: ProposalDocument.LoadBalancer
    /// The plan; nil where the load balancer is to go.
    let plan: LoadBalancerPlan?
    let isEmpty: Bool
    let isDestructive: Bool
    /// Carries it out.
    let execute: @Sendable (PlanAssets, StopSignal, @escaping Report) async throws -> ExecutionReport
    /// Asks anew for the addresses.
    let addresses: @Sendable () async throws -> [ServedAddress]

    init<Provider: LoadBalancerProvider>(
        _ proposal: Proposal<Provider.Resource>, engine: ProvisioningEngine<Provider>
    ) {
        document = ProposalDocument.LoadBalancer(proposal)
        plan = proposal.plan
        isEmpty = proposal.changeSet.isEmpty
        isDestructive = proposal.changeSet.isDestructive
        execute = { assets, stop, report in
            try await engine.execute(proposal, assets: assets, stop: stop, report: report)
        }
        let owner = proposal.changeSet.owner
        addresses = { proposal.addresses(in: try await engine.provider.observe(owner).resources) }
    }
}

/// Makes proposals for plans of any provider.
struct Proposer: Sendable {
    let registry: ProviderRegistry
    let configuration: ProviderConfiguration
    var policy = ChangePolicy.sync

    /// What would carry the plans out, in their order.
    ///
    /// - Parameter body: gets the proposals; the providers are let go of after it.
    func proposing<Result: Sendable>(
        _ plans: [LoadBalancerPlan],
        _ body: ([PreparedProposal]) async throws -> Result
    ) async throws -> Result {
        try await withProviders(plans.map(\.provider)) { providers in
            var proposals: [PreparedProposal] = []
            for (plan, provider) in zip(plans, providers) {
                proposals.append(try await propose(plan, with: provider))
            }
            return try await body(proposals)
        }
    }

    /// What would take the load balancers of owners away.
    func proposingDestruction<Result: Sendable>(
        of owners: [(owner: Owner, provider: ProviderSelection)],
        _ body: ([PreparedProposal]) async throws -> Result
    ) async throws -> Result {
        try await withProviders(owners.map(\.provider)) { providers in
            var proposals: [PreparedProposal] = []
            for (owner, provider) in zip(owners.map(\.owner), providers) {
                proposals.append(try await proposeDestruction(of: owner, with: provider))
            }
            return try await body(proposals)
        }
    }

    /// Runs `body` with a provider for each selection, of which equal ones share one.
    func withProviders<Result: Sendable>(
        _ selections: [ProviderSelection], _ body: ([any LoadBalancerProvider]) async throws -> Result
    ) async throws -> Result {
        var made: [ProviderSelection: any LoadBalancerProvider] = [:]
        do {
            for selection in selections where made[selection] == nil {
                var configuration = configuration
                configuration.settings = selection.settings
                made[selection] = try await registry.entry(named: selection.name).make(configuration)
            }
            let result = try await body(selections.compactMap { made[$0] })
            for provider in made.values { await provider.shutdown() }
            return result
        } catch {
            for provider in made.values { await provider.shutdown() }
            throw error
        }
    }

    private func propose(_ plan: LoadBalancerPlan, with provider: some LoadBalancerProvider) async throws
        -> PreparedProposal
    {
        let engine = ProvisioningEngine(provider: provider)
        return PreparedProposal(try await engine.propose(plan, policy: policy), engine: engine)
    }

    private func proposeDestruction(of owner: Owner, with provider: some LoadBalancerProvider) async throws
        -> PreparedProposal
    {
        let engine = ProvisioningEngine(provider: provider)
        return PreparedProposal(try await engine.proposeDestruction(of: owner), engine: engine)
    }
}
