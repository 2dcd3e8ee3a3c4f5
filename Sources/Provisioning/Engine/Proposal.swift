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

    package init(
        provider: String,
        plan: LoadBalancerPlan?,
        changeSet: ChangeSet<Resource>,
        fidelity: [FidelityFinding] = [],
        quarantined: [Quarantine] = [],
        quotas: [QuotaUse] = [],
        placement: [String: [ResourceReference]] = [:]
    ) {
        self.provider = provider
        self.plan = plan
        self.changeSet = changeSet
        self.fidelity = fidelity
        self.quarantined = quarantined
        self.quotas = quotas
        self.placement = placement
    }
}
