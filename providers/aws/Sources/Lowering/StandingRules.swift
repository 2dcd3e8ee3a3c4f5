internal import LoadBalancerModel
internal import Provisioning

/// What stands on one listener of Ingresses that are left out, and so stays.
///
/// Rules that keep requests away from those of another host send them where no rule of the host is: to a default backend.
/// That of an Ingress that is left out stays, and so what these rules do stays as well; and what stays of other such
/// Ingresses has to be kept away from.
struct StandingRules {
    /// A rule of a single Ingress.
    struct Rule: Hashable {
        var conditions: [RuleCondition]
        /// The requests that it may take.
        var reach: RequestReach
        /// What it does; nil where somebody added to it.
        var outcome: RouteOutcome?
        var ingress: String
        private var priority: Int

        init(_ spec: RuleSpec, of ingress: String) {
            conditions = spec.conditions
            reach = spec.reach
            priority = spec.priority
            self.ingress = ingress
            guard spec.others.isEmpty, let action = spec.actions.first else { return }
            outcome = RouteOutcome(action: action, transform: spec.transforms.first)
        }

        fileprivate func comesBefore(_ other: Rule) -> Bool { priority < other.priority }

        /// Of a host's every request, or its challenges, nothing is left over.
        fileprivate var hosts: [String] {
            let isPartial = conditions.contains { !$0.isHost && $0 != .everyChallenge }
            return conditions.flatMap(\.ingressHosts).filter { isPartial || $0.hasPrefix("*.") }
        }

        /// Whether it leaves requests over to others.
        fileprivate var isForPaths: Bool { !isRest && !conditions.areOnly(.everyRootedPath) }

        /// Whether it is of a default backend for all hosts.
        fileprivate var isRest: Bool { conditions.areOnly(.everyPath) || conditions.areOnly(.everyChallenge) }
    }

    private let rules: [Rule]

    init(_ rules: [Rule] = [], of left: Set<String> = []) {
        self.rules = rules.filter { left.contains($0.ingress) && !$0.conditions.areBelowWildcard }
            .sorted { $0.comesBefore($1) }
    }

    /// The hosts that they are for, as Ingresses write them, but for those whose every request they take.
    var hosts: [String] { Set(rules.flatMap(\.hosts)).sorted() }

    /// Whether one is for a wildcard by a pattern, which takes the names below it too.
    func hasPattern(wildcard host: String) -> Bool {
        rules.contains { rule in
            rule.conditions.contains { condition in
                guard case .hostHeader(let patterns) = condition else { return false }
                return patterns.contains("?\(host)")
            }
        }
    }

    /// What those do that are for every host, within the requests that meet a condition, between rules for the same: longer
    /// paths come first, and of two for the same requests what stands.
    func adding(to drafts: [RuleDraft], within condition: RuleCondition, _ splitting: ConditionSplitting) -> [RuleDraft]
    {
        var drafts = drafts
        for rule in rules where rule.isForPaths && !rule.conditions.contains(where: \.isHost) {
            let conditions = [condition] + rule.conditions
            guard let outcome = rule.outcome, let parts = try? splitting.split(conditions) else { continue }
            drafts.removeAll { RuleCondition.takeSameRequests($0.conditions, conditions) }
            let rank = PathRank(rule.conditions)
            let position = drafts.firstIndex { PathRank($0.conditions) < rank } ?? drafts.endIndex
            drafts.insert(
                contentsOf: parts.map { RuleDraft(conditions: $0, outcome: outcome, ingress: rule.ingress) },
                at: position)
        }
        return drafts
    }

    /// The rule that closes a host, where nothing that is served does; nil where one has to be made.
    func closing(_ condition: RuleCondition) -> RuleDraft? {
        guard let rule = rules.first(where: { $0.conditions.areOnly(condition) }), let outcome = rule.outcome else {
            return nil
        }
        return RuleDraft(conditions: [condition], outcome: outcome, ingress: rule.ingress, isStanding: true)
    }

    /// The Ingress whose rule takes the same requests as one that is asked for by another, and stays; nil where there is none.
    func holder(of draft: RuleDraft) -> String? {
        let rule = rules.first { RuleCondition.takeSameRequests($0.conditions, draft.conditions) }
        return rule.flatMap { $0.ingress == draft.ingress ? nil : $0.ingress }
    }

    /// What takes the requests that no other rule takes within those that meet a condition; nil where no default backend stays.
    func rest(within condition: RuleCondition) -> RuleDraft? { draft(of: .everyPath, within: condition) }

    /// What a path that all requests have does with those that meet a condition and are to hosts without rules; nil where
    /// none stays.
    func root(within condition: RuleCondition) -> RuleDraft? { draft(of: .everyRootedPath, within: condition) }

    private func draft(of paths: RuleCondition, within condition: RuleCondition) -> RuleDraft? {
        guard let rule = rules.first(where: { $0.conditions.areOnly(paths) && $0.outcome != nil }),
            let outcome = rule.outcome
        else { return nil }
        return RuleDraft(conditions: [condition], outcome: outcome, ingress: rule.ingress)
    }

    /// Whether a rule for other hosts, or for all, could take requests of a host; nil for the requests of every host.
    func mayTake(_ host: String?) -> Bool {
        guard let host else { return rules.contains { !$0.isRest && !$0.conditions.contains(where: \.isHost) } }
        let requests = RequestReach(hosts: [TextPattern(exactly: host)])
        return rules.contains { rule in
            !rule.isRest && rule.reach.meets(requests) && !rule.reach.hosts.contains(TextPattern(exactly: host))
        }
    }
}

extension RuleCondition {
    /// What the rule of a default backend has, for a rule must have a condition.
    static let everyPath = RuleCondition.pathPattern(["/*"])
    /// What a rule for the root and all paths below it has: the same requests as ``everyPath``.
    static let everyRootedPath = RuleCondition.pathPattern(["/", "/*"])
    static let everyChallenge = RuleCondition.pathPattern(["\(Challenge.prefix)*"])
}

extension [RuleCondition] {
    /// Whether a condition is all that a request must meet.
    func areOnly(_ condition: RuleCondition) -> Bool { count == 1 && self[0].fits(condition) }

    /// Whether they are for the names below a wildcard: what stands for those is made for the wildcard's rules.
    var areBelowWildcard: Bool {
        contains { condition in
            guard case .hostHeader(let patterns) = condition else { return false }
            return patterns.contains { $0.hasPrefix("*.*.") }
        }
    }
}

extension RuleCondition {
    /// The hosts that it is for, as Ingresses write them; none for other conditions, and for patterns that no host of an
    /// Ingress has.
    fileprivate var ingressHosts: [String] {
        switch self {
        case .hostHeader(let patterns):
            patterns.map { $0.hasPrefix("?*.") ? String($0.dropFirst()) : $0 }.filter { host in
                !host.dropFirst(host.hasPrefix("*.") ? 1 : 0).contains { "*?".contains($0) }
            }
        case .hostHeaderExpressions(let expressions): expressions.compactMap(HostExpression.host(of:))
        default: []
        }
    }
}

/// How narrow a rule is beside its hosts: rules for longer paths come first, and for a path itself before those for all below
/// it.
private struct PathRank: Comparable {
    private var length = -1
    private var isExact = false
    /// Of two for one path the one that asks for more comes first.
    private var conditionCount: Int

    init(_ conditions: [RuleCondition]) {
        conditionCount = conditions.count { !$0.isHost }
        for case .pathPattern(let patterns) in conditions {
            let texts = patterns.map { $0.prefix { !"*?".contains($0) } }
            length = texts.map(\.count).max() ?? 0
            isExact = zip(texts, patterns).allSatisfy { $0.count == $1.count }
            if !isExact, patterns.count == 2, texts[1].dropLast() == texts[0] { length = texts[0].count }
        }
        for case .pathExpressions in conditions { length = 0 }
    }

    static func < (one: PathRank, two: PathRank) -> Bool {
        (one.length, one.isExact ? 1 : 0, one.conditionCount) < (two.length, two.isExact ? 1 : 0, two.conditionCount)
    }
}
