import CLinux

/// Reading request heads.
extension Downstream {
    /// Reads what has come of a request head and begins the request when the head is whole.
    func readHead() {
        while true {
            if !state.pointee.input.isEmpty {
                switch parseHead() {
                case .incomplete: break
                case .ended: return
                }
            }
            guard state.pointee.transport.isReadable else { return waitForHead() }
            guard makeRoomForHead() else { return }
            switch state.pointee.transport.receive(into: state.pointee.input.room) {
            case .bytes(let count):
                loop.state.pointee.counters.add(.bytesReceived, UInt64(count))
                state.pointee.input.filled(count)
            case .nothing: return waitForHead()
            case .ended, .failed: return endWhileReadingHead()
            }
        }
    }

    private enum HeadOutcome {
        case incomplete
        /// The request has begun, or was refused: the connection may even be gone.
        case ended
    }

    private func parseHead() -> HeadOutcome {
        if state.pointee.phase == .waiting { beginHead() }
        guard let heads = state.pointee.exchange.heads else { return .ended }
        let bytes = state.pointee.input.bytes
        let limits = settings?.headLimits ?? HeadLimits()
        do throws(RequestRefusal) {
            switch try heads.pointee.request.parse(bytes.octets.span, limits: limits) {
            case .incomplete: return .incomplete
            case .complete(let count):
                state.pointee.exchange.headBytes = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                state.pointee.input.consume(count)
                beginRequest()
            }
        } catch {
            loop.state.pointee.counters.refused(.head(error))
            refuse(error.statusCode, "request refused: \(error.label)")
        }
        return .ended
    }

    /// The first byte of a request is here.
    private func beginHead() {
        state.pointee.phase = .head
        state.pointee.exchange.heads = loop.state.pointee.heads.take()
        state.pointee.exchange.started = hg_monotonic_microseconds()
        // From the first byte on the limit holds for the whole head, whatever trickles in.
        if state.pointee.served > 0 { setTimer(after: settings?.requestHeadMilliseconds ?? 60_000) }
    }

    /// False where the head fills all that it may, which the parser has refused before.
    private func makeRoomForHead() -> Bool {
        if !state.pointee.input.isHeld { state.pointee.input.hold(loop.state.pointee.buffers.takeSmall()) }
        if state.pointee.input.room.isEmpty { state.pointee.input.compact() }
        if state.pointee.input.room.isEmpty {
            let wanted = state.pointee.input.count * 2
            state.pointee.input.grow(to: wanted, from: &loop.state.pointee.buffers)
        }
        return true
    }

    private func waitForHead() {
        if state.pointee.input.isEmpty { state.pointee.input.release(to: &loop.state.pointee.buffers) }
    }

    private func endWhileReadingHead() {
        // A client that goes away between requests, or gives one up, gets no answer.
        close()
    }
}
