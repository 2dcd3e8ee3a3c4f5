import LoadBalancerModel

/// The actions of a host that redirect plain HTTP to the same place over HTTPS.
///
/// The AWS Load Balancer Controller leaves such a rule out of the listener that it leads to, so that requests over HTTPS
/// take the rules behind it. Here it becomes a filter of the routes that it covers.
struct HTTPSRedirects {
    private let redirects: [(path: ClaimedPath, redirect: HTTPSRedirect)]
    private let others: [ClaimedPath]
    private let all: [ClaimedPath]

    init(_ claimed: [ClaimedPath], members: [Member]) {
        var redirects: [(path: ClaimedPath, redirect: HTTPSRedirect)] = []
        var others: [ClaimedPath] = []
        for path in claimed {
            let redirect = members[path.field.member].settings.redirectToHTTPS(of: path.backend)
            if let redirect, path.isUnconditional, !path.isUnreadable {
                redirects.append((path, redirect))
            } else {
                others.append(path)
            }
        }
        self.redirects = redirects
        self.others = others
        all = claimed
    }

    /// The paths that need a route: a redirect needs none of its own where something else takes its requests.
    ///
    /// - Parameter hasDefault: whether the host has a default backend.
    func served(hasDefault: Bool) -> [ClaimedPath] {
        guard !redirects.isEmpty else { return all }
        return all.filter { path in
            guard redirects.contains(where: { $0.path.field == path.field && $0.path.match == path.match }) else {
                return true
            }
            if path.takesEverything && hasDefault { return false }
            return !others.contains { $0.match == path.match && $0.isUnconditional }
        }
    }

    /// A route of the host with the redirect that covers it.
    func applied(to route: Route) -> Route {
        guard !redirects.isEmpty, route.filters.redirectToHTTPS == nil else { return route }
        var route = route
        let covering = redirects.first { entry in
            route.match.path.kind == .fallback ? entry.path.takesEverything : entry.path.covers(route.match.path)
        }
        route.filters.redirectToHTTPS = covering?.redirect
        return route
    }
}
