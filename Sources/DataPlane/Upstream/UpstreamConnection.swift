import CLinux
import Glibc

/// A connection to a target.
struct UpstreamState {
    enum Phase: UInt8 {
        case connecting, handshaking
        /// Serves a request of ``UpstreamState/downstream``.
        case active
        /// Waits for a request in the list of its target.
        case idle
        case closed
    }

    /// The first member: a pointer to the state is one to its timer.
    var timer: TimerNode
    let loop: EventLoop
    var transport: Transport
    let target: Target
    /// A hash of the server name that the TLS handshake asked for; 0 in the clear.
    let serverNameHash: UInt64
    var phase = Phase.connecting
    /// The client connection whose request this one serves.
    var downstream: UnsafeMutablePointer<DownstreamState>?
    /// What the target sent and has not been passed on.
    var input = ReceiveBuffer()
    /// What is on its way to the target.
    var output = SendQueue()
    /// Bytes of the present request that the socket took.
    var bytesSent = 0
    /// Bytes of the present response that were received.
    var bytesReceived = 0
    /// The connection served a request before the present one.
    var isReused = false
    var nextIdle: UnsafeMutablePointer<UpstreamState>?
    var previousIdle: UnsafeMutablePointer<UpstreamState>?

    init(loop: EventLoop, descriptor: Int32, target: Target, serverNameHash: UInt64, memory: UnsafeMutableRawPointer) {
        timer = TimerNode(kind: .upstream, owner: memory)
        self.loop = loop
        transport = Transport(descriptor: descriptor)
        self.target = target
        self.serverNameHash = serverNameHash
    }
}

/// Why a connection to a target can't serve a request.
enum UpstreamFailure {
    /// No connection came about; nothing has reached the target.
    case connect
    /// No connection came about in time.
    case connectTimeLimit
    /// The connection broke.
    case broken
    /// The target was silent for too long, or took nothing for too long.
    case timeLimit
}

/// A handle of an ``UpstreamState``.
struct Upstream {
    let state: UnsafeMutablePointer<UpstreamState>

    @inline(__always) var timer: UnsafeMutablePointer<TimerNode> {
        UnsafeMutableRawPointer(state).assumingMemoryBound(to: TimerNode.self)
    }

    /// Begins to connect to a target.
    ///
    /// - Returns: the connection, which reports to `downstream`; nil when the system refuses at once.
    static func connect(
        to target: Target, pool: CompiledPool, serverName: UpstreamServerName, for downstream: Downstream,
        loop: EventLoop, deadline: Int64
    ) -> Upstream? {
        let fd = hg_stream_socket(target.pointee.address.family)
        guard fd >= 0 else { return nil }
        _ = hg_set_no_delay(fd)
        let result = withUnsafePointer(to: target.pointee.address.storage) {
            hg_connect(fd, $0, target.pointee.address.length)
        }
        guard result == 0 || result == -EINPROGRESS else {
            hg_close(fd)
            return nil
        }
        let memory = loop.state.pointee.upstreams.take()
        memory.initialize(
            to: UpstreamState(
                loop: loop, descriptor: fd, target: target, serverNameHash: serverName.hash,
                memory: UnsafeMutableRawPointer(memory)))
        memory.pointee.downstream = downstream.state
        target.pointee.references += 1
        loop.state.pointee.counters.add(.upstreamActive)
        let upstream = Upstream(state: memory)
        guard upstream.secure(pool, serverName),
            loop.state.pointee.poller.addConnection(fd, kind: .upstream, state: UnsafeMutableRawPointer(memory))
        else {
            upstream.close()
            return nil
        }
        upstream.setTimer(deadline)
        return upstream
    }

    /// An unused connection of a target, taken out of its list; nil when there is none.
    @inline(__always)
    static func reuse(
        of target: Target, serverName: UpstreamServerName, for downstream: Downstream
    ) -> Upstream? {
        var candidate = target.pointee.idle
        while let current = candidate, current.pointee.serverNameHash != serverName.hash {
            candidate = current.pointee.nextIdle
        }
        guard let candidate else { return nil }
        let upstream = Upstream(state: candidate)
        upstream.leaveIdleList()
        candidate.pointee.phase = .active
        candidate.pointee.isReused = true
        candidate.pointee.downstream = downstream.state
        candidate.pointee.bytesSent = 0
        candidate.pointee.bytesReceived = 0
        return upstream
    }

    func onEvent(_ readiness: Readiness) {
        state.pointee.transport.note(readiness)
        switch state.pointee.phase {
        case .active:
            guard let downstream = state.pointee.downstream else { return close() }
            Downstream(state: downstream).onUpstreamEvent(readiness)
        case .connecting: if readiness.writable { finishConnecting() }
        case .handshaking: handshake()
        // The target has closed the connection, or sends what nobody asked for.
        case .idle: if readiness.readable { closeIdle() }
        case .closed: break
        }
    }

    func onTimeLimit() {
        switch state.pointee.phase {
        case .connecting, .handshaking: fail(.connectTimeLimit)
        case .active: fail(.timeLimit)
        case .idle: closeIdle()
        case .closed: break
        }
    }

    @inline(__always)
    func setTimer(_ deadline: Int64) {
        state.pointee.loop.state.pointee.timers.set(timer, deadline: deadline)
    }

    @inline(__always)
    func clearTimer() {
        state.pointee.loop.state.pointee.timers.clear(timer)
    }

    /// Whether the peer has closed a connection that waited, as far as the kernel knows: for requests that can't be
    /// repeated.
    func isStale() -> Bool {
        var byte: UInt8 = 0
        return hg_peek(state.pointee.transport.descriptor, &byte, 1) != -Int(EAGAIN)
    }

    /// Puts the connection into the list of its target, or closes it where it is of no more use.
    func giveBack() {
        let loop = state.pointee.loop
        let target = state.pointee.target
        let isQuiet = isQuiet()
        state.pointee.input.release(to: &loop.state.pointee.buffers)
        state.pointee.downstream = nil
        let limit = loop.state.pointee.environment.options.limits.idleConnectionsPerTarget
        guard target.pointee.configurations > 0, target.pointee.idleCount < limit,
            isQuiet, !state.pointee.transport.hasEnded,
            !loop.state.pointee.lifecycle.isStopping
        else { return close() }
        state.pointee.phase = .idle
        state.pointee.previousIdle = nil
        state.pointee.nextIdle = target.pointee.idle
        target.pointee.idle?.pointee.previousIdle = state
        target.pointee.idle = state
        target.pointee.idleCount += 1
        loop.state.pointee.counters.add(.upstreamIdle)
        setTimer(loop.now + Int64(loop.state.pointee.environment.options.timeouts.upstreamIdle))
    }

    /// Whether the target has nothing to say beyond its response. Where that is not known from the last read, another
    /// one tells.
    private func isQuiet() -> Bool {
        guard state.pointee.transport.isReadable else { return true }
        if !state.pointee.input.isHeld {
            state.pointee.input.hold(state.pointee.loop.state.pointee.buffers.takeSmall())
        }
        if case .nothing = state.pointee.transport.receive(into: state.pointee.input.room) { return true }
        return false
    }

    /// Closes a connection that waits.
    func closeIdle() {
        leaveIdleList()
        close()
    }

    /// Closes the connection. Whoever used it must have let go of it.
    func close() {
        guard state.pointee.phase != .closed else { return }
        let loop = state.pointee.loop
        state.pointee.phase = .closed
        state.pointee.downstream = nil
        state.pointee.output.removeAll()
        state.pointee.input.release(to: &loop.state.pointee.buffers)
        state.pointee.transport.close()
        loop.state.pointee.timers.remove(timer)
        loop.state.pointee.counters.subtract(.upstreamActive)
        loop.release(state.pointee.target)
        loop.state.pointee.upstreams.retire(state)
    }

    private func leaveIdleList() {
        let target = state.pointee.target
        let next = state.pointee.nextIdle
        let previous = state.pointee.previousIdle
        next?.pointee.previousIdle = previous
        if let previous { previous.pointee.nextIdle = next } else { target.pointee.idle = next }
        state.pointee.nextIdle = nil
        state.pointee.previousIdle = nil
        target.pointee.idleCount -= 1
        state.pointee.loop.state.pointee.counters.subtract(.upstreamIdle)
    }

    private func finishConnecting() {
        guard hg_socket_error(state.pointee.transport.descriptor) == 0 else { return fail(.connect) }
        if state.pointee.transport.tls != nil {
            state.pointee.phase = .handshaking
            handshake()
        } else {
            becomeActive()
        }
    }

    private func handshake() {
        switch state.pointee.transport.handshake() {
        case .done: becomeActive()
        case .waiting: break
        case .failed: fail(.connect)
        }
    }

    private func becomeActive() {
        state.pointee.phase = .active
        guard let downstream = state.pointee.downstream else { return close() }
        Downstream(state: downstream).onUpstreamConnected()
    }

    private func fail(_ failure: UpstreamFailure) {
        guard let downstream = state.pointee.downstream else { return close() }
        Downstream(state: downstream).onUpstreamFailure(failure)
    }

    private func secure(_ pool: CompiledPool, _ serverName: UpstreamServerName) -> Bool {
        guard let context = pool.tls else { return true }
        let loop = state.pointee.loop
        do {
            let stream = try TLSStream(
                connecting: context, serverName: serverName.text, descriptor: state.pointee.transport.descriptor,
                buffers: loop.state.pointee.tlsBuffers, session: state.pointee.target.pointee.session)
            state.pointee.transport.secure(with: stream)
            return true
        } catch {
            return false
        }
    }
}
