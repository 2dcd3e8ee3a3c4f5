import Glibc

/// The way of a response from the target to the client.
extension Downstream {
    /// Bodies up to this size are copied behind their head, so that both leave in one plain write.
    private static var copiedBody: Int { 2048 }
    /// How often a pump goes round before other connections have their turn.
    static var turns: Int { 16 }

    /// Moves the response on, as far as both sides let it.
    func pumpResponse() {
        for _ in 0..<Downstream.turns {
            guard flush() else { return }
            if flags.contains(.responseEnded) { return finishExchange() }
            if !state.pointee.exchange.content.isEmpty {
                queueContent()
                continue
            }
            guard let upstream = state.pointee.exchange.upstream, upstream.pointee.phase == .active else {
                return settle()
            }
            if !upstream.pointee.input.isEmpty {
                switch takeResponse(upstream) {
                case .queued: continue
                case .needsMore: break
                case .ended: return
                }
            }
            guard receiveResponse(upstream) else { return }
        }
        loop.enqueue(self)
        settle()
    }

    /// Sends what is queued for the client. False where that is not all gone yet, or the connection is gone.
    func flush() -> Bool {
        if state.pointee.output.isEmpty, !state.pointee.isBlocked { return true }
        let before = state.pointee.output.count
        let sent = state.pointee.transport.send(&state.pointee.output)
        let count = before - state.pointee.output.count
        state.pointee.exchange.bytesSent += count
        loop.state.pointee.counters.add(.bytesSent, UInt64(count))
        switch sent {
        case .all:
            state.pointee.isBlocked = false
            releaseOutputHead()
            return true
        case .blocked:
            state.pointee.isBlocked = true
            settle()
            return false
        case .failed:
            clientLeft()
            return false
        }
    }

    private enum Taken {
        /// Something waits for the client now, or the response is over.
        case queued
        case needsMore
        /// The exchange has taken another turn.
        case ended
    }

    private func takeResponse(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Taken {
        if !flags.contains(.responseStarted) { return takeResponseHead(upstream) }
        let before = upstream.pointee.input.count
        do throws(ChunkedBodyError) {
            try queueBody(upstream)
        } catch {
            truncate("malformed response body from the backend: \(error.label)")
            return .ended
        }
        if flags.contains(.responseEnded) || !state.pointee.output.isEmpty { return .queued }
        return upstream.pointee.input.isEmpty || upstream.pointee.input.count == before ? .needsMore : .queued
    }

    private func takeResponseHead(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Taken {
        guard let heads = state.pointee.exchange.heads else { return .ended }
        let bytes = upstream.pointee.input.bytes
        let limits = loop.state.pointee.responseLimits
        do throws(ResponseFault) {
            let method = heads.pointee.request.method
            switch try heads.pointee.response.parse(bytes.octets.span, to: method, limits: limits) {
            case .incomplete: return .needsMore
            case .complete(let count):
                let head = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                upstream.pointee.input.consume(count)
                return beginResponse(head, upstream) ? .queued : .ended
            }
        } catch {
            badGateway("invalid response from the backend: \(error.label)")
            return .ended
        }
    }

    /// A response head has come: an interim one is passed on, a final one settles how the body goes on.
    private func beginResponse(_ bytes: UnsafeRawBufferPointer, _ upstream: UnsafeMutablePointer<UpstreamState>) -> Bool
    {
        guard let heads = state.pointee.exchange.heads else { return false }
        if heads.pointee.response.isInterim { return passInterim(bytes, heads) }
        if heads.pointee.response.switchesProtocols, !mayUpgrade(heads) {
            badGateway("the backend switches protocols unasked")
            return false
        }
        if isBucket, !passesBucketResponse(bytes, heads) { return false }
        releaseRequestHead()
        set(.responseStarted)
        // A client that waited for 100 (Continue) need not send its body now, and one that has much to send may go on for
        // long: what comes next on the connection can't be told from the body, so the head announces its end.
        if !state.pointee.exchange.requestBody.isComplete, !mayDiscard() { unset(.keepAlive) }
        unset(.awaitsContinue)
        state.pointee.exchange.status = heads.pointee.response.statusCode
        upstream.pointee.target.pointee.speaksHTTP10 = heads.pointee.response.version == .http10
        // A target that never asked for the body may not have read it: it could take it for the next request.
        let mayHaveSkippedBody = heads.pointee.request.expectsContinue && !flags.contains(.continued)
        if heads.pointee.response.isPersistent, !mayHaveSkippedBody { set(.upstreamPersists) }
        let isTunnel = heads.pointee.response.switchesProtocols
        let framing = heads.pointee.response.downstreamFraming(for: heads.pointee.request.version)
        state.pointee.exchange.responseBody = BodyReader(isTunnel ? .untilClose : heads.pointee.response.framing)
        if framing == .chunked { set(.chunkedResponse) }
        if framing == .untilClose || isTunnel { unset(.keepAlive) }
        guard writeResponseHead(bytes, framing: framing, heads) else {
            withdrawResponse("the head of the backend's response is too large")
            return false
        }
        if isTunnel { beginTunnel() }
        if state.pointee.exchange.responseBody.isComplete {
            set(.responseEnded)
            return true
        }
        do throws(ChunkedBodyError) {
            try queueBody(upstream)
        } catch {
            withdrawResponse("malformed response body from the backend: \(error.label)")
            return false
        }
        return true
    }

    /// A response that is wrong in what came with its head is answered 502: none of it has been sent.
    private func withdrawResponse(_ reason: String) {
        state.pointee.output.removeAll()
        releaseOutputHead()
        unset([.responseStarted, .responseEnded, .chunkedResponse, .upstreamPersists])
        badGateway(reason)
    }

    private var isBucket: Bool { state.pointee.exchange.route?.pointee.action == .storageBucket }

    private func mayUpgrade(_ heads: UnsafeMutablePointer<ExchangeHeads>) -> Bool {
        heads.pointee.request.upgrade == .webSocket && heads.pointee.response.upgradesToWebSocket
    }

    private func beginTunnel() {
        set(.tunnel)
        state.pointee.exchange.requestBody = BodyReader(.untilClose)
        unset([.uploadEnded, .upstreamPersists])
        // What the client sent behind its request belongs to the tunnel.
        loop.enqueue(self)
    }

    /// A 1xx response: an HTTP/1.1 client gets it, an older one would not understand.
    private func passInterim(_ bytes: UnsafeRawBufferPointer, _ heads: UnsafeMutablePointer<ExchangeHeads>) -> Bool {
        state.pointee.exchange.interimResponses += 1
        guard state.pointee.exchange.interimResponses <= 32 else {
            badGateway("too many interim responses")
            return false
        }
        if heads.pointee.response.statusCode == 100 {
            unset(.awaitsContinue)
            set(.continued)
        }
        let isPassed = heads.pointee.request.version == .http11
        let isWritten = !isPassed || writeResponseHead(bytes, framing: .none, heads)
        heads.pointee.response.reset()
        return isWritten
    }

    /// Queues what has come of the response body.
    private func queueBody(_ upstream: UnsafeMutablePointer<UpstreamState>) throws(ChunkedBodyError) {
        guard !upstream.pointee.input.isEmpty, let heads = state.pointee.exchange.heads else { return }
        let piece = try state.pointee.exchange.responseBody.next(
            from: &upstream.pointee.input, trailers: &heads.pointee.trailers)
        let isComplete = state.pointee.exchange.responseBody.isComplete
        if isComplete { set(.responseEnded) }
        guard flags.contains(.chunkedResponse) else {
            return queue(UnsafeRawBufferPointer(piece.bytes))
        }
        var tail: UnsafeRawBufferPointer?
        if isComplete, heads.pointee.trailers.count > 0, let base = piece.trailerBase {
            tail = trailerSection(base, heads)
        }
        if piece.bytes.count > 0 {
            queue(ChunkFraming.frame(piece.bytes, isLast: isComplete && tail == nil))
        } else if isComplete, tail == nil {
            tail = ChunkFraming.last.bytes
        }
        if let tail { state.pointee.output.setTail(tail) }
    }

    /// Queues a piece of the body, behind its head in the same memory where it is small.
    @inline(__always)
    private func queue(_ piece: UnsafeRawBufferPointer) {
        guard let base = piece.baseAddress, piece.count > 0 else { return }
        if piece.count <= Downstream.copiedBody, let head = state.pointee.outputHead {
            let count = state.pointee.output.count
            if count > 0, head.capacity - count >= piece.count {
                memcpy(head.base + count, base, piece.count)
                state.pointee.output.setHead(UnsafeRawBufferPointer(start: head.base, count: count + piece.count))
                return
            }
        }
        state.pointee.output.setBody(piece)
    }

    /// The last chunk with the target's trailers, behind the head in its memory or in memory of its own.
    private func trailerSection(
        _ base: UnsafeRawBufferPointer, _ heads: UnsafeMutablePointer<ExchangeHeads>
    ) -> UnsafeRawBufferPointer {
        let room = 2 * ChunkedDecoder.maximumTrailerBytes
        if let old = state.pointee.exchange.trailerBuffer { loop.state.pointee.buffers.give(old) }
        let buffer = loop.state.pointee.buffers.take(atLeast: room)
        state.pointee.exchange.trailerBuffer = buffer
        var writer = HeadWriter(UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.capacity))
        writer.endChunkedBody(trailers: heads.pointee.trailers, of: base.octets.span)
        heads.pointee.trailers.removeAll()
        return UnsafeRawBufferPointer(start: buffer.base, count: writer.count)
    }

    /// Reads on; false where there is nothing to go on with now, or the exchange has taken another turn.
    private func receiveResponse(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Bool {
        guard upstream.pointee.transport.isReadable else {
            if upstream.pointee.input.isEmpty { upstream.pointee.input.release(to: &loop.state.pointee.buffers) }
            settle()
            return false
        }
        if !upstream.pointee.input.isHeld {
            upstream.pointee.input.hold(loop.state.pointee.buffers.takeLarge())
        } else if upstream.pointee.input.isEmpty {
            upstream.pointee.input.reset()
        } else {
            upstream.pointee.input.compact()
            if upstream.pointee.input.room.isEmpty {
                upstream.pointee.input.grow(to: 2 * upstream.pointee.input.count, from: &loop.state.pointee.buffers)
            }
        }
        switch upstream.pointee.transport.receive(into: upstream.pointee.input.room) {
        case .bytes(let count):
            upstream.pointee.input.filled(count)
            upstream.pointee.bytesReceived += count
            return true
        case .nothing:
            if upstream.pointee.input.isEmpty { upstream.pointee.input.release(to: &loop.state.pointee.buffers) }
            settle()
            return false
        case .ended(let clean): return targetEnded(upstream, clean: clean)
        case .failed:
            upstreamBroke()
            return false
        }
    }

    /// The target sends nothing more. Whether there is anything to go on with.
    private func targetEnded(_ upstream: UnsafeMutablePointer<UpstreamState>, clean: Bool) -> Bool {
        unset(.upstreamPersists)
        guard flags.contains(.responseStarted) else {
            upstreamBroke()
            return false
        }
        // Without TLS's closure alert nobody knows whether the end of the connection is that of the body (RFC 9112, section 9.8).
        guard clean || flags.contains(.tunnel), state.pointee.exchange.responseBody.end() else {
            truncate("the backend closed the connection within its response")
            return false
        }
        if flags.contains(.tunnel) { return tunnelEnded(upstream) }
        set(.responseEnded)
        if flags.contains(.chunkedResponse) { state.pointee.output.setTail(ChunkFraming.last.bytes) }
        return true
    }

    /// The target's side of a tunnel has ended: the client is told, and may go on sending.
    private func tunnelEnded(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Bool {
        set(.targetHalfClosed)
        if flags.contains(.clientHalfClosed) || flags.contains(.uploadEnded) {
            set(.responseEnded)
            return true
        }
        state.pointee.transport.shutdownWriting()
        settle()
        return false
    }

    /// The response broke off. The client must not take what it has for the whole.
    func truncate(_ reason: String) {
        set(.truncated)
        state.pointee.exchange.reason = reason
        close(resetting: true)
    }

    /// The request will not go out again: what was kept for that is freed.
    func releaseRequestHead() {
        unset(.keepsBody)
        // The target's queue may still refer to it while an early response comes.
        if let upstream = state.pointee.exchange.upstream, !upstream.pointee.output.isEmpty { return }
        if let buffer = state.pointee.exchange.requestHead {
            state.pointee.exchange.requestHead = nil
            loop.state.pointee.buffers.give(buffer)
        }
        if let buffer = state.pointee.exchange.keptBody {
            state.pointee.exchange.keptBody = nil
            loop.state.pointee.buffers.give(buffer)
        }
    }
}
