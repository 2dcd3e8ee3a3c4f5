internal import Provisioning

/// Which of two rules comes first, where one of them isn't of the plan whose order would tell.
enum RulePrecedence {
    /// Whether a rule comes behind another: one that takes all that the other does, and of two that meet the one whose hosts
    /// are less narrow.
    static func yields(_ rule: RuleSpec, to other: RuleSpec) -> Bool {
        // Paths come before default backends.
        if rule.conditions.areOnly(.everyRootedPath), other.conditions.areOnly(.everyPath) { return false }
        return covers(rule.conditions, other.conditions)
            || HostRank(other.conditions) < HostRank(rule.conditions) && rule.reach.meets(other.reach)
    }

    /// Whether every request that meets `narrow` meets `wide`, as far as their values tell.
    private static func covers(_ wide: [RuleCondition], _ narrow: [RuleCondition]) -> Bool {
        wide.allSatisfy { condition in narrow.contains { covers(condition, $0) } }
    }

    private static func covers(_ wide: RuleCondition, _ narrow: RuleCondition) -> Bool {
        if wide == narrow { return true }
        switch (wide, narrow) {
        case (.pathPattern(let patterns), .pathPattern(let values)),
            (.hostHeader(let patterns), .hostHeader(let values)):
            return values.allSatisfy { value in
                patterns.contains { matches(Array($0.utf8)[...], Array(value.utf8)[...]) }
            }
        case (.pathPattern(let patterns), .pathExpressions): return patterns.contains("/*")
        default: return false
        }
    }

    /// Whether a pattern takes a text, whose own wildcards stand for themselves.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains { matches(pattern.dropFirst(), text[$0...]) }
        }
        guard let octet = text.first, first == UInt8(ascii: "?") || first == octet else { return false }
        return matches(pattern.dropFirst(), text.dropFirst())
    }
}

/// How narrow the hosts of a rule are: single hosts come first, then wildcards, those of more labels before others, each behind
/// what takes the names below it, and rules for every host at the end.
private struct HostRank: Comparable {
    private var value = Int.max

    init(_ conditions: [RuleCondition]) {
        let ranks = conditions.flatMap { condition -> [Int] in
            switch condition {
            case .hostHeader(let patterns): patterns.map(Self.rank)
            case .hostHeaderExpressions(let expressions):
                expressions.map { HostExpression.host(of: $0).map(Self.rank) ?? Int.max - 1 }
            default: []
            }
        }
        value = ranks.max() ?? value
    }

    /// The lower, the earlier.
    private static func rank(_ pattern: String) -> Int {
        guard pattern.contains(where: { "*?".contains($0) }) else { return Int.min }
        let isBelow = pattern.hasPrefix("*.*.")
        let labels = pattern.split(separator: ".").count - (isBelow ? 1 : 0)
        return -2 * labels + (isBelow ? 0 : 1)
    }

    static func < (one: HostRank, two: HostRank) -> Bool { one.value < two.value }
}
