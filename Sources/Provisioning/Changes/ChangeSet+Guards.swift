extension ChangeSet {
    /// The changes of what decides who gets to what the load balancer serves (``ResourceField/isGuard``). What is made anew
    /// where nothing was isn't among them.
    package var changedGuards: [ResourceChange] {
        let byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0.resource) }) { first, _ in first }
        return changes.filter { change in
            guard change.action == .update || change.action == .replace else { return false }
            let resources = [desired[change.reference]?.resource, change.identifier.flatMap { byIdentifier[$0] }]
            let guards = Set(resources.compactMap(\.self).flatMap(\.fields).filter(\.isGuard).map(\.path))
            return change.fields.contains { guards.contains($0.path) }
        }
    }
}
