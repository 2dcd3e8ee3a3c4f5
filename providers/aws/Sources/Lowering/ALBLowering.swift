package import LoadBalancerModel
package import Provisioning

/// Turns a plan into an Application Load Balancer: typed resources, and an account of every difference.
package enum ALBLowering {
    /// Lowers a plan. Pure: same plan and environment, same graph.
    ///
    /// An Ingress that AWS can't take, or for which a quota leaves no room, is quarantined and disturbs no other.
    ///
    /// - Parameter observed: what exists. Of a plan that is split, a host stays on its load balancer as long as it fits.
    /// - Throws: ``LoweringError`` where the load balancer as a whole can't be had, naming the setting, its value and the
    ///   remedy.
    package static func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment, beside observed: ObservedGraph<AWSResource> = .init()
    ) throws(LoweringError) -> Lowering<AWSResource> {
        try PlanTags.check(Owner(plan))
        let plan = StandingPoolNames(observed).applied(to: plan)
        guard !plan.isForNobody || !observed.resources.isEmpty else { return Lowering(graph: ResourceGraph()) }
        let settled = plan.settled(among: observed).settled(beside: environment.standing)
        var quarantined = (plan.refused ?? []).map { Quarantine($0) }
        // Until no guard is for Ingresses alone that are left out.
        while true {
            let left = Set(quarantined.map(\.member))
            var settings = try PlanSettings(settled)
            _ = settings.leaveUnsettled(askedForByNoneBut: left, environment.standing)
            try settings.resolve(in: environment)
            guard !settings.isForNobody || !observed.resources.isEmpty else {
                return Lowering(fidelity: settings.findings, quarantined: settings.quarantined)
            }
            let result = try lower(settings, leavingOut: quarantined, plan, in: environment, beside: observed)
            let more = Set(result.quarantined.map(\.member)).union(left)
            guard settings.leaveUnsettled(askedForByNoneBut: more, environment.standing) else { return result }
            quarantined = result.quarantined
        }
    }

    private static func lower(
        _ settings: PlanSettings, leavingOut quarantined: [Quarantine], _ plan: LoadBalancerPlan,
        in environment: AWSEnvironment, beside observed: ObservedGraph<AWSResource>
    ) throws(LoweringError) -> Lowering<AWSResource> {
        var lowering = PlanLowering(
            settings, quarantined: quarantined + settings.quarantined, environment: environment, observed: observed)
        do throws(LoweringError) {
            return try lowering.lower()
        } catch {
            throw error.told(with: settings.findings, plan, environment)
        }
    }
}

extension LoweringError {
    /// The error with what was left out of the plan, which may be why the rest can't be had.
    fileprivate func told(
        with leftOut: [FidelityFinding], _ plan: LoadBalancerPlan, _ environment: AWSEnvironment
    ) -> LoweringError {
        var error = self
        for finding in leftOut { error.message += "; \(finding.object), \(finding.message)" }
        guard plan.leavesUnsettled(.scheme), environment.standing.scheme == nil else { return error }
        for withheld in plan.withheld ?? []
        where withheld.unreadableGuards?.contains(.scheme) ?? false {
            error.message +=
                "; it is internal because of the Ingress \(withheld.ingress), whose scheme can't be read: \(withheld.message)"
        }
        return error
    }
}

/// Lowers a plan as often as it takes to know what fits.
struct PlanLowering {
    let plan: LoadBalancerPlan
    let environment: AWSEnvironment
    let settings: AWSSettings
    private let observed: ObservedGraph<AWSResource>
    private static let noRoom = "QuotaExceeded"
    /// What annotations ask for and isn't done.
    private let leftOut: [FidelityFinding]
    private var quarantined: [String: Quarantine]
    private var placement = HostPlacement()

    /// - Parameter quarantined: the Ingresses that are left out whatever there is room for.
    init(
        _ settings: PlanSettings, quarantined: [Quarantine], environment: AWSEnvironment,
        observed: ObservedGraph<AWSResource>
    ) {
        self.observed = observed
        self.plan = settings.plan
        self.environment = environment
        self.settings = settings.settings
        leftOut = settings.findings
        self.quarantined = Dictionary(quarantined.map { ($0.member, $0) }) { first, _ in first }
    }

    mutating func lower() throws(LoweringError) -> Lowering<AWSResource> {
        // Those for whom a quota left no room keep theirs from no other.
        let crowdedOut = Set(quarantined.values.filter { $0.reason == Self.noRoom }.map(\.member))
        let plan = plan.withoutAll(of: crowdedOut)
        var whole = try lower(plan.without(Set(quarantined.keys)), number: 1)
        while !whole.refusals.isEmpty {
            for (ingress, refusal) in whole.refusals {
                quarantined[ingress] = Quarantine(member: ingress, reason: refusal.reason, message: refusal.message)
            }
            whole = try lower(plan.without(Set(quarantined.keys)), number: 1)
        }
        let accepted = plan.without(Set(quarantined.keys))
        placement = HostPlacement(observed, conditions: inAllForms(whole.hostConditions))
        // What was split stays so: no host moves just because all would fit together again.
        let isSplit = settings.split == .byHost && placement.parts.values.contains { $0 != 1 }
        guard isSplit || !whole.usage.excess(environment.quotas).isEmpty else { return result([(accepted, whole)]) }
        switch settings.split {
        case .byHost: return try split(accepted, whole)
        case .none: return try quarantineNewest(accepted, whole) ?? result([(accepted, whole)])
        }
    }

    /// The conditions of hosts with those of the form of wildcards that wasn't chosen: what exists may have it.
    private func inAllForms(_ conditions: [String: Set<RuleCondition>]) -> [String: Set<RuleCondition>] {
        var conditions = conditions
        for host in conditions.keys where host.hasPrefix("*.") {
            for form in [WildcardForm.patterns, .expressions] {
                let forms = RouteConditions(quotas: environment.quotas, wildcards: form)
                if let condition = try? forms.host(.host(host)) { conditions[host]?.insert(condition) }
            }
        }
        return conditions
    }

    /// Lowers what one load balancer carries.
    ///
    /// Wildcard hosts are told as patterns as long as the rules take no more than half of what is allowed and every route
    /// can be had. Rules run short well before the quota is reached, since on the way from one form to the other both
    /// need room.
    ///
    /// - Parameter members: Ingresses of which the plan has nothing, beside those that are quarantined.
    private func lower(
        _ plan: LoadBalancerPlan, number: Int, leavingOut members: Set<String> = []
    ) throws(LoweringError) -> PartLowering {
        // What stands may have wildcards, too.
        let hasWildcards = plan.routes.contains { $0.match.host?.hasPrefix("*.") ?? false }
        guard hasWildcards else { return try lower(plan, number: number, leavingOut: members, wildcards: .patterns) }
        // The rules for the names below a wildcard compare the host, and a rule compares it once.
        let comparesHosts = plan.routes.contains { $0.match.headers.contains { $0.name.lowercased() == "host" } }
        if !comparesHosts {
            let lowering = try lower(plan, number: number, leavingOut: members, wildcards: .patterns)
            if lowering.refusals.isEmpty, lowering.usage.rules <= environment.quotas.rulesPerLoadBalancer / 2 {
                return lowering
            }
        }
        return try lower(plan, number: number, leavingOut: members, wildcards: .expressions)
    }

    private func lower(
        _ plan: LoadBalancerPlan, number: Int, leavingOut members: Set<String>, wildcards: WildcardForm
    ) throws(LoweringError) -> PartLowering {
        try PartLowering(
            plan, part: LoadBalancerPart(plan, number: number), environment: environment, settings: settings,
            wildcards: wildcards, quarantined: members.union(quarantined.keys))
    }

    private func result(
        _ parts: [(plan: LoadBalancerPlan, lowering: PartLowering)], notes: [FidelityFinding] = []
    ) -> Lowering<AWSResource> {
        var graph = ResourceGraph<AWSResource>()
        var log = FidelityLog(loadBalancer: plan.name)
        var ingresses: [String: [ResourceReference]] = [:]
        var quotas: [QuotaUse] = []
        for (part, lowering) in parts {
            for resource in placement.announcingMoves(lowering) { graph.insert(resource) }
            graph.precedence += lowering.precedence
            graph.limits.append(
                ResourceLimit(
                    name: "Rules per Application Load Balancer", holder: lowering.part.loadBalancer,
                    type: AWSResource.ResourceType.rule, allowed: environment.quotas.rulesPerLoadBalancer))
            log.merge(lowering.log)
            let scope = parts.count == 1 ? plan.name : "\(plan.name) (\(lowering.part.name))"
            quotas += lowering.usage.uses(environment.quotas, scope: scope)
            let usage = lowering.usage
            for excess in usage.excess(environment.quotas) + usage.otherExcess(environment.quotas) {
                log.unsupported(nil, "\(scope) takes \(excess), and AWS refuses what is beyond; have the quota raised")
            }
            for ingress in Set(part.routes.compactMap(\.ingress)) {
                ingresses[ingress, default: []].append(lowering.part.loadBalancer)
            }
        }
        return Lowering(
            graph: graph, fidelity: leftOut + notes + log.findings,
            quarantined: quarantined.values.sorted { $0.member < $1.member },
            standby: parts.flatMap { standby(in: $0.lowering.part) }, quotas: quotas, placement: ingresses,
            parts: parts.count == 1
                ? []
                : parts.map { part, lowering in
                    PlanPart(
                        loadBalancer: lowering.part.loadBalancer,
                        hosts: Set(part.routes.compactMap(\.match.host)).sorted())
                },
            listeners: parts.map(\.lowering.secureListeners).reduce([]) { $0.merged(with: $1) })
    }

    /// The targets of quarantined and withheld Ingresses: Pods come and go whatever becomes of an Ingress. They don't hang
    /// on the settings at fault.
    private func standby(in part: LoadBalancerPart) -> [StandbyResource<AWSResource>] {
        var groups = TargetGroupLowering(
            plan: plan, environment: environment, settings: settings, part: part, leavesOutBadSettings: true)
        var pools: [WithheldPool] = (plan.withheld ?? []).flatMap { $0.pools ?? [] }
        pools += (plan.refused ?? []).flatMap { $0.pools ?? [] }
        for route in plan.routes {
            guard let ingress = route.ingress, quarantined[ingress] != nil, case .forward(let weighted) = route.action
            else { continue }
            pools += weighted.map { WithheldPool(pool: $0.pool, affinity: route.filters.affinity) }
        }
        for pool in pools {
            // No setting is refused here.
            _ = try? groups.group(pool: pool.pool, affinity: pool.affinity, ingress: nil)
        }
        return groups.nodes.values.map { StandbyResource(resource: $0.targets, holder: $0.group) }
            .sorted { $0.resource.reference < $1.resource.reference }
    }

    // MARK: Quotas

    /// Leaves out the newest Ingresses until what is left fits. Since what an Ingress has stays, that makes room only of
    /// those that take more than they have; of these, those go first that have nothing yet.
    ///
    /// - Returns: what is left; nil where leaving out makes no room.
    private mutating func quarantineNewest(
        _ plan: LoadBalancerPlan, _ whole: PartLowering
    ) throws(LoweringError) -> Lowering<AWSResource>? {
        let (content, growing) = membersByNeed(plan, whole)
        let members = content + growing
        let excess = whole.usage.excess(environment.quotas)
        let dropsNames = whole.usage.certificates > environment.quotas.certificatesPerLoadBalancer
        guard !members.isEmpty, dropsNames || !growing.isEmpty else { return nil }
        var (fitting, tooMany) = (content.count, members.count)
        var best = try without(members[fitting...], plan, number: whole.part.number, dropsNames: dropsNames)
        // Names of hosts go with who is left out, whatever its rules.
        if dropsNames, growing.isEmpty || !best.lowering.usage.excess(environment.quotas).isEmpty {
            fitting = 0
            best = try without(members[...], plan, number: whole.part.number, dropsNames: true)
        }
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            let candidate = try without(members[middle...], plan, number: whole.part.number, dropsNames: dropsNames)
            if candidate.lowering.usage.excess(environment.quotas).isEmpty {
                fitting = middle
                best = candidate
            } else {
                tooMany = middle
            }
        }
        var left = Array(members[fitting...])
        try readmit(&left, plan, number: whole.part.number, dropsNames: dropsNames, &best)
        for member in left {
            quarantined[member] = Quarantine(member: member, reason: Self.noRoom, message: noRoomMessage(excess))
        }
        return result([best])
    }

    /// Lets those in again that take nothing of what there is no room for, such as an Ingress without a certificate where
    /// certificates are too many. Where many are left out, finding them takes too long.
    private func readmit(
        _ left: inout [String], _ plan: LoadBalancerPlan, number: Int, dropsNames: Bool,
        _ best: inout (plan: LoadBalancerPlan, lowering: PartLowering)
    ) throws(LoweringError) {
        guard (2...16).contains(left.count) else { return }
        for member in left {
            let others = left.filter { $0 != member }
            let candidate = try without(others[...], plan, number: number, dropsNames: dropsNames)
            guard candidate.lowering.usage.excess(environment.quotas).isEmpty else { continue }
            left = others
            best = candidate
        }
    }

    /// The Ingresses that take no more than they have, and those that take more; of these, those in front that have
    /// something already. The oldest come first.
    private func membersByNeed(
        _ plan: LoadBalancerPlan, _ lowering: PartLowering
    ) -> (content: [String], growing: [String]) {
        let needs = lowering.holdings
        let certificates = Set(environment.standing.importedCertificates.map(\.reference))
        var (content, grown, new): ([String], [String], [String]) = ([], [], [])
        for member in plan.membersByAge {
            guard let has = environment.standing.holdings.holding(of: member, part: lowering.part.number) else {
                new.append(member)
                continue
            }
            let needs = needs[member] ?? .init()
            let isGrown = needs.exceeds(has) || !needs.certificates.isSubset(of: certificates)
            if isGrown { grown.append(member) } else { content.append(member) }
        }
        return (content, grown + new)
    }

    private func noRoomMessage(_ excess: [String]) -> String {
        let splits = settings.split == .byHost ? "" : "set provider.settings.split to by-host, "
        return "the load balancer would take \(excess.joined(separator: " and ")) that AWS allows, and the newest "
            + "Ingresses that take more than they have are left out; raise the quota with AWS, \(splits)or give Ingresses a "
            + "load balancer of their own by sharing.mode"
    }

    private func without(
        _ members: ArraySlice<String>, _ plan: LoadBalancerPlan, number: Int, dropsNames: Bool
    ) throws(LoweringError) -> (plan: LoadBalancerPlan, lowering: PartLowering) {
        let left = Set(members)
        let rest = dropsNames ? plan.withoutAll(of: left) : plan.without(left)
        return (rest, try lower(rest, number: number, leavingOut: left))
    }

    /// Spreads the hosts over load balancers: each stays where it is as long as it fits there, and new ones fill what room
    /// there is.
    private mutating func split(
        _ plan: LoadBalancerPlan, _ whole: PartLowering
    ) throws(LoweringError) -> Lowering<AWSResource> {
        var capacities: [Int: Int] = [:]
        let staying = environment.standing.holdings.holdings(of: plan.leftOut(with: Set(quarantined.keys)))
        while true {
            let distribution = HostDistribution(
                plan, ruleCounts: whole.ruleCounts, environment.quotas, capacities, placed: placement.parts,
                staying: staying)
            var parts: [(plan: LoadBalancerPlan, lowering: PartLowering)] = []
            let numbers = distribution.parts.keys.sorted()
            let hosts = numbers.map { distribution.parts[$0, default: []] }
            for (number, part) in zip(numbers, plan.divided(among: hosts)) {
                parts.append((part, try lower(part, number: number)))
            }
            let unfit = parts.filter { !$0.lowering.usage.excess(environment.quotas).isEmpty }
            // Estimates of single hosts don't add up where they share rules.
            if let number = unfit.map(\.lowering.part.number).first(where: { capacities[$0, default: 100] > 50 }) {
                capacities[number] = capacities[number, default: 100] - 10
                continue
            }
            for part in unfit {
                if let rest = try quarantineNewest(in: part, plan) { return rest }
            }
            return result(parts, notes: parts.count == 1 ? [] : notes(parts, whole))
        }
    }

    /// A host that passes a quota by itself loses its newest Ingresses.
    private mutating func quarantineNewest(
        in unfit: (plan: LoadBalancerPlan, lowering: PartLowering), _ plan: LoadBalancerPlan
    ) throws(LoweringError) -> Lowering<AWSResource>? {
        guard try quarantineNewest(unfit.plan, unfit.lowering) != nil else { return nil }
        let rest = plan.withoutAll(of: Set(quarantined.keys))
        let whole = try lower(rest, number: 1)
        let isSplit = placement.parts.values.contains { $0 != 1 }
        if whole.usage.excess(environment.quotas).isEmpty, !isSplit { return result([(rest, whole)]) }
        return try split(rest, whole)
    }

    private func notes(
        _ parts: [(plan: LoadBalancerPlan, lowering: PartLowering)], _ whole: PartLowering
    ) -> [FidelityFinding] {
        let names = parts.map { part in
            let hosts = Set(part.plan.routes.compactMap(\.match.host)).sorted()
            return "\(part.lowering.part.name) has \(hosts.count) hosts"
        }
        let excess = whole.usage.excess(environment.quotas)
        let cause =
            excess.isEmpty
            ? "the hosts stay where they are served, though one load balancer could take them all"
            : "one load balancer would take \(excess.joined(separator: " and ")) that AWS allows"
        return [
            FidelityFinding(
                severity: .approximated, object: "LoadBalancer \(plan.name)",
                message:
                    "\(cause), and so the hosts are spread over \(parts.count) load balancers with addresses of their own: "
                    + names.joined(separator: ", "))
        ]
    }
}
