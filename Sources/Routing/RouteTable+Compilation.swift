package import LoadBalancerModel

extension RouteTable {
    /// Compiles a table.
    ///
    /// - Parameters:
    ///   - routes: the routes of a plan. Their order decides among routes of the same host and path, and nowhere else.
    ///   - mergeSlashes: whether slashes that follow one another become one in the paths of rules; must be what the paths
    ///     of requests are brought to.
    /// - Throws: ``RouteTableError`` where a host, an expression or a client network can't be read.
    package init(routes: [Route], mergeSlashes: Bool = true) throws(RouteTableError) {
        guard routes.count < Int32.max else { throw .tooLarge }
        let groups = try HostGroups(routes)
        var tree = PathTreeBuilder()
        var hosts: [Host] = []
        var candidates: [Int32] = []
        var lists: [ExpressionList] = []
        var unreachable: [UnreachableRoute] = []
        for members in groups.routes {
            var host = Host(root: Int32(clamping: tree.addRoot()))
            let usesExpressions = members.contains { routes[Int($0)].match.path.kind == .regularExpression }
            if usesExpressions {
                host.expressions = Int32(clamping: lists.count)
                lists.append(try Self.expressionList(members, routes: routes, candidates: &candidates))
            } else if members.contains(where: { routes[Int($0)].match.path.kind.isAskedInTurn }) {
                host.patterns = Int32(clamping: lists.count)
                lists.append(
                    try Self.patternList(
                        members, routes: routes, mergeSlashes, candidates: &candidates, unreachable: &unreachable))
            } else {
                for member in members {
                    do throws(PathNormalizer.Failure) {
                        try Self.add(
                            routes[Int(member)].match.path, route: member, to: &tree, root: Int(host.root), mergeSlashes
                        )
                    } catch {
                        unreachable.append(UnreachableRoute(route: Int(member), reason: error))
                    }
                }
            }
            host.fallback = candidates.appendRange(
                members.filter { routes[Int($0)].match.path.kind == .fallback })
            hosts.append(host)
        }
        self.routes = routes
        self.mergeSlashes = mergeSlashes
        self.hosts = hosts
        patterns = groups.patterns
        hostOfRoute = groups.hostOfRoute
        index = HostIndex(groups.patterns)
        hostless = groups.patterns.firstIndex(of: nil) ?? -1
        self.tree = try tree.build(candidates: &candidates)
        expressions = lists
        self.candidates = candidates
        conditions = try ConditionTable(routes.lazy.map(\.match))
        unreachableRoutes = unreachable.sorted { $0.route < $1.route }
    }

    private static func add(
        _ path: PathMatch,
        route: Int32,
        to tree: inout PathTreeBuilder,
        root: Int,
        _ mergeSlashes: Bool
    ) throws(PathNormalizer.Failure) {
        switch path.kind {
        case .exact:
            let path = try PathNormalizer.normalizeRule(path.value, mergeSlashes: mergeSlashes)
            tree.addExact(path, route: route, root: root)
        case .prefix:
            let path = try PathNormalizer.normalizeRule(path.value, mergeSlashes: mergeSlashes)
            tree.addPrefix(path, route: route, root: root)
        case .regularExpression, .pattern, .expression, .fallback:
            break
        }
    }

    /// The paths of a host with patterns in the order in which they are asked. Routes with the same path share an entry.
    private static func patternList(
        _ members: [Int32],
        routes: [Route],
        _ mergeSlashes: Bool,
        candidates: inout [Int32],
        unreachable: inout [UnreachableRoute]
    ) throws(RouteTableError) -> ExpressionList {
        var routesByPath: [PathMatch: [Int32]] = [:]
        for member in members {
            do throws(PathNormalizer.Failure) {
                guard let path = try normalized(routes[Int(member)].match.path, mergeSlashes) else { continue }
                routesByPath[path, default: []].append(member)
            } catch {
                unreachable.append(UnreachableRoute(route: Int(member), reason: error))
            }
        }
        var texts: [String] = []
        var compiled: [RegularExpression] = []
        var ranges: [Range<Int32>] = []
        for path in routesByPath.keys.sorted(by: { $0.precedes($1) }) {
            let members = routesByPath[path, default: []]
            // What is searched for is found at the start of the path, behind anything.
            let text = path.kind == .expression ? "(?s:.*?)(?:\(path.value))" : path.searchExpression ?? ""
            do {
                compiled.append(try RegularExpression(text, caseSensitive: true))
            } catch {
                throw .invalidExpression(route: Int(members[0]), error)
            }
            texts.append(text)
            ranges.append(candidates.appendRange(members))
        }
        return ExpressionList(texts, expressions: compiled, candidates: ranges, caseSensitive: true)
    }

    /// The path of a rule in normal form, that of a Prefix without trailing slash; nil for what is none.
    private static func normalized(
        _ path: PathMatch, _ mergeSlashes: Bool
    ) throws(PathNormalizer.Failure) -> PathMatch? {
        switch path.kind {
        case .fallback, .regularExpression: return nil
        case .pattern, .expression: return path
        case .exact, .prefix:
            var octets = try PathNormalizer.normalizeRule(path.value, mergeSlashes: mergeSlashes)
            if path.kind == .prefix, octets.count > 1, octets.last == Octet.slash { octets.removeLast() }
            return PathMatch(kind: path.kind, value: String(decoding: octets, as: UTF8.self))
        }
    }

    /// The expressions of a host in the order in which they are tried. Routes with the same expression share an entry.
    private static func expressionList(
        _ members: [Int32],
        routes: [Route],
        candidates: inout [Int32]
    ) throws(RouteTableError) -> ExpressionList {
        // By octets, since strings that differ only in Unicode composition are equal in Swift.
        var routesByPattern: [[UInt8]: [Int32]] = [:]
        for member in members {
            guard let pattern = expression(of: routes[Int(member)]) else { continue }
            routesByPattern[Array(pattern.utf8), default: []].append(member)
        }
        let keys = routesByPattern.keys.sorted(by: RegularExpressionMode.isTriedBefore)
        let patterns = keys.map { String(decoding: $0, as: UTF8.self) }
        var compiled: [RegularExpression] = []
        var ranges: [Range<Int32>] = []
        for (key, pattern) in zip(keys, patterns) {
            let members = routesByPattern[key, default: []]
            do {
                compiled.append(try RegularExpression(pattern, caseSensitive: false))
            } catch {
                throw .invalidExpression(route: Int(members[0]), error)
            }
            ranges.append(candidates.appendRange(members))
        }
        return ExpressionList(patterns, expressions: compiled, candidates: ranges)
    }

    /// The expression that a route has on a host with expressions; nil for a `Default` route.
    static func expression(of route: Route) -> String? {
        switch route.match.path.kind {
        case .regularExpression: route.match.path.value
        case .exact, .prefix:
            RegularExpressionMode.expression(path: route.match.path.value, pathType: route.pathType)
        case .pattern: route.match.path.searchExpression
        case .expression: "(?s:.*?)(?:\(route.match.path.value))"
        case .fallback: nil
        }
    }
}

extension PathMatch.Kind {
    /// Whether paths of the kind have no place in the tree of paths.
    var isAskedInTurn: Bool { self == .pattern || self == .expression }
}

/// The routes of each host, in their order. A host that is empty counts as none.
private struct HostGroups {
    private(set) var patterns: [HostPattern?] = []
    private(set) var routes: [[Int32]] = []
    private(set) var hostOfRoute: [Int] = []

    init(_ all: [Route]) throws(RouteTableError) {
        var positions: [HostPattern?: Int] = [:]
        for (index, route) in all.enumerated() {
            var pattern: HostPattern?
            if let host = route.match.host, !host.isEmpty {
                guard let read = HostPattern(host) else { throw .invalidHost(route: index, host: host) }
                pattern = read
            }
            hostOfRoute.append(positions[pattern] ?? patterns.count)
            if let position = positions[pattern] {
                routes[position].append(Int32(clamping: index))
            } else {
                positions[pattern] = patterns.count
                patterns.append(pattern)
                routes.append([Int32(clamping: index)])
            }
        }
    }
}
