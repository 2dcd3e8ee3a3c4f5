package import LoadBalancerModel
package import Logging

/// The software load balancer: accepts connections on its listeners and serves the plan that was applied last.
///
/// Life cycle: ``start()`` once, ``apply(plan:assets:)`` as often as there are changes, ``stop(grace:)`` once.
/// Before the first plan every request is answered 503.
package final class SoftwareLoadBalancer: Sendable {
    private let options: EngineOptions
    private let logger: Logger

    package init(options: EngineOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Binds the listeners and starts the loops.
    ///
    /// - Returns: the listeners in the order of the options, with the ports that were picked.
    /// - Throws: ``EngineError``, naming the address and the remedy; then nothing listens.
    package func start() throws(EngineError) -> [BoundListener] {
        throw .notRunning
    }

    /// Compiles a plan and hands it to the loops; returns when every loop serves it. Requests under way finish with the
    /// plan that they started with; connections and the state of pools that did not change survive.
    ///
    /// - Throws: ``EngineError``; then the plan applied before stays in force.
    package func apply(plan: LoadBalancerPlan, assets: PlanAssets) async throws(EngineError) {
        throw .notRunning
    }

    /// Closes the listeners at once, lets requests under way finish for as long as `grace`, then closes what is left.
    package func stop(grace: Duration) async {}

    /// The counters as they are now.
    package func metrics() -> EngineMetrics { EngineMetrics() }
}
