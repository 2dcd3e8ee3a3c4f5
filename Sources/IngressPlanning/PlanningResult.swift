package import KubernetesModel
package import LoadBalancerModel

/// What the planner made of a snapshot.
package struct PlanningResult: Sendable {
    /// The plans, ordered by name.
    package var plans: [LoadBalancerPlan]
    /// What listeners serve that none of ``plans`` is for, as where no Ingress is Headgate's: the controller's default
    /// backend, else 404 to every request.
    package var idle: LoadBalancerPlan
    /// Keys and file contents, by the name of the load balancer.
    package var assets: [String: PlanAssets]
    /// The Ingresses whose status shows the address of a load balancer, by its name; ordered by namespace and name.
    package var members: [String: [NamespacedName]]
    /// The class of each Ingress that is Headgate's, also where its class has no parameters that could be used, so that
    /// nothing of it is planned; empty for one that is claimed without a class.
    package var claimed: [NamespacedName: String]
    /// The class of each Ingress whose load balancer can't be told, as `namespace/name`.
    package var unplaced: [String: String]
    /// The provider of each class whose parameters could be used, also where no Ingress is of it.
    package var providers: [String: ProviderSelection]
    /// All findings, ordered by object, field and reason.
    package var diagnostics: [Diagnostic]
    /// What the next planning wants to be given.
    package var memory: ParametersMemory

    package init(
        plans: [LoadBalancerPlan] = [],
        idle: LoadBalancerPlan = .idle,
        assets: [String: PlanAssets] = [:],
        members: [String: [NamespacedName]] = [:],
        claimed: [NamespacedName: String] = [:],
        unplaced: [String: String] = [:],
        providers: [String: ProviderSelection] = [:],
        diagnostics: [Diagnostic] = [],
        memory: ParametersMemory = ParametersMemory()
    ) {
        self.plans = plans
        self.idle = idle
        self.assets = assets
        self.members = members
        self.claimed = claimed
        self.unplaced = unplaced
        self.providers = providers
        self.diagnostics = diagnostics
        self.memory = memory
    }

    /// Whether the parameters of a class hold a value that is refused, of whatever kind they are.
    package var hasInvalidParameters: Bool { diagnostics.contains(where: \.isOfInvalidParameters) }
}

extension Sequence<Diagnostic> {
    /// Whether the parameters of a class hold a value that is refused, of whatever kind they are, or aren't there, so that
    /// nothing of the class is provisioned.
    package var haveUnusableParameters: Bool {
        contains { diagnostic in
            diagnostic.isOfInvalidParameters
                || diagnostic.severity == .error && diagnostic.object.kind == IngressClass.kind
                    && diagnostic.field.hasPrefix("spec.parameters")
        }
    }
}

extension Diagnostic {
    fileprivate var isOfInvalidParameters: Bool { reason == ParametersFailure.invalidReason }
}

extension LoadBalancerPlan {
    /// The plan without routes, on the standard listeners: every request is answered 404.
    package static var idle: LoadBalancerPlan {
        LoadBalancerPlan(
            name: "headgate-idle",
            identity: LoadBalancerIdentity(cluster: "local", ingressClass: ""),
            listeners: [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: ListenerTLS()),
            ])
    }
}
