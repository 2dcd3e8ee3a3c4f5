/// What exists for quarantined Ingresses, and what that relies on: it stays although the desired graph lacks it.
package struct RetainedResources: Hashable, Sendable {
    /// Nothing is kept.
    package static let none = RetainedResources()

    /// The Ingresses that were left out, as `namespace/name`.
    package private(set) var ingresses: Set<String> = []
    /// What stays, by the cloud's identifiers.
    package private(set) var identifiers: Set<String> = []

    private init() {}

    /// - Parameters:
    ///   - ingresses: the Ingresses that were left out, as `namespace/name`.
    ///   - desired: the graph, which lacks them.
    package init<Resource>(
        of ingresses: Set<String>, in observed: ObservedGraph<Resource>, beside desired: ResourceGraph<Resource>
    ) {
        self.ingresses = ingresses
        guard !ingresses.isEmpty else { return }
        var pending = observed.resources.filter { resource in
            !resource.resource.isDerived && resource.member.map(ingresses.contains) ?? false
        }
        guard !pending.isEmpty else { return }
        let byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        let contents = Dictionary(grouping: observed.resources.filter { $0.member == nil }) { $0.container }
        while let resource = pending.popLast() {
            guard identifiers.insert(resource.identifier).inserted else { continue }
            for case .identifier(let identifier) in resource.resource.heldLinks {
                if let linked = byIdentifier[identifier] { pending.append(linked) }
            }
            // What is registered in, or hangs on, something that stays, stays as well, unless the graph says what that holds.
            let isAskedFor = desired[resource.reference].map { !$0.isLastGood } ?? false
            if !isAskedFor { pending += contents[resource.identifier] ?? [] }
        }
        identifiers = identifiers.filter { identifier in
            byIdentifier[identifier].map { desired[$0.reference] == nil } ?? false
        }
    }
}
