package import LoadBalancerModel
package import Provisioning

/// Turns a plan into an Application Load Balancer: typed resources, and an account of every difference.
package enum ALBLowering {
    /// Lowers a plan. Pure: same plan and environment, same graph.
    ///
    /// An Ingress that AWS can't take, or for which a quota leaves no room, is quarantined and disturbs no other.
    ///
    /// - Throws: ``LoweringError`` where the load balancer as a whole can't be had, naming the setting, its value and the
    ///   remedy.
    package static func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment
    ) throws(LoweringError) -> Lowering<AWSResource> {
        let settings = try AWSSettings(plan.provider)
        try UserTags.check(plan.attributes.tags)
        var lowering = PlanLowering(plan: plan, environment: environment, settings: settings)
        return try lowering.lower()
    }
}

/// The tags that parameters ask for.
enum UserTags {
    /// What AWS allows for a resource.
    private static let limit = 50
    /// The ownership tags, and those of target groups and certificates.
    private static let ours = 6

    static func check(_ tags: [String: String]) throws(LoweringError) {
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            let problem: String? =
                if key.hasPrefix(OwnershipTags.Key.prefix) {
                    "begins with \(OwnershipTags.Key.prefix), which is Headgate's"
                } else if key.lowercased().hasPrefix("aws:") {
                    "begins with aws:, which is AWS's"
                } else if !(1...128).contains(key.count) || value.count > 256 {
                    "has a key of \(key.count) and a value of \(value.count) characters, and AWS allows 128 and 256"
                } else if !(key + value).allSatisfy({ $0.isLetter || $0.isNumber || " _.:/=+-@".contains($0) }) {
                    "has characters other than letters, digits, spaces and _ . : / = + - @"
                } else {
                    nil
                }
            guard let problem else { continue }
            throw LoweringError(
                reason: "InvalidTag", message: "tags: \"\(key)\": \"\(value)\" \(problem); correct or remove it")
        }
        guard tags.count + ours <= limit else {
            throw LoweringError(
                reason: "TooManyTags",
                message:
                    "tags has \(tags.count) tags, and AWS leaves room for \(limit - ours) beside Headgate's; remove "
                    + "some")
        }
    }
}

/// Lowers a plan as often as it takes to know what fits.
struct PlanLowering {
    let plan: LoadBalancerPlan
    let environment: AWSEnvironment
    let settings: AWSSettings
    private var quarantined: [String: Quarantine] = [:]

    init(plan: LoadBalancerPlan, environment: AWSEnvironment, settings: AWSSettings) {
        self.plan = plan
        self.environment = environment
        self.settings = settings
    }

    mutating func lower() throws(LoweringError) -> Lowering<AWSResource> {
        var whole = try lower(plan, number: 1)
        while !whole.refusals.isEmpty {
            for (ingress, refusal) in whole.refusals {
                quarantined[ingress] = Quarantine(member: ingress, reason: refusal.reason, message: refusal.message)
            }
            whole = try lower(plan.without(Set(quarantined.keys)), number: 1)
        }
        let accepted = plan.without(Set(quarantined.keys))
        guard !whole.usage.excess(environment.quotas).isEmpty else { return result([(accepted, whole)]) }
        switch settings.split {
        case .byHost: return try split(accepted, whole)
        case .none: return try quarantineNewest(accepted, whole)
        }
    }

    /// Lowers what one load balancer carries.
    ///
    /// Wildcard hosts are told as patterns as long as the rules take no more than half of what is allowed and every route
    /// can be had. Rules run short well before the quota is reached, since on the way from one form to the other both
    /// need room.
    private func lower(_ plan: LoadBalancerPlan, number: Int) throws(LoweringError) -> PartLowering {
        let hasWildcards = plan.routes.contains { $0.match.host?.hasPrefix("*.") ?? false }
        if hasWildcards {
            let lowering = try lower(plan, number: number, wildcards: .patterns)
            if lowering.refusals.isEmpty, lowering.usage.rules <= environment.quotas.rulesPerLoadBalancer / 2 {
                return lowering
            }
        }
        return try lower(plan, number: number, wildcards: .expressions)
    }

    private func lower(
        _ plan: LoadBalancerPlan, number: Int, wildcards: WildcardForm
    ) throws(LoweringError) -> PartLowering {
        try PartLowering(
            plan, part: LoadBalancerPart(plan, number: number), environment: environment, settings: settings,
            wildcards: wildcards)
    }

    private func result(
        _ parts: [(plan: LoadBalancerPlan, lowering: PartLowering)], notes: [FidelityFinding] = []
    ) -> Lowering<AWSResource> {
        var graph = ResourceGraph<AWSResource>()
        var log = FidelityLog(loadBalancer: plan.name)
        var placement: [String: [ResourceReference]] = [:]
        var quotas: [QuotaUse] = []
        for (part, lowering) in parts {
            for resource in lowering.resources { graph.insert(resource) }
            graph.precedence += lowering.precedence
            log.merge(lowering.log)
            let scope = parts.count == 1 ? plan.name : "\(plan.name) (\(lowering.part.name))"
            quotas += lowering.usage.uses(environment.quotas, scope: scope)
            for ingress in Set(part.routes.compactMap(\.ingress)) {
                placement[ingress, default: []].append(lowering.part.loadBalancer)
            }
        }
        return Lowering(
            graph: graph, fidelity: notes + log.findings,
            quarantined: quarantined.values.sorted { $0.member < $1.member },
            standby: parts.flatMap { standby(in: $0.lowering.part) }, quotas: quotas, placement: placement)
    }

    /// The targets of quarantined Ingresses: Pods come and go whatever becomes of an Ingress.
    private func standby(in part: LoadBalancerPart) -> [StandbyResource<AWSResource>] {
        var groups = TargetGroupLowering(plan: plan, environment: environment, settings: settings, part: part)
        for route in plan.routes {
            guard let ingress = route.ingress, quarantined[ingress] != nil, case .forward(let pools) = route.action
            else { continue }
            for weighted in pools {
                // A pool with settings that AWS doesn't take has no target group.
                _ = try? groups.group(pool: weighted.pool, affinity: route.filters.affinity, ingress: ingress)
            }
        }
        return groups.nodes.values.map { StandbyResource(resource: $0.targets, holder: $0.group) }
            .sorted { $0.resource.reference < $1.resource.reference }
    }

    // MARK: Quotas

    /// Leaves out the newest Ingresses until what is left fits.
    private mutating func quarantineNewest(
        _ plan: LoadBalancerPlan, _ whole: PartLowering
    ) throws(LoweringError) -> Lowering<AWSResource> {
        let members = plan.membersByAge
        let excess = whole.usage.excess(environment.quotas)
        let dropsNames = whole.usage.certificates > environment.quotas.certificatesPerLoadBalancer
        var (fitting, tooMany) = (0, members.count)
        var best = try without(members[...], plan, dropsNames: dropsNames)
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            let candidate = try without(members[middle...], plan, dropsNames: dropsNames)
            if candidate.lowering.usage.excess(environment.quotas).isEmpty {
                fitting = middle
                best = candidate
            } else {
                tooMany = middle
            }
        }
        for member in members[fitting...] {
            quarantined[member] = Quarantine(
                member: member, reason: "QuotaExceeded",
                message:
                    "the load balancer would take \(excess.joined(separator: " and ")) that AWS allows, and the newest "
                    + "Ingresses are left out; raise the quota with AWS, set provider.settings.split to by-host, or give "
                    + "Ingresses a load balancer of their own by sharing.mode")
        }
        return result([best])
    }

    private func without(
        _ members: ArraySlice<String>, _ plan: LoadBalancerPlan, dropsNames: Bool
    ) throws(LoweringError) -> (plan: LoadBalancerPlan, lowering: PartLowering) {
        let rest = dropsNames ? plan.withoutAll(of: Set(members)) : plan.without(Set(members))
        return (rest, try lower(rest, number: 1))
    }

    /// Spreads the hosts over load balancers, older ones first, so that a new host moves none that stands.
    private mutating func split(
        _ plan: LoadBalancerPlan, _ whole: PartLowering
    ) throws(LoweringError) -> Lowering<AWSResource> {
        var capacity = 100
        while true {
            let distribution = HostDistribution(plan, ruleCounts: whole.ruleCounts, environment.quotas, capacity)
            var parts: [(plan: LoadBalancerPlan, lowering: PartLowering)] = []
            for (index, part) in plan.divided(among: distribution.parts).enumerated() {
                parts.append((part, try lower(part, number: index + 1)))
            }
            if let unfit = parts.first(where: { !$0.lowering.usage.excess(environment.quotas).isEmpty }) {
                // Estimates of single hosts don't add up where they share rules.
                if capacity > 50 {
                    capacity -= 10
                    continue
                }
                return try quarantineNewest(in: unfit, plan)
            }
            return result(parts, notes: notes(parts, whole))
        }
    }

    /// A host that passes a quota by itself loses its newest Ingresses.
    private mutating func quarantineNewest(
        in unfit: (plan: LoadBalancerPlan, lowering: PartLowering), _ plan: LoadBalancerPlan
    ) throws(LoweringError) -> Lowering<AWSResource> {
        _ = try quarantineNewest(unfit.plan, unfit.lowering)
        let rest = plan.withoutAll(of: Set(quarantined.keys))
        let whole = try lower(rest, number: 1)
        if whole.usage.excess(environment.quotas).isEmpty { return result([(rest, whole)]) }
        guard rest.routes.count < plan.routes.count else { return result([(rest, whole)]) }
        return try split(rest, whole)
    }

    private func notes(
        _ parts: [(plan: LoadBalancerPlan, lowering: PartLowering)], _ whole: PartLowering
    ) -> [FidelityFinding] {
        let names = parts.map { part in
            let hosts = Set(part.plan.routes.compactMap(\.match.host)).sorted()
            return "\(part.lowering.part.name) has \(hosts.count) hosts"
        }
        return [
            FidelityFinding(
                severity: .approximated, object: "LoadBalancer \(plan.name)",
                message:
                    "one load balancer would take \(whole.usage.excess(environment.quotas).joined(separator: " and ")) "
                    + "that AWS allows, and so the hosts are spread over \(parts.count) load balancers with addresses of "
                    + "their own: \(names.joined(separator: ", "))")
        ]
    }
}

/// Which hosts go to which load balancer.
struct HostDistribution {
    private(set) var parts: [Set<String>] = []

    /// - Parameters:
    ///   - ruleCounts: how many rules each host takes; those without a host under the empty name.
    ///   - capacity: how much of the quotas is used, in percent.
    init(_ plan: LoadBalancerPlan, ruleCounts: [String: Int], _ quotas: AWSQuotas, _ capacity: Int) {
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
        let order = needs.sorted { ($0.value.created, $0.key) < ($1.value.created, $1.key) }
        var used: [Need] = []
        for (host, need) in order {
            let index = used.firstIndex { $0.fits(need, quotas, capacity) }
            if let index {
                used[index].add(need)
                parts[index].insert(host)
            } else {
                used.append(shared)
                used[used.count - 1].add(need)
                parts.append([host])
            }
        }
        if parts.isEmpty { parts = [[]] }
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

extension LoadBalancerPlan {
    /// The plan without the routes of some Ingresses. Their server names stay, for what they had goes on by HTTPS too.
    fileprivate func without(_ ingresses: Set<String>) -> LoadBalancerPlan {
        var plan = self
        plan.routes.removeAll { route in route.ingress.map(ingresses.contains) ?? false }
        return plan
    }

    /// The plan without the routes of some Ingresses, and without the server names that only those had.
    fileprivate func withoutAll(of ingresses: Set<String>) -> LoadBalancerPlan {
        guard !ingresses.isEmpty else { return self }
        let plan = without(ingresses)
        let left = Set(plan.routes.compactMap(\.match.host))
        return plan.withoutServerNames(Set(routes.compactMap(\.match.host)).subtracting(left))
    }

    private func withoutServerNames(_ hosts: Set<String>) -> LoadBalancerPlan {
        var plan = self
        for index in plan.listeners.indices {
            plan.listeners[index].tls?.certificates.removeAll { hosts.contains($0.host) }
        }
        return plan
    }

    /// The Ingresses, the oldest first.
    fileprivate var membersByAge: [String] {
        var created: [String: String] = [:]
        for route in routes {
            guard let ingress = route.ingress else { continue }
            created[ingress] = min(created[ingress] ?? "~", route.created ?? "")
        }
        return created.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
