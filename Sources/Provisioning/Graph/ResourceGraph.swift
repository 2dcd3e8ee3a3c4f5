/// What should exist for one load balancer, in its provider's terms: typed resources that name each other.
package struct ResourceGraph<Resource: ProvisionedResource>: Sendable, Equatable {
    private var nodes: [ResourceReference: DesiredResource<Resource>]
    /// The lists in which the order of resources decides about requests, such as the rules of a listener.
    package var precedence: [PrecedenceList]
    /// Which resources of precedence lists move when, as ``LoadBalancerProvider/align(_:with:current:retained:)`` found it necessary.
    package var reorderings: [Reordering]
    /// How many resources of the lists the cloud lets stand at once.
    package var limits: [ResourceLimit] = []

    package init(
        _ resources: [DesiredResource<Resource>] = [],
        precedence: [PrecedenceList] = [],
        reorderings: [Reordering] = []
    ) {
        nodes = Dictionary(resources.map { ($0.reference, $0) }) { first, _ in first }
        self.precedence = precedence
        self.reorderings = reorderings
    }

    /// The resources, ordered by reference.
    package var resources: [DesiredResource<Resource>] {
        nodes.values.sorted { $0.reference < $1.reference }
    }

    package var isEmpty: Bool { nodes.isEmpty }
    package var count: Int { nodes.count }

    package subscript(reference: ResourceReference) -> DesiredResource<Resource>? {
        get { nodes[reference] }
        set { nodes[reference] = newValue }
    }

    /// Adds a resource, or the members of one that is there already under its reference.
    package mutating func insert(_ resource: DesiredResource<Resource>) {
        guard var present = nodes[resource.reference] else {
            nodes[resource.reference] = resource
            return
        }
        present.members = Set(present.members).union(resource.members).sorted()
        present.follows = Set(present.follows).union(resource.follows).sorted()
        nodes[resource.reference] = present
    }

    /// The fields that an update of the changed resource itself sets: all that differ, but for those that a reordering sets.
    package func updatedPaths(of change: ResourceChange) -> Set<String> {
        let reordered = (self[change.reference]?.resource.fields ?? []).filter { $0.change == .reordering }
        return Set(change.fields.map(\.path)).subtracting(reordered.map(\.path))
    }

    /// The Ingresses that a resource serves, as `namespace/name`, sorted: those that it is for, or, for one that belongs to
    /// the load balancer as a whole, those of all that can't be without it.
    package func members(servedBy reference: ResourceReference) -> [String] {
        guard let node = nodes[reference] else { return [] }
        guard node.members.isEmpty else { return node.members }
        var dependants: [ResourceReference: [ResourceReference]] = [:]
        for node in nodes.values {
            for dependency in Set(node.dependencies) { dependants[dependency, default: []].append(node.reference) }
        }
        var seen: Set<ResourceReference> = [reference]
        var pending = [reference]
        var members: Set<String> = []
        while let next = pending.popLast() {
            members.formUnion(nodes[next]?.members ?? [])
            pending += (dependants[next] ?? []).filter { seen.insert($0).inserted }
        }
        return members.sorted()
    }

    /// The resources in an order in which each comes after all that it depends on, equal ones by reference.
    ///
    /// - Throws: ``GraphError`` where a resource names one that the graph doesn't have, or where they name each other in a ring.
    package func dependencyOrder() throws(GraphError) -> [DesiredResource<Resource>] {
        var remaining: [ResourceReference: Int] = [:]
        var dependants: [ResourceReference: [ResourceReference]] = [:]
        for node in nodes.values {
            let dependencies = Set(node.dependencies)
            for dependency in dependencies {
                guard nodes[dependency] != nil else {
                    throw .unknownReference(from: node.reference, to: dependency)
                }
                dependants[dependency, default: []].append(node.reference)
            }
            remaining[node.reference] = dependencies.count
        }
        var ready = remaining.filter { $0.value == 0 }.keys.sorted()
        var order: [DesiredResource<Resource>] = []
        order.reserveCapacity(nodes.count)
        while !ready.isEmpty {
            var next: [ResourceReference] = []
            for reference in ready {
                if let node = nodes[reference] { order.append(node) }
                for dependant in dependants[reference] ?? [] {
                    let left = (remaining[dependant] ?? 0) - 1
                    remaining[dependant] = left
                    if left == 0 { next.append(dependant) }
                }
            }
            ready = next.sorted()
        }
        guard order.count == nodes.count else {
            throw .ring(remaining.filter { $0.value > 0 }.keys.sorted())
        }
        return order
    }
}

/// Resources of which the first that fits a request takes it.
package struct PrecedenceList: Hashable, Sendable {
    /// The resource that holds the list, such as a listener.
    package var owner: ResourceReference
    /// The members, the one that is asked first in front.
    package var members: [ResourceReference]

    package init(owner: ResourceReference, members: [ResourceReference]) {
        self.owner = owner
        self.members = members
    }
}

/// A change of positions within a precedence list that the cloud makes in one call.
package struct Reordering: Hashable, Sendable {
    package struct Move: Hashable, Sendable {
        /// The resource: of the graph where it stays or is new, by identifier where it is about to go.
        package var resource: ResourceLink
        /// The position at the time of the call.
        package var from: Int
        package var to: Int

        package init(resource: ResourceLink, from: Int, to: Int) {
            self.resource = resource
            self.from = from
            self.to = to
        }
    }

    package var owner: ResourceReference
    package var moves: [Move]

    package init(owner: ResourceReference, moves: [Move]) {
        self.owner = owner
        self.moves = moves
    }
}

/// A graph that can't be carried out: a fault of the provider that made it.
package enum GraphError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownReference(from: ResourceReference, to: ResourceReference)
    case ring([ResourceReference])

    package var description: String {
        switch self {
        case .unknownReference(let from, let to):
            "\(from) names \(to), which isn't in the graph; this is a fault of the provider, please report it"
        case .ring(let references):
            "\(references.map(\.description).joined(separator: ", ")) depend on each other; "
                + "this is a fault of the provider, please report it"
        }
    }
}
