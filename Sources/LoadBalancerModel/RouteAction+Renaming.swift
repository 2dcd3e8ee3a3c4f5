extension RouteAction {
    /// Gives the pools and sites that the action names their new names, by the old ones.
    package mutating func rename(pools: [String: String], sites: [String: String] = [:]) {
        switch self {
        case .forward(var weighted):
            for index in weighted.indices { weighted[index].pool = pools[weighted[index].pool] ?? weighted[index].pool }
            self = .forward(weighted)
        case .staticSite(var action):
            action.site = sites[action.site] ?? action.site
            self = .staticSite(action)
        case .storageBucket(var action):
            action.pool = pools[action.pool] ?? action.pool
            self = .storageBucket(action)
        case .redirect, .fixedResponse: break
        }
    }
}
