import DataPlane
import LoadBalancerModel
import Provisioning

/// A load balancer of this process: an engine on a set of listeners, and what it serves there.
///
/// It is one resource and not one per route or pool, since an engine takes a configuration as a whole: a request finds
/// either all of a change or nothing of it.
struct SoftwareResource: ProvisionedResource {
    /// What an engine serves.
    struct Configuration: Sendable, Equatable {
        var plan: LoadBalancerPlan
        /// The certificate chains of the plan as PEM, by fingerprint of the leaf: intermediates may change while that stays.
        var chains: [String: String]
    }

    /// Where it is to listen.
    var listeners: [ListenerAddress]
    /// The listeners that are bound and serve the configuration.
    var listening: [ListenerAddress]
    /// Absent as long as no configuration was taken.
    var configuration: Configuration?

    var isAwaited: Bool { true }

    var fields: [ResourceField] {
        guard let configuration else { return socketFields }
        let plan = configuration.plan
        let counts = [
            ("routes", plan.routes.count), ("pools", plan.pools.count), ("certificates", plan.certificates.count),
            ("staticSites", plan.staticSites.count),
        ]
        return socketFields + counts.map { ResourceField($0.0, .optional($0.1 == 0 ? nil : $0.1)) }
            + AttributesText.settings(plan.attributes).map { ResourceField($0.name, .string($0.value)) }
    }

    /// No Ingress is ever quarantined here, so that nothing is made anew as it was.
    func recreated(_ link: (ResourceLink) -> ResourceLink) -> Self? { nil }

    /// The fields that are not of the configuration.
    static let socketPaths: Set = ["listeners", "listening"]

    private var socketFields: [ResourceField] {
        [
            ResourceField(
                "listeners", .strings(listeners.map(\.label).sorted()),
                change: .replacing("an engine keeps the set of listeners that it was started with")),
            ResourceField("listening", .strings(listening.map(\.label).sorted())),
        ]
    }

    func fields(comparedWith existing: Self) -> (existing: [ResourceField], desired: [ResourceField]) {
        guard let before = existing.configuration, let after = configuration else { return (existing.fields, fields) }
        let details = ConfigurationDifference(from: before, to: after).details
        return (
            existing.socketFields + details.map { ResourceField($0.path, $0.before) },
            socketFields + details.map { ResourceField($0.path, $0.after) }
        )
    }
}

extension ResourceReference {
    /// A load balancer of this process, of which an owner has one.
    static let softwareLoadBalancer = ResourceReference(type: "load-balancer", name: "main")
}
