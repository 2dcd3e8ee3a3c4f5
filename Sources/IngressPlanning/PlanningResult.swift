package import KubernetesModel
package import LoadBalancerModel

/// What the planner made of a snapshot.
package struct PlanningResult: Sendable {
    /// The plans, ordered by name.
    package var plans: [LoadBalancerPlan]
    /// Keys and file contents, by the name of the load balancer.
    package var assets: [String: PlanAssets]
    /// The Ingresses whose status shows the address of a load balancer, by its name; ordered by namespace and name.
    package var members: [String: [NamespacedName]]
    /// All findings, ordered by object, field and reason.
    package var diagnostics: [Diagnostic]
    /// What the next planning wants to be given.
    package var memory: ParametersMemory

    package init(
        plans: [LoadBalancerPlan] = [],
        assets: [String: PlanAssets] = [:],
        members: [String: [NamespacedName]] = [:],
        diagnostics: [Diagnostic] = [],
        memory: ParametersMemory = ParametersMemory()
    ) {
        self.plans = plans
        self.assets = assets
        self.members = members
        self.diagnostics = diagnostics
        self.memory = memory
    }
}
