import LoadBalancerModel

/// Merges the routes of several plans by host.
struct RouteMerging {
    private let plans: [LoadBalancerPlan]
    private let settings: AttributeMerging

    init(_ plans: [LoadBalancerPlan], settings: AttributeMerging) {
        self.plans = plans
        self.settings = settings
    }

    /// The routes of one host, in the order of plans and in the order within each.
    private struct HostRoutes {
        var paths: [MergedRoute] = []
        /// Those that the host has of its own, or of its load balancer.
        var fallbacks: [MergedRoute] = []
    }

    /// The routes of all plans in precedence order.
    func merge(log: inout DiagnosticLog) -> [Route] {
        var hosts: [HostKey: HostRoutes] = [:]
        let hostless = plans.map { plan in
            plan.routes.last { $0.match.host == nil && $0.match.path.kind == .fallback && $0.ingress != nil }
        }
        var impliedOwners: [HostKey: Set<Int>] = [:]
        for (index, plan) in plans.enumerated() {
            for route in plan.routes {
                var route = route
                if route.filters.maximumRequestBodyBytes == nil {
                    route.filters.maximumRequestBodyBytes = settings.bodyLimit(of: plan)
                }
                let merged = MergedRoute(route: route, plan: index)
                let host = HostKey(normal: route.match.host)
                if route.match.path.kind == .fallback {
                    hosts[host, default: HostRoutes()].fallbacks.append(merged)
                } else {
                    hosts[host, default: HostRoutes()].paths.append(merged)
                    if let owner = hostless[index]?.ingress, owner == route.ingress {
                        impliedOwners[host, default: []].insert(index)
                    }
                }
            }
        }
        for (host, owners) in impliedOwners where host != .none {
            for index in owners.sorted() where hosts[host]?.fallbacks.contains(where: { $0.plan == index }) == false {
                guard var route = hostless[index] else { continue }
                route.match.host = host.routeHost
                route.fallbackRank = .host
                if route.filters.maximumRequestBodyBytes == nil {
                    route.filters.maximumRequestBodyBytes = settings.bodyLimit(of: plans[index])
                }
                hosts[host]?.fallbacks.append(MergedRoute(route: route, plan: index))
            }
        }
        return emit(hosts, log: &log)
    }

    private func emit(_ hosts: [HostKey: HostRoutes], log: inout DiagnosticLog) -> [Route] {
        let defaults = FallbackMerging(plans: plans, fallbacks: hosts.values.flatMap(\.fallbacks))
        let general = defaults.general(log: &log)
        let last = defaults.own(hosts[.none]?.fallbacks ?? [], host: .none, log: &log) ?? general?.route
        var claims = RouteClaims()
        var routes: [Route] = []
        for (host, entry) in hosts.sorted(by: { $0.key < $1.key }) {
            let claimed = claims.resolve(entry.paths, host: host, log: &log)
            routes += claimed
            guard host != .none else { continue }
            let fallback =
                defaults.own(entry.fallbacks, host: host, log: &log)
                ?? general.map { defaults.adapt($0, to: host, like: entry.fallbacks.first ?? entry.paths.first) }
            if claimed.isEmpty
                || !(claimed.contains(where: \.takesEverything) || RouteAssembly.isSame(fallback, as: last))
            {
                routes.append(fallback ?? .notFound(host: host))
            }
        }
        if let last { routes.append(last) }
        return routes
    }
}

/// A route with the index of the plan that it comes from.
struct MergedRoute: Hashable {
    var route: Route
    let plan: Int
    /// The precedence of its owner.
    let age: RouteAge

    init(route: Route, plan: Int) {
        self.route = route
        self.plan = plan
        self.age = RouteAge(route)
    }
}

/// Decides between the routes that several plans have for one host.
private struct RouteClaims {
    private var expressions = ExpressionCheck()

    mutating func resolve(_ candidates: [MergedRoute], host: HostKey, log: inout DiagnosticLog) -> [Route] {
        if candidates.allSatisfy({ $0.plan == candidates[0].plan }) { return candidates.map(\.route) }
        let ordered = candidates.enumerated().sorted {
            ($0.element.age, $0.offset) < ($1.element.age, $1.offset)
        }.map(\.element)
        let owner = ordered.first { $0.route.match.path.kind == .regularExpression }
        let converted = owner.map { convert(ordered, owner: $0, host: host, log: &log) } ?? ordered
        var winners: [RouteMatch: Route] = [:]
        var claimed: [Route] = []
        for candidate in converted {
            if let winner = winners[candidate.route.match] {
                PathConflicts.report(
                    loser: PathParty(candidate.route), winner: PathParty(winner), host: host, log: &log)
                continue
            }
            winners[candidate.route.match] = candidate.route
            claimed.append(candidate.route)
        }
        let precedes = owner == nil ? PathOrder.paths : PathOrder.expressions
        return claimed.enumerated().sorted { one, other in
            let (left, right) = (one.element.match, other.element.match)
            if left.path != right.path { return precedes(left.path, right.path) }
            if left.isUnconditional != right.isUnconditional { return right.isUnconditional }
            return one.offset < other.offset
        }.map(\.element)
    }

    /// Turns the paths of the other plans into expressions, as one plan would have had them.
    private mutating func convert(
        _ candidates: [MergedRoute], owner: MergedRoute, host: HostKey, log: inout DiagnosticLog
    ) -> [MergedRoute] {
        let exactPaths = Set(candidates.filter { $0.route.pathType == "Exact" }.compactMap(\.route.path))
        var told: Set<String> = []
        return candidates.compactMap { candidate in
            var candidate = candidate
            let party = PathParty(candidate.route)
            guard candidate.route.match.path.kind != .regularExpression else { return candidate }
            if told.insert(party.name).inserted {
                PathConflicts.reportExpressions(
                    on: party, broughtBy: PathParty(owner.route), host: host, log: &log)
            }
            let match = PathMatch(
                kind: .regularExpression,
                value: ExpressionText.expression(
                    path: candidate.route.match.path.form == nil ? party.path : candidate.route.match.path.value,
                    form: candidate.route.match.path.form, isPrefix: party.pathType == "Prefix",
                    besideExact: exactPaths.contains(party.path)))
            if let problem = expressions.problem(of: match.value) {
                PathConflicts.reportInvalidExpression(problem, of: party, log: &log)
                return nil
            }
            candidate.route.read(as: match)
            return candidate
        }
    }
}

extension PathMatch {
    /// How the path is compared, where an Ingress by itself can't say so.
    fileprivate var form: PathPattern.Form? {
        switch kind {
        case .pattern: .pattern
        case .expression: .expression
        case .exact, .prefix, .regularExpression, .fallback: nil
        }
    }
}

extension Route {
    /// Whether nothing of its host is left for what comes after it.
    fileprivate var takesEverything: Bool {
        match == RouteMatch(host: match.host, path: PathMatch(kind: match.path.kind, value: "/"))
            && match.path.kind != .exact
    }

    /// Makes the route match an expression instead of its path.
    fileprivate mutating func read(as expression: PathMatch) {
        match.path = expression
        if filters.affinity?.cookiePath == nil {
            filters.affinity?.cookiePath = ExpressionText.literalDirectory(expression.value)
        }
    }
}

extension PathParty {
    fileprivate init(_ route: Route) {
        self.init(
            ingress: route.ingress.map(ObjectReference.init(ingress:)) ?? ObjectReference(kind: "Ingress", name: ""),
            created: route.created ?? "", field: route.field ?? "", path: route.path ?? route.match.path.value,
            pathType: route.pathType ?? route.match.path.kind.rawValue)
    }
}
