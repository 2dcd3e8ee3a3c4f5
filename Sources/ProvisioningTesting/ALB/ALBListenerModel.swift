/// How an Application Load Balancer treats a request, stated plainly from AWS's documentation, for tests.
///
/// It knows nothing of how rules are made. What AWS doesn't document is assumed so: a path is compared as it came where it
/// is in normal form already; expressions of headers are compared without case, those of paths with it; query parameters
/// are compared as they came; the port of the Host field takes no part where that is compared with patterns. How it is
/// compared with expressions may be either of ``ALBHostComparison``.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
package struct ALBListenerModel: Sendable {
    /// In any order; the one with the lowest priority of those that fit takes the request.
    package var rules: [ALBRuleModel]
    package var defaultAction: ALBActionModel
    package var hostComparison: ALBHostComparison

    package init(
        rules: [ALBRuleModel], defaultAction: ALBActionModel, hostComparison: ALBHostComparison = .nameWithoutCase
    ) {
        self.rules = rules.sorted { $0.priority < $1.priority }
        self.defaultAction = defaultAction
        self.hostComparison = hostComparison
    }

    /// What is done with a request.
    package func answer(to request: ALBRequest) -> ALBAnswer {
        for rule in rules where rule.conditions.allSatisfy({ $0.holds(for: request, hostComparison) }) {
            return ALBAnswer(
                rule: rule.name, action: rule.action, target: rule.transform.map { $0.apply(to: request.target) })
        }
        return ALBAnswer(rule: nil, action: defaultAction, target: nil)
    }
}

/// How a Host field is compared with expressions.
package enum ALBHostComparison: Hashable, Sendable, CaseIterable {
    /// Its name, without regard to case.
    case nameWithoutCase
    /// The whole field with its port, letter by letter.
    case fieldWithCase
}

/// A request as a listener sees it.
package struct ALBRequest: Hashable, Sendable {
    package var method: String
    package var host: String
    /// The path with the query, if any, as it came.
    package var target: String
    package var headers: [Header]
    package var sourceIP: String

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        method: String = "GET", host: String, target: String, headers: [Header] = [], sourceIP: String = "192.0.2.1"
    ) {
        self.method = method
        self.host = host
        self.target = target
        self.headers = headers
        self.sourceIP = sourceIP
    }

    package var path: String { String(target.prefix { $0 != "?" }) }
    package var query: String { String(target.drop { $0 != "?" }.dropFirst()) }
}

/// What a listener does with a request.
package struct ALBAnswer: Hashable, Sendable {
    /// The rule that took it; nil for the default action.
    package var rule: String?
    package var action: ALBActionModel
    /// The path and query that a target sees, where a transform made them.
    package var target: String?
}

package struct ALBRuleModel: Sendable {
    package var name: String
    package var priority: Int
    package var conditions: [ALBConditionModel]
    package var transform: ALBTransformModel?
    package var action: ALBActionModel

    package init(
        name: String, priority: Int, conditions: [ALBConditionModel], transform: ALBTransformModel? = nil,
        action: ALBActionModel
    ) {
        self.name = name
        self.priority = priority
        self.conditions = conditions
        self.transform = transform
        self.action = action
    }
}

package enum ALBActionModel: Hashable, Sendable {
    /// Target groups by name, with their weights.
    case forward([String: Int])
    case redirect(status: Int, protocol: String, host: String, port: String, path: String, query: String)
    case fixedResponse(status: Int)
}

/// A condition: it holds where one of its values fits.
package enum ALBConditionModel: Sendable {
    case host(patterns: [String])
    case hostExpression([String])
    case path(patterns: [String])
    case pathExpression([String])
    case header(name: String, patterns: [String])
    case headerExpression(name: String, [String])
    case method([String])
    case query([ALBQueryModel])
    case sourceIP([String])

    func holds(for request: ALBRequest, _ hosts: ALBHostComparison) -> Bool {
        switch self {
        case .host(let patterns): patterns.contains { ALBPattern($0).matches(Self.name(request.host), caseless: true) }
        case .hostExpression(let texts):
            switch hosts {
            case .nameWithoutCase:
                texts.contains { ALBExpression($0, caseless: true).isFound(in: Self.name(request.host)) }
            case .fieldWithCase: texts.contains { ALBExpression($0, caseless: false).isFound(in: request.host) }
            }
        case .path(let patterns): patterns.contains { ALBPattern($0).matches(request.path, caseless: false) }
        case .pathExpression(let texts): texts.contains { ALBExpression($0, caseless: false).isFound(in: request.path) }
        case .header(let name, let patterns):
            request.values(of: name).contains { value in
                patterns.contains { ALBPattern($0).matches(value, caseless: true) }
            }
        case .headerExpression(let name, let texts):
            request.values(of: name).contains { value in
                texts.contains { ALBExpression($0, caseless: true).isFound(in: value) }
            }
        case .method(let methods): methods.contains(request.method)
        case .query(let pairs):
            pairs.contains { pair in request.parameters.contains { pair.fits($0) } }
        case .sourceIP(let networks): networks.contains { ALBNetwork($0)?.contains(request.sourceIP) ?? false }
        }
    }

    private static func name(_ host: String) -> String {
        guard !host.hasPrefix("["), let colon = host.firstIndex(of: ":") else { return host }
        return String(host[..<colon])
    }
}

extension ALBRequest {
    func values(of header: String) -> [String] {
        headers.filter { $0.name.lowercased() == header.lowercased() }.map(\.value)
    }

    /// The parts of the query between `&`, split at the first `=`.
    var parameters: [(key: String, value: String)] {
        query.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(sides[0]), sides.count == 2 ? String(sides[1]) : "")
        }
    }
}

/// A pair that is looked for in a query.
package struct ALBQueryModel: Hashable, Sendable {
    /// Absent for any key.
    package var key: String?
    package var value: String

    package init(key: String?, value: String) {
        self.key = key
        self.value = value
    }

    func fits(_ parameter: (key: String, value: String)) -> Bool {
        let keyFits = key.map { ALBPattern($0, escapes: true).matches(parameter.key, caseless: true) } ?? true
        return keyFits && ALBPattern(value, escapes: true).matches(parameter.value, caseless: true)
    }
}
