import LoadBalancerModel
import Provisioning

/// Makes proposals with any provider.
struct Proposer: Sendable {
    let registry: ProviderRegistry
    let configuration: ProviderConfiguration
    var policy = ChangePolicy.sync
    /// The settings that the command line gives with `--set`.
    var givenSettings: Set<String> = []

    /// What would be done for a request. A load balancer that can't be planned doesn't hold up the others.
    ///
    /// - Parameter body: gets the proposals; the providers are let go of after it.
    /// - Throws: what stands against a load balancer that is asked for by its name alone, and what `body` throws.
    func proposing<Result: Sendable>(
        _ request: ProposalRequest, _ body: (Proposals) async throws -> Result
    ) async throws -> Result {
        try await withProviders { providers in
            try await body(try await proposals(for: request, providers: &providers))
        }
    }

    /// Runs `body` with the providers of the registry, and lets go of those that it made use of.
    func withProviders<Result: Sendable>(
        _ body: (inout ProviderPool) async throws -> Result
    ) async throws -> Result {
        var providers = ProviderPool(registry: registry, configuration: configuration)
        do {
            let result = try await body(&providers)
            await providers.shutdown()
            return result
        } catch {
            await providers.shutdown()
            throw error
        }
    }

    private func proposals(
        for request: ProposalRequest, providers: inout ProviderPool
    ) async throws -> Proposals {
        var result = Proposals()
        var failures: [(target: ProposalRequest.Target, error: any Error)] = []
        for target in request.targets {
            do {
                let provider = try await providers.provider(for: target.provider)
                let round = providers.round(for: target.provider)
                let proposal = try await propose(target, revising: request.revising, with: provider, in: round)
                result.proposals.append(
                    request.hasOwnIdentity ? proposal : proposal.refusedIfForeign(to: request.ingresses(of: target)))
            } catch {
                failures.append((target, error))
            }
        }
        try await add(request.unasked, to: &result, providers: &providers)
        try add(failures, to: &result)
        return result
    }

    /// Tells of what couldn't be planned.
    ///
    /// - Throws: the failure of a load balancer that has to be there: the command asks for nothing else.
    private func add(
        _ failures: [(target: ProposalRequest.Target, error: any Error)], to result: inout Proposals
    ) throws {
        if let cancellation = failures.first(where: { $0.error is CancellationError }) { throw cancellation.error }
        if let only = failures.first(where: { $0.target.mustExist }) {
            throw CommandFailure(provisioning: only.error, of: only.target.name)
        }
        for (target, error) in failures {
            let text = CommandFailure(provisioning: error).naming(flagsFor: givenSettings)
            result.failed.append(target.name)
            result.diagnostics.append(
                Diagnostic(
                    object: .loadBalancer(target.name), severity: .error,
                    reason: (error as? LoweringError)?.reason ?? "NotPlanned", message: text.message,
                    remedy: text.remedy))
        }
    }

    // MARK: What nothing asks for

    private func add(
        _ unasked: UnaskedLoadBalancers?, to result: inout Proposals, providers: inout ProviderPool
    ) async throws {
        guard let unasked else { return }
        var seen: Set<String> = []
        for selection in providers.distinct(unasked.selections) {
            // A provider that can't be had has been told of with the load balancer that it is for.
            guard !providers.hasFailed(selection) else { continue }
            do {
                let provider = try await providers.provider(for: selection)
                for owner in try await provider.owners(in: unasked.cluster)
                where unasked.asked[owner.loadBalancer] != selection.name
                    && seen.insert("\(selection.name)/\(owner.loadBalancer)").inserted
                {
                    let deletion = ProposalRequest.Deletion(
                        owner: owner, provider: selection, reason: "nothing asks for it any more")
                    add(
                        try await proposeDestruction(deletion, with: provider, in: providers.round(for: selection)),
                        unasked: unasked, to: &result)
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                result.diagnostics.append(
                    .notLookedFor(provider: selection.name, failure: CommandFailure(provisioning: error)))
            }
        }
    }

    private func add(_ proposal: PreparedProposal, unasked: UnaskedLoadBalancers, to result: inout Proposals) {
        // The cloud's index may still have what is gone.
        guard !proposal.document.changes.isEmpty || !proposal.document.withheld.isEmpty else { return }
        let provider = proposal.provider.name
        let verdict = unasked.verdict(
            on: proposal.owner, of: provider, ingressClass: proposal.ingressClass, ingresses: proposal.servedIngresses)
        switch verdict {
        case .goes: result.proposals.append(proposal)
        case .stays(let reason):
            result.diagnostics.append(.notAskedFor(proposal.owner, provider: provider, reason: reason))
        }
    }

    // MARK: One load balancer

    private func propose(
        _ target: ProposalRequest.Target,
        revising revise: (@Sendable (LoadBalancerPlan, [RefusedIngress]) -> LoadBalancerPlan?)?,
        with provider: some LoadBalancerProvider, in round: ProposalRound
    ) async throws -> PreparedProposal {
        switch target {
        case .plan(let plan): try await propose(plan, with: provider, in: round) { revise?(plan, $0) }
        case .deletion(let deletion): try await proposeDestruction(deletion, with: provider, in: round)
        }
    }

    private func propose(
        _ plan: LoadBalancerPlan, with provider: some LoadBalancerProvider, in round: ProposalRound,
        revising revision: PlanRevision
    ) async throws -> PreparedProposal {
        let engine = ProvisioningEngine(provider: provider)
        return PreparedProposal(
            try await engine.propose(plan, policy: policy, in: round, revising: revision), provider: plan.provider,
            engine: engine)
    }

    private func proposeDestruction(
        _ deletion: ProposalRequest.Deletion, with provider: some LoadBalancerProvider, in round: ProposalRound
    ) async throws -> PreparedProposal {
        let engine = ProvisioningEngine(provider: provider)
        var proposal = PreparedProposal(
            try await engine.proposeDestruction(of: deletion.owner, policy: policy, in: round),
            provider: deletion.provider, engine: engine)
        proposal.document.reason = deletion.reason
        if deletion.mustExist, proposal.document.changes.isEmpty {
            throw CommandFailure.noSuchLoadBalancer(
                deletion.owner, among: try await provider.owners(in: nil), provider: provider.name)
        }
        return proposal
    }
}

/// The providers that a command makes use of, each made when it is needed first.
struct ProviderPool {
    private let registry: ProviderRegistry
    private let configuration: ProviderConfiguration
    private var made: [Account: Result<any LoadBalancerProvider, any Error>] = [:]
    private var rounds: [Account: ProposalRound] = [:]

    /// What providers are told apart by.
    private struct Account: Hashable {
        var provider: String
        /// The settings that say something of the account or of how to get there.
        var settings: [String: String]
    }

    init(registry: ProviderRegistry, configuration: ProviderConfiguration) {
        self.registry = registry
        self.configuration = configuration
    }

    /// The provider of a selection, the same one for all of an account.
    ///
    /// - Throws: ``CommandFailure`` for a name that no provider has, and what its making throws, each time anew.
    mutating func provider(for selection: ProviderSelection) async throws -> any LoadBalancerProvider {
        let account = account(of: selection)
        if let made = made[account] { return try made.get() }
        let result: Result<any LoadBalancerProvider, any Error>
        do {
            var configuration = configuration
            configuration.settings = account.settings
            result = .success(try await registry.entry(named: selection.name).make(configuration))
        } catch {
            result = .failure(error)
        }
        made[account] = result
        return try result.get()
    }

    /// The round of proposals with the provider of a selection, which is as long as the pool is in use.
    mutating func round(for selection: ProviderSelection) -> ProposalRound {
        let account = account(of: selection)
        let round = rounds[account] ?? ProposalRound()
        rounds[account] = round
        return round
    }

    /// Whether the provider couldn't be had.
    func hasFailed(_ selection: ProviderSelection) -> Bool {
        if case .failure = made[account(of: selection)] { true } else { false }
    }

    /// The first selection of each account.
    func distinct(_ selections: [ProviderSelection]) -> [ProviderSelection] {
        var seen: Set<Account> = []
        return selections.filter { seen.insert(account(of: $0)).inserted }
    }

    private func account(of selection: ProviderSelection) -> Account {
        let entry = try? registry.entry(named: selection.name)
        return Account(
            provider: selection.name, settings: selection.ownSettings.filter { entry?.isOfPlansAlone($0.key) != true })
    }

    func shutdown() async {
        for case .success(let provider) in made.values { await provider.shutdown() }
    }
}

extension CommandFailure {
    /// A load balancer that isn't there, with those that are.
    static func noSuchLoadBalancer(_ owner: Owner, among owners: [Owner], provider: String) -> CommandFailure {
        let lines = Dictionary(grouping: owners, by: \.cluster).sorted { $0.key < $1.key }.map { cluster, owners in
            "  cluster \(cluster): \(owners.map(\.loadBalancer).sorted().joined(separator: ", "))"
        }
        let present =
            lines.isEmpty
            ? "Headgate has none with \(provider) in this account and region"
            : "Headgate's with \(provider) in this account and region are:\n" + lines.joined(separator: "\n")
        let elsewhere = owners.filter { $0.loadBalancer == owner.loadBalancer }.map(\.cluster).sorted()
        let remedy =
            elsewhere.isEmpty
            ? "Check --name and --cluster-name, and that --region and the credentials are those of the load balancer."
            : "Name its cluster: --cluster-name \(elsewhere.joined(separator: ", or "))."
        return CommandFailure(
            "there is no load balancer \(owner.loadBalancer) of the cluster \(owner.cluster); \(present)",
            remedy: remedy, about: .loadBalancer(owner.loadBalancer), reason: "LoadBalancerNotFound")
    }
}
