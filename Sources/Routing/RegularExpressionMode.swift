/// The mode that ingress-nginx gives a host as soon as one of its paths has `use-regex` or a `rewrite-target` that
/// differs from the path.
///
/// In it every path of the host, of whatever type and of whichever Ingress, is a case-insensitive expression that must
/// match at the start of the path (`location ~* "^PATH"`). The longest expression (in octets, as written) is tried
/// first; of the same length the one that is greater octet by octet; the first that matches wins.
///
/// What is different here: the anchor holds for the whole expression, so that `/a|/b` does not find `/b` in the middle of
/// a path.
package enum RegularExpressionMode {
    /// The expression that a path of such a host becomes.
    ///
    /// Paths are taken as they are: ingress-nginx quotes nothing, so that the dot in `/v1.0` stands for any character, and
    /// it matches neither whole elements nor whole paths: Prefix `/foo`, Exact `/foo` and ImplementationSpecific `/foo`
    /// all take `/foobar` and `/FOO/x`. An empty path is `/`.
    ///
    /// - Parameters:
    ///   - path: the path as it stands in the Ingress.
    ///   - pathType: its `pathType`, which makes no difference.
    package static func expression(path: String, pathType: String?) -> String {
        path.isEmpty ? "/" : path
    }

    /// Whether the first expression, in UTF-8, is tried before the second. Equal ones are tried in the order of their
    /// routes.
    static func isTriedBefore(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        if first.count != second.count { return first.count > second.count }
        return second.lexicographicallyPrecedes(first)
    }
}
