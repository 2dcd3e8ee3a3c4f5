package import LoadBalancerModel

/// Proposals as a document: what `--output json` prints and a saved plan holds.
///
/// Its shape is described by `docs/schemas/proposal.schema.json`.
package struct ProposalDocument: Codable, Hashable, Sendable {
    package var loadBalancers: [LoadBalancer]
    /// What was found about manifests and load balancers, those that couldn't be planned among them.
    package var diagnostics: [Diagnostic]
    package var summary: ChangeSummary

    package init(loadBalancers: [LoadBalancer], diagnostics: [Diagnostic] = []) {
        self.loadBalancers = loadBalancers
        self.diagnostics = diagnostics
        summary = loadBalancers.reduce(ChangeSummary()) { sum, loadBalancer in
            sum + ChangeSummary(actions: loadBalancer.changes.map(\.action))
        }
    }

    package struct LoadBalancer: Codable, Hashable, Sendable {
        /// The name of the plan.
        package var name: String
        package var provider: String
        /// Why it goes as a whole, where nothing asks for it any more.
        package var reason: String?
        /// The first of the addresses; absent where there is none yet.
        package private(set) var address: String?
        /// Every address with what is served there: several where the plan was split.
        package var addresses: [ServedAddress] {
            didSet { address = addresses.firstAddress }
        }
        /// What the plan's listeners of HTTPS are at the cloud; absent where they are what the plan says.
        package var listeners: [ServedListener]?
        package var changes: [Change]
        package var fidelity: [FidelityFinding]
        package var quotas: [QuotaUse]
        package var quarantined: [Quarantine]
        package var obstacles: [ChangeObstacle]
        package var notices: [String]
        package var withheld: [Change]

        package init(_ proposal: Proposal<some ProvisionedResource>) {
            let set = proposal.changeSet
            name = set.owner.loadBalancer
            provider = proposal.provider
            addresses = proposal.addresses
            address = addresses.firstAddress
            listeners = proposal.listeners.isEmpty ? nil : proposal.listeners
            changes = Self.inReadingOrder(set.changes, of: set.desired).map(Change.init)
            fidelity = proposal.fidelity
            quotas = proposal.quotas
            quarantined = proposal.quarantined
            obstacles = set.obstacles
            notices = set.notices
            withheld = set.withheld.map(Change.init)
        }

        /// Resources after those that they depend on; those of precedence lists in the order in which requests meet them;
        /// deletions last.
        private static func inReadingOrder<Resource>(
            _ changes: [ResourceChange], of desired: ResourceGraph<Resource>
        ) -> [ResourceChange] {
            let listed = desired.precedence.flatMap(\.members)
            let positions = Dictionary(zip(listed, listed.indices)) { first, _ in first }
            let staying = changes.filter { desired[$0.reference] != nil }
            let ranked = staying.filter { positions[$0.reference] != nil }
                .sorted { positions[$0.reference, default: 0] < positions[$1.reference, default: 0] }
            return staying.filter { positions[$0.reference] == nil } + ranked
                + changes.filter { desired[$0.reference] == nil }
        }
    }

    package struct Change: Codable, Hashable, Sendable {
        package var action: ChangeAction
        /// The type of the resource in its provider's terms.
        package var type: String
        /// The name within the load balancer and type.
        package var name: String
        /// What people know it by beyond its name; empty where there is nothing to add.
        package var title: String
        package var identifier: String?
        package var superseded: [String]
        package var fields: [FieldDifference]
        package var reason: String
        package var interruption: String?
        package var ingresses: [String]

        package init(_ change: ResourceChange) {
            action = change.action
            type = change.reference.type
            name = change.reference.name
            title = change.title
            identifier = change.identifier
            superseded = change.superseded
            fields = change.fields
            reason = change.reason
            interruption = change.interruption
            ingresses = change.members
        }
    }
}

extension [ServedAddress] {
    /// The address to name where one is asked for.
    fileprivate var firstAddress: String? { lazy.compactMap(\.address).first }
}
