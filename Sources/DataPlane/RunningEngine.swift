import LoadBalancerModel
import Synchronization

/// The threads of a load balancer that has started, and the ways to reach them.
final class RunningEngine: Sendable {
    let listeners: ListenerBoard
    let compiler: ConfigurationCompiler
    let collector: MetricsCollector
    let health: HealthBoard
    private let mailboxes: [Mailbox]
    private let resolver: NameResolver
    private let accessLog: AccessLogWriter?
    private let connections: ConnectionLimit
    private let threads: Mutex<[PlainThread]>

    private init(
        listeners: ListenerBoard, compiler: ConfigurationCompiler, collector: MetricsCollector, health: HealthBoard,
        mailboxes: [Mailbox],
        resolver: NameResolver, accessLog: AccessLogWriter?, connections: ConnectionLimit, threads: [PlainThread]
    ) {
        self.listeners = listeners
        self.compiler = compiler
        self.collector = collector
        self.health = health
        self.mailboxes = mailboxes
        self.resolver = resolver
        self.accessLog = accessLog
        self.connections = connections
        self.threads = Mutex(threads)
    }

    /// Binds the listeners, then starts all threads.
    ///
    /// - Throws: ``EngineError``: that of the first listener that can't be bound where all must be,
    ///   ``EngineError/noListener(_:)`` where none can.
    static func start(_ options: EngineOptions, requiring: ListenerRequirement) throws(EngineError) -> RunningEngine {
        let workers = max(1, options.workers)
        let outcomes = options.listeners.map { listener in
            Result { () throws(EngineError) in try bind(listener, among: options.listeners, count: workers) }
        }
        do throws(EngineError) {
            let board = ListenerBoard(options.listeners, outcomes)
            try check(board, requiring: requiring)
            return try start(options, board, outcomes, workers: workers)
        } catch {
            for case .success(let sockets) in outcomes { sockets.close() }
            throw error
        }
    }

    private static func check(_ board: ListenerBoard, requiring: ListenerRequirement) throws(EngineError) {
        let unbound = board.unbound
        guard let first = unbound.first else { return }
        guard requiring == .any else { throw first.error }
        if unbound.count == board.wanted.count { throw .noListener(unbound) }
    }

    /// Tries again to bind the listeners that are not bound; what can be is served from then on.
    ///
    /// - Returns: The listeners that are bound by this.
    func bindMissing() async -> [BoundListener] {
        var bound: [BoundListener] = []
        for place in listeners.missing {
            do throws(EngineError) {
                let sockets = try Self.bind(listeners.wanted[place], among: listeners.wanted, count: mailboxes.count)
                await listen(sockets, place: place)
                listeners.note(.success(sockets.bound), at: place)
                bound.append(sockets.bound)
            } catch {
                listeners.note(.failure(error), at: place)
            }
        }
        return bound
    }

    /// Has each loop take the connections to one of the sockets.
    private func listen(_ sockets: ListeningSockets, place: Int) async {
        await withTaskGroup { group in
            for (mailbox, descriptor) in zip(mailboxes, sockets.descriptors) {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        let socket = ListeningSocket(descriptor: descriptor, place: place, bound: sockets.bound)
                        mailbox.send(.listen(socket) { continuation.resume() })
                    }
                }
            }
        }
    }

    /// Has all loops serve a configuration.
    func configure(_ compiled: CompiledConfiguration) async {
        connections.setLimit(compiled.settings.maximumConnections)
        await withTaskGroup { group in
            for mailbox in mailboxes {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        mailbox.send(.configure(compiled) { continuation.resume() })
                    }
                }
            }
        }
    }

    /// Resolves names for the first time, for at most two seconds; what takes longer comes later.
    func resolve(_ names: Set<String>) async {
        let gate = OneShot()
        resolver.watch(names) { gate.open() }
        await gate.wait(atMost: .seconds(2))
    }

    func stop(grace: Int64) async {
        await withTaskGroup { group in
            for mailbox in mailboxes {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        mailbox.send(.stop(grace: grace) { continuation.resume() })
                    }
                }
            }
        }
        resolver.stop()
        accessLog?.close()
        // The resolver may be in the middle of a lookup, which can't be cut short: nobody waits for it.
        for thread in threads.withLock({
            let all = $0; $0 = []; return all
        }) { thread.join() }
    }

    private static func bind(
        _ listener: ListenerAddress, among listeners: [ListenerAddress], count: Int
    ) throws(EngineError) -> ListeningSockets {
        // An unspecified IPv6 address takes IPv4 as well, unless IPv4 has a listener of its own there.
        let isDualStack = !listeners.contains { $0.port == listener.port && !$0.address.contains(":") }
        return try ListeningSockets.bind(listener, count: count, isDualStack: isDualStack)
    }

    private static func start(
        _ options: EngineOptions, _ listeners: ListenerBoard, _ outcomes: [Result<ListeningSockets, EngineError>],
        workers: Int
    ) throws(EngineError) -> RunningEngine {
        let accessLog = try AccessLogWriter(options.accessLog)
        let broadcast = LoopBroadcast()
        let slots = MetricsSlots()
        let layout = CounterLayout(listenerCount: listeners.wanted.count)
        let arrays = (0..<workers).map { _ in CounterArray(count: layout.total) }
        let compiler = try makeCompiler(options, listeners, slots)
        let connections = ConnectionLimit(limit: options.limits.connections)
        let environment = LoopEnvironment(
            options: options, connections: connections, accessLog: accessLog,
            policy: try options.forwardingPolicy(), reports: broadcast,
            initialTLS: try compiler.initialTLS())
        let resolver = NameResolver(broadcast: broadcast)
        var mailboxes: [Mailbox] = []
        var loops: [LoopStart] = []
        for index in 0..<workers {
            let mailbox = try Mailbox()
            let loop = try EventLoop(
                index: index, environment: environment, mailbox: mailbox,
                counters: LoopCounters(arrays[index], layout))
            for (place, outcome) in outcomes.enumerated() {
                guard case .success(let sockets) = outcome else { continue }
                let socket = ListeningSocket(
                    descriptor: sockets.descriptors[index], place: place, bound: sockets.bound)
                guard loop.listen(socket) else {
                    throw .system(
                        call: "epoll_ctl", subject: "\(socket.bound)", message: "the listener can't be watched")
                }
            }
            mailboxes.append(mailbox)
            loops.append(LoopStart(loop: loop))
        }
        broadcast.connect(mailboxes)
        var threads: [PlainThread] = []
        if let accessLog { threads.append(try PlainThread("headgate-log") { accessLog.run() }) }
        try PlainThread("headgate-dns") { resolver.run() }.detach()
        for (index, start) in loops.enumerated() {
            let processor = options.firstPinnedProcessor.map { $0 + index }
            threads.append(try PlainThread("headgate-loop-\(index)", processor: processor) { start.loop.run() })
        }
        return RunningEngine(
            listeners: listeners, compiler: compiler,
            collector: MetricsCollector(layout: layout, arrays: arrays, listeners: listeners, slots: slots),
            health: broadcast.health, mailboxes: mailboxes, resolver: resolver, accessLog: accessLog,
            connections: connections, threads: threads)
    }

    private static func makeCompiler(
        _ options: EngineOptions, _ listeners: ListenerBoard, _ slots: MetricsSlots
    ) throws(EngineError) -> ConfigurationCompiler {
        do {
            return ConfigurationCompiler(
                options: options, listeners: listeners, ticketKeys: try SessionTicketKeys(), slots: slots)
        } catch {
            throw .system(call: "TLS", subject: "session tickets", message: "\(error)")
        }
    }
}

/// Carries a loop to its thread.
///
/// Sendable: the loop is handed over once, before it runs; nobody else uses it after.
private struct LoopStart: @unchecked Sendable {
    let loop: EventLoop
}
