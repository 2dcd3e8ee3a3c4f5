package import LoadBalancerModel
package import Provisioning

/// The provider of ``InMemoryCloud``: what the engine's own tests, and the conformance suite's, run on.
package struct InMemoryProvider: LoadBalancerProvider {
    package struct Environment: Sendable {}

    package let name = "in-memory"
    package let capabilities = ProviderCapabilities(features: [], limits: [])
    private let cloud: InMemoryCloud
    /// Whether plans know of the cloud's limit of rules.
    private let tellsLimits: Bool

    package init(cloud: InMemoryCloud, tellsLimits: Bool = true) {
        self.cloud = cloud
        self.tellsLimits = tellsLimits
    }

    package func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> Environment {
        Environment()
    }

    // MARK: Lowering

    package func lower(
        _ plan: LoadBalancerPlan, in environment: Environment
    ) throws(LoweringError) -> Lowering<InMemoryResource> {
        if let setting = plan.provider.settings.keys.filter({ !["clients", "barred"].contains($0) }).min() {
            throw LoweringError(
                reason: "UnknownSetting",
                message:
                    "provider.settings.\(setting) isn't a setting of this cloud, which has clients and barred; remove it"
            )
        }
        let balancer = ResourceReference(type: "balancer", name: "main")
        var result = Lowering<InMemoryResource>()
        let gate = plan.provider.settings["clients"].map { clients in
            DesiredResource(
                reference: ResourceReference(type: "gate", name: "main"),
                resource: InMemoryResource.gate(clients: list(clients)))
        }
        if let gate { result.graph.insert(gate) }
        result.graph.insert(
            DesiredResource(
                reference: balancer,
                resource: .balancer(
                    scheme: plan.scheme.rawValue,
                    idleSeconds: (plan.attributes.timeouts.idleMilliseconds ?? 60_000) / 1000,
                    gate: (gate?.reference).map(ResourceLink.resource),
                    barred: plan.provider.settings["barred"].map(list) ?? [])))
        for pool in plan.pools {
            result.graph.insert(
                DesiredResource(
                    reference: ResourceReference(type: "pool", name: pool.name),
                    resource: .pool(
                        balancer: .resource(balancer),
                        protocol: pool.protocol.rawValue,
                        targets: pool.targets.map { "\($0.address):\($0.port)" })))
        }
        result.quarantined = quarantined(plan)
        let left = Set(result.quarantined.map(\.member))
        var rules: [ResourceReference] = []
        for route in plan.routes where !left.contains(member(of: route)) {
            let match = "\(route.match.host ?? "*")\(route.match.path.value)"
            let reference = ResourceReference(type: "rule", name: match)
            rules.append(reference)
            result.graph.insert(
                DesiredResource(
                    reference: reference,
                    resource: .rule(
                        balancer: .resource(balancer), position: rules.count * 10, match: match,
                        action: action(of: route)),
                    members: [member(of: route)]))
        }
        result.graph.precedence = [PrecedenceList(owner: balancer, members: rules)]
        if tellsLimits, let limit = cloud.ruleLimit {
            result.graph.limits = [ResourceLimit(name: "rules", holder: balancer, type: "rule", allowed: limit)]
        }
        return result
    }

    /// This cloud knows no regular expressions.
    private func quarantined(_ plan: LoadBalancerPlan) -> [Quarantine] {
        let members = plan.routes.filter { [.regularExpression, .expression].contains($0.match.path.kind) }.map(member)
        return Set(members).sorted().map {
            Quarantine(member: $0, reason: "RegularExpression", message: "this cloud knows no regular expressions")
        }
    }

    private func list(_ setting: String) -> [String] { setting.split(separator: ",").map(String.init) }

    private func member(of route: Route) -> String { route.ingress ?? "" }

    private func action(of route: Route) -> InMemoryResource.Action {
        guard case .forward(let pools) = route.action, let pool = pools.first else { return .respond(404) }
        return .forward(.resource(ResourceReference(type: "pool", name: pool.pool)))
    }

    // MARK: Alignment

    package func align(
        _ graph: ResourceGraph<InMemoryResource>, with observed: ObservedGraph<InMemoryResource>,
        current: [ResourceReference: String], retained: Set<String>
    ) -> ResourceGraph<InMemoryResource> {
        var aligned = graph
        for list in graph.precedence {
            guard let balancer = current[list.owner] else {
                for (index, member) in list.members.enumerated() {
                    aligned[member]?.resource.move(to: (index + 1) * 10)
                }
                continue
            }
            let ours = observed.resources.filter { $0.container == balancer }.map { rule in
                PriorityAssignment.Existing(
                    identifier: rule.identifier, position: rule.position ?? 0,
                    fate: current[rule.reference] == rule.identifier
                        ? .kept(rule.reference) : retained.contains(rule.identifier) ? .fixed : .doomed)
            }
            let others = observed.foreign.filter { $0.container == balancer }.map {
                PriorityAssignment.Existing(identifier: $0.identifier, position: $0.position ?? 0, fate: .fixed)
            }
            let assignment = PriorityAssignment(desired: list.members, existing: ours + others)
            for (reference, position) in assignment.positions {
                aligned[reference]?.resource.move(to: position)
            }
            if !assignment.moves.isEmpty {
                aligned.reorderings.append(Reordering(owner: list.owner, moves: assignment.moves))
            }
        }
        return aligned
    }

    // MARK: Observation

    package func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<InMemoryResource> {
        var graph = ObservedGraph<InMemoryResource>()
        let entries = cloud.read()
        let ours = Set(entries.filter { OwnershipTags($0.tags)?.owner == owner }.map(\.identifier))
        for entry in entries {
            guard ours.contains(entry.identifier), let tags = OwnershipTags(entry.tags) else {
                if let container = container(of: entry.resource), ours.contains(container) {
                    graph.foreign.append(
                        ForeignResource(
                            identifier: entry.identifier, title: title(of: entry.resource), container: container,
                            position: position(of: entry.resource)))
                }
                continue
            }
            graph.resources.append(
                ObservedResource(
                    reference: tags.resource,
                    identifier: entry.identifier,
                    resource: entry.resource,
                    member: tags.ingress,
                    container: container(of: entry.resource),
                    position: position(of: entry.resource),
                    protection: entry.isProtected ? "deletion protection is on; turn it off, and run again" : nil,
                    addresses: addresses(of: entry)))
        }
        return graph
    }

    package func owners(in cluster: String?) async throws -> [Owner] {
        let owners = cloud.entries.compactMap { OwnershipTags($0.tags)?.owner }
        return Set(owners).filter { cluster == nil || $0.cluster == cluster }.sorted()
    }

    package func inspect(_ identifier: String) async throws -> InspectedResource {
        guard let entry = cloud.entries.first(where: { $0.identifier == identifier }) else {
            throw ProviderError(
                kind: .notFound, operation: "inspect", code: "NotFound", message: "\(identifier) doesn't exist")
        }
        let type =
            switch entry.resource {
            case .balancer: "balancer"
            case .gate: "gate"
            case .pool: "pool"
            case .rule: "rule"
            }
        return InspectedResource(type: type, tags: entry.tags)
    }

    private func container(of resource: InMemoryResource) -> String? {
        guard case .rule(.identifier(let balancer), _, _, _) = resource else { return nil }
        return balancer
    }

    private func position(of resource: InMemoryResource) -> Int? {
        guard case .rule(_, let position, _, _) = resource else { return nil }
        return position
    }

    private func title(of resource: InMemoryResource) -> String {
        guard case .rule(_, let position, _, _) = resource else { return "resource" }
        return "rule at position \(position)"
    }

    private func addresses(of entry: InMemoryCloud.Entry) -> [LoadBalancerAddress] {
        guard case .balancer = entry.resource else { return [] }
        return [.hostname("\(entry.identifier).example.com")]
    }

    // MARK: Execution

    package func perform(
        _ operation: ResourceOperation<InMemoryResource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        switch operation {
        case .create(let node):
            return try create(node, in: context)
        case .update(let existing, let node, _):
            let resource = try resolved(node.resource, in: context, position: existing.position)
            try cloud.update(existing.identifier, to: resource, tags: tags(of: node, in: context))
            return existing.identifier
        case .reorder(let reordering):
            var positions: [String: Int] = [:]
            for move in reordering.moves { positions[try context.identifier(of: move.resource)] = move.to }
            try cloud.reorder(positions)
            return ""
        case .delete(let existing):
            try cloud.delete(existing.identifier)
            return existing.identifier
        }
    }

    /// Creates a resource; one that is there as it should be, for the answer to an earlier call was lost, is taken.
    private func create(_ node: DesiredResource<InMemoryResource>, in context: OperationContext) throws -> String {
        let resource = try resolved(node.resource, in: context, position: nil)
        let tags = tags(of: node, in: context)
        if let present = cloud.entries.first(where: { $0.resource == resource && $0.tags == tags }) {
            return present.identifier
        }
        return try cloud.create(resource, tags: tags)
    }

    private func tags(of node: DesiredResource<InMemoryResource>, in context: OperationContext) -> [String: String] {
        OwnershipTags(owner: context.owner, resource: node.reference, ingress: node.members.first).tags
    }

    private func resolved(
        _ resource: InMemoryResource, in context: OperationContext, position: Int?
    ) throws -> InMemoryResource {
        switch resource {
        case .balancer(let scheme, let idleSeconds, let gate, let barred):
            let identifier = try gate.map(context.identifier)
            return .balancer(
                scheme: scheme, idleSeconds: idleSeconds, gate: identifier.map(ResourceLink.identifier), barred: barred)
        case .gate:
            return resource
        case .pool(let balancer, let `protocol`, let targets):
            return .pool(
                balancer: .identifier(try context.identifier(of: balancer)), protocol: `protocol`, targets: targets)
        case .rule(let balancer, let desired, let match, .forward(let pool)):
            return .rule(
                balancer: .identifier(try context.identifier(of: balancer)), position: position ?? desired,
                match: match, action: .forward(.identifier(try context.identifier(of: pool))))
        case .rule(let balancer, let desired, let match, let action):
            return .rule(
                balancer: .identifier(try context.identifier(of: balancer)), position: position ?? desired,
                match: match, action: action)
        }
    }

    package func readiness(
        of resource: InMemoryResource, identifier: String, takesOver: Bool
    ) async throws -> Readiness {
        cloud.isReady(identifier) ? .ready : .pending("\(identifier) is starting")
    }

    package func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        try cloud.setTags(identifier) { $0.merge(tags.tags) { _, new in new } }
    }

    package func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        try cloud.setTags(identifier) { tags in
            tags = tags.filter { !$0.key.hasPrefix(OwnershipTags.Key.prefix) }
        }
    }
}
