package import LoadBalancerModel

/// Serves several plans on one set of listeners.
package enum PlanMerging {
    /// Divides plans into those that share one set of listeners and those whose parameters give them their own.
    package static func split(
        _ plans: [LoadBalancerPlan]
    ) -> (shared: [LoadBalancerPlan], ownListeners: [LoadBalancerPlan]) {
        (
            plans.filter { $0.listenerSource == .standard },
            plans.filter { $0.listenerSource == .parameters }
        )
    }

    /// Merges plans into one, under the precedence rules that hold between the Ingresses of one plan.
    package static func merge(_ plans: [LoadBalancerPlan]) -> (plan: LoadBalancerPlan, diagnostics: [Diagnostic]) {
        fatalError("not there yet")
    }
}
