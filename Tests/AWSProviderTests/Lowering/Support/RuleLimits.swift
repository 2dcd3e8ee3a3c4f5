import AWSProvider
import Foundation
import Provisioning

/// What AWS refuses in a rule, from its documentation, independent of how rules are made.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
enum RuleLimits {
    static func violations(_ graph: ResourceGraph<AWSResource>) -> [String] {
        var violations: [String] = []
        var priorities: Set<String> = []
        for node in graph.resources {
            guard case .rule(let rule) = node.resource else { continue }
            violations += self.violations(rule).map { "\(node.reference): \($0)" }
            if !priorities.insert("\(rule.listener) \(rule.priority)").inserted {
                violations.append("a priority twice")
            }
            if !(1...50_000).contains(rule.priority) { violations.append("priority \(rule.priority)") }
        }
        return violations
    }

    private static func violations(_ rule: RuleSpec) -> [String] {
        var violations: [String] = []
        if rule.conditions.isEmpty { violations.append("no condition") }
        let values = rule.conditions.map(\.values.count)
        if values.reduce(0, +) > 5 { violations.append("\(values) values") }
        if rule.conditions.reduce(0, { $0 + wildcards($1) }) > 5 { violations.append("too many wildcards") }
        let single = ["host-header", "path-pattern", "http-request-method", "source-ip"]
        for field in single where rule.conditions.count(where: { $0.title.hasPrefix(field) }) > 1 {
            violations.append("\(field) twice")
        }
        for condition in rule.conditions { violations += self.violations(condition) }
        for transform in rule.transforms where (try? NSRegularExpression(pattern: transform.expression)) == nil {
            violations.append("\(transform.expression) is no expression")
        }
        return violations
    }

    private static func wildcards(_ condition: RuleCondition) -> Int {
        switch condition {
        case .hostHeader, .pathPattern, .httpHeader, .queryString:
            condition.values.joined().replacing("\\*", with: "").replacing("\\?", with: "").count { "*?".contains($0) }
        default: 0
        }
    }

    private static func violations(_ condition: RuleCondition) -> [String] {
        var violations: [String] = []
        let limit = condition.title == "source-ip" ? 5 : 3
        if !(1...limit).contains(condition.values.count) {
            violations.append("\(condition) has too many values, or none")
        }
        for value in condition.values {
            if value.isEmpty || value.count > 128 { violations.append("\(value) has \(value.count) characters") }
            let isAllowed =
                switch condition {
                case .hostHeader: value.wholeMatch(of: #/[A-Za-z0-9.*?-]+\.[A-Za-z]+/#) != nil
                case .pathPattern: value.wholeMatch(of: #/[A-Za-z0-9_.$\/~"'@:+&*?-]+/#) != nil
                case .hostHeaderExpressions, .pathExpressions, .httpHeaderExpressions:
                    (try? NSRegularExpression(pattern: value)) != nil
                        && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                default: value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                }
            if !isAllowed { violations.append("\(condition.title) \(value) isn't allowed") }
        }
        return violations
    }
}
