import CLinux

/// How exchanges and connections end.
extension Downstream {
    /// How much of a body that nobody wants is read, so that the connection may stay open.
    static var discardLimit: Int { 256 * 1024 }
    /// How long, and up to how many bytes, a client may go on sending after the last answer.
    private static var lingeringTime: Int64 { 5_000 }
    /// The same while the load balancer stops, so that the process is gone moments after its last request.
    static var lingeringTimeWhileStopping: Int64 { 250 }
    /// How long a head that has begun may still take while the load balancer stops.
    static var headTimeWhileStopping: Int64 { 1_000 }
    private static var lingeringBytes: Int { 16 << 20 }

    /// The response has gone out. The connection goes on to the next request, or closes.
    func finishExchange() {
        recordExchange()
        let isWhole = state.pointee.exchange.requestBody.isComplete && !flags.contains(.uploadBroken)
        if flags.contains(.tunnel) {
            releaseUpstream(reusable: false)
            state.pointee.phase = .waiting
            return close()
        }
        releaseUpstream(reusable: flags.contains(.upstreamPersists) && isWhole && flags.contains(.uploadEnded))
        if !state.pointee.exchange.requestBody.isComplete {
            // The answer came before the end of the request.
            if flags.contains(.keepAlive), mayDiscard() {
                set(.discardsBody)
                return discardBody()
            }
            unset(.keepAlive)
        }
        endExchange()
    }

    /// Reads a body that nobody wants.
    func discardBody() {
        guard let heads = state.pointee.exchange.heads else { return }
        for _ in 0..<Downstream.turns {
            do throws(ChunkedBodyError) {
                if !state.pointee.body.isEmpty {
                    _ = try state.pointee.exchange.requestBody.next(
                        from: &state.pointee.body, trailers: &heads.pointee.trailers)
                } else if !state.pointee.input.isEmpty {
                    _ = try state.pointee.exchange.requestBody.next(
                        from: &state.pointee.input, trailers: &heads.pointee.trailers)
                }
            } catch {
                unset(.keepAlive)
                return endDiscarding()
            }
            if state.pointee.exchange.requestBody.isComplete { return endDiscarding() }
            if state.pointee.exchange.requestBody.bodyBytes > Downstream.discardLimit {
                unset(.keepAlive)
                return endDiscarding()
            }
            guard state.pointee.transport.isReadable else { return settle() }
            if !state.pointee.body.isHeld { state.pointee.body.hold(loop.state.pointee.buffers.takeLarge()) }
            if state.pointee.body.isEmpty { state.pointee.body.reset() } else { state.pointee.body.compact() }
            switch state.pointee.transport.receive(into: state.pointee.body.room) {
            case .bytes(let count):
                loop.state.pointee.counters.add(.bytesReceived, UInt64(count))
                state.pointee.body.filled(count)
            case .nothing:
                releaseBodyBuffer()
                return settle()
            case .ended, .failed:
                unset(.keepAlive)
                return endDiscarding()
            }
        }
        loop.enqueue(self)
    }

    private func endDiscarding() {
        unset(.discardsBody)
        if flags.contains(.responseEnded), state.pointee.output.isEmpty, !state.pointee.isBlocked { endExchange() }
    }

    /// Whether the rest of a body is small enough to be read for the connection's sake.
    func mayDiscard() -> Bool {
        if flags.contains(.awaitsContinue) { return false }
        guard let missing = state.pointee.exchange.requestBody.missingBytes else { return true }
        return missing <= Downstream.discardLimit
    }

    private func endExchange() {
        let keepsAlive = flags.contains(.keepAlive) && !loop.state.pointee.lifecycle.isStopping
        let isWhole = state.pointee.exchange.requestBody.isComplete
        state.pointee.served += 1
        releaseExchangeMemory()
        if keepsAlive { return waitForRequest() }
        if isWhole, state.pointee.input.isEmpty, state.pointee.body.isEmpty, !state.pointee.transport.isReadable {
            state.pointee.phase = .waiting
            return close()
        }
        startLingering()
    }

    /// Makes ready for the next request, which may have come already.
    private func waitForRequest() {
        state.pointee.phase = .waiting
        keepUnreadBytes()
        if state.pointee.input.isEmpty {
            state.pointee.input.release(to: &loop.state.pointee.buffers)
            setTimer(after: settings?.idleMilliseconds ?? 75_000)
            if state.pointee.transport.isReadable { loop.enqueue(self) }
        } else {
            state.pointee.input.compact()
            setTimer(after: settings?.requestHeadMilliseconds ?? 60_000)
            loop.enqueue(self)
        }
    }

    /// What was read beyond the end of a body is the beginning of the next request.
    private func keepUnreadBytes() {
        if !state.pointee.body.isEmpty {
            let rest = UnsafeRawBufferPointer(state.pointee.body.bytes)
            state.pointee.input.reset()
            if state.pointee.input.room.count < rest.count {
                state.pointee.input.grow(to: rest.count, from: &loop.state.pointee.buffers)
            }
            state.pointee.input.append(rest)
            state.pointee.body.reset()
        }
        releaseBodyBuffer()
    }

    /// The exchange ends with the connection. What serves it is let go.
    func abandonExchange() {
        recordExchange()
        releaseUpstream(reusable: false)
    }

    /// Frees what the exchange holds. Its upstream must have been released.
    func releaseExchangeMemory() {
        if let heads = state.pointee.exchange.heads { loop.state.pointee.heads.give(heads) }
        if let buffer = state.pointee.exchange.requestHead { loop.state.pointee.buffers.give(buffer) }
        if let buffer = state.pointee.exchange.keptBody { loop.state.pointee.buffers.give(buffer) }
        if let buffer = state.pointee.exchange.trailerBuffer { loop.state.pointee.buffers.give(buffer) }
        let configuration = state.pointee.exchange.configuration
        state.pointee.exchange = Exchange()
        if let configuration { loop.release(configuration) }
    }

    /// Ends the sending side and reads on for a while: a close while the client sends would reset the connection, and the
    /// client might never see the answer (RFC 9112, section 9.6).
    func startLingering() {
        state.pointee.phase = .lingering
        state.pointee.transport.shutdownWriting()
        state.pointee.body.release(to: &loop.state.pointee.buffers)
        let isStopping = loop.state.pointee.lifecycle.isStopping
        setTimer(after: isStopping ? Downstream.lingeringTimeWhileStopping : Downstream.lingeringTime)
        state.pointee.transport.assumeReadable()
        linger()
    }

    func linger() {
        if !state.pointee.input.isHeld { state.pointee.input.hold(loop.state.pointee.buffers.takeSmall()) }
        for _ in 0..<Downstream.turns where state.pointee.transport.isReadable {
            state.pointee.input.reset()
            switch state.pointee.transport.receive(into: state.pointee.input.room) {
            case .bytes(let count):
                state.pointee.dropped += count
                if state.pointee.dropped > Downstream.lingeringBytes { return close() }
            case .nothing: break
            case .ended, .failed: return close()
            }
        }
        state.pointee.input.release(to: &loop.state.pointee.buffers)
        if state.pointee.transport.isReadable { loop.enqueue(self) }
    }
}
