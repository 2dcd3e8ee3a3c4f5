import DataPlane
import LoadBalancerModel
import Logging

/// The engines of the process: one on the listeners of the command line, and one for each set of listeners of parameters.
actor ListenerFleet {
    /// What a round of applying led to.
    struct Outcome: Sendable {
        /// What the listeners of each group are bound to; groups that could not be bound are absent.
        var bound: [[ListenerAddress]: [BoundListener]] = [:]
        var diagnostics: [Diagnostic] = []
        /// The groups that serve their plan.
        var served: Set<[ListenerAddress]> = []
        /// Whether every group serves its plan.
        var succeeded = true
    }

    private struct Engine {
        var balancer: SoftwareLoadBalancer
        var listeners: [BoundListener]
        /// What was applied last; nil before the first plan, and after one that was not taken.
        var applied: Configuration?
    }

    private struct Configuration: Equatable {
        var plan: LoadBalancerPlan
        var assets: PlanAssets
    }

    /// How often an address that is being given up is tried.
    private static let attempts = 100

    private let template: EngineOptions
    private let origin: @Sendable (AddressFlag) -> AddressOrigin
    private let logger: Logger
    private let sharedKey: [ListenerAddress]
    private var engines: [[ListenerAddress]: Engine] = [:]
    private var stopped = false
    private let retired: AsyncStream<SoftwareLoadBalancer>
    private let retire: AsyncStream<SoftwareLoadBalancer>.Continuation

    /// - Parameters:
    ///   - options: how every engine runs; its listeners are those of the command line.
    ///   - origin: what gave the addresses of the command line.
    ///   - logger: where engines log.
    init(
        options: EngineOptions, origin: @escaping @Sendable (AddressFlag) -> AddressOrigin = { .flag($0) },
        logger: Logger
    ) {
        self.template = options
        self.origin = origin
        self.logger = logger
        self.sharedKey = options.listeners
        (retired, retire) = AsyncStream.makeStream()
    }

    /// Binds the listeners of the command line.
    ///
    /// - Returns: what they are bound to.
    /// - Throws: ``CommandFailure``, which names the flag, its value and the remedy.
    @discardableResult
    func start() throws(CommandFailure) -> [BoundListener] {
        do {
            return try start(listeners: sharedKey).listeners
        } catch {
            throw failure(error)
        }
    }

    /// What keeps the engine on the listeners of the command line from starting.
    private func failure(_ error: EngineError) -> CommandFailure {
        if let failure = BindFailure(error, origin: { origin(AddressFlag($0.protocol)) }) { return failure.failure }
        switch error {
        case .accessLogUnavailable: return CommandFailure("--access-log: \(error)")
        case .invalidNetwork: return CommandFailure("--trusted-proxies: \(error)")
        case .invalidAddress(let listener):
            return CommandFailure("\(AddressFlag(listener.protocol).rawValue): \(error)")
        case .addressInUse, .privilegedPort, .addressNotLocal, .system, .invalidPlan, .notRunning:
            return CommandFailure(error.description)
        }
    }

    /// Serves a placement. A group that can't be served keeps what it served before, and others go on.
    func apply(_ placement: Placement) async -> Outcome {
        var outcome = Outcome()
        guard !stopped else { return outcome }
        let groups = [placement.shared] + placement.own
        let wanted = Set(groups.map(\.listeners))
        var released: Set<ListenerAddress> = []
        for key in engines.keys where !wanted.contains(key) {
            guard let engine = engines.removeValue(forKey: key) else { continue }
            retire.yield(engine.balancer)
            released.formUnion(key)
        }
        for group in groups {
            do throws(EngineError) {
                let engine = try await engine(for: group.listeners, released: released)
                outcome.bound[group.listeners] = engine.listeners
                let wanted = Configuration(plan: group.plan.served(on: engine.listeners), assets: group.assets)
                if engine.applied != wanted {
                    engines[group.listeners]?.applied = nil
                    try await engine.balancer.apply(plan: wanted.plan, assets: wanted.assets)
                    engines[group.listeners]?.applied = wanted
                }
                outcome.served.insert(group.listeners)
            } catch {
                outcome.succeeded = false
                outcome.diagnostics.append(Self.diagnostic(group, error))
            }
        }
        return outcome
    }

    /// Stops engines whose listeners nothing asks for any more, each within `grace`; until its task is cancelled.
    nonisolated func stopRetired(grace: Duration) async {
        await withDiscardingTaskGroup { group in
            for await balancer in retired {
                group.addTask { await balancer.stop(grace: grace) }
            }
        }
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
    ///
    /// - Parameter released: addresses that an engine is giving up at this moment, which are waited for.
    private func engine(
        for listeners: [ListenerAddress], released: Set<ListenerAddress>
    ) async throws(EngineError) -> Engine {
        if let engine = engines[listeners] { return engine }
        for _ in 0..<Self.attempts {
            do {
                return try start(listeners: listeners)
            } catch .addressInUse(let address) where released.contains(address) {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
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
        let ingressClass = ObjectReference(kind: "IngressClass", name: group.plan.identity.ingressClass)
        let failure = BindFailure(error) { _ in .parameters(group.parameters ?? ingressClass) }
        let cause = failure.map { [$0.message, $0.remedy].compactMap(\.self).joined(separator: ". ") }
        return Diagnostic(
            object: ingressClass,
            field: failure == nil ? "" : "spec.parameters",
            severity: .error,
            reason: "NotServed",
            message: "load balancer \(group.plan.name) is not served as planned: \(cause ?? error.description)",
            value: failure?.address.description,
            remedy: failure?.remedy)
    }
}
