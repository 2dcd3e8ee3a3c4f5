/// The expression of a route: matches paths as ``RouteTable`` does and yields the groups for templates.
///
/// Case takes no part, the match must begin at the start of the path, and the path is matched in the decoded form that
/// `ExpressionText` describes.
package struct CompiledExpression: Sendable {
    private let expression: RegularExpression

    /// Compiles an expression in RE2 syntax.
    ///
    /// - Throws: ``ExpressionError`` with RE2's words, also for expressions that are too large.
    package init(_ expression: String) throws(ExpressionError) {
        self.expression = try RegularExpression(expression, caseSensitive: false)
    }

    /// The number of groups, the whole match not counted.
    package var groupCount: Int { expression.groupCount }

    /// Whether the expression takes a path in normal form.
    package func matches(_ path: borrowing Span<UInt8>) -> Bool {
        if ExpressionText.isUnchanged(path) { return expression.matchesStart(of: path) }
        let text = ExpressionText.decode(path)
        return expression.matchesStart(of: text.span)
    }

    /// Lends the text that a path in normal form is matched as, and the groups within it, to `body`; nil, without a call,
    /// where the expression does not take the path.
    func withGroups<Result>(
        of path: borrowing Span<UInt8>,
        _ body: (borrowing Span<UInt8>, ExpressionGroups) -> Result
    ) -> Result? {
        if ExpressionText.isUnchanged(path) {
            guard let groups = expression.groups(atStartOf: path) else { return nil }
            return body(path, groups)
        }
        let text = ExpressionText.decode(path)
        guard let groups = expression.groups(atStartOf: text.span) else { return nil }
        return body(text.span, groups)
    }
}
