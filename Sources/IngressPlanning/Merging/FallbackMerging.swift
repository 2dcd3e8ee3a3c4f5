import LoadBalancerModel

/// Decides between the default backends of several plans, by the ranks that hold within one.
struct FallbackMerging {
    private let plans: [LoadBalancerPlan]
    /// The default backends of all plans, each once, for requests that no host of its own claims.
    private let candidates: [MergedRoute]
    /// The routes of all default backends by plan, owner and host.
    private let instances: [Instance: Route]

    private struct Instance: Hashable {
        var plan: Int
        var owner: Owner
        var host: HostKey
    }

    /// Whose default backend it is.
    private struct Owner: Hashable {
        var ingress: String?
        var rank: FallbackRank

        init(_ route: Route, rank: FallbackRank) {
            ingress = route.ingress
            self.rank = rank
        }
    }

    init(plans: [LoadBalancerPlan], fallbacks: [MergedRoute]) {
        self.plans = plans
        var instances: [Instance: Route] = [:]
        var candidates: [Instance: MergedRoute] = [:]
        for fallback in fallbacks {
            guard let rank = fallback.route.fallbackRank else { continue }
            let generalRank = rank == .host ? .ingress : rank
            let owner = Owner(fallback.route, rank: generalRank)
            let host = HostKey(normal: fallback.route.match.host)
            instances[Instance(plan: fallback.plan, owner: owner, host: host)] = fallback.route
            var general = fallback
            general.route.fallbackRank = generalRank
            let key = Instance(plan: fallback.plan, owner: owner, host: .none)
            if host == .none || candidates[key] == nil { candidates[key] = general }
        }
        self.instances = instances
        self.candidates = candidates.values.map { candidate in
            var candidate = candidate
            candidate.route.match.host = nil
            return candidate
        }
        .sorted(by: Self.precedes)
    }

    private static func precedes(_ left: MergedRoute, _ right: MergedRoute) -> Bool {
        let ranks = (position(left), position(right))
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        return (left.age, left.plan) < (right.age, right.plan)
    }

    private static func position(_ fallback: MergedRoute) -> Int {
        fallback.route.fallbackRank.flatMap(FallbackRank.allCases.firstIndex(of:)) ?? FallbackRank.allCases.count
    }

    /// The default backend of hosts that have none of their own.
    func general(log: inout DiagnosticLog) -> MergedRoute? {
        guard let winner = candidates.first else { return nil }
        let rivals = candidates.filter { $0.route.fallbackRank == winner.route.fallbackRank && $0.plan != winner.plan }
        report(rivals, winner: winner, for: "requests that no rule takes", log: &log)
        return winner
    }

    /// The default backend that an Ingress with a rule for the host brings.
    func own(_ fallbacks: [MergedRoute], host: HostKey, log: inout DiagnosticLog) -> Route? {
        let owners = fallbacks.filter { $0.route.fallbackRank == .host }.sorted(by: Self.precedes)
        guard let winner = owners.first else { return nil }
        report(
            Array(owners.dropFirst()), winner: winner, for: "requests to the \(host.described) that no path takes",
            log: &log)
        return winner.route
    }

    /// The general default backend as a host has it: as its own plan says, or else with the redirect and the header
    /// fields of the host's other routes.
    func adapt(_ general: MergedRoute, to host: HostKey, like other: MergedRoute?) -> Route {
        let rank = general.route.fallbackRank ?? .controller
        let instance = Instance(plan: general.plan, owner: Owner(general.route, rank: rank), host: host)
        if let route = instances[instance] { return route }
        var route = general.route
        route.match.host = host.routeHost
        if let other, other.plan != general.plan {
            route.filters.redirectToHTTPS = other.route.filters.redirectToHTTPS
            route.filters.secureResponseHeaders = other.route.filters.secureResponseHeaders
        }
        return route
    }

    private func report(
        _ losers: [MergedRoute], winner: MergedRoute, for requests: String, log: inout DiagnosticLog
    ) {
        for loser in losers {
            if let ingress = loser.route.ingress, let owner = winner.route.ingress {
                DefaultBackendConflicts.report(
                    loser: ObjectReference(ingress: ingress), loserCreated: loser.route.created ?? "", winner: owner,
                    winnerCreated: winner.route.created ?? "", for: requests, log: &log)
            } else if loser.route.fallbackRank == .ingressClass, loser.route.backend != winner.route.backend {
                let owner = plans[winner.plan].identity.ingressClass
                log.add(
                    .warning, "DefaultBackendConflict", on: plans[loser.plan].classReference, field: "spec.parameters",
                    "The default backend of the class '\(owner)' gets the \(requests), since the two share their "
                        + "listeners", value: owner,
                    remedy: "give the class listeners of its own in its parameters, or both the same default backend")
            }
        }
    }
}
