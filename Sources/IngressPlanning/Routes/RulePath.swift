import KubernetesModel
import LoadBalancerModel
import Routing

/// A path of a rule in the form in which it is compared.
struct RulePath: Hashable, Sendable {
    var match: PathMatch
    /// The form of `path` on a host without regular expressions: the path in normal form, a Prefix without its
    /// trailing slash, `ImplementationSpecific` as Prefix.
    ///
    /// - Throws: `PathNormalizer.Failure` where no request can have that path.
    init(_ path: IngressPath, mergeSlashes: Bool) throws(PathNormalizer.Failure) {
        let text = path.path.isEmpty ? "/" : path.path
        var normal = String(
            decoding: try PathNormalizer.normalizeRule(text, mergeSlashes: mergeSlashes), as: UTF8.self)
        guard path.pathType != .exact else {
            match = PathMatch(kind: .exact, value: normal)
            return
        }
        while normal.utf8.count > 1, normal.hasSuffix("/") { normal.removeLast() }
        match = PathMatch(kind: .prefix, value: normal)
    }
}

/// What an expression says about paths that are not matched by it but derived from it.
enum ExpressionText {
    /// The characters that are not themselves in an expression.
    private static let special = Set<Character>(["\\", "^", "$", ".", "|", "?", "*", "+", "(", ")", "[", "]", "{", "}"])
    /// The characters that nobody means literally in a path.
    private static let telling = Set<Character>(["^", "$", "|", "*", "(", ")", "[", "]", "{", "}", "\\"])

    /// The expression that a path becomes on a host with regular expressions: the path as it stands. A Prefix beside an
    /// Exact of the same path takes what is below it, as in ingress-nginx, unless its Ingress asks for expressions. A
    /// pattern becomes the expression that says it, and what is searched for stands behind anything.
    static func expression(path: String, form: PathPattern.Form?, isPrefix: Bool, besideExact: Bool) -> String {
        switch form {
        case .pattern: PathMatch(kind: .pattern, value: path).searchExpression ?? path
        case .expression: path.hasPrefix("^") ? path : ".*(?:\(path))"
        case .path, nil: isPrefix && besideExact && !path.hasSuffix("/") ? "\(path)/" : path
        }
    }

    /// The directory, without a trailing slash, that every path begins with that the expression takes; `/` for the root.
    static func literalDirectory(_ expression: String) -> String {
        let literal = expression.prefix { !special.contains($0) }
        if literal.count == expression.count { return expression.isEmpty ? "/" : expression }
        guard let slash = literal.lastIndex(of: "/"), slash != literal.startIndex else { return "/" }
        return String(literal[..<slash])
    }

    /// Whether a path reads like an expression rather than like a path.
    static func looksLikeExpression(_ path: String) -> Bool {
        path.contains { telling.contains($0) }
    }
}
