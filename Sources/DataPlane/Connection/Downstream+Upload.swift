/// The way of a request body from the client to the target.
extension Downstream {
    /// Sends the request head, with what has come of the body behind it.
    func startUpload() {
        guard let upstream = state.pointee.exchange.upstream, let head = state.pointee.exchange.requestHead else {
            return
        }
        set(.requestSent)
        let bytes = UnsafeRawBufferPointer(start: head.base, count: state.pointee.exchange.requestHeadCount)
        upstream.pointee.output.setHead(bytes)
        if state.pointee.exchange.keptBodyCount > 0 {
            repeatBody(upstream)
        } else {
            if upstream.pointee.isReused { keepBody() } else { unset(.keepsBody) }
            guard fillUpload(upstream) else { return }
        }
        pumpRequest()
        if isClosed || state.pointee.phase != .exchange { return }
        // A reused connection may have said something before; a response may be here already.
        if upstream.pointee.transport.isReadable { pumpResponse() }
    }

    /// Moves the request body on, as far as both sides let it.
    func pumpRequest() {
        if flags.contains(.discardsBody) { return discardBody() }
        guard let upstream = state.pointee.exchange.upstream, upstream.pointee.phase == .active,
            flags.contains(.requestSent)
        else {
            // Until a target is there to take it what the client sends waits in the socket.
            return
        }
        for _ in 0..<Downstream.turns {
            if !upstream.pointee.output.isEmpty {
                let before = upstream.pointee.output.count
                let sent = upstream.pointee.transport.send(&upstream.pointee.output)
                upstream.pointee.bytesSent += before - upstream.pointee.output.count
                switch sent {
                case .all: break
                case .blocked: return settle()
                case .failed: return uploadFailed(upstream)
                }
            }
            if flags.contains(.uploadEnded) {
                if flags.contains(.tunnel) {
                    endUpload(upstream)
                    if flags.contains(.responseEnded) { return pumpResponse() }
                }
                return settle()
            }
            guard fillUpload(upstream) else { return }
            if !upstream.pointee.output.isEmpty || flags.contains(.uploadEnded) { continue }
            guard receiveBody() else { return }
        }
        loop.enqueue(self)
        settle()
    }

    /// Queues what has come of the body. False where the request ended over it.
    private func fillUpload(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Bool {
        if state.pointee.exchange.requestBody.isComplete || flags.contains(.withholdsBody) {
            set(.uploadEnded)
            return true
        }
        if state.pointee.body.isEmpty, state.pointee.input.isEmpty { return true }
        guard let heads = state.pointee.exchange.heads else { return true }
        // Chunks are moved together where they lie, which must not touch the head: they get a buffer of their own.
        if state.pointee.body.isEmpty, state.pointee.exchange.requestBody.isChunked { moveInputToBody() }
        let piece: BodyReader.Piece
        do throws(ChunkedBodyError) {
            if state.pointee.body.isEmpty {
                piece = try state.pointee.exchange.requestBody.next(
                    from: &state.pointee.input, trailers: &heads.pointee.trailers)
            } else {
                piece = try state.pointee.exchange.requestBody.next(
                    from: &state.pointee.body, trailers: &heads.pointee.trailers)
            }
        } catch {
            bodyRefused(400, "malformed chunked body: \(error.label)")
            return false
        }
        unset(.awaitsContinue)
        state.pointee.exchange.bytesReceived += piece.bytes.count
        if let route = state.pointee.exchange.route,
            state.pointee.exchange.requestBody.bodyBytes > route.pointee.maximumBodyBytes, !flags.contains(.tunnel)
        {
            bodyRefused(413, "request body too large")
            return false
        }
        queue(piece, upstream)
        return true
    }

    private func queue(_ piece: BodyReader.Piece, _ upstream: UnsafeMutablePointer<UpstreamState>) {
        let isComplete = state.pointee.exchange.requestBody.isComplete
        if isComplete { set(.uploadEnded) }
        guard state.pointee.exchange.requestBody.isChunked else {
            if piece.bytes.count > 0 { send(body: UnsafeRawBufferPointer(piece.bytes), upstream) }
            return
        }
        let trailers = isComplete ? trailerSection(piece) : nil
        if piece.bytes.count > 0 {
            send(body: ChunkFraming.frame(piece.bytes, isLast: isComplete && trailers == nil), upstream)
        } else if isComplete, trailers == nil {
            send(tail: ChunkFraming.last.bytes, upstream)
        }
        if let trailers { send(tail: trailers, upstream) }
    }

    @inline(__always)
    private func send(body: UnsafeRawBufferPointer, _ upstream: UnsafeMutablePointer<UpstreamState>) {
        if flags.contains(.keepsBody) { keep(body) }
        upstream.pointee.output.setBody(body)
    }

    private func send(tail: UnsafeRawBufferPointer, _ upstream: UnsafeMutablePointer<UpstreamState>) {
        if flags.contains(.keepsBody) { keep(tail) }
        upstream.pointee.output.setTail(tail)
    }

    /// The last chunk with the trailers that came; nil where there are none. It is written into the buffer of the request
    /// head's copy, which is sent by then, or grown by it.
    private func trailerSection(_ piece: BodyReader.Piece) -> UnsafeRawBufferPointer? {
        guard let heads = state.pointee.exchange.heads, heads.pointee.trailers.count > 0, let base = piece.trailerBase
        else { return nil }
        let buffer = loop.state.pointee.buffers.take(atLeast: 2 * ChunkedDecoder.maximumTrailerBytes)
        var writer = HeadWriter(UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.capacity))
        writer.endChunkedBody(trailers: heads.pointee.trailers, of: base.octets.span)
        let count = writer.count
        // The response may have trailers of its own.
        heads.pointee.trailers.removeAll()
        replaceTrailerBuffer(buffer)
        return UnsafeRawBufferPointer(start: buffer.base, count: count)
    }

    private func replaceTrailerBuffer(_ buffer: Buffer) {
        if let old = state.pointee.exchange.trailerBuffer { loop.state.pointee.buffers.give(old) }
        state.pointee.exchange.trailerBuffer = buffer
    }

    /// Reads on; false where there is nothing to go on with now, or the connection is gone.
    private func receiveBody() -> Bool {
        guard state.pointee.transport.isReadable else {
            releaseBodyBuffer()
            settle()
            return false
        }
        if !state.pointee.body.isHeld {
            state.pointee.body.hold(loop.state.pointee.buffers.takeLarge())
        } else if state.pointee.body.isEmpty {
            state.pointee.body.reset()
        } else {
            state.pointee.body.compact()
        }
        switch state.pointee.transport.receive(into: state.pointee.body.room) {
        case .bytes(let count):
            loop.state.pointee.counters.add(.bytesReceived, UInt64(count))
            state.pointee.body.filled(count)
            return true
        case .nothing:
            releaseBodyBuffer()
            settle()
            return false
        case .ended: return clientEnded()
        case .failed:
            clientLeft()
            return false
        }
    }

    /// The client sends nothing more. Whether there is anything to go on with.
    private func clientEnded() -> Bool {
        releaseBodyBuffer()
        set(.clientEnded)
        if flags.contains(.tunnel) {
            _ = state.pointee.exchange.requestBody.end()
            set(.uploadEnded)
            return true
        }
        // A body that ends too soon is no request.
        clientLeft()
        return false
    }

    /// The client's side of a tunnel has ended: the target is told.
    private func endUpload(_ upstream: UnsafeMutablePointer<UpstreamState>) {
        guard !flags.contains(.clientHalfClosed) else { return }
        set(.clientHalfClosed)
        upstream.pointee.transport.shutdownWriting()
        if flags.contains(.targetHalfClosed) { set(.responseEnded) }
    }

    /// The target takes no more. It may have answered all the same.
    private func uploadFailed(_ upstream: UnsafeMutablePointer<UpstreamState>) {
        upstream.pointee.output.removeAll()
        unset(.upstreamPersists)
        set([.uploadEnded, .uploadBroken])
        upstream.pointee.transport.assumeReadable()
        pumpResponse()
    }

    private func bodyRefused(_ status: Int, _ reason: String) {
        if flags.contains(.tunnel) || flags.contains(.responseStarted) {
            return truncate(reason)
        }
        releaseUpstream(reusable: false)
        answer(status, reason, closing: true)
    }

    /// Something came while no target is there to take it: it waits, but an end is taken note of.
    private func moveInputToBody() {
        let waiting = UnsafeRawBufferPointer(state.pointee.input.bytes)
        guard !waiting.isEmpty else { return }
        if !state.pointee.body.isHeld {
            let capacity = max(BufferPool.large, waiting.count + ReceiveBuffer.lead + ReceiveBuffer.trail)
            state.pointee.body.hold(loop.state.pointee.buffers.take(atLeast: capacity))
        }
        state.pointee.body.reset()
        state.pointee.body.append(waiting)
        state.pointee.input.consume(waiting.count)
    }

    @inline(__always)
    func releaseBodyBuffer() {
        if state.pointee.body.isEmpty { state.pointee.body.release(to: &loop.state.pointee.buffers) }
    }
}

extension StaticString {
    /// The text as bytes.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
