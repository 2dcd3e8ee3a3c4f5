extension PathMatch {
    /// How many octets of the path the match names, those aside that stand for others.
    package var specificity: Int {
        kind == .pattern ? value.utf8.count { !Self.isWildcard($0) } : value.utf8.count
    }

    /// Whether a path of a host is asked before another: the one that names more octets, of as many an Exact one before a
    /// Prefix, a pattern and an expression. ``Kind/regularExpression`` has an order of its own.
    package func precedes(_ other: PathMatch) -> Bool {
        let (own, others) = (specificity, other.specificity)
        if own != others { return own > others }
        if kind != other.kind { return kind.rank < other.kind.rank }
        return value.utf8.lexicographicallyPrecedes(other.value.utf8)
    }

    /// The directory, without a trailing slash, that a pattern begins with before its first wildcard; `/` for the root and
    /// for other matches.
    package var patternDirectory: String {
        guard kind == .pattern else { return "/" }
        let text = value.prefix { !"*?".contains($0) }
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return "/" }
        return String(text[..<slash])
    }

    /// The RE2 expression that takes what the match takes, searched for with regard to case in the path; nil for
    /// ``Kind/fallback``, and for ``Kind/regularExpression``, which disregards case.
    package var searchExpression: String? {
        switch kind {
        case .exact: return "^\(Self.quoted(value))$"
        case .prefix:
            let path = value.hasSuffix("/") ? String(value.dropLast()) : value
            return path.isEmpty ? "^/" : "^\(Self.quoted(path))(?:/|$)"
        case .pattern:
            return "^" + value.map { $0 == "*" ? ".*" : $0 == "?" ? "." : Self.quoted(String($0)) }.joined() + "$"
        case .expression: return value
        case .regularExpression, .fallback: return nil
        }
    }

    private static func isWildcard(_ octet: UInt8) -> Bool { octet == UInt8(ascii: "*") || octet == UInt8(ascii: "?") }

    private static func quoted(_ text: String) -> String {
        text.map { ".\\+*?()|[]{}^$".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

extension PathMatch.Kind {
    fileprivate var rank: Int {
        switch self {
        case .exact: 0
        case .prefix: 1
        case .pattern: 2
        case .expression: 3
        case .regularExpression: 4
        case .fallback: 5
        }
    }
}
