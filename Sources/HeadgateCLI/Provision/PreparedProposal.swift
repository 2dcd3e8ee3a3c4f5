import LoadBalancerModel
import Provisioning

/// A proposal of any provider, with what it takes to carry it out.
struct PreparedProposal: Sendable {
    typealias Report = @Sendable (ExecutionEvent) -> Void

    var document: ProposalDocument.LoadBalancer
    let owner: Owner
    let provider: ProviderSelection
    /// The plan; nil where the load balancer is to go.
    let plan: LoadBalancerPlan?
    let isEmpty: Bool
    let isDestructive: Bool
    /// The Ingresses that what exists was made for, as `namespace/name`, as far as it says so.
    let servedIngresses: Set<String>
    /// The ingress class that what exists was made for, where it says so.
    let ingressClass: String?
    /// Carries it out.
    let execute: @Sendable (PlanAssets, StopSignal, @escaping Report) async throws -> ExecutionReport
    /// The Ingresses that a resource serves, as `namespace/name`: those that it is for, and for one that several share those
    /// of all that depends on it.
    let ingresses: @Sendable (ResourceReference) -> [String]
    /// Asks anew for the addresses.
    let addresses: @Sendable () async throws -> [ServedAddress]

    init<Provider: LoadBalancerProvider>(
        _ proposal: Proposal<Provider.Resource>, provider: ProviderSelection, engine: ProvisioningEngine<Provider>
    ) {
        document = ProposalDocument.LoadBalancer(proposal)
        self.provider = provider
        plan = proposal.plan
        isEmpty = proposal.changeSet.isEmpty
        isDestructive = proposal.changeSet.isDestructive
        servedIngresses = Set(proposal.changeSet.observed.resources.compactMap(\.member))
        ingressClass = proposal.changeSet.observed.resources.lazy.compactMap(\.ingressClass).first
        execute = { assets, stop, report in
            try await engine.execute(proposal, assets: assets, stop: stop, report: report)
        }
        ingresses = { [desired = proposal.changeSet.desired] in desired.members(servedBy: $0) }
        let owner = proposal.changeSet.owner
        self.owner = owner
        addresses = {
            proposal.addresses(in: try await engine.provider.observe(owner).resources)
        }
    }

    /// The proposal, refused where what exists was made for quite other Ingresses: then two sets of manifests have one name
    /// for their load balancers, and would take each other's away.
    ///
    /// - Parameter ingresses: the Ingresses that the manifests have, as `namespace/name`.
    func refusedIfForeign(to ingresses: Set<String>) -> PreparedProposal {
        guard let resource = document.changes.first(where: { $0.identifier != nil }),
            let identifier = resource.identifier, !ingresses.isEmpty, !servedIngresses.isEmpty,
            servedIngresses.isDisjoint(with: ingresses)
        else { return self }
        var refused = self
        refused.document.obstacles.append(
            ChangeObstacle(
                reference: ResourceReference(type: resource.type, name: resource.name), identifier: identifier,
                message:
                    "what exists as \(owner.loadBalancer) serves \(Self.list(servedIngresses)) and none of the Ingresses "
                    + "of these manifests, so that it seems to be another directory's; give these a name of their own with "
                    + "--cluster-name NAME, or, if it is theirs, say so with --cluster-name \(owner.cluster)"))
        return refused
    }

    private static func list(_ ingresses: Set<String>) -> String {
        let shown = ingresses.sorted().prefix(3).map { "Ingress \($0)" }.joined(separator: ", ")
        return ingresses.count > 3 ? "\(shown) and \(ingresses.count - 3) more" : shown
    }
}

/// What would be done, and what about it can't be.
struct Proposals: Sendable {
    var proposals: [PreparedProposal] = []
    /// What was found of load balancers: those that couldn't be planned, and those that nothing asks for.
    var diagnostics: [Diagnostic] = []
    /// The load balancers that couldn't be planned.
    var failed: [String] = []

    /// - Parameter findings: what was found before.
    func document(with findings: [Diagnostic] = []) -> ProposalDocument {
        ProposalDocument(loadBalancers: proposals.map(\.document), diagnostics: findings + diagnostics)
    }

    /// The Ingresses that plans were made anew without, for their provider refuses them.
    var refused: [RefusedIngress] { proposals.flatMap { $0.plan?.refused ?? [] } }

    /// Whether nothing came of a request but failures.
    var areFailuresAlone: Bool { proposals.isEmpty && !failed.isEmpty }

    /// What a command says at its end, where it can't end well; nil where it can.
    var failureNote: String? {
        failed.isEmpty ? nil : "Error: not planned: \(failed.joined(separator: ", ")); the diagnostics tell why.\n"
    }
}
