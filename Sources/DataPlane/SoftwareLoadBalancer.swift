package import LoadBalancerModel
package import Logging
import Synchronization

/// The software load balancer: accepts connections on its listeners and serves the plan that was applied last.
///
/// Life cycle: ``start()`` once, ``apply(plan:assets:)`` as often as there are changes, ``stop(grace:)`` once.
/// Before the first plan every request is answered 503.
package final class SoftwareLoadBalancer: Sendable {
    private let options: EngineOptions
    private let logger: Logger
    private let state = Mutex(State())
    /// Holds one call of ``apply(plan:assets:)`` at a time, so that plans come to the loops in their order.
    private let applying = AsyncGate()

    private struct State {
        var engine: RunningEngine?
        var configuration: CompiledConfiguration?
        var generation: UInt64 = 0
        /// What the counters were when the engine stopped.
        var last = EngineMetrics()
    }

    package init(options: EngineOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Binds the listeners and starts the loops.
    ///
    /// - Parameter requiring: Whether all listeners must be bound. Where one will do, ``unbound`` tells what is missing,
    ///   and ``bindMissing()`` tries again.
    /// - Returns: the listeners that are bound, in the order of the options, with the ports that were picked.
    /// - Throws: ``EngineError``, naming the address and the remedy; then nothing listens.
    @discardableResult
    package func start(requiring: ListenerRequirement = .all) throws(EngineError) -> [BoundListener] {
        if let engine = state.withLock({ $0.engine }) { return engine.listeners.bound }
        let engine = try RunningEngine.start(options, requiring: requiring)
        state.withLock { $0.engine = engine }
        let bound = engine.listeners.bound
        tell(bound)
        return bound
    }

    /// The listeners that are bound, in the order of the options; none before the start and after the end.
    package var listeners: [BoundListener] { state.withLock { $0.engine }?.listeners.bound ?? [] }

    /// The listeners that could not be bound yet, with what kept them from it the last time.
    package var unbound: [UnboundListener] { state.withLock { $0.engine }?.listeners.unbound ?? [] }

    /// Tries again to bind the listeners that are missing. What can be bound now serves the plan in force.
    ///
    /// - Returns: the listeners that are bound by this.
    @discardableResult
    package func bindMissing() async -> [BoundListener] {
        await applying.enter()
        defer { applying.leave() }
        guard let engine = state.withLock({ $0.engine }) else { return [] }
        let bound = await engine.bindMissing()
        tell(bound)
        return bound
    }

    private func tell(_ listeners: [BoundListener]) {
        for listener in listeners {
            logger.info(
                "listening", metadata: ["protocol": "\(listener.protocol.rawValue)", "address": "\(listener)"])
        }
    }

    /// Compiles a plan and hands it to the loops; returns when every loop serves it. Requests under way finish with the
    /// plan that they started with; connections and the state of pools that did not change survive.
    ///
    /// - Throws: ``EngineError``; then the plan applied before stays in force.
    package func apply(plan: LoadBalancerPlan, assets: PlanAssets) async throws(EngineError) {
        await applying.enter()
        defer { applying.leave() }
        let (engine, previous) = state.withLock { ($0.engine, $0.configuration) }
        guard let engine else { throw .notRunning }
        let generation = state.withLock { $0.generation } + 1
        let compiled = try engine.compiler.compile(plan, assets, generation: generation, previous: previous)
        await engine.resolve(Set(compiled.pools.flatMap(\.names)))
        await engine.configure(compiled)
        state.withLock { state in
            state.configuration = compiled
            state.generation = generation
        }
        logger.info(
            "configuration in force",
            metadata: ["generation": "\(generation)", "routes": "\(plan.routes.count)", "pools": "\(plan.pools.count)"])
    }

    /// Closes the listeners at once, lets requests under way finish for as long as `grace`, then closes what is left. A
    /// second call with a shorter time shortens the first.
    package func stop(grace: Duration) async {
        guard let engine = state.withLock({ $0.engine }) else { return }
        let milliseconds = grace.components.seconds * 1000 + grace.components.attoseconds / 1_000_000_000_000_000
        await engine.stop(grace: milliseconds)
        let last = metrics()
        state.withLock { state in
            state.last = last
            state.engine = nil
            state.configuration = nil
        }
    }

    /// The counters as they are now.
    package func metrics() -> EngineMetrics {
        let (engine, generation, last, pools) = state.withLock {
            ($0.engine, $0.generation, $0.last, $0.configuration?.pools ?? [])
        }
        guard let engine else { return last }
        var metrics = engine.collector.snapshot()
        metrics.configurationGeneration = generation
        let known = Dictionary(pools.map { ($0.name, $0) }) { first, _ in first }
        for index in metrics.pools.indices {
            guard let pool = known[metrics.pools[index].pool] else { continue }
            let unfit = engine.health.unfitTargets(ofPool: pool.connectionKey)
            metrics.pools[index].targetsTotal = UInt64(pool.members.count)
            metrics.pools[index].targetsHealthy = UInt64(max(0, pool.members.count - unfit))
        }
        return metrics
    }
}
