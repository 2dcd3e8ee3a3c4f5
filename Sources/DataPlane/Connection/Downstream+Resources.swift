import LoadBalancerModel

/// Answers from static sites and storage buckets.
extension Downstream {
    func answerFromSite(_ route: UnsafeMutablePointer<CompiledRoute>) {
        guard let heads = state.pointee.exchange.heads, let site = route.pointee.details.site else {
            return answer(500, "the route has no site")
        }
        let bytes = state.pointee.exchange.headBytes.octets.span
        let answer = withNormalPath { path in
            site.content.answer(
                to: heads.pointee.request, of: bytes, path: copy path, mountPath: site.mountPath.span,
                redirectsDirectories: site.redirectsDirectories)
        }
        respond(answer)
    }

    /// Asks a bucket for the object that the path names.
    func beginBucketRequest(
        _ route: UnsafeMutablePointer<CompiledRoute>, _ configuration: UnsafeMutablePointer<LoopConfiguration>
    ) {
        guard let heads = state.pointee.exchange.heads, let bucket = route.pointee.details.bucket,
            !route.pointee.pools.isEmpty
        else { return answer(500, "the route has no bucket") }
        let decision = withNormalPath { path in
            bucket.decide(
                method: heads.pointee.request.method, path: copy path, target: &loop.state.pointee.scratch.target)
        }
        switch decision {
        case .forward:
            set(.withholdsBody)
            let pools = configuration.pointee.compiled.weightedPools
            beginForwarding(to: pools[route.pointee.pools.lowerBound].pool, configuration)
        case .methodNotAllowed: respond(ShortAnswers.answer(405, lines: "Allow: GET, HEAD\r\n"))
        case .notFound: respond(ShortAnswers.answer(404, sendsBody: heads.pointee.request.method != .head))
        }
    }

    /// Puts an answer of our own in place of what a bucket says of itself. False where that has been done.
    func passesBucketResponse(_ bytes: UnsafeRawBufferPointer, _ heads: UnsafeMutablePointer<ExchangeHeads>) -> Bool {
        guard case .replace(let status) = BucketGateway.decide(on: heads.pointee.response) else { return true }
        let answer = BucketGateway.replacement(
            status, for: heads.pointee.response, of: bytes.octets.span, to: heads.pointee.request.method)
        releaseUpstream(reusable: false)
        respond(answer)
        return false
    }

    /// Queues an answer and sends it.
    func respond(_ answer: ContentAnswer) {
        guard let heads = state.pointee.exchange.heads else { return close() }
        beginOwnResponse(answer.statusCode, closing: false)
        let isWritten = writeToClient(atLeast: 2048) { writer in
            answer.writeHead(to: &writer)
            writer.writeDate(loop.state.pointee.scratch.date)
            writeAddedFields(&writer)
            writer.endConnection(isPersistent: flags.contains(.keepAlive), version: heads.pointee.request.version)
        }
        guard isWritten else { return close() }
        switch answer.body {
        case .empty: break
        case .single(let piece): state.pointee.exchange.content = [piece]
        case .multiple(let pieces): state.pointee.exchange.content = pieces.reversed()
        }
        queueContent()
        pumpResponse()
    }

    /// Queues the next piece of an answer of our own, which is held until the exchange is over.
    func queueContent() {
        while let piece = state.pointee.exchange.content.popLast() {
            state.pointee.exchange.sending = piece
            if piece.bytes.isEmpty { continue }
            state.pointee.output.setBody(piece.bytes)
            break
        }
        if state.pointee.exchange.content.isEmpty { set(.responseEnded) }
    }
}
