import CLinux
import Glibc

/// A handle of a ``DownstreamState``: a client's connection.
///
/// Each entry point (an event, a time limit, a turn without event) ends as soon as a step may have closed the
/// connection: after ``close(resetting:)`` nothing but the mark that it is closed may be looked at.
struct Downstream {
    let state: UnsafeMutablePointer<DownstreamState>

    @inline(__always) var timer: UnsafeMutablePointer<TimerNode> {
        UnsafeMutableRawPointer(state).assumingMemoryBound(to: TimerNode.self)
    }

    @inline(__always) var loop: EventLoop { state.pointee.loop }
    @inline(__always) var isClosed: Bool { state.pointee.phase == .closed }

    /// Takes on an accepted socket.
    static func open(
        _ fd: Int32, from address: SocketAddress, listener: UnsafeMutablePointer<ListenerState>, loop: EventLoop
    ) {
        let memory = loop.state.pointee.downstreams.take()
        memory.initialize(
            to: DownstreamState(
                loop: loop, descriptor: fd, listener: listener,
                client: listener.pointee.client(fd, from: address, policy: loop.state.pointee.environment.policy),
                memory: UnsafeMutableRawPointer(memory)))
        let connection = Downstream(state: memory)
        connection.join()
        guard connection.secure(),
            loop.state.pointee.poller.addConnection(fd, kind: .downstream, state: UnsafeMutableRawPointer(memory))
        else { return connection.close() }
        let options = loop.state.pointee.environment.options.timeouts
        if memory.pointee.isSecure {
            memory.pointee.phase = .handshake
            connection.setTimer(after: Int64(options.handshake))
        } else {
            connection.setTimer(after: connection.settings?.requestHeadMilliseconds ?? Int64(options.requestHead))
        }
    }

    func onEvent(_ readiness: Readiness) {
        state.pointee.transport.note(readiness)
        switch state.pointee.phase {
        case .waiting, .head: if state.pointee.transport.isReadable { readHead() }
        case .exchange: onExchangeEvent(readiness)
        case .handshake: handshake()
        case .lingering: linger()
        case .closed: break
        }
    }

    /// A turn without an event: the next request may lie in the buffer already.
    func onReady() {
        switch state.pointee.phase {
        case .waiting, .head: readHead()
        case .exchange:
            pumpRequest()
            if isClosed || state.pointee.phase != .exchange { return }
            pumpResponse()
            leaveIfClientLeft()
        case .lingering: linger()
        case .handshake, .closed: break
        }
    }

    func onTimeLimit() {
        switch state.pointee.phase {
        case .waiting: close()
        case .head: refuse(408, "request head not received in time")
        case .handshake:
            loop.state.pointee.counters.add(.tlsHandshakeFailures)
            close()
        case .exchange: onExchangeTimeLimit()
        case .lingering: close()
        case .closed: break
        }
    }

    /// The settings of the configuration in force.
    var settings: ConfigurationSettings? { loop.state.pointee.configuration?.pointee.settings }

    @inline(__always)
    func setTimer(after milliseconds: Int64) {
        loop.state.pointee.timers.set(timer, deadline: loop.now + milliseconds)
    }

    @inline(__always)
    func clearTimer() {
        loop.state.pointee.timers.clear(timer)
    }

    /// Closes the connection, and what serves its request.
    ///
    /// - Parameter resetting: whether the client must see that what it got is not the whole.
    func close(resetting: Bool = false) {
        guard !isClosed else { return }
        if state.pointee.phase == .exchange { abandonExchange() }
        state.pointee.phase = .closed
        releaseExchangeMemory()
        state.pointee.input.release(to: &loop.state.pointee.buffers)
        state.pointee.body.release(to: &loop.state.pointee.buffers)
        releaseOutputHead()
        state.pointee.output.removeAll()
        state.pointee.transport.close(resetting: resetting)
        loop.state.pointee.timers.remove(timer)
        leave()
        loop.state.pointee.downstreams.retire(state)
    }

    func releaseOutputHead() {
        guard let buffer = state.pointee.outputHead else { return }
        state.pointee.outputHead = nil
        loop.state.pointee.buffers.give(buffer)
    }

    private func handshake() {
        switch state.pointee.transport.handshake() {
        case .done:
            loop.state.pointee.counters.add(.tlsHandshakes)
            if let tls = state.pointee.transport.tls {
                if tls.pointee.isResumed { loop.state.pointee.counters.add(.tlsHandshakesResumed) }
                state.pointee.policy = tls.pointee.policy ?? state.pointee.policy
            }
            state.pointee.phase = .waiting
            let limit = settings?.requestHeadMilliseconds
            setTimer(after: limit ?? Int64(loop.state.pointee.environment.options.timeouts.requestHead))
            readHead()
        case .waiting: break
        case .failed(let failure):
            loop.state.pointee.counters.add(.tlsHandshakeFailures)
            if failure.isPlainHTTP { answerPlainHTTP() } else { close() }
        }
    }

    /// A client that speaks plain HTTP to a TLS listener is told so.
    private func answerPlainHTTP() {
        let text: StaticString =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 49\r\nConnection: close\r\n\r\nthis port speaks HTTPS; use https:// to reach it\n"
        loop.state.pointee.counters.refused(.plainHTTP)
        _ = hg_send(state.pointee.transport.descriptor, text.utf8Start, text.utf8CodeUnitCount)
        state.pointee.transport.abandonTLS()
        startLingering()
    }

    private func secure() -> Bool {
        guard state.pointee.isSecure else { return true }
        guard let context = loop.state.pointee.secureContext(of: state.pointee.listener) else { return false }
        do {
            let stream = try TLSStream(
                accepting: context, descriptor: state.pointee.transport.descriptor,
                buffers: loop.state.pointee.tlsBuffers)
            state.pointee.transport.secure(with: stream)
            return true
        } catch {
            return false
        }
    }

    /// Puts the connection into the loop's list of all.
    private func join() {
        let first = loop.state.pointee.connections
        state.pointee.next = first
        first?.pointee.previous = state
        loop.state.pointee.connections = state
        loop.state.pointee.connectionCount += 1
    }

    private func leave() {
        let next = state.pointee.next
        let previous = state.pointee.previous
        next?.pointee.previous = previous
        if let previous { previous.pointee.next = next } else { loop.state.pointee.connections = next }
        loop.state.pointee.connectionCount -= 1
        loop.state.pointee.environment.connections.leave()
        loop.state.pointee.counters.closed(listener: state.pointee.listener)
    }
}
