import CLinux

/// What happens to an exchange from outside: events, time limits, the state of its target's connection.
extension Downstream {
    @inline(__always) var flags: Exchange.Flags { state.pointee.exchange.flags }

    @inline(__always)
    func set(_ flags: Exchange.Flags) { state.pointee.exchange.flags.formUnion(flags) }

    @inline(__always)
    func unset(_ flags: Exchange.Flags) { state.pointee.exchange.flags.subtract(flags) }

    func onExchangeEvent(_ readiness: Readiness) {
        // Of a tunnel whose both ends are closed there may still be something to read.
        // The client is gone: nobody reads the answer.
        if readiness.failed, !flags.contains(.tunnel) { return clientLeft() }
        if readiness.writable, state.pointee.isBlocked {
            pumpResponse()
            if isClosed || state.pointee.phase != .exchange { return }
        }
        if readiness.readable { pumpRequest() }
        leaveIfClientLeft()
    }

    /// Whether the client has ended its connection although the target still owes a part of the response.
    ///
    /// A client may end its direction alone and wait for the answer. Hardly one does, and from here it looks the same as
    /// one that has given up, whose request would keep a target busy for nothing: as nginx has it, it has given up. It is
    /// another matter where the answer is ready and only has to be sent, where the request is still coming, and in a
    /// tunnel.
    var hasClientLeft: Bool {
        state.pointee.transport.hasEnded && state.pointee.exchange.requestBody.isComplete
            && flags.isDisjoint(with: [.tunnel, .responseEnded])
    }

    /// Ends the exchange where its client has left.
    @inline(__always)
    func leaveIfClientLeft() {
        guard state.pointee.phase == .exchange, state.pointee.exchange.upstream != nil, hasClientLeft else { return }
        clientLeft()
    }

    /// The client is gone. What serves its request is closed, so that the target can give it up.
    func clientLeft() {
        set([.truncated, .clientLeft])
        // Should it read on all the same, it must not take what it has for the whole.
        close(resetting: flags.contains(.responseStarted))
    }

    func onUpstreamEvent(_ readiness: Readiness) {
        if readiness.writable, let upstream = state.pointee.exchange.upstream, !upstream.pointee.output.isEmpty {
            pumpRequest()
            if isClosed || state.pointee.phase != .exchange { return }
        }
        if readiness.readable { pumpResponse() }
        leaveIfClientLeft()
    }

    /// The connection to the target stands, its handshake done.
    func onUpstreamConnected() {
        guard let upstream = state.pointee.exchange.upstream else { return }
        upstream.pointee.target.noteSuccess()
        startUpload()
        leaveIfClientLeft()
    }

    func onUpstreamFailure(_ failure: UpstreamFailure) {
        switch failure {
        case .connect, .connectTimeLimit: targetUnreachable(failure)
        case .broken: upstreamBroke()
        case .timeLimit: upstreamTimedOut()
        }
    }

    func onExchangeTimeLimit() {
        if flags.contains(.tunnel) { return close() }
        if state.pointee.isBlocked {
            return truncate("the client did not read the response in time")
        }
        guard !flags.contains(.responseStarted) else {
            return truncate("request body not received in time")
        }
        releaseUpstream(reusable: false)
        answer(408, "request body not received in time", closing: true)
    }

    /// Sets the time limits after each step, of the client's side and the target's.
    func settle() {
        let isTunnel = flags.contains(.tunnel)
        let timeouts = loop.state.pointee.environment.options.timeouts
        if isTunnel {
            setTimer(after: Int64(timeouts.tunnelIdle))
            if let upstream = state.pointee.exchange.upstream { Upstream(state: upstream).clearTimer() }
            return
        }
        let upstream = state.pointee.exchange.upstream.map { Upstream(state: $0) }
        if state.pointee.isBlocked {
            setTimer(after: Int64(timeouts.send))
        } else if awaitsBody(upstream) {
            setTimer(after: state.pointee.exchange.configuration?.pointee.settings.requestBodyMilliseconds ?? 60_000)
        } else {
            clearTimer()
        }
        guard let upstream, upstream.state.pointee.phase == .active, let route = state.pointee.exchange.route else {
            return
        }
        if !upstream.state.pointee.output.isEmpty {
            upstream.setTimer(loop.now + route.pointee.sendMilliseconds)
        } else if state.pointee.isBlocked || !flags.contains(.uploadEnded) && !flags.contains(.awaitsContinue) {
            upstream.clearTimer()
        } else {
            upstream.setTimer(loop.now + route.pointee.readMilliseconds)
        }
    }

    /// Whether the next step is the client's, who owes a part of its body.
    private func awaitsBody(_ upstream: Upstream?) -> Bool {
        if flags.contains(.uploadEnded) || flags.contains(.awaitsContinue) { return false }
        if flags.contains(.discardsBody) { return true }
        guard let upstream else { return false }
        return upstream.state.pointee.phase == .active && upstream.state.pointee.output.isEmpty
    }
}
