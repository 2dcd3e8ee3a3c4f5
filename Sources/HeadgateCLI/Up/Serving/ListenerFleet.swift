import DataPlane
import LoadBalancerModel
import Logging

/// The engines of the process: one on the listeners of the command line, and one for each set of listeners of parameters.
actor ListenerFleet {
    /// What a round of applying led to.
    struct Outcome: Sendable {
        /// What the listeners of each group are bound to, as far as they could be; groups of which none could be are
        /// absent.
        var bound: [[ListenerAddress]: [BoundListener]] = [:]
        var diagnostics: [Diagnostic] = []
        /// The groups that serve their plan.
        var served: Set<[ListenerAddress]> = []
        /// Whether every group serves its plan on all of its listeners.
        var succeeded = true
    }

    private struct Engine {
        var balancer: SoftwareLoadBalancer
        /// What was applied last; nil before the first plan, and after one that was not taken.
        var applied: Configuration?
    }

    private struct Configuration: Equatable {
        var plan: LoadBalancerPlan
        var assets: PlanAssets
    }

    /// How often an address that is being given up is tried.
    private static let attempts = 100
    private static let pause = Duration.milliseconds(20)

    private let template: EngineOptions
    let origin: @Sendable (AddressFlag) -> AddressOrigin
    private let logger: Logger
    let sharedKey: [ListenerAddress]
    private var engines: [[ListenerAddress]: Engine] = [:]
    /// What was to be served last.
    private var groups: [Placement.Group] = []
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

    /// Binds the listeners of the command line, as far as they can be.
    ///
    /// - Returns: what they are bound to.
    /// - Throws: ``CommandFailure`` where none can be, which names the flags, their values and the remedies.
    @discardableResult
    func start() throws(CommandFailure) -> [BoundListener] {
        do {
            return try start(listeners: sharedKey).balancer.listeners
        } catch {
            throw failure(error)
        }
    }

    /// What keeps the engine on the listeners of the command line from starting.
    private func failure(_ error: EngineError) -> CommandFailure {
        switch error {
        case .noListener(let listeners):
            return BindFailure.failure(listeners.map { BindFailure($0) { origin(AddressFlag($0.protocol)) } })
        case .accessLogUnavailable: return CommandFailure("--access-log: \(error)")
        case .invalidNetwork: return CommandFailure("--trusted-proxies: \(error)")
        case .invalidAddress(let listener):
            return CommandFailure("\(AddressFlag(listener.protocol).rawValue): \(error)")
        case .addressInUse, .privilegedPort, .addressNotLocal, .system, .invalidPlan, .notRunning:
            return CommandFailure(error.description)
        }
    }

    /// Serves a placement. A group that can't be served keeps what it served before, and others go on; so do the
    /// listeners of a group beside one that can't be bound.
    func apply(_ placement: Placement) async -> Outcome {
        var outcome = Outcome()
        guard !stopped else { return outcome }
        groups = [placement.shared] + placement.own
        let released = retireUnwanted()
        for group in groups {
            do throws(EngineError) {
                try await serve(group, released: released)
                outcome.served.insert(group.listeners)
            } catch {
                outcome.succeeded = false
                outcome.diagnostics += diagnostics(group, error)
            }
            guard let balancer = engines[group.listeners]?.balancer else { continue }
            outcome.bound[group.listeners] = balancer.listeners
            let unbound = balancer.unbound
            if !unbound.isEmpty { outcome.succeeded = false }
            outcome.diagnostics += unbound.map { diagnostic(group, $0) }
        }
        return outcome
    }

    /// The listeners that are wanted and not bound.
    func missing() -> Set<ListenerAddress> {
        Set(groups.flatMap { group in engines[group.listeners]?.balancer.unbound.map(\.listener) ?? group.listeners })
    }

    /// Tries again to bind the listeners that are missing; what can be bound now serves what it was meant to.
    ///
    /// - Returns: whether one could be bound.
    func bindMissing() async -> Bool {
        var isChanged = false
        for group in groups where !stopped {
            if let engine = engines[group.listeners] {
                let bound = await engine.balancer.bindMissing()
                isChanged = isChanged || !bound.isEmpty
            } else {
                try? await serve(group, released: [])
                isChanged = isChanged || engines[group.listeners] != nil
            }
        }
        return isChanged
    }

    /// Gives up the engines that nothing asks for any more.
    ///
    /// - Returns: their addresses.
    private func retireUnwanted() -> Set<ListenerAddress> {
        let wanted = Set(groups.map(\.listeners))
        var released: Set<ListenerAddress> = []
        for key in engines.keys where !wanted.contains(key) {
            guard let engine = engines.removeValue(forKey: key) else { continue }
            retire.yield(engine.balancer)
            released.formUnion(key)
        }
        return released
    }

    private func serve(_ group: Placement.Group, released: Set<ListenerAddress>) async throws(EngineError) {
        let engine = try await engine(for: group.listeners, released: released)
        let listeners = engine.balancer.listeners
        let wanted = Configuration(plan: group.plan.served(on: listeners), assets: group.assets)
        guard engine.applied != wanted else { return }
        engines[group.listeners]?.applied = nil
        try await engine.balancer.apply(plan: wanted.plan, assets: wanted.assets)
        engines[group.listeners]?.applied = wanted
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
        let shared = engines[sharedKey]?.balancer.listeners ?? []
        let own = engines.filter { $0.key != sharedKey }.flatMap(\.value.balancer.listeners)
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

    /// The engine that listens there already, else a new one, on as many of the listeners as can be bound.
    ///
    /// - Parameter released: addresses that an engine is giving up at this moment, which are waited for.
    private func engine(
        for listeners: [ListenerAddress], released: Set<ListenerAddress>
    ) async throws(EngineError) -> Engine {
        for _ in 0..<Self.attempts {
            let engine: Engine
            do {
                engine = try await engineNow(for: listeners)
            } catch .noListener(let unbound) where Self.isReleased(unbound, released) {
                try? await Task.sleep(for: Self.pause)
                continue
            }
            guard Self.isReleased(engine.balancer.unbound, released) else { return engine }
            try? await Task.sleep(for: Self.pause)
        }
        return try await engineNow(for: listeners)
    }

    private func engineNow(for listeners: [ListenerAddress]) async throws(EngineError) -> Engine {
        guard let engine = engines[listeners] else { return try start(listeners: listeners) }
        await engine.balancer.bindMissing()
        return engine
    }

    /// Whether one of the addresses is held by an engine that is giving it up.
    private static func isReleased(_ unbound: [UnboundListener], _ released: Set<ListenerAddress>) -> Bool {
        unbound.contains { $0.error == .addressInUse($0.listener) && released.contains($0.listener) }
    }

    private func start(listeners: [ListenerAddress]) throws(EngineError) -> Engine {
        guard !stopped else { throw .notRunning }
        var options = template
        options.listeners = listeners
        let balancer = SoftwareLoadBalancer(options: options, logger: logger)
        try balancer.start(requiring: .any)
        let engine = Engine(balancer: balancer)
        engines[listeners] = engine
        return engine
    }
}
