import CLinux

/// What a loop holds. All of it belongs to the loop's thread, but for the mailbox and the counters' memory.
struct LoopState {
    let index: Int
    let environment: LoopEnvironment
    let poller: Poller
    let mailbox: Mailbox
    let counters: LoopCounters
    /// Milliseconds of the monotonic clock, as of the last time the loop woke up.
    var now: Int64
    var timers: TimerWheel
    var buffers = BufferPool()
    let tlsBuffers = TLSLoopBuffers()
    var downstreams = Slab<DownstreamState>()
    var upstreams = Slab<UpstreamState>()
    var listeners: [UnsafeMutablePointer<ListenerState>] = []
    /// The configuration that new requests get.
    var configuration: UnsafeMutablePointer<LoopConfiguration>?
    /// Configurations that requests under way still use.
    var superseded: [UnsafeMutablePointer<LoopConfiguration>] = []
    var targets: [TargetKey: Target] = [:]
    /// Where names resolve to, as far as the resolver has told.
    var resolved: [String: [SocketAddress]] = [:]
    /// Targets that active checks found unfit.
    var unhealthy: Set<TargetKey> = []
    /// All client connections.
    var connections: UnsafeMutablePointer<DownstreamState>?
    var connectionCount = 0
    /// Client connections that have work which needs no event.
    var ready: UnsafeMutablePointer<DownstreamState>?
    var heads = HeadPool()
    var log: AccessLogBuffer
    var scratch: LoopScratch
    let responseLimits: HeadLimits
    /// The active checks, which the first loop runs.
    var probes: [TargetKey: UnsafeMutablePointer<HealthProbeState>] = [:]
    var removedProbes: [UnsafeMutablePointer<HealthProbeState>] = []
    var dateUpdated = Int64.min / 2
    var lifecycle = LoopLifecycle()
}

extension LoopState {
    /// TLS of new connections to a listener.
    func secureContext(of listener: Int) -> TLSServerContext? {
        guard let configuration else { return environment.initialTLS[listener] }
        return configuration.pointee.compiled.tls[listener]
    }
}

/// Where a loop is in its life.
struct LoopLifecycle {
    var isStopping = false
    /// When connections that are still open are closed; set by the graceful stop.
    var hardStop = Int64.max
    var hasEnded = false
    var onEnd: (@Sendable () -> Void)?
}

/// An event loop: one thread, its epoll instance, and all connections that it accepted.
///
/// The value is a handle that is copied freely; nothing but the loop's thread may use it once ``run()`` has begun.
struct EventLoop {
    let state: UnsafeMutablePointer<LoopState>

    init(index: Int, environment: LoopEnvironment, mailbox: Mailbox, counters: LoopCounters) throws(EngineError) {
        let poller = try Poller()
        let now = hg_monotonic_milliseconds()
        state = .allocate(capacity: 1)
        state.initialize(
            to: LoopState(
                index: index, environment: environment, poller: poller, mailbox: mailbox, counters: counters, now: now,
                timers: TimerWheel(now: now), log: AccessLogBuffer(writer: environment.accessLog),
                scratch: LoopScratch(unixSeconds: Int(hg_wall_microseconds() / 1_000_000)),
                responseLimits: HeadLimits(
                    maximumHeadBytes: environment.options.limits.responseHeadBytes, maximumFields: 1000)))
        guard poller.addReader(mailbox.descriptor, kind: .mailbox, state: UnsafeMutableRawPointer(state)) else {
            throw .system(call: "epoll_ctl", subject: "an event loop", message: "the mailbox can't be watched")
        }
    }

    @inline(__always) var now: Int64 { state.pointee.now }

    /// Runs until the loop has been stopped and its last connection is gone.
    func run() {
        while true {
            let count = state.pointee.poller.wait(timeout: timeout())
            state.pointee.now = hg_monotonic_milliseconds()
            for index in 0..<count {
                guard let event = state.pointee.poller.event(index) else { continue }
                dispatch(event.kind, event.state, event.readiness)
            }
            runReady()
            runTimers()
            state.pointee.downstreams.reclaim()
            state.pointee.upstreams.reclaim()
            reclaimProbes()
            state.pointee.log.flushIfDue(now: state.pointee.now, counters: state.pointee.counters)
            if state.pointee.lifecycle.isStopping {
                finishStopping()
                if state.pointee.lifecycle.hasEnded { break }
            }
        }
        tearDown()
    }

    /// Lets a connection go on in this turn of the loop without an event, after all events have been dealt with: so that
    /// pipelined requests do not nest.
    func enqueue(_ connection: Downstream) {
        guard !connection.state.pointee.isEnqueued else { return }
        connection.state.pointee.isEnqueued = true
        connection.state.pointee.nextReady = state.pointee.ready
        state.pointee.ready = connection.state
    }

    private func timeout() -> Int32 {
        if state.pointee.ready != nil { return 0 }
        var delay = state.pointee.timers.delay(from: state.pointee.now) ?? -1
        if let flush = state.pointee.log.delay(from: state.pointee.now) {
            delay = delay < 0 ? flush : min(delay, flush)
        }
        if state.pointee.lifecycle.hardStop != Int64.max {
            let left = max(0, state.pointee.lifecycle.hardStop - state.pointee.now)
            delay = delay < 0 ? left : min(delay, left)
        }
        return Int32(clamping: delay)
    }

    @inline(__always)
    private func dispatch(_ kind: EventKind, _ pointer: UnsafeMutableRawPointer, _ readiness: Readiness) {
        switch kind {
        case .downstream:
            Downstream(state: pointer.assumingMemoryBound(to: DownstreamState.self)).onEvent(readiness)
        case .upstream:
            Upstream(state: pointer.assumingMemoryBound(to: UpstreamState.self)).onEvent(readiness)
        case .listener:
            accept(pointer.assumingMemoryBound(to: ListenerState.self))
        case .probe:
            HealthProbe(state: pointer.assumingMemoryBound(to: HealthProbeState.self)).onEvent(readiness)
        case .mailbox:
            for message in state.pointee.mailbox.drain() { handle(message) }
        }
    }

    private func runReady() {
        // What becomes ready meanwhile waits for the next turn, so that nobody starves.
        var next = state.pointee.ready
        state.pointee.ready = nil
        while let current = next {
            next = current.pointee.nextReady
            current.pointee.nextReady = nil
            current.pointee.isEnqueued = false
            Downstream(state: current).onReady()
        }
    }

    private func runTimers() {
        state.pointee.timers.advance(to: state.pointee.now)
        while let node = state.pointee.timers.popExpired() {
            guard let owner = node.pointee.owner else { continue }
            switch node.pointee.kind {
            case .downstream: Downstream(state: owner.assumingMemoryBound(to: DownstreamState.self)).onTimeLimit()
            case .upstream: Upstream(state: owner.assumingMemoryBound(to: UpstreamState.self)).onTimeLimit()
            case .probe: HealthProbe(state: owner.assumingMemoryBound(to: HealthProbeState.self)).onTimeLimit()
            case .listener: resumeAccepting(owner.assumingMemoryBound(to: ListenerState.self))
            }
        }
    }
}
