/// Sending a request again whose connection to the target turned out to be closed.
extension Downstream {
    /// The largest body, as it goes to the target, that is kept to go out again.
    private static var maximumKeptBody: Int { 64 * 1024 }

    /// Starts to keep the body of a request that may go out again (RFC 9110, section 9.2.2): over a connection that was
    /// used before, which its target may be about to close. A new connection gets its request once.
    func keepBody() {
        guard let heads = state.pointee.exchange.heads, heads.pointee.request.method.isIdempotent,
            !state.pointee.exchange.requestBody.isComplete, !flags.contains(.withholdsBody)
        else { return }
        if let missing = state.pointee.exchange.requestBody.missingBytes, missing > Downstream.maximumKeptBody {
            return
        }
        set(.keepsBody)
    }

    /// Keeps the next part of the body, or gives up where it is too much.
    func keep(_ part: UnsafeRawBufferPointer) {
        let count = state.pointee.exchange.keptBodyCount
        guard count + part.count <= Downstream.maximumKeptBody, let room = roomForKept(count + part.count) else {
            return unset(.keepsBody)
        }
        guard let base = part.baseAddress else { return }
        (room + count).copyMemory(from: base, byteCount: part.count)
        state.pointee.exchange.keptBodyCount = count + part.count
    }

    /// Queues the body once more, as far as it had gone.
    func repeatBody(_ upstream: UnsafeMutablePointer<UpstreamState>) {
        guard let kept = state.pointee.exchange.keptBody else { return }
        // What is queued must stay where it is: the rest is not put behind it.
        if !state.pointee.exchange.requestBody.isComplete { unset(.keepsBody) }
        upstream.pointee.output.setBody(
            UnsafeRawBufferPointer(start: kept.base, count: state.pointee.exchange.keptBodyCount))
    }

    /// Whether the request may go out again after a connection that was kept open turned out to be closed: nothing of it
    /// has reached an application, or doing it twice is doing it once (RFC 9110, section 9.2.2); and nothing of its body
    /// is gone.
    func mayRepeat(_ upstream: UnsafeMutablePointer<UpstreamState>) -> Bool {
        guard upstream.pointee.isReused, upstream.pointee.bytesReceived == 0, let heads = state.pointee.exchange.heads,
            state.pointee.exchange.requestHead != nil, state.pointee.exchange.interimResponses == 0
        else { return false }
        guard flags.contains(.keepsBody) || !hasSentBody else { return false }
        return heads.pointee.request.method.isIdempotent || upstream.pointee.bytesSent == 0
    }

    /// Whether anything of the body has been taken from what the client sent; the end of a chunked one counts.
    private var hasSentBody: Bool {
        let body = state.pointee.exchange.requestBody
        return body.bodyBytes > 0 || body.isChunked && body.isComplete
    }

    private func roomForKept(_ size: Int) -> UnsafeMutableRawPointer? {
        if let kept = state.pointee.exchange.keptBody, kept.capacity >= size { return kept.base }
        let larger = loop.state.pointee.buffers.take(atLeast: size)
        if let kept = state.pointee.exchange.keptBody {
            larger.base.copyMemory(from: kept.base, byteCount: state.pointee.exchange.keptBodyCount)
            loop.state.pointee.buffers.give(kept)
        }
        state.pointee.exchange.keptBody = larger
        return larger.base
    }
}
