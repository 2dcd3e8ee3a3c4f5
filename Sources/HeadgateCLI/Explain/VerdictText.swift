import LoadBalancerModel
import Routing

/// The verdicts on routes in words that name Ingresses.
struct VerdictText {
    let routing: RouteExplanation
    let plan: LoadBalancerPlan
    let claims: IngressClaims
    /// The plans before they were put together.
    let planned: [LoadBalancerPlan]

    /// Why the winner wins, or why there is none.
    var summary: String {
        if let failure = routing.failure { return "The path of the request is refused: \(failure)." }
        guard let winner = routing.winner else {
            return routing.isHostKnown
                ? "No path of \(hostName(routing.matchedHost)) takes the request, and there is no default backend."
                : "No rule is for the host \(routing.host), and there is no default backend."
        }
        let route = plan.routes[winner]
        return "\(hostReason(route)); \(pathReason(route))."
    }

    /// What else is of the deciding host, or matches.
    var considered: [Explanation.Considered] {
        guard routing.failure == nil else { return [] }
        return routing.considered.compactMap { candidate in
            guard candidate.verdict != .wins, candidate.verdict != .hostDoesNotMatch else { return nil }
            let route = plan.routes[candidate.route]
            return Explanation.Considered(
                rule: DescribedRule(route, claim: claims.claim(of: route)),
                outcome: candidate.verdict.isMatch ? .outranked : .noMatch,
                reason: reason(candidate.verdict))
        }
    }

    /// Whether a path took part, rather than a default that is only asked when none does.
    private static func isPathThatMatches(_ verdict: RouteVerdict) -> Bool {
        switch verdict {
        case .defaultNotReached, .hostDefaultFirst: false
        default: verdict.isMatch
        }
    }

    private func hostReason(_ route: Route) -> String {
        guard let host = route.match.host else {
            return routing.isHostKnown && routing.matchedHost != nil
                ? "No path of \(hostName(routing.matchedHost)) takes the request"
                : "No rule names the host \(routing.host)"
        }
        return host.hasPrefix("*.")
            ? "The host \(routing.host) is one label below \(host.dropFirst(2)), and no rule names it exactly"
            : "A rule names the host \(routing.host)"
    }

    private func pathReason(_ route: Route) -> String {
        let claimed = claims.claim(of: route)?.path ?? route.match.path.value
        switch route.match.path.kind {
        case .exact: return "its Exact path \(claimed) is that of the request"
        case .prefix:
            let isOnly = !routing.considered.contains { $0.verdict != .wins && Self.isPathThatMatches($0.verdict) }
            return isOnly
                ? "its Prefix \(claimed) is the only path that matches"
                : "its Prefix \(claimed) is the longest path that matches"
        case .pattern: return "its pattern \(claimed) is the most specific path that matches"
        case .expression: return "its expression \(route.match.path.value) is found in the path"
        case .regularExpression:
            return "\(claimed) is the first expression of the host that matches, the longest being tried first"
        case .fallback:
            guard route.field == nil else { return "the default backend takes what no path does" }
            return owner(of: route).map { "\($0) takes what nothing else does" }
                ?? "there is no default backend for this host"
        }
    }

    private func reason(_ verdict: RouteVerdict) -> String {
        switch verdict {
        case .shorterPath(let winner):
            plan.routes[winner].match.path.kind == .pattern
                ? "matches, but \(name(winner)) is more specific" : "matches, but \(name(winner)) is longer"
        case .exactFirst(let winner): "matches, but Exact comes before Prefix: \(name(winner))"
        case .claimedBefore(let winner): "matches, but \(name(winner)) claims the same and comes first"
        case .laterExpression(let winner): "matches, but the expression \(name(winner)) is tried first"
        case .defaultNotReached(let winner):
            "a default backend is used only where no path matches; \(name(winner)) does"
        case .hostDefaultFirst(let winner): "the host has a default backend of its own: \(name(winner))"
        case .lessSpecificHost(let decides):
            "host matches, but \(hostName(decides)) is more specific and decides alone"
        case .wins, .conditionFails, .pathDoesNotMatch, .pathUnreachable, .hostDoesNotMatch, .requestInvalid:
            verdict.description
        }
    }

    private func hostName(_ host: String?) -> String {
        host ?? "the rules without a host"
    }

    private func owner(of route: Route) -> String? {
        DefaultBackendOwner(of: route, in: planned)?.title
    }

    private func name(_ route: Int) -> String {
        let route = plan.routes[route]
        if route.ingress == nil, let owner = owner(of: route) { return owner }
        let path = claims.claim(of: route)?.path ?? route.match.path.value
        let place = path.isEmpty ? route.field ?? "the default backend" : path
        return route.ingress.map { "\(place) of \($0)" } ?? place
    }
}
