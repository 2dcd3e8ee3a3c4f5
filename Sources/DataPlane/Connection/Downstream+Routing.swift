import CLinux
import LoadBalancerModel
import Routing

/// From a request head to what is done about it.
extension Downstream {
    /// The head is whole: finds the route, applies its filters, and acts.
    func beginRequest() {
        state.pointee.phase = .exchange
        guard let heads = state.pointee.exchange.heads else { return }
        clearTimer()
        state.pointee.exchange.requestBody = BodyReader(heads.pointee.request.framing)
        state.pointee.exchange.requestID = loop.state.pointee.scratch.requestIDs.next()
        if heads.pointee.request.isPersistent, mayPersist() { set(.keepAlive) }
        if heads.pointee.request.expectsContinue { set(.awaitsContinue) }
        guard let configuration = loop.state.pointee.configuration else {
            return answer(503, "no configuration is in force yet")
        }
        configuration.pointee.references += 1
        state.pointee.exchange.configuration = configuration
        guard isDirected(configuration, heads) else { return answerMisdirected() }
        guard mayForward(heads) else { return }
        guard let route = findRoute(configuration, heads) else { return }
        state.pointee.exchange.route = route
        guard passes(route, heads) else { return }
        act(route, configuration)
    }

    /// Whether the request may come by this connection: its host has the TLS policy that the handshake followed.
    ///
    /// Where the policy of the connection's own server name has changed since, its request is served, and the connection
    /// ends with it: no request is lost to a change, and the next connection follows the new policy.
    @inline(__always)
    private func isDirected(
        _ configuration: UnsafeMutablePointer<LoopConfiguration>, _ heads: UnsafeMutablePointer<ExchangeHeads>
    ) -> Bool {
        guard state.pointee.isSecure else { return true }
        let policies = configuration.pointee.hostPolicies
        let listener = state.pointee.listener
        if policies[listener].isUniform, policies[listener].standard == state.pointee.policy { return true }
        let host = state.pointee.exchange.headBytes.octets.span
            .extracting(heads.pointee.request.host.whole.indices)
        if policies[listener].policy(of: host) == state.pointee.policy { return true }
        let name = Array((state.pointee.transport.tls?.pointee.serverName ?? "").utf8)
        guard policies[listener].hasOneBinding(host, name.span) else { return false }
        unset(.keepAlive)
        return true
    }

    /// Whether the request may go further than here. False where it has been answered: it asks for this very hop (`*`, or
    /// `Max-Forwards` at its end), or is a TRACE, which would show its sender what other clients' fields and those of
    /// proxies before us look like; nginx and AWS's load balancer refuse it so, too.
    private func mayForward(_ heads: UnsafeMutablePointer<ExchangeHeads>) -> Bool {
        switch heads.pointee.request.method {
        case .trace:
            answer(405, "TRACE is not served")
            return false
        case .options:
            if heads.pointee.request.targetForm == .asterisk {
                answerOptions()
                return false
            }
            switch heads.pointee.request.maxForwards(in: state.pointee.exchange.headBytes.octets.span) {
            case .unlimited: return true
            case .hops(let count):
                if count == 0 { answerOptions() }
                return count > 0
            case .malformed:
                answer(400, "Max-Forwards is no number, or stands there twice")
                return false
            }
        default: return true
        }
    }

    private func mayPersist() -> Bool {
        let limit = loop.state.pointee.environment.options.limits.requestsPerConnection
        return !loop.state.pointee.lifecycle.isStopping && (limit == 0 || state.pointee.served + 1 < limit)
    }

    /// The route that takes the request; where there is none the request has been answered.
    private func findRoute(
        _ configuration: UnsafeMutablePointer<LoopConfiguration>, _ heads: UnsafeMutablePointer<ExchangeHeads>
    ) -> UnsafeMutablePointer<CompiledRoute>? {
        let bytes = state.pointee.exchange.headBytes.octets.span
        let mergeSlashes = configuration.pointee.settings.mergeSlashes
        let path = heads.pointee.request.path
        let host = bytes.extracting(heads.pointee.request.host.whole.indices)
        let request = RoutedRequest(bytes: state.pointee.exchange.headBytes, heads: heads, client: clientAddress(heads))
        state.pointee.exchange.hasRewrittenPath = false
        let index: Int?
        if path.isEmpty {
            let root: StaticString = "/"
            let slash = UnsafeBufferPointer(start: root.utf8Start, count: 1)
            index = configuration.pointee.compiled.table.match(host: host, path: slash.span, request: request)
        } else {
            let given = bytes.extracting(path.indices)
            switch PathNormalizer.normalize(
                given, into: &loop.state.pointee.scratch.path, mergeSlashes: mergeSlashes)
            {
            case .normal:
                index = configuration.pointee.compiled.table.match(host: host, path: given, request: request)
            case .rewritten:
                state.pointee.exchange.hasRewrittenPath = true
                index = configuration.pointee.compiled.table.match(
                    host: host, path: loop.state.pointee.scratch.path.span, request: request)
            case .invalid(let failure):
                loop.state.pointee.counters.refused(.invalidPath)
                answer(400, "invalid path: \(failure)")
                return nil
            }
        }
        guard let index, let routes = configuration.pointee.routes else {
            answer(404, "no route takes this request")
            return nil
        }
        return routes + index
    }

    /// What a route asks of every request. False where the request has been answered.
    private func passes(
        _ route: UnsafeMutablePointer<CompiledRoute>, _ heads: UnsafeMutablePointer<ExchangeHeads>
    ) -> Bool {
        if route.pointee.redirectsToHTTPS, !isSecureForClient(heads),
            route.pointee.redirectsChallenges || !isChallenge()
        {
            answerHTTPSRedirect(route)
            return false
        }
        if case .length(let length) = heads.pointee.request.framing, length > route.pointee.maximumBodyBytes {
            answer(413, "request body too large", closing: true)
            return false
        }
        return true
    }

    private func act(
        _ route: UnsafeMutablePointer<CompiledRoute>, _ configuration: UnsafeMutablePointer<LoopConfiguration>
    ) {
        switch route.pointee.action {
        case .forward:
            guard let pool = choosePool(route, configuration) else {
                return answer(503, "no backend is available")
            }
            beginForwarding(to: pool, configuration)
        case .storageBucket: beginBucketRequest(route, configuration)
        case .redirect: answerRedirect(route)
        case .fixedResponse: answerFixed(route)
        case .staticSite: answerFromSite(route)
        }
    }

    /// Writes the request for the target and goes looking for one.
    func beginForwarding(to pool: Int, _ configuration: UnsafeMutablePointer<LoopConfiguration>) {
        if hasClientLeft { return clientLeft() }
        state.pointee.exchange.pool = pool
        loop.state.pointee.counters.add(.requests, pool: poolSlot)
        guard writeRequestHead() else { return }
        forward()
    }

    /// The pool for a request: that of the client's cookie, the only one, or by smooth weighted round robin.
    private func choosePool(
        _ route: UnsafeMutablePointer<CompiledRoute>, _ configuration: UnsafeMutablePointer<LoopConfiguration>
    ) -> Int? {
        let range = route.pointee.pools
        if route.pointee.hasAffinity { state.pointee.exchange.clientIdentity = affinityIdentity(route) }
        let pools = configuration.pointee.compiled.weightedPools
        if range.count == 1 {
            let only = pools[range.lowerBound]
            return only.weight > 0 ? only.pool : nil
        }
        if let token = state.pointee.exchange.clientIdentity {
            for index in range where pools[index].weight > 0 {
                let pool = pools[index].pool
                if configuration.pointee.pools[pool].member(identity: token, now: loop.now) != nil { return pool }
            }
        }
        var best: Int?
        var total = 0
        for index in range where pools[index].weight > 0 {
            configuration.pointee.poolCredits[index] += pools[index].weight
            total += pools[index].weight
            if let current = best,
                configuration.pointee.poolCredits[current] >= configuration.pointee.poolCredits[index]
            {
                continue
            }
            best = index
        }
        guard let best else { return nil }
        configuration.pointee.poolCredits[best] -= total
        return pools[best].pool
    }

    /// ACME challenges (RFC 8555, section 8.3) are answered over plain HTTP.
    private func isChallenge() -> Bool {
        withNormalPath { HTTPSRedirection.isExempt(path: copy $0) }
    }

    /// Lends the path in its normal form, as the route was found by.
    func withNormalPath<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        let bytes = state.pointee.exchange.headBytes.octets.span
        if state.pointee.exchange.hasRewrittenPath { return body(loop.state.pointee.scratch.path.span) }
        guard let heads = state.pointee.exchange.heads, !heads.pointee.request.path.isEmpty else {
            let root: StaticString = "/"
            return body(UnsafeBufferPointer(start: root.utf8Start, count: 1).span)
        }
        return body(bytes.extracting(heads.pointee.request.path.indices))
    }

    /// Lends the query as it came, empty for none.
    func withQuery<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        let bytes = state.pointee.exchange.headBytes.octets.span
        let query = state.pointee.exchange.heads?.pointee.request.query ?? .empty
        return body(bytes.extracting(query.indices))
    }
}

/// A request head as conditions of routes look at it.
struct RoutedRequest: MatchableRequest {
    let bytes: UnsafeRawBufferPointer
    let heads: UnsafeMutablePointer<ExchangeHeads>
    let client: IPAddress

    func method(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        predicate(bytes.octets.span.extracting(heads.pointee.request.methodName.indices))
    }

    func header(_ name: borrowing Span<UInt8>, satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        let span = bytes.octets.span
        var next = heads.pointee.request.fields.firstIndex(named: name, in: span)
        while let index = next {
            if predicate(span.extracting(heads.pointee.request.fields[index].value.indices)) { return true }
            next = heads.pointee.request.fields.firstIndex(named: name, from: index + 1, in: span)
        }
        return false
    }

    func query(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        guard let query = heads.pointee.request.query else { return false }
        return predicate(bytes.octets.span.extracting(query.indices))
    }

    func clientAddress(satisfies predicate: (borrowing Span<UInt8>) -> Bool) -> Bool {
        if client.isIPv6 {
            let octets = client.bits.bigEndian
            return withUnsafeBytes(of: octets) { predicate($0.octets.span) }
        }
        let octets = UInt32(truncatingIfNeeded: client.bits).bigEndian
        return withUnsafeBytes(of: octets) { predicate($0.octets.span) }
    }
}
