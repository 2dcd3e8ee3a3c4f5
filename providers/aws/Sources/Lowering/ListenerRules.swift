internal import LoadBalancerModel
internal import Provisioning

/// The rules of one listener in the order in which they are asked, and what is done with the rest.
///
/// The rules of a host stand together, exact hosts first, then wildcards, then rules without a host. A host whose paths
/// don't match must not fall through to the rules of another: it is closed by a rule of its own wherever a later one
/// could take its requests.
///
/// A wildcard covers one label, and its pattern takes any number. So in front of it stand rules for the names below it,
/// which send their requests where those of a host without rules go. What could cover such a name nevertheless stands
/// before them: exact hosts, and wildcards of more labels.
struct ListenerRules {
    private(set) var drafts: [RuleDraft] = []
    private(set) var rest = RouteOutcome(action: OwnAnswers.notFound)
    /// Why Ingresses can't be had, by `namespace/name`.
    private(set) var refusals: [String: RouteRefusal] = [:]
    /// How many rules a host takes.
    private(set) var ruleCounts: [String: Int] = [:]
    /// The conditions by which rules take a host's requests.
    private(set) var hostConditions: [String: Set<RuleCondition>] = [:]

    /// With the hosts of what stays.
    private let blocks: HostBlocks
    private let lowering: RouteLowering
    private let standing: StandingRules

    /// - Parameter standing: what stands of Ingresses that are left out.
    init(
        blocks: HostBlocks, lowering: RouteLowering, standing: StandingRules, groups: inout TargetGroupLowering,
        log: inout FidelityLog
    ) {
        let blocks = blocks.adding(standing.hosts, fallback: lowering.plan.hostFallback)
        self.blocks = blocks
        self.lowering = lowering
        self.standing = standing
        lowerRest(&groups, &log)
        for block in blocks.hosts {
            let isSealed = blocks.needsClosing(block) || needsClosing(block)
            let rest = block.fallbacks + (isSealed ? blocks.hostless.fallbacks : [])
            var rules = rules(of: block, for: block.scope, rest: rest, &groups, &log)
            if isSealed {
                seal(&rules, block.scope)
                leaveStanding(&rules, block.scope)
            }
            rules =
                rulesBelow(block, isNeeded: !rules.isEmpty, &groups, &log)
                + withoutRedundantRedirects(rules, isLast: !isSealed, keepers: Set(block.routes.map(\.ingress)))
            ruleCounts[block.host ?? "", default: 0] += rules.count
            hostConditions[block.host ?? "", default: []].formUnion(rules.flatMap { $0.conditions.filter(\.isHost) })
            drafts += rules
        }
        lowerHostless(&groups, &log)
        drafts.removeAll(where: \.isStanding)
        leaveToHolders(&log)
    }

    /// Leaves to an Ingress that is left out the requests that it has, which another one takes only once it is gone.
    private mutating func leaveToHolders(_ log: inout FidelityLog) {
        drafts.removeAll { draft in
            guard let holder = standing.holder(of: draft) else { return false }
            if let ingress = draft.ingress {
                log.unsupported(
                    ingress,
                    "what the rule for \(RuleSpec.title(of: draft.conditions)) takes stays with the Ingress \(holder), which "
                        + "is left out and keeps what it had")
            }
            return true
        }
    }

    /// What requests without a rule get: the first default backend without a host that takes all of them.
    private mutating func lowerRest(_ groups: inout TargetGroupLowering, _ log: inout FidelityLog) {
        guard let route = blocks.hostless.fallbacks.first(where: \.takesEverything), !route.needsRule(lowering.listener)
        else { return }
        guard let draft = lower(route, host: .every, isExpression: false, &groups, &log).first else { return }
        rest = draft.outcome
    }

    private mutating func lowerHostless(_ groups: inout TargetGroupLowering, _ log: inout FidelityLog) {
        // What takes the rest and needs no rule is the default action.
        let rest = blocks.hostless.fallbacks.prefix { !$0.takesEverything || $0.needsRule(lowering.listener) }
        var rules = rules(of: blocks.hostless, for: .every, rest: Array(rest), &groups, &log)
        ruleCounts["", default: 0] += rules.count
        let owners = Set((blocks.hostless.routes + blocks.hostless.fallbacks).map(\.ingress))
        rules = withoutRedundantRedirects(rules, isLast: true, keepers: owners)
        // A rule must have a condition. What stands must tell a path from a default backend, which hosts are closed with.
        for index in rules.indices where rules[index].conditions.isEmpty {
            rules[index].conditions = [blocks.hostless.isClosed ? .everyRootedPath : .everyPath]
        }
        drafts += rules
    }

    /// The rules of a host's paths, and of what takes the requests that they leave over.
    ///
    /// - Parameter rest: the default backends, the first of those that take everything being the last that is asked.
    private mutating func rules(
        of block: HostBlock, for scope: HostScope, rest: [Route], _ groups: inout TargetGroupLowering,
        _ log: inout FidelityLog
    ) -> [RuleDraft] {
        var rules = block.reachable.flatMap {
            lower($0, host: scope, isExpression: block.usesExpressions, &groups, &log)
        }
        guard !block.isClosed else { return rules }
        for route in rest {
            rules += lower(route, host: scope, isExpression: false, &groups, &log)
            if route.takesEverything { break }
        }
        return rules
    }

    /// Answers what rules leave over 404, unless they leave over nothing, or a default backend that stays takes it.
    ///
    /// - Parameter rest: what else takes it.
    private func seal(_ rules: inout [RuleDraft], _ scope: HostScope, with rest: RuleDraft? = nil) {
        guard let condition = try? lowering.conditions.host(scope), rules.last?.conditions != [condition] else {
            return
        }
        let notFound = RuleDraft(conditions: [condition], outcome: RouteOutcome(action: OwnAnswers.notFound))
        rules.append(standing.closing(condition) ?? rest ?? standing.rest(within: condition) ?? notFound)
    }

    /// Whether what stays of an Ingress that is left out could take what a host leaves over.
    private func needsClosing(_ block: HostBlock) -> Bool {
        standing.mayTake(block.host.flatMap { $0.hasPrefix("*.") ? nil : $0 })
    }

    /// Leaves what closes a host as it stands where it is of an Ingress that is left out: it may be a rule for the whole host.
    private func leaveStanding(_ rules: inout [RuleDraft], _ scope: HostScope) {
        guard let last = rules.indices.last, let condition = try? lowering.conditions.host(scope),
            rules[last].conditions == [condition], let stays = standing.closing(condition)
        else { return }
        rules[last] = stays
    }

    /// What takes the names below a wildcard that is told as a pattern, or stands as one.
    private mutating func rulesBelow(
        _ block: HostBlock, isNeeded: Bool, _ groups: inout TargetGroupLowering, _ log: inout FidelityLog
    ) -> [RuleDraft] {
        guard let host = block.host,
            isNeeded && lowering.conditions.isPattern(wildcard: host) || standing.hasPattern(wildcard: host)
        else { return [] }
        let scope = HostScope.below(host)
        var rules = rules(of: blocks.hostless, for: scope, rest: blocks.hostless.fallbacks, &groups, &log)
        guard let condition = try? lowering.conditions.host(scope) else { return [] }
        // What stays for every path leaves none to others, and a default backend that stays none to other default backends.
        let rest =
            standing.root(within: condition) ?? (blocks.hostless.isClosed ? nil : standing.rest(within: condition))
        if rest != nil { rules.removeAll { $0.conditions == [condition] } }
        rules = standing.adding(to: rules, within: condition, lowering.splitting)
        seal(&rules, scope, with: rest)
        return withoutRedundantRedirects(rules, isLast: false, keepers: Set(rules.map(\.ingress)))
    }

    private mutating func lower(
        _ route: Route, host: HostScope, isExpression: Bool, _ groups: inout TargetGroupLowering,
        _ log: inout FidelityLog
    ) -> [RuleDraft] {
        if let ingress = route.ingress, refusals[ingress] != nil { return [] }
        do {
            return try lowering.rules(of: route, host: host, isExpression: isExpression, groups: &groups, log: &log)
        } catch {
            if let ingress = route.ingress {
                refusals[ingress] = error
            } else {
                log.unsupported(nil, error.message)
            }
            return []
        }
    }

    /// Leaves out the redirects of a host that what closes the host would answer in the same way: most hosts with TLS do
    /// nothing else over plain HTTP.
    ///
    /// What closes the host is of the Ingress whose redirects are left out, so that both stay with it. Those of others stand
    /// by themselves.
    ///
    /// - Parameter keepers: the Ingresses whose own rule it may be that takes the rest, and that keep it.
    private func withoutRedundantRedirects(
        _ rules: [RuleDraft], isLast: Bool, keepers: Set<String?>
    ) -> [RuleDraft] {
        guard var last = rules.last else { return [] }
        let isClosed = last.conditions.count == (last.conditions.first?.isHost == true ? 1 : 0)
        guard let closing = isClosed ? last.outcome : isLast ? rest : nil, case .redirect = closing.action else {
            return rules
        }
        let others = isClosed ? rules.dropLast() : rules[...]
        var redundant: Set<Int> = []
        for index in others.indices.reversed() where !others[index].isChallenge {
            // What exempts challenges takes none of the requests that the redirects before it are for: theirs are exempt
            // by rules of their own.
            guard others[index].outcome == closing else { break }
            redundant.insert(index)
        }
        if isClosed {
            let first = redundant.compactMap { others[$0].ingress }.min()
            let owner = keepers.contains(last.ingress) ? last.ingress ?? first : first ?? last.ingress
            redundant = redundant.filter { others[$0].ingress == nil || others[$0].ingress == owner }
            last.ingress = owner
        }
        return others.indices.filter { !redundant.contains($0) }.map { others[$0] } + (isClosed ? [last] : [])
    }
}

extension RuleCondition {
    var isHost: Bool {
        switch self {
        case .hostHeader, .hostHeaderExpressions: true
        default: false
        }
    }
}
