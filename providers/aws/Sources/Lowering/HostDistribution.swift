internal import LoadBalancerModel
internal import Provisioning

/// Which hosts go to which load balancer.
struct HostDistribution {
    /// By the number of the part.
    private(set) var parts: [Int: Set<String>] = [:]
    private var used: [Int: Need] = [:]
    private let staying: [Int: StandingHoldings.Holding]

    /// - Parameters:
    ///   - ruleCounts: how many rules each host takes; those without a host under the empty name.
    ///   - capacities: how much of the quotas a part uses, in percent, where that isn't all.
    ///   - placed: the part that serves a host now. It stays there as long as it fits, the older before the newer; what
    ///     doesn't, and what is new, fills the room of the others.
    ///   - staying: what parts have of Ingresses that are left out, which takes room as well.
    init(
        _ plan: LoadBalancerPlan, ruleCounts: [String: Int], _ quotas: AWSQuotas, _ capacities: [Int: Int] = [:],
        placed: [String: Int] = [:], staying: [Int: StandingHoldings.Holding] = [:]
    ) {
        self.staying = staying
        let (needs, shared) = Self.needs(of: plan, ruleCounts: ruleCounts)
        let order = needs.sorted { ($0.value.created, $0.key) < ($1.value.created, $1.key) }
        var left: [(host: String, need: Need)] = []
        for (host, need) in order {
            if let number = placed[host],
                used[number]?.fits(need, quotas, capacities[number, default: 100]) ?? true
            {
                add(host, need, to: number, shared)
            } else {
                left.append((host, need))
            }
        }
        for (host, need) in left {
            let fitting = used.keys.sorted().first { number in
                used[number]?.fits(need, quotas, capacities[number, default: 100]) ?? false
            }
            add(host, need, to: fitting ?? unusedNumber, shared)
        }
        if parts.isEmpty { parts = [1: []] }
    }

    private var unusedNumber: Int {
        var number = 1
        while used[number] != nil { number += 1 }
        return number
    }

    private mutating func add(_ host: String, _ need: Need, to number: Int, _ shared: Need) {
        used[number, default: shared.adding(staying[number])].add(need)
        parts[number, default: []].insert(host)
    }

    private static func needs(
        of plan: LoadBalancerPlan, ruleCounts: [String: Int]
    ) -> (byHost: [String: Need], shared: Need) {
        var needs: [String: Need] = [:]
        var shared = Need()
        for route in plan.routes {
            if let host = route.match.host { needs[host, default: Need()].add(route) } else { shared.add(route) }
        }
        shared.rules = ruleCounts["", default: 0]
        for host in needs.keys { needs[host]?.rules = ruleCounts[host, default: 0] }
        for listener in plan.listeners {
            for binding in listener.tls?.certificates ?? [] {
                guard let certificate = binding.certificate else { continue }
                needs[binding.host]?.certificates.insert("\(listener.name) \(certificate)")
            }
        }
        return (needs, shared)
    }

    private struct Need {
        var rules = 0
        var pools: Set<String> = []
        var certificates: Set<String> = []
        /// The creation time of the oldest Ingress.
        var created = "~"

        mutating func add(_ route: Route) {
            created = min(created, route.created ?? "")
            guard case .forward(let weighted) = route.action else { return }
            let sticky = route.filters.affinity.map { " \($0.maximumAgeSeconds ?? 0)" } ?? ""
            pools.formUnion(weighted.map { $0.pool + sticky })
        }

        mutating func add(_ other: Need) {
            rules += other.rules
            pools.formUnion(other.pools)
            certificates.formUnion(other.certificates)
        }

        /// With what stays.
        func adding(_ staying: StandingHoldings.Holding?) -> Need {
            guard let staying else { return self }
            var need = self
            need.rules += staying.rules.count
            need.pools.formUnion(staying.targetGroups.map(\.name))
            return need
        }

        func fits(_ other: Need, _ quotas: AWSQuotas, _ capacity: Int) -> Bool {
            func allows(_ quota: Int, _ used: Int) -> Bool { used <= quota * capacity / 100 }
            return allows(quotas.rulesPerLoadBalancer, rules + other.rules)
                && allows(quotas.targetGroupsPerLoadBalancer, pools.count + other.pools.count { !pools.contains($0) })
                && allows(
                    quotas.certificatesPerLoadBalancer,
                    certificates.count + other.certificates.count { !certificates.contains($0) })
        }
    }
}
