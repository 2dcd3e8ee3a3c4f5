package import KubernetesModel
package import LoadBalancerModel

/// Turns a snapshot into load balancer plans: a pure function, which asks no network and no clock.
///
/// Everything that Ingress objects mean is decided here. What cannot be honoured becomes a diagnostic on the object at
/// fault and leaves the routes of other objects alone.
package struct IngressPlanner: Sendable {
    package let options: PlannerOptions

    package init(options: PlannerOptions) {
        self.options = options
    }

    /// Plans for all Ingresses of `snapshot` that are Headgate's.
    ///
    /// - Parameter memory: what the planning before returned, from which last good parameters are taken.
    package func plan(_ snapshot: ClusterSnapshot, memory: ParametersMemory = ParametersMemory()) -> PlanningResult {
        PlanningResult(memory: memory)
    }
}
