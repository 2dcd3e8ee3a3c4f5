internal import LoadBalancerModel
internal import Provisioning

/// The names of pools by which target groups stand already: pools of one Service that differ are told apart by a number, and
/// who came first can't always be told from the manifests.
struct StandingPoolNames {
    /// For each Ingress the target groups that its rules send requests to, by name.
    private var groups: [String: Set<String>] = [:]

    init(_ observed: ObservedGraph<AWSResource>) {
        var names: [String: String] = [:]
        for resource in observed.resources {
            if case .targetGroup = resource.resource {
                names[resource.identifier] = LoadBalancerPart.unqualified(resource.reference.name)
            }
        }
        for resource in observed.resources {
            guard case .rule(let rule) = resource.resource, let ingress = resource.member else { continue }
            for action in rule.actions {
                guard case .forward(let forward) = action else { continue }
                for group in forward.targetGroups {
                    guard case .identifier(let arn) = group.targetGroup, let name = names[arn] else { continue }
                    groups[ingress, default: []].insert(name)
                }
            }
        }
    }

    /// The plan with the pools under the names by which they stand.
    func applied(to plan: LoadBalancerPlan) -> LoadBalancerPlan {
        guard !groups.isEmpty else { return plan }
        var users: [String: Set<String>] = [:]
        for route in plan.routes + [plan.hostFallback].compactMap(\.self) {
            guard let ingress = route.ingress, case .forward(let pools) = route.action else { continue }
            for pool in pools { users[pool.pool, default: []].insert(ingress) }
        }
        // What Ingresses had that are left out goes on under its name, where nobody else has that.
        let leftOut =
            (plan.withheld ?? []).map { ($0.ingress, $0.pools) } + (plan.refused ?? []).map { ($0.ingress, $0.pools) }
        var keepers: [String: Set<String>] = [:]
        for (ingress, pools) in leftOut {
            for pool in pools ?? [] { keepers[pool.pool, default: []].insert(ingress) }
        }
        let families = Dictionary(grouping: plan.pools.map(\.name), by: Self.stem)
        var renamed: [String: String] = [:]
        for (stem, family) in families {
            let votes = votes(of: users, for: family, stem: stem) + votes(of: keepers, for: family, stem: stem)
            for (old, new) in Self.names(of: family, stem: stem, votes: votes) where old != new { renamed[old] = new }
        }
        return renamed.isEmpty ? plan : plan.renamingPools(renamed)
    }

    /// The name without the number that tells it from others.
    private static func stem(_ name: String) -> String {
        guard let dash = name.lastIndex(of: "-") else { return name }
        let number = name[dash...].dropFirst()
        return !number.isEmpty && number.allSatisfy(\.isNumber) ? String(name[..<dash]) : name
    }

    /// A pool, and the target group that some of its Ingresses use.
    private struct Vote {
        var pool: String
        var standing: String
        var count: Int
    }

    /// Those of more Ingresses come first.
    private func votes(of users: [String: Set<String>], for family: [String], stem: String) -> [Vote] {
        family.flatMap { pool in
            let standing = users[pool, default: []].flatMap { groups[$0] ?? [] }.filter { Self.stem($0) == stem }
            return Dictionary(grouping: standing, by: \.self).map {
                Vote(pool: pool, standing: $0.key, count: $0.value.count)
            }
        }.sorted { ($1.count, $0.pool, $0.standing) < ($0.count, $1.pool, $1.standing) }
    }

    /// What each pool of a family is called: as the group that most of its Ingresses use, and else as it is, or as nobody is.
    private static func names(of family: [String], stem: String, votes: [Vote]) -> [String: String] {
        var names: [String: String] = [:]
        var taken: Set<String> = []
        for vote in votes where names[vote.pool] == nil && !taken.contains(vote.standing) {
            names[vote.pool] = vote.standing
            taken.insert(vote.standing)
        }
        for pool in family.sorted() where names[pool] == nil {
            var name = pool
            var number = 2
            while taken.contains(name) {
                name = "\(stem)-\(number)"
                number += 1
            }
            names[pool] = name
            taken.insert(name)
        }
        return names
    }
}

extension LoadBalancerPlan {
    fileprivate func renamingPools(_ names: [String: String]) -> LoadBalancerPlan {
        var plan = self
        for index in plan.pools.indices { plan.pools[index].name = names[pools[index].name] ?? pools[index].name }
        plan.pools.sort { $0.name < $1.name }
        for index in plan.routes.indices { plan.routes[index].action.rename(pools: names) }
        plan.hostFallback?.action.rename(pools: names)
        func renamed(_ pool: WithheldPool) -> WithheldPool {
            WithheldPool(pool: names[pool.pool] ?? pool.pool, affinity: pool.affinity)
        }
        for index in (plan.withheld ?? []).indices {
            plan.withheld?[index].pools = withheld?[index].pools?.map(renamed)
        }
        for index in (plan.refused ?? []).indices {
            plan.refused?[index].pools = refused?[index].pools?.map(renamed)
        }
        return plan
    }
}
