import DataPlane
import LoadBalancerModel
import Logging

/// The engines of the process: one on the listeners of the command line, and one for each set of listeners of parameters.
actor ListenerFleet {
    /// What a round of applying led to.
    struct Outcome: Sendable {
        /// By name of the plan's group: what its listeners are bound to; groups that could not be bound are absent.
        var bound: [[ListenerAddress]: [BoundListener]] = [:]
        var diagnostics: [Diagnostic] = []
        /// Engines whose listeners nothing asks for any more. Whoever applies must stop them.
        var retired: [SoftwareLoadBalancer] = []
        /// Whether every group serves its plan.
        var succeeded = true
    }

    private struct Engine {
        var balancer: SoftwareLoadBalancer
        var listeners: [BoundListener]
    }

    private let template: EngineOptions
    private let logger: Logger
    private let sharedKey: [ListenerAddress]
    private var engines: [[ListenerAddress]: Engine] = [:]
    private var stopped = false

    /// - Parameters:
    ///   - options: how every engine runs; its listeners are those of the command line.
    ///   - logger: where engines log.
    init(options: EngineOptions, logger: Logger) {
        self.template = options
        self.logger = logger
        self.sharedKey = options.listeners
    }

    /// Binds the listeners of the command line.
    ///
    /// - Returns: what they are bound to.
    /// - Throws: ``CommandFailure``, which names the address and the remedy.
    func start() throws(CommandFailure) -> [BoundListener] {
        do {
            return try start(listeners: sharedKey).listeners
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// Serves a placement. A group that can't be served keeps what it served before, and others go on.
    func apply(_ placement: Placement) async -> Outcome {
        var outcome = Outcome()
        guard !stopped else { return outcome }
        let groups = [placement.shared] + placement.own
        let wanted = Set(groups.map(\.listeners))
        for key in engines.keys where !wanted.contains(key) {
            if let engine = engines.removeValue(forKey: key) { outcome.retired.append(engine.balancer) }
        }
        for group in groups {
            do throws(EngineError) {
                let engine = try engine(for: group.listeners)
                outcome.bound[group.listeners] = engine.listeners
                try await engine.balancer.apply(plan: group.plan.served(on: engine.listeners), assets: group.assets)
            } catch {
                outcome.succeeded = false
                outcome.diagnostics.append(Self.diagnostic(group, error))
            }
        }
        return outcome
    }

    /// All listeners, those of the command line first.
    func listeners() -> [BoundListener] {
        let shared = engines[sharedKey]?.listeners ?? []
        let own = engines.filter { $0.key != sharedKey }.flatMap(\.value.listeners)
        return shared + own.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
    }

    /// The counters of every engine.
    func metrics() -> [EngineMetrics] {
        engines.values.map { $0.balancer.metrics() }
    }

    /// Stops every engine; requests under way have `grace` to finish.
    func stop(grace: Duration) async {
        stopped = true
        let balancers = engines.values.map(\.balancer)
        await withDiscardingTaskGroup { group in
            for balancer in balancers {
                group.addTask { await balancer.stop(grace: grace) }
            }
        }
    }

    /// The engine that listens there already, else a new one.
    private func engine(for listeners: [ListenerAddress]) throws(EngineError) -> Engine {
        if let engine = engines[listeners] { return engine }
        return try start(listeners: listeners)
    }

    private func start(listeners: [ListenerAddress]) throws(EngineError) -> Engine {
        var options = template
        options.listeners = listeners
        let balancer = SoftwareLoadBalancer(options: options, logger: logger)
        let engine = Engine(balancer: balancer, listeners: try balancer.start())
        engines[listeners] = engine
        return engine
    }

    private static func diagnostic(_ group: Placement.Group, _ error: EngineError) -> Diagnostic {
        Diagnostic(
            object: ObjectReference(kind: "IngressClass", name: group.plan.identity.ingressClass),
            severity: .error,
            reason: "NotServed",
            message: "load balancer \(group.plan.name) is not served as planned: \(error)")
    }
}
