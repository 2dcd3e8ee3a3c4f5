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

    private let blocks: HostBlocks
    private let lowering: RouteLowering
    private let standing: StandingRules

    /// - Parameter standing: what stands of Ingresses that are left out.
    init(
        blocks: HostBlocks, lowering: RouteLowering, standing: StandingRules, groups: inout TargetGroupLowering,
        log: inout FidelityLog
    ) {
        self.blocks = blocks
        self.lowering = lowering
        self.standing = standing
        lowerRest(&groups, &log)
        for block in blocks.hosts {
            let isSealed = blocks.needsClosing(block) || needsClosing(block)
            let rest = block.fallbacks + (isSealed ? blocks.hostless.fallbacks : [])
            var rules = rules(of: block, for: block.scope, rest: rest, &groups, &log)
            if isSealed {
                seal(&rules, block.scope, owner: block.onlyIngress)
                own(&rules, block)
            }
            rules = rulesBelow(block, &groups, &log) + withoutRedundantRedirects(rules, isLast: !isSealed)
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
        rules = withoutRedundantRedirects(rules, isLast: true)
        // A rule must have a condition.
        for index in rules.indices where rules[index].conditions.isEmpty {
            rules[index].conditions = [.everyPath]
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
    private func seal(_ rules: inout [RuleDraft], _ scope: HostScope, owner: String?) {
        guard let condition = try? lowering.conditions.host(scope), rules.last?.conditions != [condition] else {
            return
        }
        let outcome = standing.rest ?? RouteOutcome(action: OwnAnswers.notFound)
        rules.append(
            standing.closing(condition) ?? RuleDraft(conditions: [condition], outcome: outcome, ingress: owner))
    }

    /// Whether what stays of an Ingress that is left out could take what a host leaves over.
    private func needsClosing(_ block: HostBlock) -> Bool {
        standing.mayTake(block.host.flatMap { $0.hasPrefix("*.") ? nil : $0 })
    }

    /// Lets what closes a host, and leads to a default backend, be an Ingress's of the host: it stays as long as the other
    /// rules of the host do, in a quarantine as well.
    private func own(_ rules: inout [RuleDraft], _ block: HostBlock) {
        guard let last = rules.indices.last, !rules[last].isStanding,
            let condition = try? lowering.conditions.host(block.scope), rules[last].conditions == [condition]
        else { return }
        let owners = Set((block.routes + block.fallbacks).compactMap(\.ingress))
        guard rules[last].ingress.map(owners.contains) != true else { return }
        // Of an Ingress that is left out it may be a rule for the whole host, and stays what it is.
        if let stays = standing.closing(condition) {
            rules[last] = stays
        } else {
            rules[last].ingress = owners.min()
        }
    }

    /// What takes the names below a wildcard that is told as a pattern.
    private mutating func rulesBelow(
        _ block: HostBlock, _ groups: inout TargetGroupLowering, _ log: inout FidelityLog
    ) -> [RuleDraft] {
        guard let host = block.host, lowering.conditions.isPattern(wildcard: host) else { return [] }
        let scope = HostScope.below(host)
        var rules = rules(of: blocks.hostless, for: scope, rest: blocks.hostless.fallbacks, &groups, &log)
        seal(&rules, scope, owner: nil)
        rules = withoutRedundantRedirects(rules, isLast: false)
        // The last one stays as long as the rules of the wildcard do, in a quarantine as well: without it those would take
        // the names below.
        if let owner = block.onlyIngress, let last = rules.indices.last { rules[last].ingress = owner }
        return rules
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
    private func withoutRedundantRedirects(_ rules: [RuleDraft], isLast: Bool) -> [RuleDraft] {
        guard let last = rules.last else { return [] }
        let isClosed = last.conditions.count == (last.conditions.first?.isHost == true ? 1 : 0)
        guard let closing = isClosed ? last.outcome : isLast ? rest : nil, case .redirect = closing.action else {
            return rules
        }
        var kept: [RuleDraft] = []
        var isOpen = true
        for rule in (isClosed ? rules.dropLast() : rules[...]).reversed() {
            // What exempts challenges takes none of the requests that the redirects before it are for: theirs are exempt
            // by rules of their own.
            if isOpen, !rule.isChallenge {
                if rule.outcome == closing { continue }
                isOpen = false
            }
            kept.append(rule)
        }
        return kept.reversed() + (isClosed ? [last] : [])
    }
}

/// The routes of a plan by host.
struct HostBlocks {
    private(set) var hosts: [HostBlock] = []
    private(set) var hostless = HostBlock(host: nil)

    init(_ routes: [Route]) {
        var exact: [HostBlock] = []
        var wildcards: [HostBlock] = []
        var positions: [String: Int] = [:]
        for route in routes {
            guard let host = route.match.host, !host.isEmpty else {
                hostless.add(route)
                continue
            }
            let isWildcard = host.hasPrefix("*.")
            let position = positions[host] ?? (isWildcard ? wildcards.count : exact.count)
            if positions.updateValue(position, forKey: host) == nil {
                if isWildcard { wildcards.append(HostBlock(host: host)) } else { exact.append(HostBlock(host: host)) }
            }
            if isWildcard { wildcards[position].add(route) } else { exact[position].add(route) }
        }
        // Wildcards of more labels come first, those of as many in their order.
        let ranked = wildcards.enumerated().sorted {
            ($1.element.labelCount, $0.offset) < ($0.element.labelCount, $1.offset)
        }
        hosts = (exact + ranked.map(\.element)).map(\.ordered)
        hostless = hostless.ordered
        wildcardHosts = Set(wildcards.compactMap(\.host))
    }

    private let wildcardHosts: Set<String>

    /// Whether a request that a host leaves over could be taken by the rules of another.
    func needsClosing(_ block: HostBlock) -> Bool {
        if !hostless.routes.isEmpty { return true }
        guard let host = block.host, !host.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
        return wildcardHosts.contains("*\(host[dot...])")
    }
}

struct HostBlock {
    var host: String?
    /// Those with a path, in precedence order.
    private(set) var routes: [Route] = []
    private(set) var fallbacks: [Route] = []

    init(host: String?) {
        self.host = host
    }

    var scope: HostScope { host.map(HostScope.host) ?? .every }

    fileprivate var labelCount: Int { host?.split(separator: ".", omittingEmptySubsequences: false).count ?? 0 }

    mutating func add(_ route: Route) {
        if route.match.path.kind == .fallback { fallbacks.append(route) } else { routes.append(route) }
    }

    /// The host with its expressions in the order in which they are tried: the longest first, of the same length the one
    /// that is greater octet by octet.
    var ordered: HostBlock {
        guard usesExpressions else { return self }
        var block = self
        block.routes = routes.enumerated().sorted { first, second in
            let (one, two) = (first.element.match.path.value.utf8, second.element.match.path.value.utf8)
            if one.count != two.count { return one.count > two.count }
            if one.elementsEqual(two) { return first.offset < second.offset }
            return two.lexicographicallyPrecedes(one)
        }.map(\.element)
        return block
    }

    var usesExpressions: Bool { routes.contains { $0.match.path.kind == .regularExpression } }

    /// The routes up to the first that takes every request of the host.
    var reachable: ArraySlice<Route> {
        let end = routes.firstIndex(where: \.takesEverything).map { $0 + 1 } ?? routes.endIndex
        return routes[..<end]
    }

    /// Whether a path takes all that the others leave over.
    var isClosed: Bool { routes.contains(where: \.takesEverything) }

    /// The Ingress that all routes are of, where it is one.
    var onlyIngress: String? {
        let owners = Set((routes + fallbacks).map(\.ingress))
        return owners.count == 1 ? owners.first ?? nil : nil
    }
}

extension Route {
    /// Whether every request of its host is taken.
    fileprivate var takesEverything: Bool {
        guard match.headers.isEmpty, match.queryParameters.isEmpty, match.methods.isEmpty, match.clientNetworks.isEmpty
        else { return false }
        switch match.path.kind {
        case .exact, .pattern, .expression: return false
        case .prefix: return match.path.value == "/"
        case .fallback: return true
        case .regularExpression: return (try? ExpressionTokens(match.path.value))?.takesEverything ?? false
        }
    }

    /// Whether a default action won't do: it has no transforms, and no exemptions, and stays for no Ingress that is
    /// quarantined, for only a rule says whose it is.
    fileprivate func needsRule(_ listener: ListenerContext) -> Bool {
        ingress != nil || filters.rewrite != nil || (!listener.isSecure && filters.redirectToHTTPS != nil)
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
