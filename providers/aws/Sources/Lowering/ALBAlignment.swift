package import Provisioning

/// Fits the rules of a graph between those that exist: priorities that pass through no state with a wrong route.
package enum ALBAlignment {
    /// - Parameters:
    ///   - current: the identifiers of the observed resources that stand for those of the graph.
    ///   - retained: the identifiers of observed resources that stay although the graph lacks them.
    package static func align(
        _ graph: ResourceGraph<AWSResource>, with observed: ObservedGraph<AWSResource>,
        current: [ResourceReference: String], retained: Set<String>
    ) -> ResourceGraph<AWSResource> {
        var aligned = graph
        aligned.reorderings = []
        let states = ListenerState.all(in: observed)
        for node in graph.loadBalancers { aligned.avoidTakenName(of: node.reference, node.spec, observed) }
        for list in graph.precedence {
            // The rules of a listener that is new, or is replaced, are new as well: they are as the list has them.
            guard let listener = current[list.owner] else {
                aligned.numberRules(of: list)
                continue
            }
            let rules = states[listener] ?? ListenerState()
            let assignment = PriorityAssignment(
                desired: list.members, existing: rules.existing(list, current: current, retained: retained),
                range: RulePriorities.range,
                follows: { reference, identifier in
                    guard let new = graph[reference]?.resource, let fixed = rules.byIdentifier[identifier] else {
                        return false
                    }
                    return new.yields(to: fixed)
                })
            for (reference, position) in assignment.positions { aligned.setPriority(position, of: reference) }
            if !assignment.moves.isEmpty {
                aligned.reorderings.append(Reordering(owner: list.owner, moves: assignment.moves))
            }
        }
        aligned.makeRoomForCertificates(beside: observed, current: current)
        return aligned
    }
}

/// The rules that a listener has.
private struct ListenerState {
    private var rules: [ObservedResource<AWSResource>] = []
    private var foreign: [ForeignResource] = []
    private(set) var byIdentifier: [String: AWSResource] = [:]

    /// Those of all listeners, by the listener's identifier.
    static func all(in observed: ObservedGraph<AWSResource>) -> [String: ListenerState] {
        var states: [String: ListenerState] = [:]
        for resource in observed.resources {
            guard case .rule(let spec) = resource.resource, case .identifier(let listener) = spec.listener else {
                continue
            }
            states[listener, default: ListenerState()].rules.append(resource)
            states[listener, default: ListenerState()].byIdentifier[resource.identifier] = resource.resource
        }
        for resource in observed.foreign where resource.position != nil {
            states[resource.container, default: ListenerState()].foreign.append(resource)
        }
        return states
    }

    func existing(
        _ list: PrecedenceList, current: [ResourceReference: String], retained: Set<String>
    ) -> [PriorityAssignment.Existing] {
        let members = Set(list.members)
        let ours = rules.compactMap { rule -> PriorityAssignment.Existing? in
            guard case .rule(let spec) = rule.resource else { return nil }
            let fate: PriorityAssignment.Existing.Fate
            if members.contains(rule.reference), current[rule.reference] == rule.identifier {
                fate = .kept(rule.reference)
            } else {
                fate = retained.contains(rule.identifier) ? .fixed : .doomed
            }
            return .init(identifier: rule.identifier, position: rule.position ?? spec.priority, fate: fate)
        }
        return ours
            + foreign.compactMap { rule in
                rule.position.map { .init(identifier: rule.identifier, position: $0, fate: .fixed) }
            }
    }
}

extension ResourceGraph<AWSResource> {
    fileprivate var loadBalancers: [(reference: ResourceReference, spec: LoadBalancerSpec)] {
        resources.compactMap { node in
            guard case .loadBalancer(let spec) = node.resource else { return nil }
            return (node.reference, spec)
        }
    }

    /// Gives a load balancer its other name where the one that it replaces, and stands beside for a while, has the one
    /// that was asked for.
    fileprivate mutating func avoidTakenName(
        of reference: ResourceReference, _ spec: LoadBalancerSpec, _ observed: ObservedGraph<AWSResource>
    ) {
        guard let alternative = spec.alternativeName, var node = self[reference] else { return }
        let isTaken = observed.resources.contains { resource in
            guard case .loadBalancer(let other) = resource.resource else { return false }
            return other.name == spec.name && other.scheme != spec.scheme
        }
        guard isTaken else { return }
        var renamed = spec
        renamed.name = alternative
        node.resource = .loadBalancer(renamed)
        self[reference] = node
    }

    /// Gives rules that are all new the priorities of their order, with room between.
    fileprivate mutating func numberRules(of list: PrecedenceList) {
        for (index, member) in list.members.enumerated() {
            setPriority((index + 1) * RulePriorities.gap(count: list.members.count), of: member)
        }
    }

    fileprivate mutating func setPriority(_ priority: Int, of reference: ResourceReference) {
        guard var node = self[reference], case .rule(var spec) = node.resource else { return }
        spec.priority = priority
        node.resource = .rule(spec)
        self[reference] = node
    }
}
