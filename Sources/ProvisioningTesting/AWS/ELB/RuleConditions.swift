import Foundation

/// The conditions of a rule, as AWS documents them.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
struct RuleConditions {
    let quotas: CloudQuotas

    private static let configurations = [
        "host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig", "http-header": "HttpHeaderConfig",
        "query-string": "QueryStringConfig", "http-request-method": "HttpRequestMethodConfig",
        "source-ip": "SourceIpConfig",
    ]

    /// The conditions as the service tells them, if they are allowed.
    func normalized(_ conditions: [AWSValue]) throws(ServiceFailure) -> [AWSValue] {
        guard !conditions.isEmpty else { throw .validation("A condition must be specified") }
        var normal: [AWSValue] = []
        var fields: [String] = []
        var values = 0
        var wildcards = 0
        for condition in conditions {
            let field = condition["Field"]?.string ?? ""
            guard let configuration = Self.configurations[field] else {
                throw .validation(
                    "Condition field '\(field)' must be one of '[\(Self.configurations.keys.sorted().joined(separator: ", "))]'"
                )
            }
            guard field == "http-header" || field == "query-string" || !fields.contains(field) else {
                throw .validation("A rule can have at most one condition with field '\(field)'")
            }
            fields.append(field)
            let one = try Condition(condition, field: field, configuration: configuration)
            try check(one)
            values += one.count
            wildcards += one.wildcards
            normal.append(one.answer)
        }
        guard values <= quotas.conditionValuesPerRule else {
            throw .validation("A rule can only have '\(quotas.conditionValuesPerRule)' condition values")
        }
        guard wildcards <= quotas.wildcardsPerRule else {
            throw .validation("A rule can only have '\(quotas.wildcardsPerRule)' condition wildcards")
        }
        return normal
    }

    private func check(_ condition: Condition) throws(ServiceFailure) {
        guard condition.count > 0 else {
            throw .validation("A condition value must be specified for field '\(condition.field)'")
        }
        // Three evaluations per condition; addresses of clients are named with a limit of their own, five.
        let limit =
            condition.field == "source-ip"
            ? quotas.conditionValuesPerRule : quotas.conditionValuesPerCondition
        guard condition.count <= limit else {
            throw .validation("A condition with field '\(condition.field)' can only have '\(limit)' condition values")
        }
        for pattern in condition.regularExpressions {
            guard !pattern.isEmpty, pattern.count <= 128 else {
                throw .validation("The regular expression '\(pattern)' must have 1 to 128 characters")
            }
            guard (try? NSRegularExpression(pattern: pattern)) != nil else {
                throw .validation("The regular expression '\(pattern)' is not valid")
            }
        }
        for value in condition.values { try ConditionValue.check(value, field: condition.field) }
        for pair in condition.pairs {
            try ConditionValue.check(pair["Value"]?.string ?? "", field: "query-string")
            if let key = pair["Key"]?.string { try ConditionValue.check(key, field: "query-string") }
        }
        if condition.field == "http-header" { try checkHeaderName(condition.headerName) }
    }

    private func checkHeaderName(_ name: String?) throws(ServiceFailure) {
        guard let name, !name.isEmpty, name.count <= 40 else {
            throw .validation("An HTTP header name of 1 to 40 characters must be specified")
        }
        // A token of RFC 7230, section 3.2.6.
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        guard name.allSatisfy(token.contains) else {
            throw .validation("The HTTP header name '\(name)' contains invalid characters")
        }
        guard name.lowercased() != "host" else {
            throw .validation("The host header cannot be used in an HTTP header condition; use a host condition")
        }
    }
}

/// A condition as a call gives it: in its configuration, or in the older members beside it.
private struct Condition {
    let field: String
    let configuration: String
    var values: [String] = []
    var regularExpressions: [String] = []
    var pairs: [AWSValue] = []
    var headerName: String?

    var count: Int { values.count + regularExpressions.count + pairs.count }

    /// Wildcards count in the fields that have them; those escaped in a query string stand for themselves.
    var wildcards: Int {
        switch field {
        case "host-header", "path-pattern", "http-header": return values.reduce(0) { $0 + Self.wildcards($1) }
        case "query-string":
            return pairs.reduce(0) {
                $0 + Self.wildcards($1["Key"]?.string ?? "") + Self.wildcards($1["Value"]?.string ?? "")
            }
        default: return 0
        }
    }

    private static func wildcards(_ value: String) -> Int {
        var isEscaped = false
        var count = 0
        for character in value {
            if !isEscaped, character == "*" || character == "?" { count += 1 }
            isEscaped = character == "\\" && !isEscaped
        }
        return count
    }

    init(_ condition: AWSValue, field: String, configuration: String) throws(ServiceFailure) {
        self.field = field
        self.configuration = configuration
        for name in RuleConditions.otherConfigurations(than: configuration) where condition[name] != nil {
            throw .validation("\(name) cannot be specified for field '\(field)'")
        }
        let plain = condition["Values"]?.strings ?? []
        let details = condition[configuration]
        guard plain.isEmpty || field == "host-header" || field == "path-pattern" else {
            throw .validation("Values cannot be specified for field '\(field)'; use \(configuration)")
        }
        // "Alternatively, to specify multiple host names or multiple path patterns, use HostHeaderConfig or …"
        guard plain.isEmpty || details?["Values"] == nil || details?["Values"]?.strings == plain else {
            throw .validation("Values and \(configuration) cannot be specified together")
        }
        guard details != nil || plain.count <= 1 else {
            throw .validation("Only one value can be specified in Values; use \(configuration) for more")
        }
        regularExpressions = details?["RegexValues"]?.strings ?? condition["RegexValues"]?.strings ?? []
        guard regularExpressions.isEmpty || ["host-header", "path-pattern", "http-header"].contains(field) else {
            throw .validation("RegexValues cannot be specified for field '\(field)'")
        }
        if field == "query-string" {
            pairs = details?["Values"]?.list ?? []
        } else {
            values = details?["Values"]?.strings ?? plain
        }
        guard regularExpressions.isEmpty || values.isEmpty else {
            throw .validation("Values and RegexValues cannot be specified together for field '\(field)'")
        }
        headerName = details?["HttpHeaderName"]?.string
    }

    /// The condition as the service tells it: hosts and paths in both forms.
    var answer: AWSValue {
        let isOlder = field == "host-header" || field == "path-pattern"
        let given: AWSValue? = field == "query-string" ? .list(pairs) : values.isEmpty ? nil : .strings(values)
        let expressions: AWSValue? = regularExpressions.isEmpty ? nil : .strings(regularExpressions)
        var answer = AWSValue.object([
            "Field": .string(field), "Values": isOlder ? given : nil, "RegexValues": isOlder ? expressions : nil,
        ])
        answer[configuration] = .object([
            "HttpHeaderName": headerName.map { .string($0) }, "Values": given, "RegexValues": expressions,
        ])
        return answer
    }
}

extension RuleConditions {
    fileprivate static func otherConfigurations(than configuration: String) -> [String] {
        configurations.values.filter { $0 != configuration }.sorted()
    }
}
