/// Finding a target for a request, and what happens when one fails.
extension Downstream {
    /// How many targets are tried for a request at most.
    private static var maximumAttempts: Int { 4 }

    /// Chooses a target and sends the request to it, over an unused connection or a new one.
    ///
    /// - Parameter fresh: whether only a new connection will do.
    func forward(fresh: Bool = false) {
        let place = state.pointee.exchange.pool
        guard let configuration = state.pointee.exchange.configuration, place >= 0,
            let route = state.pointee.exchange.route
        else { return }
        let pool = configuration.pointee.compiled.pools[place]
        let counters = loop.state.pointee.counters
        while state.pointee.exchange.attempts < Downstream.maximumAttempts {
            guard let index = chooseMember(configuration) else { break }
            let target = configuration.pointee.pools[place].members[index].target
            state.pointee.exchange.attempts += 1
            state.pointee.exchange.tried |= PoolState.bit(index)
            if route.pointee.hasAffinity { noteAffinity(target) }
            let serverName = pool.isSecure ? upstreamServerName(pool) : .none
            if !fresh, let upstream = Upstream.reuse(of: target, serverName: serverName, for: self) {
                if !mustNotRepeat() || !upstream.isStale() {
                    return start(upstream, connected: true)
                }
                upstream.close()
            }
            counters.add(.connects, pool: pool.metricsSlot)
            let deadline = loop.now + route.pointee.connectMilliseconds
            if let upstream = Upstream.connect(
                to: target, pool: pool, serverName: serverName, for: self, loop: loop, deadline: deadline)
            {
                return start(upstream, connected: false)
            }
            counters.add(.connectFailures, pool: pool.metricsSlot)
            target.noteFailure(now: loop.now)
        }
        // Where no target was there to be tried it is 503, where all failed it is 502.
        if state.pointee.exchange.attempts == 0 {
            answer(503, "no backend is available")
        } else {
            answer(502, "the backend can't be reached")
        }
    }

    private func start(_ upstream: Upstream, connected: Bool) {
        state.pointee.exchange.upstream = upstream.state
        upstream.state.pointee.target.pointee.active += 1
        if connected {
            startUpload()
        } else {
            clearTimer()
        }
    }

    /// The member for the next attempt: that of the client's cookie first, else by the pool's algorithm.
    private func chooseMember(_ configuration: UnsafeMutablePointer<LoopConfiguration>) -> Int? {
        let pool = state.pointee.exchange.pool
        let tried = state.pointee.exchange.tried
        if tried == 0, let token = state.pointee.exchange.clientIdentity,
            let index = configuration.pointee.pools[pool].member(identity: token, now: loop.now)
        {
            return index
        }
        return configuration.pointee.pools[pool].next(tried: tried, now: loop.now)
    }

    /// A client without a cookie for this target gets one.
    private func noteAffinity(_ target: Target) {
        let identity = target.pointee.identity
        state.pointee.exchange.affinityIdentity = state.pointee.exchange.clientIdentity == identity ? nil : identity
    }

    /// Whether sending the request twice could do harm, so that an unused connection is looked at before.
    private func mustNotRepeat() -> Bool {
        guard let heads = state.pointee.exchange.heads else { return true }
        return !heads.pointee.request.method.isIdempotent || !state.pointee.exchange.requestBody.isComplete
    }

    /// No connection to the target came about. Nothing has reached it: any request may go to another one.
    func targetUnreachable(_ failure: UpstreamFailure) {
        guard let upstream = state.pointee.exchange.upstream else { return }
        let target = upstream.pointee.target
        target.noteFailure(now: loop.now)
        loop.state.pointee.counters.add(.connectFailures, pool: poolSlot)
        releaseUpstream(reusable: false)
        if state.pointee.exchange.attempts < Downstream.maximumAttempts, hasAnotherTarget() {
            loop.state.pointee.counters.add(.retries, pool: poolSlot)
            return forward()
        }
        if failure == .connectTimeLimit {
            answer(504, "the backend did not accept the connection in time")
        } else {
            answer(502, "the backend can't be reached")
        }
    }

    /// The connection to the target broke, before or in the response.
    func upstreamBroke() {
        guard let upstream = state.pointee.exchange.upstream else { return }
        if flags.contains(.responseStarted) {
            if flags.contains(.tunnel) { return close() }
            return truncate("the connection to the backend broke within its response")
        }
        let isRepeatable = mayRepeat(upstream)
        releaseUpstream(reusable: false)
        guard isRepeatable else { return answer(502, "the backend closed the connection without a response") }
        loop.state.pointee.counters.add(.retries, pool: poolSlot)
        // The target itself is not at fault: it may close what it keeps open at any time.
        state.pointee.exchange.attempts -= 1
        state.pointee.exchange.tried = 0
        unset([.requestSent, .uploadBroken])
        if !state.pointee.exchange.requestBody.isComplete { unset(.uploadEnded) }
        forward(fresh: true)
    }

    func upstreamTimedOut() {
        if flags.contains(.responseStarted) { return truncate("the backend stopped within its response") }
        releaseUpstream(reusable: false)
        answer(504, "the backend did not respond in time")
    }

    private func hasAnotherTarget() -> Bool {
        guard let configuration = state.pointee.exchange.configuration, state.pointee.exchange.pool >= 0 else {
            return false
        }
        let members = configuration.pointee.pools[state.pointee.exchange.pool].members
        for index in members.indices where members[index].weight > 0 {
            if index >= 63 || state.pointee.exchange.tried & PoolState.bit(index) == 0 { return true }
        }
        return false
    }

    var poolSlot: Int {
        guard let configuration = state.pointee.exchange.configuration, state.pointee.exchange.pool >= 0 else {
            return 0
        }
        return configuration.pointee.compiled.pools[state.pointee.exchange.pool].metricsSlot
    }

    /// Lets go of the target's connection: back to those that wait, or closed.
    func releaseUpstream(reusable: Bool) {
        guard let state = self.state.pointee.exchange.upstream else { return }
        self.state.pointee.exchange.upstream = nil
        state.pointee.target.pointee.active -= 1
        let upstream = Upstream(state: state)
        if reusable, state.pointee.input.isEmpty, state.pointee.output.isEmpty {
            upstream.giveBack()
        } else {
            upstream.close()
        }
    }

    /// The name for the TLS handshake with the target: the pool's, or the host that the client asked for.
    private func upstreamServerName(_ pool: CompiledPool) -> UpstreamServerName {
        if let name = pool.serverName { return UpstreamServerName(text: name, hash: 1) }
        guard let heads = state.pointee.exchange.heads else { return .none }
        let range = heads.pointee.request.host.host
        let host = state.pointee.exchange.headBytes[range.indices]
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in host { hash = (hash ^ UInt64(byte | 0x20)) &* 0x100_0000_01b3 }
        return UpstreamServerName(text: String(decoding: host, as: UTF8.self), hash: hash | 2)
    }
}
