internal import LoadBalancerModel

/// Turns the rewrite of a route into a transform of its rules.
///
/// A transform's expression is matched against the URL and replaces what it matches; where AWS hands it the query as
/// well, the expressions here keep it. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
struct RouteTransform {
    static let maximumLength = 1024

    var transform: RuleTransform?
    var difference: String?

    /// - Throws: ``RouteRefusal`` where the rewrite can't be had.
    init(_ rewrite: PathRewrite?, match: PathMatch, isExpression: Bool) throws(RouteRefusal) {
        guard let rewrite else { return }
        let (expression, replacement): (String, String)
        switch (rewrite.kind, match.kind) {
        case (.substitution, _):
            (expression, replacement) = (rewrite.expression ?? "", rewrite.value)
        case (.template, _):
            (expression, replacement, difference) = try Self.template(
                rewrite.value, match: match, isExpression: isExpression)
        case (.replacePrefix, .exact):
            (expression, replacement) = (Self.wholePath + Self.queryTail + "$", Self.absolute(rewrite.value) + "$1")
        case (.replacePrefix, .prefix), (.replacePrefix, .fallback), (.replacePrefix, .regularExpression),
            (.replacePrefix, .pattern), (.replacePrefix, .expression):
            let prefix = try Self.prefix(match, replacedBy: rewrite.value)
            let value = Self.absolute(rewrite.value)
            if prefix.isEmpty, value == "/" { return }
            expression = "^\(prefix)\(value.hasSuffix("/") ? "/?" : "")(.*)$"
            replacement = value + "$1"
        }
        for text in [expression, replacement] where text.utf8.count > Self.maximumLength {
            throw RouteRefusal(
                reason: "ValueTooLong",
                message: "the rewrite to \(rewrite.value) takes \(text.utf8.count) characters, and AWS allows "
                    + "\(Self.maximumLength); shorten it")
        }
        transform = RuleTransform(kind: .urlRewrite, expression: expression, replacement: replacement)
    }

    private static let wholePath = "^[^?]*"
    private static let queryTail = "((?:\\?.*)?)"

    /// The expression of what is replaced, without a slash at its end.
    private static func prefix(_ match: PathMatch, replacedBy value: String) throws(RouteRefusal) -> String {
        switch match.kind {
        case .fallback, .exact: return ""
        case .prefix: return PathText.quoted(RouteConditions.withoutSlash(match.value))
        case .pattern, .expression: return PathText.quoted(RouteConditions.withoutSlash(match.patternDirectory))
        case .regularExpression:
            guard let stem = try ExpressionTokens(match.value).stem else {
                throw RouteRefusal(
                    reason: "UnsupportedRewrite",
                    message:
                        "the rewrite of what \(match.value) covers to \(value) can't be told to AWS, for the expression "
                        + "has no fixed length; write a rewrite target with groups")
            }
            return stem
        }
    }

    private static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "/\(path)" }

    private static func template(
        _ template: String, match: PathMatch, isExpression: Bool
    ) throws(RouteRefusal) -> (expression: String, replacement: String, difference: String?) {
        let target = try RewriteTarget(template)
        guard isExpression, target.usesGroups else {
            let path = absolute(target.text(groupCount: 0))
            let expression = wholePath + (target.keepsQuery ? queryTail : ".*") + "$"
            return (expression, path + (target.keepsQuery ? "$1" : ""), target.difference)
        }
        let tokens = try ExpressionTokens(match.value)
        let body = tokens.withinURL
        let tail = (body.hasOwnEnd ? "" : "[^?]*") + (target.keepsQuery ? queryTail : "(?:\\?.*)?")
        let ending =
            body.isExact
            ? nil
            : "the rewrite of \(match.value) depends on where the path ends within the expression ($), and AWS may take the "
                + "query for a part of the path; put the $ at the end of the expression"
        let path = absolute(target.text(groupCount: tokens.groupCount))
        return (
            "^\(body.text)\(tail)$", path + (target.keepsQuery ? "$\(tokens.groupCount + 1)" : ""),
            ending ?? target.difference
        )
    }
}

extension ExpressionTokens {
    /// The expression for a URL where every part of it takes one character, a slash at its end left off; nil for others,
    /// and where its end may be a slash.
    fileprivate var stem: String? {
        let body = tokens.first == .syntax("^") ? tokens.dropFirst() : tokens[...]
        guard body.allSatisfy(\.isSingle) else { return nil }
        switch body.last {
        case .literal, .escape("d"), .escape("w"), .escape("s"), nil: break
        case .characters(let members, isNegated: false) where !members.contains(UInt8(ascii: "/")): break
        default: return nil
        }
        let form = Form(foldsCase: true, sparesQuery: true, escapesForPath: true)
        let stem = body.last == .literal(UInt8(ascii: "/")) ? body.dropLast() : body
        return stem.map { Self.text($0, form) }.joined()
    }

    /// The expression for a URL with or without its query: what took the end of the path takes nothing.
    fileprivate var withinURL: (text: String, hasOwnEnd: Bool, isExact: Bool) {
        let form = Form(foldsCase: true, sparesQuery: true, escapesForPath: true)
        var body = tokens[...]
        if body.first == .syntax("^"), !hasAlternatives { body = body.dropFirst() }
        let hasOwnEnd = body.last == .syntax("$") && !hasAlternatives
        if hasOwnEnd { body = body.dropLast() }
        var text = ""
        var isExact = true
        for (index, token) in zip(body.indices, body) {
            guard token == .syntax("$") else {
                text += Self.text(token, form)
                continue
            }
            // Where nothing before it could have been taken otherwise, the end is the only thing that is left to take.
            let endsGroup = index + 1 < body.endIndex && body[index + 1] == .syntax(")")
            let opening = body[..<index].lastIndex {
                if case .syntax(let text) = $0 { text.hasPrefix("(") } else { false }
            }
            let isDecided = opening.map { body[..<$0].allSatisfy(\.isSingle) } ?? false
            if !endsGroup || !isDecided { isExact = false }
        }
        return (hasAlternatives ? "(?:\(text))" : text, hasOwnEnd, isExact)
    }
}

extension ExpressionTokens.Token {
    /// Whether it takes one character, and nothing of what follows depends on which.
    fileprivate var isSingle: Bool {
        if case .syntax = self { false } else { true }
    }
}

/// The target of a rewrite: a text in which `$1` to `$9` stand for groups; a `?` at its very end leaves off the query.
private struct RewriteTarget {
    enum Part {
        case text(String)
        case group(Int)
    }

    private var parts: [Part] = []
    private(set) var keepsQuery = true
    private(set) var difference: String?

    init(_ template: String) throws(RouteRefusal) {
        var characters = Array(template)
        if characters.last == "?" {
            characters.removeLast()
            keepsQuery = false
        }
        var text = ""
        var index = 0
        while index < characters.count {
            if characters[index] == "$", index + 1 < characters.count,
                let group = characters[index + 1].wholeNumberValue
            {
                parts += [.text(text), .group(group)]
                text = ""
                index += 2
                if index < characters.count, characters[index].isWholeNumber {
                    throw RouteRefusal(
                        reason: "UnsupportedRewrite",
                        message:
                            "the rewrite target \(template) has a digit after $\(group), which AWS would read as part "
                            + "of the group's number; separate them")
                }
                continue
            }
            text.append(characters[index])
            index += 1
        }
        parts.append(.text(text))
        if keepsQuery, characters.contains("?") {
            difference =
                "the rewrite target \(template) has a query of its own, and AWS puts that of the request behind it "
                + "without a separator or leaves it off; end the target with ? to leave it off"
        }
    }

    var usesGroups: Bool {
        parts.contains { if case .group = $0 { true } else { false } }
    }

    /// The replacement, groups that the expression lacks left out.
    func text(groupCount: Int) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .group(let group): (1...max(groupCount, 1)).contains(group) && groupCount > 0 ? "$\(group)" : ""
            }
        }.joined()
    }
}
