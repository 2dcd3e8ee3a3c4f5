internal import LoadBalancerModel
internal import Provisioning

/// What rules do with the requests of a route.
struct RouteOutcome: Hashable {
    var action: RuleAction
    var transform: RuleTransform?
    /// The targets that must be registered before a rule leads to them.
    var follows: [ResourceReference] = []
}

/// A rule before it has a name and a priority.
struct RuleDraft {
    /// Empty for every request.
    var conditions: [RuleCondition]
    var outcome: RouteOutcome
    /// The Ingress that it is for.
    var ingress: String?
    /// Whether it exempts ACME challenges from the redirect of the route that stands behind it.
    var isChallenge = false
    /// Whether it is there, of an Ingress that is quarantined, and stays by itself.
    var isStanding = false
}

/// Turns one route after the other into rules of a listener.
struct RouteLowering {
    let plan: LoadBalancerPlan
    let listener: ListenerContext
    let conditions: RouteConditions
    let splitting: ConditionSplitting
    let idleSeconds: Int

    init(
        plan: LoadBalancerPlan, listener: ListenerContext, environment: AWSEnvironment, settings: AWSSettings,
        idleSeconds: Int, wildcards: WildcardForm
    ) {
        self.plan = plan
        self.listener = listener
        conditions = RouteConditions(quotas: environment.quotas, wildcards: wildcards)
        splitting = ConditionSplitting(quotas: environment.quotas)
        self.idleSeconds = idleSeconds
        quotas = environment.quotas
    }

    private let quotas: AWSQuotas

    /// The rules of a route, in the order in which they are asked.
    ///
    /// - Parameters:
    ///   - host: the hosts that the rules are for, which are others than the route's where it takes what a host leaves over.
    ///   - isExpression: whether the host's paths are expressions.
    func rules(
        of route: Route, host: HostScope, isExpression: Bool, groups: inout TargetGroupLowering, log: inout FidelityLog
    ) throws(RouteRefusal) -> [RuleDraft] {
        let hostCondition = try conditions.host(host)
        let path = try conditions.path(route.match.path, isExpression: isExpression)
        let further = try conditions.further(route.match)
        let hostDifference = conditions.difference(of: host)
        for difference in [hostDifference, path.difference].compactMap(\.self) + further.differences {
            log.approximated(route.ingress, difference)
        }
        let common = [hostCondition].compactMap(\.self)
        var drafts: [RuleDraft] = []
        let redirect = listener.isSecure ? nil : route.filters.redirectToHTTPS
        let overlap: Challenge =
            switch redirect?.includesChallenges {
            case nil where redirect == nil: .whole
            case true?: .none
            default: Challenge.overlap(route.match.path, isExpression: isExpression)
            }
        if let redirect, overlap != .whole {
            if case .part(let condition) = overlap {
                let outcome = try outcome(of: route, isExpression: isExpression, groups: &groups, log: &log)
                drafts += try split(common + [condition] + further.conditions, outcome, route, isChallenge: true)
            } else if overlap == .unknown {
                log.approximated(
                    route.ingress,
                    "the expression \(route.match.path.value) may take ACME challenges (\(Challenge.prefix)…), which are "
                        + "redirected to HTTPS like all else that it takes; add a path for them")
            }
            let answer = OwnAnswers(listener: listener).redirectToHTTPS(redirect)
            report(answer, route, &log)
            let outcome = RouteOutcome(action: answer.action)
            drafts += try split(common + [path.condition].compactMap(\.self) + further.conditions, outcome, route)
            return drafts
        }
        let outcome = try outcome(of: route, isExpression: isExpression, groups: &groups, log: &log)
        return try split(common + [path.condition].compactMap(\.self) + further.conditions, outcome, route)
    }

    private func split(
        _ conditions: [RuleCondition], _ outcome: RouteOutcome, _ route: Route, isChallenge: Bool = false
    ) throws(RouteRefusal) -> [RuleDraft] {
        try splitting.split(conditions).map {
            RuleDraft(conditions: $0, outcome: outcome, ingress: route.ingress, isChallenge: isChallenge)
        }
    }

    // MARK: Outcomes

    /// What is done with the requests of a route, once they are on the right protocol.
    private func outcome(
        of route: Route, isExpression: Bool, groups: inout TargetGroupLowering, log: inout FidelityLog
    ) throws(RouteRefusal) -> RouteOutcome {
        let answers = OwnAnswers(listener: listener)
        switch route.action {
        case .forward(let pools):
            var isAffine = false
            for weighted in pools where !isAffine {
                isAffine = try !groups.settings(ofPool: weighted.pool).decidesOnStickiness
            }
            RouteFindings(
                route: route, idleSeconds: idleSeconds, isAffine: isAffine,
                defaults: plan.attributes.defaults?.routeTimeouts
            ).report(to: &log)
            return try forward(pools, route, isExpression: isExpression, groups: &groups, log: &log)
        case .redirect(let redirect):
            let answer = answers.redirect(redirect)
            report(answer, route, &log)
            return RouteOutcome(action: answer.action)
        case .fixedResponse(let response):
            let answer = answers.fixedResponse(response)
            report(answer, route, &log)
            return RouteOutcome(action: answer.action)
        case .staticSite(let site):
            log.unsupported(
                route.ingress,
                "the StaticSite \(site.site) can't be served by AWS, and its paths are answered 500; serve the files from a "
                    + "Service")
            return RouteOutcome(action: OwnAnswers.unavailable)
        case .storageBucket(let bucket):
            log.unsupported(
                route.ingress,
                "the StorageBucket behind \(bucket.host) can't be served by AWS, and its paths are answered 500; serve the "
                    + "objects from a Service, or through CloudFront")
            return RouteOutcome(action: OwnAnswers.unavailable)
        }
    }

    private func report(_ answer: OwnAnswers.Answer, _ route: Route, _ log: inout FidelityLog) {
        for message in answer.approximations { log.approximated(route.ingress, message) }
        for message in answer.unsupported { log.unsupported(route.ingress, message) }
    }

    private func forward(
        _ pools: [WeightedPool], _ route: Route, isExpression: Bool, groups: inout TargetGroupLowering,
        log: inout FidelityLog
    ) throws(RouteRefusal) -> RouteOutcome {
        var versions: [AWSSettings.ProtocolVersion] = []
        for weighted in pools { versions.append(try groups.settings(ofPool: weighted.pool).protocolVersion) }
        if let protocolVersion = versions.first(where: { $0 != .http1 }), !listener.isSecure {
            log.unsupported(
                route.ingress,
                "AWS speaks \(protocolVersion.rawValue) to targets for HTTPS listeners alone, and the listener "
                    + "\(listener.name) is HTTP: its requests are answered 500; redirect them to HTTPS")
            return RouteOutcome(action: OwnAnswers.unavailable)
        }
        let transform = try RouteTransform(route.filters.rewrite, match: route.match.path, isExpression: isExpression)
        if let difference = transform.difference { log.approximated(route.ingress, difference) }
        let weights = try Self.weights(pools, limit: quotas.targetGroupsPerAction)
        var result: [RuleAction.WeightedTargetGroup] = []
        var follows: [ResourceReference] = []
        for (pool, weight) in weights {
            let made = try groups.group(pool: pool, affinity: route.filters.affinity, ingress: route.ingress)
            result.append(.init(targetGroup: .resource(made.group), weight: weight))
            follows.append(made.targets)
        }
        return RouteOutcome(
            action: .forward(
                .init(
                    targetGroups: result,
                    stickinessSeconds: result.count > 1 ? try stickySeconds(pools, route, groups: &groups) : nil)),
            transform: transform.transform, follows: follows)
    }

    /// For how long a client stays at one of the target groups; nil for not at all. Whom session affinity keeps at a target
    /// it must keep at its group.
    private func stickySeconds(
        _ pools: [WeightedPool], _ route: Route, groups: inout TargetGroupLowering
    ) throws(RouteRefusal) -> Int? {
        if let seconds = route.filters.poolAffinitySeconds { return seconds > 0 ? min(seconds, 604_800) : nil }
        guard let affinity = route.filters.affinity else { return nil }
        for weighted in pools where try !groups.settings(ofPool: weighted.pool).decidesOnStickiness {
            return affinity.stickySeconds
        }
        return nil
    }

    /// Each pool once with a weight that AWS takes, in the plan's order.
    private static func weights(
        _ pools: [WeightedPool], limit: Int
    ) throws(RouteRefusal) -> [(pool: String, weight: Int)] {
        var sums: [(pool: String, weight: Int)] = []
        for weighted in pools {
            if let index = sums.firstIndex(where: { $0.pool == weighted.pool }) {
                sums[index].weight += weighted.weight
            } else {
                sums.append((weighted.pool, weighted.weight))
            }
        }
        guard sums.count <= limit else {
            throw RouteRefusal(
                reason: "TooManyTargetGroups",
                message: "a route has \(sums.count) backends, and an action of AWS forwards to at most \(limit) target "
                    + "groups; use fewer")
        }
        guard sums.count > 1 else { return sums.map { ($0.pool, 1) } }
        let largest = sums.map(\.weight).max() ?? 0
        guard largest > 999 else { return sums }
        return sums.map { ($0.pool, $0.weight == 0 ? 0 : max(1, $0.weight * 999 / largest)) }
    }
}

/// The challenges of ACME (RFC 8555, section 8.3), which are answered over plain HTTP.
enum Challenge: Equatable {
    static let prefix = "/.well-known/acme-challenge/"

    /// No challenge is taken.
    case none
    /// Those that meet the condition are taken.
    case part(RuleCondition)
    /// Nothing but challenges is taken.
    case whole
    case unknown

    /// Which challenges a path takes.
    static func overlap(_ match: PathMatch, isExpression: Bool) -> Challenge {
        let everyChallenge = Challenge.part(.everyChallenge)
        switch match.kind {
        case .fallback: return everyChallenge
        case .regularExpression: return overlap(expression: match.value, everyChallenge)
        case .exact where isExpression, .prefix where isExpression:
            return overlap(expression: match.value, everyChallenge)
        case .pattern:
            let stem = String(match.value.prefix { !"*?".contains($0) })
            if stem.hasPrefix(prefix) { return .whole }
            guard prefix.hasPrefix(stem) else { return .none }
            return match.value == "\(stem)*" ? everyChallenge : .unknown
        case .expression:
            return match.value.hasPrefix("^") ? overlap(expression: match.value, everyChallenge) : .unknown
        case .exact: return match.value.hasPrefix(prefix) ? .whole : .none
        case .prefix:
            let path = RouteConditions.withoutSlash(match.value) + "/"
            if prefix.hasPrefix(path) { return everyChallenge }
            return path.hasPrefix(prefix) ? .whole : .none
        }
    }

    private static func overlap(expression: String, _ everyChallenge: Challenge) -> Challenge {
        guard let tokens = try? ExpressionTokens(expression) else { return .unknown }
        if tokens.takesEverything { return everyChallenge }
        let literal = tokens.literalPrefix
        let text = literal.text.lowercased()
        if literal.isWhole, prefix.hasPrefix(text) { return everyChallenge }
        return prefix.hasPrefix(text) || text.hasPrefix(prefix) ? .unknown : .none
    }
}
