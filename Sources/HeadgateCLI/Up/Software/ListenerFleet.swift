import DataPlane
import LoadBalancerModel
import Logging
import Provisioning

/// The engines of the process, each on a set of listeners, and the load balancers that were made on them.
///
/// An engine on the listeners of the command line is there from the start. It is nobody's until a load balancer is made
/// on it, and answers 503 until then.
actor ListenerFleet {
    /// A load balancer as it is now.
    struct LoadBalancer: Sendable {
        /// The engine, by a name that no other engine of the process ever has.
        var identifier: String
        var resource: SoftwareResource
        var bound: [BoundListener]
        /// The listeners that could not be bound yet, with what kept them from it the last time.
        var unbound: [UnboundListener]
    }

    private struct Engine {
        var balancer: SoftwareLoadBalancer
        var listeners: [ListenerAddress]
        /// Whose load balancer is on it; nil for nobody's.
        var owner: Owner?
        /// What is in force, as it was asked for; its configuration is absent before the first one.
        var resource: SoftwareResource
        /// What is in force, as the engine was given it.
        var applied: Applied?
    }

    private struct Applied: Equatable {
        var plan: LoadBalancerPlan
        var assets: PlanAssets
    }

    /// How often an address that is being given up is tried.
    private static let attempts = 100
    private static let pause = Duration.milliseconds(20)

    private let template: EngineOptions
    /// What gave the addresses of the command line.
    nonisolated let origin: @Sendable (AddressFlag) -> AddressOrigin
    private let logger: Logger
    /// The listeners of the command line.
    nonisolated let commandLine: [ListenerAddress]
    private var engines: [String: Engine] = [:]
    private var engineCount = 0
    /// What kept the last change of an owner's load balancer from being taken.
    private var refusals: [Owner: EngineError] = [:]
    /// The addresses that engines are giving up at this moment, which are waited for.
    private var releasing: Set<ListenerAddress> = []
    private(set) var isStopped = false
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
        self.commandLine = options.listeners
        (retired, retire) = AsyncStream.makeStream()
    }

    /// Binds the listeners of the command line, as far as they can be.
    ///
    /// - Returns: what they are bound to.
    /// - Throws: ``CommandFailure`` where none can be, which names the flags, their values and the remedies.
    @discardableResult
    func start() throws(CommandFailure) -> [BoundListener] {
        do {
            let identifier = try start(on: commandLine)
            return engines[identifier]?.balancer.listeners ?? []
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

    // MARK: What there is

    /// The load balancers of an owner: one, or two in the course of a replacement.
    func loadBalancers(of owner: Owner) -> [LoadBalancer] {
        engines.filter { $0.value.owner == owner }.map { identifier, engine in
            LoadBalancer(
                identifier: identifier, resource: engine.resource, bound: engine.balancer.listeners,
                unbound: engine.balancer.unbound)
        }.sorted { $0.identifier < $1.identifier }
    }

    /// What kept the last change of an owner's load balancer from being taken; nil where it was taken.
    func refusal(of owner: Owner) -> EngineError? { refusals[owner] }

    func owners() -> [Owner] {
        Set(engines.values.compactMap(\.owner)).sorted {
            ($0.cluster, $0.loadBalancer) < ($1.cluster, $1.loadBalancer)
        }
    }

    /// Whether a configuration is in force.
    func isConfigured(_ identifier: String) -> Bool { engines[identifier]?.applied != nil }

    /// All listeners, those of the command line first.
    func listeners() -> [BoundListener] {
        let wanted = Set(commandLine)
        let shared = engines.values.filter { Set($0.listeners) == wanted }.flatMap(\.balancer.listeners)
        let own = engines.values.filter { Set($0.listeners) != wanted }.flatMap(\.balancer.listeners)
        return shared + own.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
    }

    /// The counters of every engine.
    func metrics() -> [EngineMetrics] {
        engines.values.map { $0.balancer.metrics() }
    }

    // MARK: Changes

    /// Makes a load balancer on the engine that is nobody's on its listeners, else on a new one. Done already, it is an
    /// update.
    ///
    /// - Returns: the identifier of the engine.
    /// - Throws: ``ProviderError``. Listeners that can be bound serve, also where others can't be.
    func create(
        _ resource: SoftwareResource, for owner: Owner, assets: PlanAssets, permit: borrowing WritePermit
    ) async throws -> String {
        try await noting(owner) { () async throws(EngineError) in
            let identifier = try await engine(on: resource.listeners, for: owner)
            try await configure(identifier, as: resource, assets: assets)
            return identifier
        }
    }

    /// Tries to bind the listeners that are missing, and has a load balancer serve another configuration.
    ///
    /// - Parameter isOther: whether the configuration is known to be another one than that in force; telling two of ten
    ///   thousand routes apart takes its time.
    /// - Returns: the identifier, which stays.
    /// - Throws: ``ProviderError``; then the configuration before stays in force, or a listener could not be bound.
    func update(
        _ identifier: String, to resource: SoftwareResource, isOther: Bool = false, assets: PlanAssets,
        permit: borrowing WritePermit
    ) async throws -> String {
        guard let owner = engines[identifier]?.owner else {
            throw ProviderError(
                kind: .notFound, operation: "update", message: "\(identifier) doesn't serve any more; run again")
        }
        return try await noting(owner) { () async throws(EngineError) in
            try await configure(identifier, as: resource, isOther: isOther, assets: assets)
            return identifier
        }
    }

    /// Gives an engine up: its listeners close at once, requests under way finish. Another engine of the same owner gets
    /// the addresses that it waits for.
    ///
    /// - Returns: the identifier.
    func retire(_ identifier: String, permit: borrowing WritePermit) async -> String {
        guard let engine = engines.removeValue(forKey: identifier) else { return identifier }
        retire.yield(engine.balancer)
        releasing.formUnion(engine.listeners)
        guard let owner = engine.owner else { return identifier }
        let heirs = engines.filter { $0.value.owner == owner }
        if heirs.isEmpty { refusals[owner] = nil }
        for (heir, engine) in heirs where Self.isHeld(engine.balancer.unbound, by: releasing) {
            guard let applied = engine.applied else { continue }
            _ = try? await noting(owner) { () async throws(EngineError) in
                try await configure(heir, as: engine.resource, assets: applied.assets)
                return heir
            }
        }
        return identifier
    }

    /// Takes note of what an engine refuses, and says so in the provider's terms.
    private func noting(
        _ owner: Owner, _ change: () async throws(EngineError) -> String
    ) async throws(ProviderError) -> String {
        let identifier: String
        do {
            identifier = try await change()
            refusals[owner] = nil
        } catch {
            refusals[owner] = error
            throw ProviderError(error)
        }
        guard let engine = engines[identifier] else { return identifier }
        // What an engine that is about to be replaced holds comes when that is retired.
        let siblings = engines.filter { $0.key != identifier && $0.value.owner == owner }.values
        let held = Set(siblings.flatMap(\.listeners))
        let missing = engine.balancer.unbound.filter { !Self.isHeld([$0], by: held) }
        if !missing.isEmpty { throw ProviderError(.noListener(missing)) }
        return identifier
    }

    private func configure(
        _ identifier: String, as resource: SoftwareResource, isOther: Bool = false, assets: PlanAssets
    ) async throws(EngineError) {
        guard let configuration = resource.configuration, let engine = engines[identifier] else { return }
        await bindMissing(engine)
        let balancer = engine.balancer
        let wanted = Applied(plan: configuration.plan.served(on: balancer.listeners), assets: assets)
        let unbound = Set(balancer.unbound.map(\.listener))
        if isOther || engine.applied != wanted {
            try await balancer.apply(plan: wanted.plan, assets: wanted.assets)
        }
        engines[identifier]?.applied = wanted
        engines[identifier]?.resource = SoftwareResource(
            listeners: engine.listeners, listening: engine.listeners.filter { !unbound.contains($0) },
            configuration: configuration)
    }

    // MARK: Engines

    /// The owner's engine on a set of listeners, else the one there that is nobody's, else a new one on as many of the
    /// listeners as can be bound.
    private func engine(on listeners: [ListenerAddress], for owner: Owner) async throws(EngineError) -> String {
        let wanted = Set(listeners)
        let present = engines.filter { Set($0.value.listeners) == wanted }
        if let own = present.first(where: { $0.value.owner == owner }) { return own.key }
        let identifier: String
        if let free = present.first(where: { $0.value.owner == nil }) {
            identifier = free.key
        } else {
            identifier = try await startWaiting(on: listeners)
        }
        engines[identifier]?.owner = owner
        return identifier
    }

    private func startWaiting(on listeners: [ListenerAddress]) async throws(EngineError) -> String {
        for _ in 0..<Self.attempts {
            do {
                return try start(on: listeners)
            } catch .noListener(let unbound) where Self.isHeld(unbound, by: releasing) {
                try? await Task.sleep(for: Self.pause)
            }
        }
        return try start(on: listeners)
    }

    private func start(on listeners: [ListenerAddress]) throws(EngineError) -> String {
        guard !isStopped else { throw .notRunning }
        var options = template
        options.listeners = listeners
        let balancer = SoftwareLoadBalancer(options: options, logger: logger)
        try balancer.start(requiring: .any)
        engineCount += 1
        let identifier = "engine-\(engineCount)"
        engines[identifier] = Engine(
            balancer: balancer, listeners: listeners,
            resource: SoftwareResource(listeners: listeners, listening: [], configuration: nil))
        return identifier
    }

    /// Tries to bind what is missing, for a while where an engine is giving it up.
    private func bindMissing(_ engine: Engine) async {
        for _ in 0..<Self.attempts where !engine.balancer.unbound.isEmpty {
            await engine.balancer.bindMissing()
            guard Self.isHeld(engine.balancer.unbound, by: releasing) else { break }
            try? await Task.sleep(for: Self.pause)
        }
        releasing.subtract(engine.listeners)
    }

    /// Whether one of the addresses is in use and among `held`.
    private static func isHeld(_ unbound: [UnboundListener], by held: Set<ListenerAddress>) -> Bool {
        unbound.contains { $0.error == .addressInUse($0.listener) && held.contains($0.listener) }
    }

    // MARK: The end

    /// Stops engines that were given up, each within `grace`; until its task is cancelled.
    nonisolated func stopRetired(grace: Duration) async {
        await withDiscardingTaskGroup { group in
            for await balancer in retired {
                group.addTask { await balancer.stop(grace: grace) }
            }
        }
    }

    /// Stops every engine; requests under way have `grace` to finish.
    func stop(grace: Duration) async {
        isStopped = true
        let balancers = engines.values.map(\.balancer)
        await withDiscardingTaskGroup { group in
            for balancer in balancers {
                group.addTask { await balancer.stop(grace: grace) }
            }
        }
    }
}

extension ProviderError {
    /// The code of a listener that can't be bound. What could be bound beside it serves.
    static let listenerNotBound = "ListenerNotBound"

    /// What an engine says, in the provider's terms. None of it passes by itself within the time of an execution: it is
    /// tried again in a later one.
    init(_ error: EngineError) {
        let (kind, operation, code): (Kind, String, String) =
            switch error {
            case .addressInUse: (.inUse, "bind", Self.listenerNotBound)
            case .privilegedPort: (.forbidden, "bind", Self.listenerNotBound)
            case .addressNotLocal, .invalidAddress, .system: (.invalid, "bind", Self.listenerNotBound)
            case .noListener(let unbound):
                (unbound.first.map { ProviderError($0.error).kind } ?? .inUse, "bind", Self.listenerNotBound)
            case .invalidPlan: (.invalid, "apply", "InvalidPlan")
            case .accessLogUnavailable, .invalidNetwork: (.invalid, "start", "EngineNotStarted")
            case .notRunning: (.invalid, "apply", "NotRunning")
            }
        self.init(kind: kind, operation: operation, code: code, message: error.description)
    }
}
