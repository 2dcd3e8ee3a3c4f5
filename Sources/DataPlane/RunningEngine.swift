import LoadBalancerModel
import Synchronization

/// The threads of a load balancer that has started, and the ways to reach them.
final class RunningEngine: Sendable {
    let listeners: [BoundListener]
    let compiler: ConfigurationCompiler
    let collector: MetricsCollector
    let health: HealthBoard
    private let mailboxes: [Mailbox]
    private let resolver: NameResolver
    private let accessLog: AccessLogWriter?
    private let connections: ConnectionLimit
    private let threads: Mutex<[PlainThread]>

    private init(
        listeners: [BoundListener], compiler: ConfigurationCompiler, collector: MetricsCollector, health: HealthBoard,
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
    static func start(_ options: EngineOptions) throws(EngineError) -> RunningEngine {
        let workers = max(1, options.workers)
        let sockets = try bind(options.listeners, count: workers)
        do throws(EngineError) {
            return try start(options, sockets, workers: workers)
        } catch {
            for socket in sockets { socket.close() }
            throw error
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
        _ listeners: [ListenerAddress], count: Int
    ) throws(EngineError) -> [ListeningSockets] {
        var sockets: [ListeningSockets] = []
        do throws(EngineError) {
            for listener in listeners {
                // An unspecified IPv6 address takes IPv4 as well, unless IPv4 has a listener of its own there.
                let isDualStack = !listeners.contains { $0.port == listener.port && !$0.address.contains(":") }
                sockets.append(try ListeningSockets.bind(listener, count: count, isDualStack: isDualStack))
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        return sockets
    }

    private static func start(
        _ options: EngineOptions, _ sockets: [ListeningSockets], workers: Int
    ) throws(EngineError) -> RunningEngine {
        let listeners = sockets.map(\.bound)
        let accessLog = try AccessLogWriter(options.accessLog)
        let broadcast = LoopBroadcast()
        let slots = MetricsSlots()
        let layout = CounterLayout(listenerCount: listeners.count)
        let arrays = (0..<workers).map { _ in CounterArray(count: layout.total) }
        let compiler = try makeCompiler(options, listeners, slots)
        let connections = ConnectionLimit(limit: options.limits.connections)
        let environment = LoopEnvironment(
            options: options, listeners: listeners, connections: connections, accessLog: accessLog,
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
            for (place, socket) in sockets.enumerated() {
                guard loop.listen(socket.descriptors[index], index: place, bound: socket.bound) else {
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
        _ options: EngineOptions, _ listeners: [BoundListener], _ slots: MetricsSlots
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
