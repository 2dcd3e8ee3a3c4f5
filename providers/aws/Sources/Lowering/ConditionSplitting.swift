/// Spreads conditions over as many rules as AWS's limits on values take. A request meets the conditions exactly if it
/// meets those of one of the rules.
struct ConditionSplitting {
    let quotas: AWSQuotas

    func split(_ conditions: [RuleCondition]) throws(RouteRefusal) -> [[RuleCondition]] {
        guard conditions.count <= quotas.valuesPerRule,
            conditions.reduce(0, { $0 + $1.mostWildcards }) <= quotas.wildcardsPerRule
        else {
            throw RouteRefusal(
                reason: "TooManyConditions",
                message: "a rule of AWS compares at most \(quotas.valuesPerRule) values with at most "
                    + "\(quotas.wildcardsPerRule) wildcards, and a route takes \(conditions.count) conditions; leave "
                    + "some out")
        }
        var pending = [conditions]
        var result: [[RuleCondition]] = []
        while let next = pending.popLast() {
            guard let index = indexToSplit(next) else {
                result.append(next)
                continue
            }
            let (first, second) = next[index].halves
            for half in [second, first] {
                var part = next
                part[index] = half
                pending.append(part)
            }
        }
        return result
    }

    /// The condition to take apart; nil where the limits hold.
    private func indexToSplit(_ conditions: [RuleCondition]) -> Int? {
        if let index = conditions.firstIndex(where: { $0.values.count > limit($0) }) { return index }
        let values = conditions.reduce(0) { $0 + $1.values.count }
        let wildcards = conditions.reduce(0) { $0 + $1.wildcards }
        guard values > quotas.valuesPerRule || wildcards > quotas.wildcardsPerRule else { return nil }
        let largest = conditions.indices.max { conditions[$0].values.count < conditions[$1].values.count }
        return largest.flatMap { conditions[$0].values.count > 1 ? $0 : nil }
    }

    private func limit(_ condition: RuleCondition) -> Int {
        if case .sourceIP = condition { return quotas.valuesPerRule }
        return quotas.valuesPerCondition
    }
}

extension RuleCondition {
    /// The wildcards of the values.
    fileprivate var wildcards: Int {
        wildcardCounts.reduce(0, +)
    }

    /// The wildcards of the value with the most.
    fileprivate var mostWildcards: Int { wildcardCounts.max() ?? 0 }

    private var wildcardCounts: [Int] {
        switch self {
        case .hostHeader(let values), .pathPattern(let values), .httpHeader(_, let values):
            values.map { value in value.count { "*?".contains($0) } }
        case .queryString(let pairs):
            pairs.map { pair in Self.unescapedWildcards(pair.key ?? "") + Self.unescapedWildcards(pair.value) }
        case .hostHeaderExpressions, .pathExpressions, .httpHeaderExpressions, .httpRequestMethod, .sourceIP:
            values.map { _ in 0 }
        }
    }

    private static func unescapedWildcards(_ text: String) -> Int {
        var isEscaped = false
        return text.count { character in
            defer { isEscaped = character == "\\" && !isEscaped }
            return !isEscaped && "*?".contains(character)
        }
    }

    /// The condition with the first half of its values, and with the others.
    fileprivate var halves: (RuleCondition, RuleCondition) {
        func halved<Value>(_ values: [Value], _ make: ([Value]) -> RuleCondition) -> (RuleCondition, RuleCondition) {
            let middle = (values.count + 1) / 2
            return (make(Array(values[..<middle])), make(Array(values[middle...])))
        }
        switch self {
        case .hostHeader(let values): return halved(values) { .hostHeader($0) }
        case .hostHeaderExpressions(let values): return halved(values) { .hostHeaderExpressions($0) }
        case .pathPattern(let values): return halved(values) { .pathPattern($0) }
        case .pathExpressions(let values): return halved(values) { .pathExpressions($0) }
        case .httpHeader(let name, let values): return halved(values) { .httpHeader(name: name, values: $0) }
        case .httpHeaderExpressions(let name, let values):
            return halved(values) { .httpHeaderExpressions(name: name, values: $0) }
        case .httpRequestMethod(let values): return halved(values) { .httpRequestMethod($0) }
        case .queryString(let values): return halved(values) { .queryString($0) }
        case .sourceIP(let values): return halved(values) { .sourceIP($0) }
        }
    }
}
