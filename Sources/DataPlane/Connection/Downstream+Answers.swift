import LoadBalancerModel
import Routing

/// Answers that the load balancer gives itself.
extension Downstream {
    /// Answers with a short text.
    ///
    /// - Parameter closing: whether the connection ends with the answer.
    func answer(_ status: Int, _ text: String, closing: Bool = false) {
        state.pointee.exchange.reason = text
        var body = text
        body.append("\n")
        respond(status, contentType: "text/plain; charset=utf-8", body: body, closing: closing) { writer in
            switch status {
            // RFC 9110, section 15.5.6.
            case 405: writer.write(Self.allowedMethods)
            case 429, 503: writer.write("Retry-After: 1\r\n")
            default: break
            }
        }
    }

    /// Refuses what could not be read as a request. Where the next one would start is unknown: the connection ends.
    func refuse(_ status: Int, _ text: String) {
        state.pointee.phase = .exchange
        state.pointee.exchange.requestID = loop.state.pointee.scratch.requestIDs.next()
        if state.pointee.exchange.heads == nil { state.pointee.exchange.heads = loop.state.pointee.heads.take() }
        // What was read before the fault is logged; the bytes stay where they are until the connection ends.
        state.pointee.exchange.headBytes = UnsafeRawBufferPointer(state.pointee.input.bytes)
        state.pointee.exchange.requestBody = BodyReader(.untilClose)
        answer(status, text, closing: true)
    }

    /// The request wants a connection whose handshake follows the TLS rules of its host (RFC 9110, section 15.5.20). What
    /// comes next on this one may be for another host.
    func answerMisdirected() {
        loop.state.pointee.counters.add(.misdirectedRequests)
        answer(421, "misdirected: the host has other TLS settings than this connection; open one with its server name")
    }

    func badGateway(_ text: String) {
        releaseUpstream(reusable: false)
        answer(502, text)
    }

    /// An OPTIONS that is for the load balancer itself (RFC 9110, sections 7.6.2 and 9.3.7).
    func answerOptions() {
        respond(204, contentType: nil, body: "", closing: false) { $0.write(Self.allowedMethods) }
    }

    /// What can be asked for here. Methods that no registry knows pass, too, but nobody needs to be told of them.
    private static var allowedMethods: StaticString { "Allow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS\r\n" }

    func answerFixed(_ route: UnsafeMutablePointer<CompiledRoute>) {
        guard let fixed = route.pointee.details.fixed else { return answer(500, "the route has no response") }
        respond(fixed.statusCode, contentType: fixed.contentType, body: fixed.body, closing: false) { _ in }
    }

    func answerRedirect(_ route: UnsafeMutablePointer<CompiledRoute>) {
        guard let redirect = route.pointee.details.redirect else { return answer(500, "the route has no redirect") }
        let host = state.pointee.exchange.heads?.pointee.request.host.host ?? .empty
        guard !redirect.usesHost || !host.isEmpty else { return answer(400, "a Host field is needed") }
        let bytes = state.pointee.exchange.headBytes.octets.span
        let outcome = withNormalPath { path in
            withQuery { query in
                redirect.apply(
                    path: path, query: query, host: bytes.extracting(host.indices),
                    into: &loop.state.pointee.scratch.target)
            }
        }
        guard outcome == .rewritten else { return answer(500, "the route's redirect does not fit the path") }
        redirectToTarget(redirect.statusCode)
    }

    /// Redirects to the same host, path and query over HTTPS.
    func answerHTTPSRedirect(_ route: UnsafeMutablePointer<CompiledRoute>) {
        guard let heads = state.pointee.exchange.heads else { return }
        guard !heads.pointee.request.host.host.isEmpty else { return answer(400, "a Host field is needed") }
        let status = route.pointee.details.redirectStatus
        let port = UInt16(clamping: route.pointee.details.redirectPort ?? 443)
        let bytes = state.pointee.exchange.headBytes.octets
        let body = "\(status) \(StatusCode.reason(status))\n"
        respond(status, contentType: "text/plain; charset=utf-8", body: body, closing: false) { writer in
            _ = writer.writeHTTPSLocation(heads.pointee.request, of: bytes.span, port: port)
        }
    }

    private func redirectToTarget(_ status: Int) {
        let location = loop.state.pointee.scratch.target
        let body = "\(status) \(StatusCode.reason(status))\n"
        respond(status, contentType: "text/plain; charset=utf-8", body: body, closing: false) { writer in
            writer.writeLocation(location.span)
        }
    }

    /// Queues a response of our own and sends it.
    ///
    /// - Parameter fields: writes what the head has beside the usual.
    func respond(
        _ status: Int, contentType: String?, body: String, closing: Bool, fields: (inout HeadWriter) -> Void
    ) {
        guard let heads = state.pointee.exchange.heads else { return close() }
        beginOwnResponse(status, closing: closing)
        let isHead = heads.pointee.request.method == .head
        let hasBody = !isHead && status != 204 && status != 304 && status >= 200
        let text = Array(body.utf8)
        let isWritten = writeToClient(atLeast: text.count + 2048) { writer in
            writer.writeStatusLine(status)
            if let contentType, status != 204 { writer.writeField("Content-Type", Array(contentType.utf8).span) }
            if status != 204 { writer.writeField("Content-Length", decimal: text.count) }
            writer.writeDate(loop.state.pointee.scratch.date)
            fields(&writer)
            writeAddedFields(&writer)
            writer.endConnection(
                isPersistent: flags.contains(.keepAlive), version: heads.pointee.request.version)
            if hasBody { writer.write(text) }
        }
        guard isWritten else { return close() }
        set(.responseEnded)
        pumpResponse()
    }

    /// Settles what an answer of our own means for the request body and the connection.
    func beginOwnResponse(_ status: Int, closing: Bool) {
        state.pointee.exchange.status = status
        state.pointee.exchange.affinityIdentity = nil
        releaseRequestHead()
        set(.responseStarted)
        if closing || !state.pointee.exchange.requestBody.isComplete && !mayDiscard() { unset(.keepAlive) }
        unset(.awaitsContinue)
        loop.updateDate()
    }
}
