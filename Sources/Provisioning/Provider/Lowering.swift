package import LoadBalancerModel

/// What became of a plan in a provider's terms, and how faithfully.
package struct Lowering<Resource: ProvisionedResource>: Sendable {
    package var graph: ResourceGraph<Resource>
    /// Every difference between the plan and what the graph does, and everything that it can't do at all.
    package var fidelity: [FidelityFinding]
    /// The Ingresses that were left out, so that their neighbours go on.
    package var quarantined: [Quarantine]
    /// What of the quarantined Ingresses follows their Services and not themselves, such as targets: it is kept up to
    /// date where it stays as they had it last.
    package var standby: [StandbyResource<Resource>]
    package var quotas: [QuotaUse]
    /// Which load balancers of the graph serve an Ingress, by `namespace/name`: more than one where the plan was split.
    package var placement: [String: [ResourceReference]]
    /// The load balancers of the graph with their hosts, where the plan was split; else none.
    package var parts: [PlanPart]
    /// What the plan's listeners of HTTPS are at the cloud; empty where they are what the plan says.
    package var listeners: [ServedListener]

    package init(
        graph: ResourceGraph<Resource> = ResourceGraph(),
        fidelity: [FidelityFinding] = [],
        quarantined: [Quarantine] = [],
        standby: [StandbyResource<Resource>] = [],
        quotas: [QuotaUse] = [],
        placement: [String: [ResourceReference]] = [:],
        parts: [PlanPart] = [],
        listeners: [ServedListener] = []
    ) {
        self.graph = graph
        self.fidelity = fidelity
        self.quarantined = quarantined
        self.standby = standby
        self.quotas = quotas
        self.placement = placement
        self.parts = parts
        self.listeners = listeners
    }
}

/// A load balancer of several that carry one plan.
package struct PlanPart: Hashable, Sendable {
    package var loadBalancer: ResourceReference
    /// The hosts that are served there, sorted.
    package var hosts: [String]

    package init(loadBalancer: ResourceReference, hosts: [String]) {
        self.loadBalancer = loadBalancer
        self.hosts = hosts
    }
}

/// A difference between what a plan says and what the cloud will do.
package struct FidelityFinding: Codable, Hashable, Sendable {
    package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
        /// Done with a difference.
        case approximated
        /// Not done.
        case unsupported
    }

    package var severity: Severity
    /// The object that asked for it, such as `Ingress shop/front`, or the load balancer as a whole.
    package var object: String
    /// The difference, spelled out, with what would avoid it.
    package var message: String

    package init(severity: Severity, object: String, message: String) {
        self.severity = severity
        self.object = object
        self.message = message
    }
}

/// An Ingress that a provider can't take. Its last good resources stay as they are; its neighbours go on.
package struct Quarantine: Codable, Hashable, Sendable {
    /// The Ingress, as `namespace/name`.
    package var member: String
    /// A short, stable label in upper camel case, such as `TooManyRules`.
    package var reason: String
    /// What the provider can't do, with the value at fault and the remedy.
    package var message: String

    package init(member: String, reason: String, message: String) {
        self.member = member
        self.reason = reason
        self.message = message
    }
}

extension Quarantine {
    /// One that a plan was made for.
    package init(_ refused: RefusedIngress) {
        self.init(member: refused.ingress, reason: refused.reason, message: refused.message)
    }

    /// - Parameters:
    ///   - change: the change of guards that would expose what the Ingress had; nil where there is none.
    ///   - policy: whether that may go.
    init(_ withheld: WithheldIngress, exposedBy change: GuardChange?, under policy: ChangePolicy) {
        self.init(member: withheld.ingress, reason: withheld.reason, message: withheld.message)
        guard let change else { return }
        let fields = "\(change.paths.joined(separator: ", ")) of \(change.reference)"
        message +=
            policy == .sync
            ? " What it had before goes, for \(fields) changes, which decides who gets to it."
            : " What it had before stays, and so does \(fields), which decides who gets to it, for nothing is deleted under "
                + "\(policy.rawValue)."
    }
}

/// How much of a limit a plan uses.
package struct QuotaUse: Codable, Hashable, Sendable {
    /// The limit in the cloud's own terms.
    package var name: String
    /// What the limit is counted for, such as a load balancer or a listener.
    package var scope: String
    package var used: Int
    package var allowed: Int

    package init(name: String, scope: String, used: Int, allowed: Int) {
        self.name = name
        self.scope = scope
        self.used = used
        self.allowed = allowed
    }
}
