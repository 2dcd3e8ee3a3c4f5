internal import LoadBalancerModel

/// The routes of a plan, compiled for matching: the one implementation of request matching.
///
/// - **Hosts.** Exact names, then wildcards (one label), then rules without a host. The most specific host that matches
///   decides, also where none of its paths match: a request never falls through to the paths of a less specific host.
///   Hosts compare without case, port and trailing dot.
/// - **Paths.** Within the host the longest path first, Exact before Prefix of the same elements. A Prefix matches whole
///   elements and ignores a trailing slash. Paths of rules are brought to the form of ``PathNormalizer``; the path of a
///   request must be in it.
/// - **Patterns.** The paths of a host with a `Pattern` or `Expression` route are asked one after the other, as
///   ``PathMatch/precedes(_:)`` has it; nothing else changes for the other paths of the host.
/// - **Further conditions.** Where the conditions of a route don't hold, the next route of the same path is asked, in the
///   order of `routes`, then the next shorter path.
/// - **Fallbacks.** Where no path takes the request the host's `Default` route does, else the one without a host. A host
///   that has only a `Default` route is a host.
/// - **Expressions.** A host with a `RegularExpression` route is in ingress-nginx's mode: see ``RegularExpressionMode``,
///   also for what planning has to emit. Prefix and Exact routes of such a host are read as expressions. They are
///   matched against the decoded path, see ``ExpressionText``.
///
/// A lookup neither allocates nor locks nor counts references, and its cost does not depend on the number of routes.
/// Hosts with expressions or patterns are the exception: RE2 guards its caches with a lock and may allocate.
package struct RouteTable: Sendable {
    struct Host: Sendable {
        /// The root in the tree.
        var root: Int32
        /// The expressions, or -1.
        var expressions: Int32 = -1
        /// The paths as expressions with regard to case, where patterns are among them; else -1.
        var patterns: Int32 = -1
        /// The `Default` routes, as a range of the candidates.
        var fallback: Range<Int32> = 0..<0
    }

    /// A route that no request can reach.
    package struct UnreachableRoute: Hashable, Sendable {
        package var route: Int
        package var reason: PathNormalizer.Failure

        package init(route: Int, reason: PathNormalizer.Failure) {
            self.route = route
            self.reason = reason
        }
    }

    let routes: [Route]
    let index: HostIndex
    let hosts: [Host]
    /// The rules without a host, or -1.
    let hostless: Int
    let tree: PathTree
    let expressions: [ExpressionList]
    /// Indexes of routes; the ranges of nodes, hosts and expressions point here.
    let candidates: [Int32]
    let conditions: ConditionTable
    /// The hosts as rules, nil for none; the index of a host in ``hosts`` is the one here.
    let patterns: [HostPattern?]
    /// For each route the index of its host.
    let hostOfRoute: [Int]
    let mergeSlashes: Bool

    /// The routes whose path has no normal form. They stay without effect, so that one broken path harms no other.
    package let unreachableRoutes: [UnreachableRoute]

    /// The route that takes a request.
    ///
    /// - Parameters:
    ///   - host: the host as it came in the Host field, with port and in any case.
    ///   - path: the path in the form of ``PathNormalizer``, without the query.
    ///   - request: answers what the conditions of routes ask.
    /// - Returns: an index into the routes that the table was compiled from, or nil where no route takes the request.
    package func match(
        host name: borrowing Span<UInt8>,
        path: borrowing Span<UInt8>,
        request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        if let found = index.find(name) {
            let host = hosts[found]
            let route =
                host.expressions >= 0
                ? matchExpression(path, expressions[Int(host.expressions)], name, request)
                : host.patterns >= 0
                    ? matchText(path, expressions[Int(host.patterns)], name, request)
                    : matchPath(path, host, name, request)
            if let route { return route }
            if let route = first(of: host.fallback, name, request) { return route }
            if found == hostless { return nil }
        }
        return hostless < 0 ? nil : first(of: hosts[hostless].fallback, name, request)
    }

    private func matchPath(
        _ path: borrowing Span<UInt8>,
        _ host: Host,
        _ name: borrowing Span<UInt8>,
        _ request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        guard let position = tree.walk(path, from: Int(host.root)) else { return nil }
        var node = position.node
        if position.isWhole, let route = first(of: tree.nodes[node].exact, name, request) { return route }
        while node >= 0 {
            if let route = first(of: tree.nodes[node].prefix, name, request) { return route }
            node = Int(tree.nodes[node].shorter)
        }
        return nil
    }

    private func matchExpression(
        _ path: borrowing Span<UInt8>,
        _ list: ExpressionList,
        _ name: borrowing Span<UInt8>,
        _ request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        if ExpressionText.isUnchanged(path) { return matchText(path, list, name, request) }
        let text = ExpressionText.decode(path)
        return matchText(text.span, list, name, request)
    }

    private func matchText(
        _ text: borrowing Span<UInt8>,
        _ list: ExpressionList,
        _ name: borrowing Span<UInt8>,
        _ request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        var index = 0
        while let found = list.firstMatch(in: text, from: index) {
            if let route = first(of: list.candidates[found], name, request) { return route }
            index = found &+ 1
        }
        return nil
    }

    /// The first of the candidates whose conditions hold.
    private func first(
        of range: Range<Int32>,
        _ name: borrowing Span<UInt8>,
        _ request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        var index = Int(range.lowerBound)
        while index < Int(range.upperBound) {
            let route = Int(candidates[index])
            if conditions.ranges[route].isEmpty
                || conditions.firstFailure(route: route, host: name, request: request) == nil
            {
                return route
            }
            index &+= 1
        }
        return nil
    }
}
