internal import LoadBalancerModel

/// The routes of a plan by host.
struct HostBlocks {
    private(set) var hosts: [HostBlock] = []
    private(set) var hostless = HostBlock(host: nil)

    init(_ routes: [Route]) {
        var positions: [String: Int] = [:]
        for route in routes {
            guard let host = route.match.host, !host.isEmpty else {
                hostless.add(route)
                continue
            }
            let position = positions[host] ?? hosts.count
            if positions.updateValue(position, forKey: host) == nil { hosts.append(HostBlock(host: host)) }
            hosts[position].add(route)
        }
        wildcardHosts = Set(hosts.filter(\.isWildcard).compactMap(\.host))
        hosts = hosts.map(\.ordered)
        order()
        hostless = hostless.ordered
    }

    private var wildcardHosts: Set<String> = []

    /// With hosts that no route is for.
    ///
    /// - Parameter fallback: the default backend of those hosts; nil for the one of hosts without rules.
    func adding(_ hosts: [String], fallback: Route?) -> HostBlocks {
        let known = Set(self.hosts.compactMap(\.host))
        let more = hosts.filter { !known.contains($0) }.map { host in
            var block = HostBlock(host: host)
            if let fallback { block.add(fallback) }
            return block
        }
        guard !more.isEmpty else { return self }
        var blocks = self
        blocks.hosts += more
        blocks.order()
        return blocks
    }

    /// Exact hosts come first, then wildcards, those of more labels before others, and those of as many in their order.
    private mutating func order() {
        let wildcards = hosts.filter(\.isWildcard).enumerated().sorted {
            ($1.element.labelCount, $0.offset) < ($0.element.labelCount, $1.offset)
        }
        hosts = hosts.filter { !$0.isWildcard } + wildcards.map(\.element)
    }

    /// Whether a request that a host leaves over could be taken by the rules of another.
    func needsClosing(_ block: HostBlock) -> Bool {
        if !hostless.routes.isEmpty { return true }
        guard let host = block.host, !host.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
        return wildcardHosts.contains("*\(host[dot...])")
    }
}

struct HostBlock {
    var host: String?
    /// Those with a path, in precedence order.
    private(set) var routes: [Route] = []
    private(set) var fallbacks: [Route] = []

    init(host: String?) {
        self.host = host
    }

    var scope: HostScope { host.map(HostScope.host) ?? .every }

    fileprivate var isWildcard: Bool { host?.hasPrefix("*.") ?? false }

    fileprivate var labelCount: Int { host?.split(separator: ".", omittingEmptySubsequences: false).count ?? 0 }

    mutating func add(_ route: Route) {
        if route.match.path.kind == .fallback { fallbacks.append(route) } else { routes.append(route) }
    }

    /// The host with its expressions in the order in which they are tried: the longest first, of the same length the one
    /// that is greater octet by octet.
    var ordered: HostBlock {
        guard usesExpressions else { return self }
        var block = self
        block.routes = routes.enumerated().sorted { first, second in
            let (one, two) = (first.element.match.path.value.utf8, second.element.match.path.value.utf8)
            if one.count != two.count { return one.count > two.count }
            if one.elementsEqual(two) { return first.offset < second.offset }
            return two.lexicographicallyPrecedes(one)
        }.map(\.element)
        return block
    }

    var usesExpressions: Bool { routes.contains { $0.match.path.kind == .regularExpression } }

    /// The routes up to the first that takes every request of the host.
    var reachable: ArraySlice<Route> {
        let end = routes.firstIndex(where: \.takesEverything).map { $0 + 1 } ?? routes.endIndex
        return routes[..<end]
    }

    /// Whether a path takes all that the others leave over.
    var isClosed: Bool { routes.contains(where: \.takesEverything) }
}

extension Route {
    /// Whether every request of its host is taken.
    var takesEverything: Bool {
        guard match.headers.isEmpty, match.queryParameters.isEmpty, match.methods.isEmpty, match.clientNetworks.isEmpty
        else { return false }
        switch match.path.kind {
        case .exact, .pattern, .expression: return false
        case .prefix: return match.path.value == "/"
        case .fallback: return true
        case .regularExpression: return (try? ExpressionTokens(match.path.value))?.takesEverything ?? false
        }
    }

    /// Whether a default action won't do: it has no transforms, and no exemptions, and stays for no Ingress that is
    /// quarantined, for only a rule says whose it is.
    func needsRule(_ listener: ListenerContext) -> Bool {
        ingress != nil || filters.rewrite != nil || (!listener.isSecure && filters.redirectToHTTPS != nil)
    }
}
