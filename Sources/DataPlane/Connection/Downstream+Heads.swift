import LoadBalancerModel
import Routing

/// Writing heads anew: the request's for the target, the response's for the client.
extension Downstream {
    /// Writes the request head for the target. False where the request has been answered instead.
    func writeRequestHead() -> Bool {
        guard let heads = state.pointee.exchange.heads, let route = state.pointee.exchange.route else { return false }
        let bucket = route.pointee.action == .storageBucket ? route.pointee.details.bucket : nil
        if bucket == nil, route.pointee.hasRewrite, !rewriteTarget(route) { return false }
        let sizes = [BufferPool.small, 4 * BufferPool.small, 4 << 20]
        for size in sizes {
            let buffer = loop.state.pointee.buffers.take(atLeast: max(size, state.pointee.exchange.headBytes.count))
            var writer = HeadWriter(UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.capacity))
            if let bucket {
                bucket.writeRequest(
                    heads.pointee.request, of: state.pointee.exchange.headBytes.octets.span,
                    target: loop.state.pointee.scratch.target.span, to: &writer)
            } else {
                writeRequest(&writer, heads, isRewritten: route.pointee.hasRewrite)
            }
            if !writer.hasOverflowed {
                state.pointee.exchange.requestHead = buffer
                state.pointee.exchange.requestHeadCount = writer.count
                return true
            }
            loop.state.pointee.buffers.give(buffer)
        }
        answer(431, "request head too large", closing: true)
        return false
    }

    /// Writes the head of the target's response for the client. False where it is larger than any buffer.
    func writeResponseHead(
        _ head: UnsafeRawBufferPointer, framing: BodyFraming, _ heads: UnsafeMutablePointer<ExchangeHeads>
    ) -> Bool {
        let bytes = head.octets.span
        loop.updateDate()
        return writeToClient(atLeast: head.count + 1024) { writer in
            writer.writeStatusLine(heads.pointee.response, of: bytes)
            if state.pointee.exchange.route?.pointee.action == .storageBucket {
                BucketGateway.writeResponseFields(
                    heads.pointee.response, of: bytes, date: loop.state.pointee.scratch.date, to: &writer)
            } else {
                writer.writeResponseFields(heads.pointee.response, of: bytes, date: loop.state.pointee.scratch.date)
            }
            if !heads.pointee.response.isInterim { writeAddedFields(&writer) }
            writer.endResponse(
                heads.pointee.response, framing: framing, isPersistent: flags.contains(.keepAlive),
                version: heads.pointee.request.version)
        }
    }

    /// Lets `body` write a head into memory of its own and queues it for the client. What is queued must be sent.
    func writeToClient(atLeast size: Int, _ body: (inout HeadWriter) -> Void) -> Bool {
        releaseOutputHead()
        var capacity = max(size, BufferPool.small)
        while capacity <= 4 << 20 {
            let buffer = loop.state.pointee.buffers.take(atLeast: capacity)
            var writer = HeadWriter(UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.capacity))
            body(&writer)
            if !writer.hasOverflowed {
                state.pointee.outputHead = buffer
                state.pointee.output.setHead(UnsafeRawBufferPointer(start: buffer.base, count: writer.count))
                return true
            }
            loop.state.pointee.buffers.give(buffer)
            capacity = buffer.capacity * 2
        }
        return false
    }

    /// The fields that the route adds to responses.
    func writeAddedFields(_ writer: inout HeadWriter) {
        guard let route = state.pointee.exchange.route else { return }
        if state.pointee.isSecure, !route.pointee.secureResponseFields.isEmpty {
            writer.write(route.pointee.secureResponseFields)
        }
        if let identity = state.pointee.exchange.affinityIdentity {
            route.pointee.details.cookie?.write(identity, isTLS: state.pointee.isSecure, to: &writer)
        }
    }

    @inline(__always)
    private func writeRequest(
        _ writer: inout HeadWriter, _ heads: UnsafeMutablePointer<ExchangeHeads>, isRewritten: Bool
    ) {
        let bytes = state.pointee.exchange.headBytes.octets.span
        if isRewritten {
            writer.write(heads.pointee.request.methodName, of: bytes)
            writer.write(UInt8(ascii: " "))
            writer.write(loop.state.pointee.scratch.target)
            writer.write(" HTTP/1.1\r\n")
        } else {
            writer.writeRequestLine(heads.pointee.request, of: bytes)
        }
        writer.writeHost(heads.pointee.request, of: bytes, client: state.pointee.client)
        writer.writeClientFields(heads.pointee.request, of: bytes, from: state.pointee.client)
        writer.writeForwardingFields(
            heads.pointee.request, of: bytes, policy: loop.state.pointee.environment.policy,
            client: state.pointee.client, requestID: state.pointee.exchange.requestID)
        writer.endRequest(heads.pointee.request, expectsContinue: heads.pointee.request.expectsContinue)
    }

    private func rewriteTarget(_ route: UnsafeMutablePointer<CompiledRoute>) -> Bool {
        guard let rewrite = route.pointee.details.rewrite else { return true }
        let outcome = withNormalPath { path in
            withQuery { query in rewrite.apply(path: path, query: query, into: &loop.state.pointee.scratch.target) }
        }
        switch outcome {
        case .rewritten: return true
        case .noMatch:
            answer(500, "the route's rewrite does not fit the path")
            return false
        case .invalid(let failure):
            answer(400, "invalid path after rewriting: \(failure)")
            return false
        }
    }
}
