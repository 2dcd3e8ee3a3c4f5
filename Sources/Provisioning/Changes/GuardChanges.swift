/// A change of what decides who gets to routes (``ResourceField/isGuard``).
struct GuardChange: Hashable, Sendable {
    var reference: ResourceReference
    /// The guards that differ.
    var paths: [String]
    /// The resource whose guards these are now, by the cloud's identifier.
    var existing: String
    /// Whether that resource itself is changed; else another takes its place, guarded as it should be from the start.
    var isInPlace: Bool
    /// Whether somebody may be let in who is kept out now.
    var opens: Bool
    /// Whether somebody may be kept out who is let in now.
    var closes: Bool
}

/// What a change set changes about who gets to routes, and what must not be served meanwhile.
///
/// What is new waits for the guards that close for it. What is about to go, and nobody asks for any more, is gone before
/// guards open; so is what disagrees with them. Where nobody is let in who wasn't before, nothing ends for it.
struct GuardChanges<Resource: ProvisionedResource> {
    private(set) var all: [GuardChange] = []

    private let changeSet: ChangeSet<Resource>
    private var observed: [String: ObservedResource<Resource>] = [:]
    /// For each resource the changed guards of what it depends on, and its own, as far as they are changed in place.
    private var guarding: [ResourceReference: Set<ResourceReference>] = [:]
    /// The changes in place that close.
    private var closers: [ResourceReference: GuardChange] = [:]

    init(_ changeSet: ChangeSet<Resource>) {
        self.changeSet = changeSet
        // Routes are what is guarded, and most of what there is.
        let routes = Set(changeSet.desired.precedence.flatMap(\.members))
        let changes = changeSet.changes.filter { change in
            (change.action == .update || change.action == .replace) && !routes.contains(change.reference)
        }
        guard !changes.isEmpty else { return }
        observed = Dictionary(changeSet.observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        let guarding = changes.filter(hasGuards)
        guard !guarding.isEmpty else { return }
        let comparison = GuardComparison(changeSet)
        all = guarding.flatMap { guardChanges($0, comparison) }
        let inPlace = all.filter { $0.isInPlace && changeSet.desired[$0.reference]?.isLastGood == false }
        closers = Dictionary(inPlace.filter(\.closes).map { ($0.reference, $0) }) { first, _ in first }
        if !closers.isEmpty { self.guarding = guards(among: Set(inPlace.map(\.reference))) }
    }

    private func hasGuards(_ change: ResourceChange) -> Bool {
        let resources = [
            changeSet.desired[change.reference]?.resource, change.identifier.flatMap { observed[$0]?.resource },
        ]
        return resources.contains { $0?.fields.contains(where: \.isGuard) ?? false }
    }

    private func guardChanges(_ change: ResourceChange, _ comparison: GuardComparison<Resource>) -> [GuardChange] {
        guard let desired = changeSet.desired[change.reference]?.resource else { return [] }
        let existing = Set(change.superseded).union([change.identifier].compactMap(\.self)).sorted()
        return existing.compactMap { identifier in
            guard let resource = observed[identifier]?.resource else { return nil }
            let paths = comparison.differences(desired, from: resource)
            guard !paths.isEmpty else { return nil }
            let isInPlace = change.action == .update && identifier == change.identifier
            return GuardChange(
                reference: change.reference, paths: paths, existing: identifier, isInPlace: isInPlace,
                opens: !isInPlace || comparison.opens(resource, to: desired),
                closes: isInPlace && comparison.closes(resource, to: desired))
        }
    }

    // MARK: What is new

    private func guards(
        among own: Set<ResourceReference>
    ) -> [ResourceReference: Set<ResourceReference>] {
        guard let order = try? changeSet.desired.dependencyOrder() else { return [:] }
        var result: [ResourceReference: Set<ResourceReference>] = [:]
        for node in order {
            var guards = own.intersection([node.reference])
            for dependency in Set(node.dependencies) { guards.formUnion(result[dependency] ?? []) }
            if !guards.isEmpty { result[node.reference] = guards }
        }
        return result
    }

    /// The resources whose guards close for what a resource serves.
    func closing(for reference: ResourceReference) -> Set<ResourceReference> {
        (guarding[reference] ?? []).filter { closers[$0] != nil }
    }

    // MARK: Guards among each other

    /// The resources whose guards close for some of what a change in place opens, and that are to be changed before.
    ///
    /// What opens as well as closes comes after what only closes, and before what only opens. Between two of that kind no
    /// order is right: each lets somebody in whom the other one keeps out only in its new form, or only in its old.
    func closing(before change: GuardChange) -> Set<ResourceReference> {
        guard change.isInPlace, change.opens, !closers.isEmpty else { return [] }
        let together = Set(guarding.values).filter { $0.contains(change.reference) }
        return together.reduce(into: Set<ResourceReference>()) { $0.formUnion($1) }.filter { reference in
            guard reference != change.reference, let closer = closers[reference] else { return false }
            return !(change.closes && closer.opens)
        }
    }

    // MARK: What is served anew

    /// Whether a change of a member of a precedence list makes it serve what it doesn't serve now: another Ingress, or other
    /// requests. That it sends them elsewhere isn't that.
    func servesAnew(_ change: ResourceChange) -> Bool {
        switch change.action {
        case .create, .replace: return true
        case .update:
            guard let node = changeSet.desired[change.reference],
                let existing = change.identifier.flatMap({ observed[$0] })
            else { return false }
            // What is nobody's serves nobody.
            return !node.members.isEmpty && node.members.first != existing.member
                || node.resource.takesSameRequests(as: existing.resource) != true
        case .delete, .noOp: return false
        }
    }

    // MARK: What goes, or disagrees

    /// The members of precedence lists that a change would expose: those of Ingresses that don't agree to it, and those that
    /// go with their Ingress.
    func routes(exposedBy change: GuardChange) -> [ObservedResource<Resource>] {
        guard change.opens else { return [] }
        let doomed = changeSet.doomedIdentifiers
        let served = Set(
            changeSet.desired.precedence.flatMap(\.members).flatMap { changeSet.desired[$0]?.members ?? [] })
        var known: [String: Bool] = [change.existing: true]
        return changeSet.observed.resources.filter { resource in
            guard resource.position != nil, let member = resource.member else { return false }
            let isExposed =
                changeSet.disagreeing.contains(member)
                || doomed.contains(resource.identifier) && !served.contains(member)
            return isExposed && isGuarded(resource.identifier, &known)
        }
    }

    /// Whether a route becomes another Ingress's, or nobody's.
    func isTakenOver(_ route: ObservedResource<Resource>) -> Bool {
        guard let member = route.member, let node = changeSet.desired[route.reference] else { return false }
        return !node.members.contains(member)
    }

    /// Whether a resource is for no Ingress.
    func isNobodys(_ reference: ResourceReference) -> Bool { changeSet.desired[reference]?.members.isEmpty ?? false }

    /// Whether a resource lies in, or names, one of which that is known.
    private func isGuarded(_ identifier: String, _ known: inout [String: Bool]) -> Bool {
        if let known = known[identifier] { return known }
        known[identifier] = false
        guard let resource = observed[identifier] else { return false }
        var next = [resource.container].compactMap(\.self)
        for case .identifier(let linked) in resource.resource.links { next.append(linked) }
        let result = next.contains { isGuarded($0, &known) }
        known[identifier] = result
        return result
    }

    /// For each Ingress that disagrees, by name, a change that would expose what it has.
    func exposures() -> [String: GuardChange] {
        guard !changeSet.disagreeing.isEmpty else { return [:] }
        var result: [String: GuardChange] = [:]
        for change in all {
            for route in routes(exposedBy: change) {
                if let member = route.member, changeSet.disagreeing.contains(member), result[member] == nil {
                    result[member] = change
                }
            }
        }
        return result
    }
}

extension ChangeSet {
    /// What an execution would delete, by the cloud's identifiers.
    var doomedIdentifiers: Set<String> {
        Set(
            changes.flatMap { change in
                change.superseded + (change.action == .delete ? [change.identifier].compactMap(\.self) : [])
            })
    }
}
