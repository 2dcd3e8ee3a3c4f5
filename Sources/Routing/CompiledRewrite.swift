package import LoadBalancerModel

/// Why a rewrite or a redirect can't be compiled.
package enum RewriteError: Error, Hashable, Sendable, CustomStringConvertible {
    case expression(ExpressionError)
    case template(TemplateError)
    /// The path that takes the place of a prefix has no normal form.
    case path(String, PathNormalizer.Failure)

    package var description: String {
        switch self {
        case .expression(let error): "\(error)"
        case .template(let error): "\(error)"
        case .path(let path, let failure): "\"\(path)\" is not a path: \(failure)"
        }
    }
}

/// What a rewrite or a redirect made of a request.
package enum RewriteOutcome: Hashable, Sendable {
    /// The buffer holds the result.
    case rewritten
    /// The route does not take that path.
    case noMatch
    /// The result leaves the root; the request is answered 400.
    case invalid(PathNormalizer.Failure)
}

/// The rewrite of a route, compiled.
///
/// As in nginx a template replaces the whole path, also what the expression did not match; groups hold decoded text (see
/// ``CompiledExpression``), and the result is escaped anew. The result begins with a slash, which is put there where the
/// template gives none, and is in normal form except that slashes are not merged: a group can't smuggle a `..` in.
/// The query of the request is appended to that of the template, unless the template ends in `?`.
package struct CompiledRewrite: Sendable {
    private enum Operation: Sendable {
        case template(ExpressionTemplate, CompiledExpression?)
        case replacePrefix(Cover, with: [UInt8])
        case substitution(RegularExpression, ExpressionTemplate)
    }

    /// The part of the path that a match covered.
    private enum Cover: Sendable {
        case all
        /// A Prefix in normal form, without trailing slash.
        case prefix([UInt8])
        case expression(CompiledExpression)
    }

    private let operation: Operation

    /// Compiles the rewrite of a route that matches `match`.
    ///
    /// - Throws: ``RewriteError``, which planning reports as a diagnostic.
    package init(_ rewrite: PathRewrite, match: PathMatch, mergeSlashes: Bool = true) throws(RewriteError) {
        switch rewrite.kind {
        case .template:
            let template: ExpressionTemplate
            do { template = try ExpressionTemplate(rewrite.value, for: .path) } catch { throw .template(error) }
            let needsGroups = template.usesGroups && match.kind == .regularExpression
            let expression = needsGroups ? try Self.expression(match.value) : nil
            operation = .template(template, expression)
        case .substitution:
            let (template, expression): (ExpressionTemplate, RegularExpression)
            do { template = try ExpressionTemplate(rewrite.value, for: .path) } catch { throw .template(error) }
            do {
                expression = try RegularExpression(rewrite.expression ?? "", caseSensitive: true)
            } catch { throw .expression(error) }
            operation = .substitution(expression, template)
        case .replacePrefix:
            let value = try Self.path(rewrite.value, mergeSlashes)
            switch match.kind {
            case .exact: operation = .replacePrefix(.all, with: value)
            case .pattern, .expression:
                var directory = try Self.path(match.patternDirectory, mergeSlashes)
                if directory.last == Octet.slash { directory.removeLast() }
                operation = .replacePrefix(.prefix(directory), with: value)
            case .fallback: operation = .replacePrefix(.prefix([]), with: value)
            case .prefix:
                var prefix = try Self.path(match.value, mergeSlashes)
                if prefix.last == Octet.slash { prefix.removeLast() }
                operation = .replacePrefix(.prefix(prefix), with: value)
            case .regularExpression:
                operation = .replacePrefix(.expression(try Self.expression(match.value)), with: value)
            }
        }
    }

    private static func expression(_ pattern: String) throws(RewriteError) -> CompiledExpression {
        do { return try CompiledExpression(pattern) } catch { throw .expression(error) }
    }

    private static func path(_ path: String, _ mergeSlashes: Bool) throws(RewriteError) -> [UInt8] {
        let absolute = path.utf8.first == Octet.slash ? path : "/" + path
        do {
            return try PathNormalizer.normalizeRule(absolute, mergeSlashes: mergeSlashes)
        } catch {
            throw .path(path, error)
        }
    }

    /// Makes the target of the request to the backend.
    ///
    /// - Parameters:
    ///   - path: the path of the request in the form of ``PathNormalizer``.
    ///   - query: the query as it came, without the `?`; empty for none.
    ///   - target: receives path and query. Its capacity is reused.
    package func apply(
        path: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        into target: inout [UInt8]
    ) -> RewriteOutcome {
        target.removeAll(keepingCapacity: true)
        let outcome =
            switch operation {
            case .template(let template, nil):
                Self.expand(template, groups: ExpressionGroups(), of: path, query: query, into: &target)
            case .template(let template, .some(let expression)):
                expression.withGroups(of: path) { text, groups in
                    Self.expand(template, groups: groups, of: text, query: query, into: &target)
                } ?? .noMatch
            case .replacePrefix(let cover, let value):
                Self.replace(cover, with: value, path: path, query: query, into: &target)
            case .substitution(let expression, let template):
                Self.substitute(expression, by: template, path: path, query: query, into: &target)
            }
        return outcome
    }

    private static func expand(
        _ template: ExpressionTemplate,
        groups: ExpressionGroups,
        of text: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        into target: inout [UInt8]
    ) -> RewriteOutcome {
        ExpressionTemplate.append(template.path, groups: groups, of: text, to: &target, as: .path)
        if let failure = makePath(&target) { return .invalid(failure) }
        QueryWriter.append(template, groups: groups, of: text, query: query, to: &target)
        return .rewritten
    }

    private static func substitute(
        _ expression: RegularExpression,
        by template: ExpressionTemplate,
        path: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        into target: inout [UInt8]
    ) -> RewriteOutcome {
        guard let groups = expression.groups(in: path) else {
            TargetText.append(path, 0..<path.count, to: &target, as: .path)
            QueryWriter.append(query, to: &target)
            return .rewritten
        }
        TargetText.append(path, 0..<groups[0].lowerBound, to: &target, as: .path)
        ExpressionTemplate.append(template.path, groups: groups, of: path, to: &target, as: .path)
        TargetText.append(path, groups[0].upperBound..<path.count, to: &target, as: .path)
        if let failure = makePath(&target) { return .invalid(failure) }
        QueryWriter.append(template, groups: groups, of: path, query: query, to: &target)
        return .rewritten
    }

    private static func replace(
        _ cover: Cover,
        with value: [UInt8],
        path: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        into target: inout [UInt8]
    ) -> RewriteOutcome {
        switch cover {
        case .all:
            target.append(contentsOf: value)
        case .prefix(let prefix):
            guard PathPrefix.matches(path, prefix) else { return .noMatch }
            append(value, rest: path, prefix.count..<path.count, to: &target)
        case .expression(let expression):
            let found: Void? = expression.withGroups(of: path) { text, groups in
                var start = groups[0].upperBound
                // As with a Prefix, a slash at the end of what was covered belongs to the rest.
                if start > 0, text[start - 1] == Octet.slash { start -= 1 }
                append(value, rest: text, start..<text.count, to: &target)
            }
            guard found != nil else { return .noMatch }
        }
        if let failure = makePath(&target) { return .invalid(failure) }
        QueryWriter.append(query, to: &target)
        return .rewritten
    }

    /// Appends the value and what the match did not cover, with no more than one slash between them.
    private static func append(
        _ value: [UInt8],
        rest text: borrowing Span<UInt8>,
        _ rest: Range<Int>,
        to target: inout [UInt8]
    ) {
        target.append(contentsOf: value)
        guard !rest.isEmpty else { return }
        if target.last == Octet.slash, text[rest.lowerBound] == Octet.slash { target.removeLast() }
        TargetText.append(text, rest, to: &target, as: .path)
    }

    /// Makes the buffer a path in normal form.
    private static func makePath(_ target: inout [UInt8]) -> PathNormalizer.Failure? {
        if target.first != Octet.slash { target.insert(Octet.slash, at: 0) }
        if PathNormalizer.isNormal(target.span, mergeSlashes: false) { return nil }
        var normal: [UInt8] = []
        switch PathNormalizer.normalize(target.span, into: &normal, mergeSlashes: false) {
        case .normal: return nil
        case .invalid(let failure): return failure
        case .rewritten:
            target.removeAll(keepingCapacity: true)
            target.append(contentsOf: normal)
            return nil
        }
    }
}

/// A redirect of a route, compiled. Groups and query are treated as in ``CompiledRewrite``, as nginx does for a rewrite to
/// an absolute URL; a fragment stays behind the query.
package struct CompiledRedirect: Sendable {
    package let statusCode: Int
    private let template: ExpressionTemplate
    private let expression: CompiledExpression?
    private let keepsPath: Bool
    /// What stands before the location, with the host of the request between each two; empty for nothing.
    private let authority: [[UInt8]]

    /// Compiles the redirect of a route that matches `match`.
    ///
    /// - Throws: ``RewriteError``, which planning reports as a diagnostic.
    package init(_ redirect: Redirect, match: PathMatch) throws(RewriteError) {
        statusCode = redirect.statusCode
        keepsPath = redirect.keepsPath == true
        authority = (redirect.authority ?? "").split(separator: Redirect.hostVariable, omittingEmptySubsequences: false)
            .map { Array($0.utf8) }
        do { template = try ExpressionTemplate(redirect.location, for: .location) } catch { throw .template(error) }
        guard template.usesGroups, match.kind == .regularExpression else {
            expression = nil
            return
        }
        do { expression = try CompiledExpression(match.value) } catch { throw .expression(error) }
    }

    /// Whether it leads to a place on the host of the request.
    package var usesHost: Bool { authority.count > 1 }

    /// Makes the value of the Location field; other parameters as in ``CompiledRewrite/apply(path:query:into:)``.
    ///
    /// - Parameter host: the host of the request without its port.
    package func apply(
        path: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        host: borrowing Span<UInt8>,
        into location: inout [UInt8]
    ) -> RewriteOutcome {
        location.removeAll(keepingCapacity: true)
        for index in authority.indices {
            if index > 0 { for position in 0..<host.count { location.append(host[position]) } }
            location.append(contentsOf: authority[index])
        }
        guard let expression else {
            expand(groups: ExpressionGroups(), of: path, path: path, query: query, into: &location)
            return .rewritten
        }
        let found: Void? = expression.withGroups(of: path) { text, groups in
            expand(groups: groups, of: text, path: path, query: query, into: &location)
        }
        return found == nil ? .noMatch : .rewritten
    }

    private func expand(
        groups: ExpressionGroups,
        of text: borrowing Span<UInt8>,
        path: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        into location: inout [UInt8]
    ) {
        ExpressionTemplate.append(template.path, groups: groups, of: text, to: &location, as: .path)
        if keepsPath {
            if location.last == Octet.slash { location.removeLast() }
            TargetText.append(path, 0..<path.count, to: &location, as: .path)
        }
        QueryWriter.append(template, groups: groups, of: text, query: query, to: &location)
        guard !template.fragment.isEmpty else { return }
        location.append(UInt8(ascii: "#"))
        ExpressionTemplate.append(template.fragment, groups: groups, of: text, to: &location, as: .path)
    }
}

/// Appends queries.
private enum QueryWriter {
    /// Appends the query of a template and, unless that is to be left off, of the request.
    static func append(
        _ template: ExpressionTemplate,
        groups: ExpressionGroups,
        of text: borrowing Span<UInt8>,
        query: borrowing Span<UInt8>,
        to target: inout [UInt8]
    ) {
        let hasQuery = !template.query.isEmpty
        if hasQuery {
            target.append(Octet.question)
            ExpressionTemplate.append(template.query, groups: groups, of: text, to: &target, as: .queryValue)
        }
        guard template.keepsQuery else { return }
        append(query, to: &target, separator: hasQuery ? Octet.ampersand : Octet.question)
    }

    static func append(
        _ query: borrowing Span<UInt8>,
        to target: inout [UInt8],
        separator: UInt8 = Octet.question
    ) {
        guard query.count > 0 else { return }
        target.append(separator)
        for index in 0..<query.count {
            let octet = query[index]
            if Octet.isControlOrSpace(octet) || octet >= 0x80 || octet == UInt8(ascii: "#") {
                target.appendEscape(of: octet)
            } else {
                target.append(octet)
            }
        }
    }
}

/// The rule of Prefix paths, stated plainly.
enum PathPrefix {
    /// Whether a path begins with the elements of a prefix, which has no trailing slash.
    static func matches(_ path: borrowing Span<UInt8>, _ prefix: [UInt8]) -> Bool {
        guard path.count >= prefix.count, path.count == prefix.count || path[prefix.count] == Octet.slash else {
            return false
        }
        for index in prefix.indices where path[index] != prefix[index] {
            return false
        }
        return true
    }
}
