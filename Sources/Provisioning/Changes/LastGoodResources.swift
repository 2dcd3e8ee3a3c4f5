/// What quarantined Ingresses had last, as resources that should exist, where it can't just stay as it is.
///
/// A rule that hangs on a listener goes with it when its load balancer is replaced. Neither may that end the routes of
/// an Ingress that is quarantined, nor may the Ingress hold the replacement up: so its rules are made anew, as they
/// were observed, on what takes over, and whatever they rely on and what serves one load balancer alone with them.
struct LastGoodResources<Resource: ProvisionedResource> {
    /// The desired graph with these resources in it.
    private(set) var graph: ResourceGraph<Resource>

    private let observed: ObservedGraph<Resource>
    private let quarantined: Set<String>
    private let byIdentifier: [String: ObservedResource<Resource>]

    /// - Parameters:
    ///   - desired: what the plan asks for, the quarantined Ingresses left out.
    ///   - standby: what of theirs is brought up to date if it exists.
    init(
        desired: ResourceGraph<Resource>, standby: [StandbyResource<Resource>], observed: ObservedGraph<Resource>,
        quarantined: Set<String>
    ) throws(GraphError) {
        graph = desired
        self.observed = observed
        self.quarantined = quarantined
        guard !quarantined.isEmpty else {
            byIdentifier = [:]
            return
        }
        byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        // What is made anew may take along what hangs on it: targets go with their group.
        while try addMovedResources() {}
        relink()
        refresh(standby)
    }

    private var retained: [ObservedResource<Resource>] {
        let identifiers = RetainedResources(of: quarantined, in: observed, beside: graph).identifiers
        return observed.resources.filter { identifiers.contains($0.identifier) }
            .sorted { ($0.reference, $0.identifier) < ($1.reference, $1.identifier) }
    }

    // MARK: Moving to what takes over

    /// Adds the resources that stay and name, or lie in, one that is replaced.
    ///
    /// - Returns: whether there were any.
    private mutating func addMovedResources() throws(GraphError) -> Bool {
        let current = CurrentResources(order: try graph.dependencyOrder(), observed: observed)
        let replaced = Set(current.superseded.values.joined().map(\.identifier))
        let staying = retained
        let moved = staying.filter { relies($0, on: replaced) }
        let references = Set(moved.map(\.reference))
        // One that stands already where it belongs, from a run that was interrupted, goes before the one that doesn't.
        let candidates = Dictionary(grouping: staying.filter { references.contains($0.reference) }, by: \.reference)
        let sources = references.sorted().compactMap { reference in
            candidates[reference]?.min { !relies($0, on: replaced) && relies($1, on: replaced) }
        }
        let nodes = expressible(sources)
        for node in nodes { graph.insert(node.desired) }
        let added = Set(nodes.map(\.desired.reference))
        // What is replaced tells the order best: what takes over may not hold all of it yet.
        addToPrecedenceLists(moved.filter { added.contains($0.reference) })
        return !nodes.isEmpty
    }

    private func relies(_ resource: ObservedResource<Resource>, on identifiers: Set<String>) -> Bool {
        if let container = resource.container, identifiers.contains(container) { return true }
        return resource.resource.links.contains { link in
            if case .identifier(let identifier) = link { identifiers.contains(identifier) } else { false }
        }
    }

    /// The resources in desired form; those that can't be had so, and those that name such a one, are left out.
    private func expressible(
        _ sources: [ObservedResource<Resource>]
    ) -> [(source: ObservedResource<Resource>, desired: DesiredResource<Resource>)] {
        let added = Set(sources.map(\.reference))
        func link(_ link: ResourceLink) -> ResourceLink {
            guard case .identifier(let identifier) = link, let meant = byIdentifier[identifier]?.reference,
                graph[meant] != nil || added.contains(meant)
            else { return link }
            return .resource(meant)
        }
        let nodes = sources.compactMap { source in
            source.resource.recreated(link).map { resource in
                (
                    source: source,
                    desired: DesiredResource(
                        reference: source.reference, resource: resource, follows: registered(for: source),
                        members: [source.member].compactMap(\.self), isLastGood: true)
                )
            }
        }
        // A link to what can't be had stands for the old resource, which goes: then this one can't be had either.
        guard nodes.count < sources.count else { return nodes }
        let missing = added.subtracting(nodes.map(\.desired.reference))
        return expressible(
            nodes.map(\.source).filter { source in
                missing.isDisjoint(with: source.resource.links.compactMap { link($0).reference })
            })
    }

    /// What is registered in what a member of a precedence list sends requests to, and so must be there before it.
    private func registered(for source: ObservedResource<Resource>) -> [ResourceReference] {
        guard source.position != nil else { return [] }
        let linked = Set(source.resource.heldLinks.compactMap(\.identifier))
        return observed.resources
            .filter { $0.position == nil && $0.container.map(linked.contains) ?? false && graph[$0.reference] != nil }
            .map(\.reference).sorted()
    }

    /// Lets what is asked for, and leads to something that moves or is asked for as well, lead to where that is.
    private mutating func relink() {
        let moved = graph
        let ordered = Set(graph.precedence.flatMap(\.members))
        for var node in moved.resources where !node.isLastGood {
            var linked: [ResourceReference] = []
            let resource = node.resource.recreated { link in
                guard case .identifier(let identifier) = link, let meant = byIdentifier[identifier]?.reference,
                    moved[meant] != nil
                else { return link }
                linked.append(meant)
                return .resource(meant)
            }
            guard let resource, !linked.isEmpty else { continue }
            node.resource = resource
            // As with any rule, what is registered there comes first.
            node.follows += moved.resources.filter { other in
                other.resource.links.contains { $0.reference.map(linked.contains) ?? false }
                    && !ordered.contains(other.reference) && !node.follows.contains(other.reference)
            }.map(\.reference)
            graph[node.reference] = node
        }
    }

    // MARK: Precedence

    /// Puts resources into the precedence lists of what takes over, where the order on what is replaced has them.
    private mutating func addToPrecedenceLists(_ sources: [ObservedResource<Resource>]) {
        let members = sources.filter { $0.position != nil && $0.container != nil }
        for (container, resources) in Dictionary(grouping: members, by: { $0.container ?? "" }).sorted(by: {
            $0.key < $1.key
        }) {
            guard let owner = byIdentifier[container]?.reference else { continue }
            if let index = graph.precedence.firstIndex(where: { $0.owner == owner }) {
                graph.precedence[index].members = order(graph.precedence[index].members, with: resources, in: container)
            } else {
                let order = resources.sorted { ($0.position ?? 0) < ($1.position ?? 0) }.map(\.reference)
                graph.precedence.append(PrecedenceList(owner: owner, members: order))
            }
        }
    }

    /// The members of a list with others between them: as if those stayed where they are, and the list fitted around them.
    private func order(
        _ members: [ResourceReference], with others: [ObservedResource<Resource>], in container: String
    ) -> [ResourceReference] {
        let wanted = Set(members)
        let fixed = Dictionary(others.map { ($0.identifier, $0) }) { first, _ in first }
        let existing = observed.resources.filter { $0.container == container }.compactMap {
            resource -> PriorityAssignment.Existing? in
            guard let position = resource.position else { return nil }
            let fate: PriorityAssignment.Existing.Fate =
                if fixed[resource.identifier] != nil { .fixed } else if wanted.contains(resource.reference) {
                    .kept(resource.reference)
                } else {
                    .doomed
                }
            return .init(identifier: resource.identifier, position: position, fate: fate)
        }
        let assignment = PriorityAssignment(
            desired: members, existing: existing,
            follows: { reference, identifier in
                guard let new = graph[reference]?.resource, let other = fixed[identifier]?.resource else {
                    return false
                }
                return new.yields(to: other)
            })
        var positions = assignment.positions
        for move in assignment.moves { if let reference = move.resource.reference { positions[reference] = move.to } }
        for other in others { positions[other.reference] = other.position }
        return positions.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
            + members.filter { positions[$0] == nil }
    }

    // MARK: Upkeep

    /// Brings what stays up to date in what isn't the Ingress's own to say, such as the targets of its Service.
    private mutating func refresh(_ standby: [StandbyResource<Resource>]) {
        let staying = Dictionary(retained.map { ($0.reference, $0) }) { first, _ in first }
        for candidate in standby.sorted(by: { $0.resource.reference < $1.resource.reference }) {
            var node = candidate.resource
            guard staying[node.reference] != nil || graph[node.reference]?.isLastGood == true,
                let holder = graph[candidate.holder.reference]?.resource
                    ?? staying[candidate.holder.reference]?.resource,
                candidate.holder.resource.isUpdate(of: holder)
            else { continue }
            let asked = graph
            let linked = node.resource.recreated { link in
                guard case .resource(let reference) = link, asked[reference] == nil, let holder = staying[reference]
                else { return link }
                return .identifier(holder.identifier)
            }
            guard let linked else { continue }
            node.resource = linked
            node.isLastGood = true
            node.members = []
            graph[node.reference] = node
        }
    }
}

/// A resource of a quarantined Ingress in the form in which it would be asked for now.
///
/// It is used where one of its reference stays as the Ingress had it last, and never made otherwise.
package struct StandbyResource<Resource: ProvisionedResource>: Sendable {
    package var resource: DesiredResource<Resource>
    /// What the resource lies in. Where what exists of that is of another make, the resource is left as it is.
    package var holder: DesiredResource<Resource>

    package init(resource: DesiredResource<Resource>, holder: DesiredResource<Resource>) {
        self.resource = resource
        self.holder = holder
    }
}

extension ResourceLink {
    fileprivate var reference: ResourceReference? {
        if case .resource(let reference) = self { reference } else { nil }
    }

    fileprivate var identifier: String? {
        if case .identifier(let identifier) = self { identifier } else { nil }
    }
}
