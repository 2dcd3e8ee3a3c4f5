package import LoadBalancerModel

/// What would become of one load balancer, and how faithfully: everything that a dry run shows and an execution does.
package struct Proposal<Resource: ProvisionedResource>: Sendable {
    package var provider: String
    /// The plan that is carried out; nil where the load balancer is to go.
    package var plan: LoadBalancerPlan?
    package var changeSet: ChangeSet<Resource>
    package var fidelity: [FidelityFinding]
    package var quarantined: [Quarantine]
    package var quotas: [QuotaUse]
    package var placement: [String: [ResourceReference]]
    package var parts: [PlanPart]
    package var listeners: [ServedListener]

    package init(
        provider: String,
        plan: LoadBalancerPlan?,
        changeSet: ChangeSet<Resource>,
        fidelity: [FidelityFinding] = [],
        quarantined: [Quarantine] = [],
        quotas: [QuotaUse] = [],
        placement: [String: [ResourceReference]] = [:],
        parts: [PlanPart] = [],
        listeners: [ServedListener] = []
    ) {
        self.provider = provider
        self.plan = plan
        self.changeSet = changeSet
        self.fidelity = fidelity
        self.quarantined = quarantined
        self.quotas = quotas
        self.placement = placement
        self.parts = parts
        self.listeners = listeners
    }

    /// What exists and isn't about to go.
    var stayingResources: [ObservedResource<Resource>] {
        let staying = Set(
            changeSet.changes.filter { $0.action == .noOp || $0.action == .update }.compactMap(\.identifier))
        return changeSet.observed.resources.filter { staying.contains($0.identifier) }
    }
}
