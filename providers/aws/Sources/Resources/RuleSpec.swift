package import Provisioning

/// A rule of a listener: of those whose every condition a request meets, the one with the lowest priority takes it.
package struct RuleSpec: Equatable, Sendable {
    package var listener: ResourceLink
    /// From 1 to 50000.
    package var priority: Int
    package var conditions: [RuleCondition]
    package var actions: [RuleAction]
    package var transforms: [RuleTransform]
    /// What was added by hand and the provider has no word for, such as an action that authenticates; empty where desired.
    package var others: [String]
    package var tags: [String: String]

    package init(
        listener: ResourceLink,
        priority: Int,
        conditions: [RuleCondition],
        actions: [RuleAction],
        transforms: [RuleTransform] = [],
        others: [String] = [],
        tags: [String: String]
    ) {
        self.listener = listener
        self.priority = priority
        self.conditions = conditions
        self.actions = actions
        self.transforms = transforms
        self.others = others
        self.tags = tags
    }

    /// By hosts and paths alone; an expression may take any.
    var reach: RequestReach {
        var reach = RequestReach.everything
        for condition in conditions {
            switch condition {
            case .hostHeader(let values): reach.hosts = values.map { TextPattern(wildcards: $0.lowercased()) }
            case .pathPattern(let values): reach.paths = values.map { TextPattern(wildcards: $0) }
            default: continue
            }
        }
        return reach
    }

    /// Whether the conditions are the same, in whatever order.
    func takesSameRequests(as other: RuleSpec) -> Bool {
        RuleCondition.takeSameRequests(conditions, other.conditions)
    }

    /// What the rule matches, as people write it: `shop.example.com /cart/*`.
    var title: String { Self.title(of: conditions) }

    static func title(of conditions: [RuleCondition]) -> String {
        conditions.sorted { ($0.rank, $0.title) < ($1.rank, $1.title) }.map(\.summary).joined(separator: " ")
    }

    var fields: [ResourceField] {
        [
            ResourceField("listener", .link(listener), change: .replacing("a rule belongs to one listener")),
            ResourceField("priority", .integer(priority), change: .reordering),
        ]
            + RuleCondition.fields(conditions)
            + RuleAction.fields(actions, prefix: "actions")
            + transforms.map {
                ResourceField("transforms[\($0.kind.rawValue)]", .string("\($0.expression) → \($0.replacement)"))
            }
            + (others.isEmpty ? [] : [ResourceField("actions[others]", .strings(others))])
            + ResourceField.tags(tags)
    }
}

/// A condition of a rule: it is met when one of its values fits.
///
/// The source is the API reference of `RuleCondition` (Elastic Load Balancing 2015-12-01).
package enum RuleCondition: Hashable, Sendable {
    /// Patterns with `*` and `?`, which span dots.
    case hostHeader([String])
    case hostHeaderExpressions([String])
    /// Patterns with `*` and `?`, which span slashes.
    case pathPattern([String])
    case pathExpressions([String])
    case httpHeader(name: String, values: [String])
    case httpHeaderExpressions(name: String, values: [String])
    case httpRequestMethod([String])
    case queryString([QueryValue])
    /// Ranges in CIDR notation.
    case sourceIP([String])

    package struct QueryValue: Hashable, Sendable {
        /// Absent where any key will do.
        package var key: String?
        package var value: String

        package init(key: String? = nil, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The condition's field, with the header's name where it has one.
    package var title: String {
        switch self {
        case .hostHeader: "host-header"
        case .hostHeaderExpressions: "host-header regex"
        case .pathPattern: "path-pattern"
        case .pathExpressions: "path-pattern regex"
        case .httpHeader(let name, _): "http-header \(name)"
        case .httpHeaderExpressions(let name, _): "http-header \(name) regex"
        case .httpRequestMethod: "http-request-method"
        case .queryString: "query-string"
        case .sourceIP: "source-ip"
        }
    }

    package var values: [String] {
        switch self {
        case .hostHeader(let values), .hostHeaderExpressions(let values), .pathPattern(let values),
            .pathExpressions(let values), .httpHeader(_, let values), .httpHeaderExpressions(_, let values),
            .httpRequestMethod(let values), .sourceIP(let values):
            values
        case .queryString(let pairs):
            pairs.map { pair in pair.key.map { "\($0)=\(pair.value)" } ?? pair.value }
        }
    }

    fileprivate var unordered: [String] { [title] + values.sorted() }

    /// Whether the same requests meet all of them, in whatever order they and their values are.
    static func takeSameRequests(_ some: [RuleCondition], _ others: [RuleCondition]) -> Bool {
        some == others || some.count == others.count && Set(some.map(\.unordered)) == Set(others.map(\.unordered))
    }

    /// Whether the same requests meet it.
    func fits(_ other: RuleCondition) -> Bool { self == other || unordered == other.unordered }

    /// Hosts before paths before all others, as in a URL.
    fileprivate var rank: Int {
        switch self {
        case .hostHeader, .hostHeaderExpressions: 0
        case .pathPattern, .pathExpressions: 1
        case .httpHeader, .httpHeaderExpressions, .httpRequestMethod, .queryString, .sourceIP: 2
        }
    }

    /// The condition in few words: the values of hosts and paths speak for themselves, expressions begin with `~`.
    fileprivate var summary: String {
        let values = values.joined(separator: "|")
        switch self {
        case .hostHeader, .pathPattern, .httpRequestMethod: return values
        case .hostHeaderExpressions, .pathExpressions: return "~\(values)"
        case .httpHeader(let name, _): return "\(name): \(values)"
        case .httpHeaderExpressions(let name, _): return "\(name): ~\(values)"
        case .queryString: return "?\(values)"
        case .sourceIP: return "from \(values)"
        }
    }

    /// A field for each condition. Of several with one title, as a rule may have for headers and queries, the later ones
    /// are numbered; all must be met, so that their order doesn't matter.
    static func fields(_ conditions: [RuleCondition]) -> [ResourceField] {
        let sorted = conditions.map { (title: $0.title, values: $0.values) }.sorted { first, second in
            first.title == second.title
                ? first.values.lexicographicallyPrecedes(second.values) : first.title < second.title
        }
        var previous: String?
        var number = 0
        return sorted.map { title, values in
            number = title == previous ? number + 1 : 1
            previous = title
            let suffix = number == 1 ? "" : " \(number)"
            return ResourceField("conditions[\(title)\(suffix)]", .strings(values))
        }
    }
}

/// A rewrite of a request before it goes to the target.
package struct RuleTransform: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case hostHeaderRewrite = "host-header-rewrite"
        case urlRewrite = "url-rewrite"
    }

    package var kind: Kind
    package var expression: String
    package var replacement: String

    package init(kind: Kind, expression: String, replacement: String) {
        self.kind = kind
        self.expression = expression
        self.replacement = replacement
    }
}
