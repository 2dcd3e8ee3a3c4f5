internal import LoadBalancerModel

extension RouteTable {
    /// Explains what ``match(host:path:request:)`` does with a request. Looks at every route: meant for people.
    ///
    /// - Parameters:
    ///   - host: the host as in the Host field.
    ///   - path: the path as it would come, in any form; a query behind it is ignored.
    ///   - request: the rest of the request.
    package func explain(
        host: String,
        path: String,
        request: borrowing some MatchableRequest & ~Copyable = DescribedRequest()
    ) -> RouteExplanation {
        let field = Array(host.utf8)
        let name = field[HostName.range(in: field.span)].map(Octet.lowercased)
        let target = Array(path.utf8)
        let raw = target.span.extracting(0..<PathNormalizer.pathEnd(of: target.span))
        var normal: [UInt8] = []
        let outcome = PathNormalizer.normalize(raw, into: &normal, mergeSlashes: mergeSlashes)
        if outcome == .normal { normal = Array(target[..<raw.count]) }

        let decided = index.find(field.span)
        var explanation = RouteExplanation(
            host: String(decoding: name, as: UTF8.self),
            matchedHost: decided.flatMap { patterns[$0]?.description },
            isHostKnown: decided != nil,
            usesExpressions: decided.map { hosts[$0].expressions >= 0 } ?? false,
            considered: [])
        if case .invalid(let failure) = outcome {
            explanation.failure = failure
            explanation.considered = routes.indices.map { .init(route: $0, verdict: .requestInvalid) }
            return explanation
        }
        explanation.path = String(decoding: normal, as: UTF8.self)
        explanation.winner = match(host: field.span, path: normal.span, request: request)
        let context = ExplanationContext(name: name, path: normal, decided: decided, winner: explanation.winner)
        var ranked: [[RouteExplanation.Candidate]] = [[], [], [], []]
        for route in routes.indices {
            let verdict = verdict(route: route, in: context, request: request)
            ranked[Self.rank(verdict)].append(.init(route: route, verdict: verdict))
        }
        explanation.considered = ranked.flatMap(\.self)
        return explanation
    }

    private static func rank(_ verdict: RouteVerdict) -> Int {
        if verdict == .wins { return 0 }
        if verdict.isMatch { return 1 }
        return verdict.concernsHost ? 2 : 3
    }

    private func verdict(
        route: Int,
        in context: ExplanationContext,
        request: borrowing some MatchableRequest & ~Copyable
    ) -> RouteVerdict {
        let path = routes[route].match.path
        let host = hostOfRoute[route]
        // Defaults without a host take what the deciding host leaves over.
        let isReserve = host == hostless && path.kind == .fallback
        if host != context.decided, !isReserve {
            guard patterns[host]?.matches(context.name) ?? true else { return .hostDoesNotMatch }
            return .lessSpecificHost(decides: context.decided.flatMap { patterns[$0]?.description })
        }
        if let unreachable = unreachableRoutes.first(where: { $0.route == route }) {
            return .pathUnreachable(unreachable.reason)
        }
        guard pathMatches(route: route, context.path) else { return .pathDoesNotMatch }
        if let index = conditions.firstFailure(route: route, host: context.name.span, request: request) {
            return .conditionFails(failedCondition(conditions.conditions[index], route: route))
        }
        guard let winner = context.winner, winner != route else { return .wins }
        return defeat(of: route, by: winner)
    }

    /// Why a route that matches loses to the winner.
    private func defeat(of route: Int, by winner: Int) -> RouteVerdict {
        let (path, best) = (routes[route].match.path, routes[winner].match.path)
        if path.kind == .fallback, best.kind != .fallback { return .defaultNotReached(winner: winner) }
        if hostOfRoute[route] != hostOfRoute[winner] { return .hostDefaultFirst(winner: winner) }
        if hosts[hostOfRoute[route]].expressions >= 0, path.kind != .fallback {
            let isSame = Self.expression(of: routes[route])?.utf8.elementsEqual(
                (Self.expression(of: routes[winner]) ?? "").utf8)
            return isSame == true ? .claimedBefore(winner: winner) : .laterExpression(winner: winner)
        }
        if path.kind == best.kind, normalizedRulePath(path) == normalizedRulePath(best) {
            return .claimedBefore(winner: winner)
        }
        if best.kind == .exact, normalizedRulePath(path) == Self.withoutSlash(normalizedRulePath(best)) {
            return .exactFirst(winner: winner)
        }
        return .shorterPath(winner: winner)
    }

    /// Whether the path of a route takes a path in normal form, found without the table.
    private func pathMatches(route: Int, _ path: [UInt8]) -> Bool {
        let match = routes[route].match.path
        if match.kind == .fallback { return true }
        if hosts[hostOfRoute[route]].expressions >= 0 {
            guard let pattern = Self.expression(of: routes[route]),
                let expression = try? CompiledExpression(pattern)
            else { return false }
            return expression.matches(path.span)
        }
        if match.kind.isAskedInTurn {
            guard let text = match.searchExpression,
                let expression = try? RegularExpression(text, caseSensitive: true)
            else { return false }
            return expression.matches(path.span)
        }
        guard let rule = normalizedRulePath(match) else { return false }
        return match.kind == .exact ? path == rule : PathPrefix.matches(path.span, rule)
    }

    /// The path of a rule in normal form, that of a Prefix without trailing slash.
    private func normalizedRulePath(_ match: PathMatch) -> [UInt8]? {
        let path = try? PathNormalizer.normalizeRule(match.value, mergeSlashes: mergeSlashes)
        return match.kind == .prefix ? Self.withoutSlash(path) : path
    }

    private static func withoutSlash(_ path: [UInt8]?) -> [UInt8]? {
        path?.last == Octet.slash ? path?.dropLast() : path
    }

    private func failedCondition(_ condition: ConditionTable.Condition, route: Int) -> FailedCondition {
        let match = routes[route].match
        let name = String(
            decoding: conditions.text[Int(condition.name.lowerBound)..<Int(condition.name.upperBound)], as: UTF8.self)
        return switch condition.kind {
        case .method: .method(allowed: match.methods)
        case .clientNetwork: .clientNetwork(allowed: match.clientNetworks)
        case .headerExact, .headerExpression, .headerPresent, .hostExpression: .header(name: name)
        case .queryExact, .queryExpression, .queryPresent: .queryParameter(name: name)
        }
    }
}

/// What the verdicts on the routes have in common.
private struct ExplanationContext {
    let name: [UInt8]
    let path: [UInt8]
    let decided: Int?
    let winner: Int?
}
