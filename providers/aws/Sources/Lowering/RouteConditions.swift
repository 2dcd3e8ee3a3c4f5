internal import LoadBalancerModel

/// The hosts that a rule is for.
enum HostScope: Hashable {
    case every
    /// A host of the plan: a name, or a wildcard.
    case host(String)
    /// What the pattern of a wildcard takes beyond one label: the wildcard doesn't cover it.
    case below(String)
}

/// How AWS is told of wildcard hosts, of which each covers one label.
enum WildcardForm: Hashable {
    /// By patterns, each behind rules for the names below: they take more rules, and every endpoint of the API knows them.
    case patterns
    /// By regular expressions, which say it exactly.
    case expressions
}

/// Turns what a route matches into conditions of rules.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
struct RouteConditions {
    /// The longest value of a condition.
    static let maximumLength = 128

    let quotas: AWSQuotas
    let wildcards: WildcardForm

    // MARK: Hosts

    /// The condition on the host; nil for every host.
    func host(_ scope: HostScope) throws(RouteRefusal) -> RuleCondition? {
        switch scope {
        case .every: nil
        case .host(let host): try self.host(host)
        case .below(let wildcard): .hostHeader(["*.\(wildcard)"])
        }
    }

    /// Whether a wildcard host is told as a pattern, whose `*` spans dots: behind rules that take the names
    /// ``HostScope/below(_:)`` it, it takes what the wildcard covers.
    func isPattern(wildcard host: String) -> Bool {
        wildcards == .patterns && host.hasPrefix("*.") && Self.isHostValue(host)
            && host.utf8.count + 2 <= Self.maximumLength
    }

    private func host(_ host: String) throws(RouteRefusal) -> RuleCondition {
        // An empty label is none, so something stands for the asterisk.
        if isPattern(wildcard: host) { return .hostHeader(["?\(host)"]) }
        guard !isExpression(host) else {
            return .hostHeaderExpressions([try checked(HostExpression(host).text, as: "the host \(host)")])
        }
        return .hostHeader([try checked(host, as: "the host \(host)")])
    }

    /// How the condition on a host differs from what the host means; nil where it doesn't.
    func difference(of scope: HostScope) -> String? {
        guard case .host(let host) = scope, isExpression(host) else { return nil }
        return HostExpression(host).difference
    }

    /// Whether a host takes an expression.
    private func isExpression(_ host: String) -> Bool {
        host.hasPrefix("*.") ? !isPattern(wildcard: host) : !Self.isHostValue(host)
    }

    /// "You must include at least one "." character. You can include only alphabetical characters after the final "."
    /// character."
    private static func isHostValue(_ host: String) -> Bool {
        guard let dot = host.lastIndex(of: "."), host.index(after: dot) < host.endIndex else { return false }
        return host[host.index(after: dot)...].utf8.allSatisfy { ExpressionTokens.otherCase($0) != nil }
    }

    private func checked(_ value: String, as subject: String) throws(RouteRefusal) -> String {
        guard value.utf8.count <= Self.maximumLength else {
            throw RouteRefusal(
                reason: "ValueTooLong",
                message: "\(subject) takes a condition of \(value.utf8.count) characters (\(value)), and AWS allows "
                    + "\(Self.maximumLength); shorten it")
        }
        return value
    }

    // MARK: Paths

    /// What of the path a rule compares.
    struct Path {
        /// Nil for every path.
        var condition: RuleCondition?
        /// How it differs from the route's match; nil where it doesn't.
        var difference: String?
    }

    func path(_ match: PathMatch, isExpression: Bool) throws(RouteRefusal) -> Path {
        switch match.kind {
        case .fallback: return Path()
        case .regularExpression: return try expression(match.value)
        case .exact where isExpression, .prefix where isExpression: return try expression(match.value)
        case .pattern: return Path(condition: try pattern(match), difference: Self.escapes(match.value))
        case .expression: return Path(condition: .pathExpressions([try search(match.value)]))
        case .exact: return Path(condition: try exact(match.value), difference: Self.escapes(match.value))
        case .prefix:
            let prefix = Self.withoutSlash(match.value)
            guard !prefix.isEmpty else { return Path() }
            return Path(condition: try self.prefix(prefix), difference: Self.escapes(prefix))
        }
    }

    /// A Prefix path without its trailing slash; empty for the root.
    static func withoutSlash(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private func exact(_ path: String) throws(RouteRefusal) -> RuleCondition {
        guard Self.isPathValue(path) else {
            return .pathExpressions([try checked("^\(PathText.quoted(path))$", as: "the path \(path)")])
        }
        return .pathPattern([try checked(path, as: "the path \(path)")])
    }

    private func prefix(_ path: String) throws(RouteRefusal) -> RuleCondition {
        guard Self.isPathValue(path) else {
            return .pathExpressions([try checked("^\(PathText.quoted(path))(/.*)?$", as: "the path \(path)")])
        }
        return .pathPattern([path, try checked("\(path)/*", as: "the path \(path)")])
    }

    private func pattern(_ match: PathMatch) throws(RouteRefusal) -> RuleCondition {
        let plain = match.value.filter { !"*?".contains($0) }
        if Self.isPathValue(plain) { return .pathPattern([try checked(match.value, as: "the path \(match.value)")]) }
        return .pathExpressions([try checked(match.searchExpression ?? "", as: "the path \(match.value)")])
    }

    /// The expression so that it takes whole texts in which it is found, however AWS compares.
    private func search(_ text: String, form: ExpressionTokens.Form = .init()) throws(RouteRefusal) -> String {
        let tokens = try ExpressionTokens(text)
        let isAnchored = tokens.tokens.first == .syntax("^") && !tokens.hasAlternatives
        let whole = tokens.atStart(form)
        return try checked(isAnchored ? whole : "^.*\(whole.dropFirst())", as: "the expression \(text)")
    }

    /// Whether a path has only what values of path conditions may hold, and no wildcard.
    private static func isPathValue(_ path: String) -> Bool {
        path.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-.$/~\"'@:+&".utf8.contains(octet)
            }
        }
    }

    private static func escapes(_ path: String) -> String? {
        guard path.contains("%") else { return nil }
        return "the path \(path) has percent escapes, and AWS brings paths to a normal form that it doesn't publish "
            + "before it compares them: requests may miss it; use a path without escapes"
    }

    private func expression(_ text: String) throws(RouteRefusal) -> Path {
        let tokens = try ExpressionTokens(text)
        if tokens.takesEverything { return Path() }
        let folded = tokens.atStart(.init(foldsCase: true, escapesForPath: true))
        if folded.utf8.count <= Self.maximumLength { return Path(condition: .pathExpressions([folded])) }
        let plain = try checked(tokens.atStart(.init(escapesForPath: true)), as: "the expression \(text)")
        let difference =
            tokens.hasLetters
            ? "the expression \(text) is compared with regard to case, for AWS allows \(Self.maximumLength) characters "
                + "and both cases of its letters take \(folded.utf8.count); shorten it" : nil
        return Path(condition: .pathExpressions([plain]), difference: difference)
    }

    // MARK: Further conditions

    /// The conditions beyond host and path.
    func further(_ match: RouteMatch) throws(RouteRefusal) -> (conditions: [RuleCondition], differences: [String]) {
        var conditions: [RuleCondition] = []
        var differences: [String] = []
        for header in match.headers { conditions.append(try self.header(header, &differences)) }
        for parameter in match.queryParameters { conditions.append(try query(parameter, &differences)) }
        if !match.methods.isEmpty { conditions.append(.httpRequestMethod(try match.methods.map(method))) }
        if !match.clientNetworks.isEmpty { conditions.append(.sourceIP(try match.clientNetworks.map(network))) }
        return (conditions, differences)
    }

    private func header(_ match: ValueMatch, _ differences: inout [String]) throws(RouteRefusal) -> RuleCondition {
        let subject = "the condition on the header \(match.name)"
        if match.name.lowercased() == "host", match.kind == .regularExpression {
            differences.append(
                "hosts are compared with the expression \(match.value) as they come, and AWS doesn't say whether with "
                    + "the port")
            return .hostHeaderExpressions([try search(match.value, form: .init(foldsCase: true))])
        }
        guard match.name.utf8.count <= 40, match.name.lowercased() != "host" else {
            throw RouteRefusal(
                reason: "UnsupportedHeader",
                message: "\(subject) can't be had: AWS allows names of at most 40 characters, and not host; use another"
            )
        }
        try requireVisible(match.value, subject)
        if match.kind != .present, match.value.utf8.contains(where: { ExpressionTokens.otherCase($0) != nil }) {
            differences.append("\(subject) is compared without regard to case, as AWS does; use values without letters")
        }
        switch match.kind {
        case .present: return .httpHeader(name: match.name, values: ["*"])
        case .exact where match.value.isEmpty || match.value.contains(where: { "*?\\".contains($0) }):
            let expression = "^\(PathText.quoted(match.value))$"
            return .httpHeaderExpressions(name: match.name, values: [try checked(expression, as: subject)])
        case .exact: return .httpHeader(name: match.name, values: [try checked(match.value, as: subject)])
        case .regularExpression:
            if let pattern = Self.pattern(of: match.value, escapes: false) {
                return .httpHeader(name: match.name, values: [try checked(pattern, as: subject)])
            }
            return .httpHeaderExpressions(name: match.name, values: [try search(match.value)])
        }
    }

    private func query(_ match: ValueMatch, _ differences: inout [String]) throws(RouteRefusal) -> RuleCondition {
        let subject =
            match.name.isEmpty
            ? "the condition on query parameters of any name" : "the condition on the query parameter \(match.name)"
        try requireVisible(match.name + match.value, subject)
        differences.append(
            "\(subject) is compared without regard to case and with percent escapes as they come, as AWS does")
        let key = match.name.isEmpty ? nil : try checked(Self.escapingWildcards(match.name), as: subject)
        switch match.kind {
        case .present: return .queryString([.init(key: key, value: "*")])
        case .exact where !match.value.isEmpty:
            let value = try checked(Self.escapingWildcards(match.value), as: subject)
            return .queryString([.init(key: key, value: value)])
        case .regularExpression where Self.pattern(of: match.value, escapes: true) != nil:
            let value = try checked(Self.pattern(of: match.value, escapes: true) ?? "", as: subject)
            return .queryString([.init(key: key, value: value)])
        case .exact, .regularExpression:
            throw RouteRefusal(
                reason: "UnsupportedQueryCondition",
                message:
                    "\(subject) can't be had: AWS compares query parameters with values that aren't empty, and with "
                    + "no expressions; compare with a value")
        }
    }

    /// The pattern with `*` and `?` that an expression says; nil where it says more.
    ///
    /// - Parameter escapes: whether a backslash may stand before what is no wildcard.
    private static func pattern(of expression: String, escapes: Bool) -> String? {
        guard let all = try? ExpressionTokens(expression).tokens, all.count > 2, all.first == .syntax("^"),
            all.last == .syntax("$")
        else { return nil }
        let tokens = Array(all.dropFirst().dropLast())
        var pattern = ""
        var index = 0
        while index < tokens.count {
            switch tokens[index] {
            case .literal(let octet):
                let character = Character(UnicodeScalar(octet))
                let isSpecial = "*?\\".contains(character)
                guard !isSpecial || escapes else { return nil }
                pattern += isSpecial ? "\\\(character)" : String(character)
            case .dot where index + 1 < tokens.count && tokens[index + 1] == .syntax("*"):
                pattern += "*"
                index += 1
            case .dot: pattern += "?"
            default: return nil
            }
            index += 1
        }
        return pattern
    }

    private static func escapingWildcards(_ text: String) -> String {
        text.map { "*?\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private func requireVisible(_ text: String, _ subject: String) throws(RouteRefusal) {
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw RouteRefusal(
                reason: "UnsupportedCharacters",
                message: "\(subject) has characters outside of visible ASCII, which AWS doesn't compare; use others")
        }
    }

    private func method(_ method: String) throws(RouteRefusal) -> String {
        let isValid = method.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isValid, (1...40).contains(method.utf8.count) else {
            throw RouteRefusal(
                reason: "UnsupportedMethod",
                message:
                    "AWS compares methods of capital letters, hyphens and underscores, at most 40, and \(method) is "
                    + "none; leave it out")
        }
        return method
    }

    private func network(_ text: String) throws(RouteRefusal) -> String {
        guard let network = CIDRBlock(text) else {
            throw RouteRefusal(
                reason: "InvalidNetwork", message: "\"\(text)\" is not a network such as 10.0.0.0/8; correct it")
        }
        return network.description
    }
}
