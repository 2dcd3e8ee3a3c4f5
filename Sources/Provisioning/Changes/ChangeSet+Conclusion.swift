extension ChangeSet {
    /// The fields of a changed resource that are set once the members of its precedence list stand; none where no member is
    /// new.
    func fallbackPaths(of change: ResourceChange, _ node: DesiredResource<Resource>) -> Set<String> {
        let fields = node.resource.fields
        switch change.action {
        case .create, .replace:
            let closed = node.resource.withClosedFallback
            guard closed != node.resource else { return [] }
            return Set((fields + closed.fields).filter(\.isFallback).map(\.path))
        case .update:
            let existing = observed.resources.first { $0.identifier == change.identifier }?.resource.fields ?? []
            let fallback = Set((fields + existing).filter(\.isFallback).map(\.path))
            return desired.updatedPaths(of: change).intersection(fallback)
        case .delete, .noOp: return []
        }
    }

    /// Whether a precedence list of a resource gets new members.
    func getsNewMembers(_ owner: ResourceReference) -> Bool {
        let members = Set(desired.precedence.filter { $0.owner == owner }.flatMap(\.members))
        guard !members.isEmpty else { return false }
        return changes.contains { change in
            (change.action == .create || change.action == .replace) && members.contains(change.reference)
        }
    }

    /// Whether a resource is to serve requests that no member of its precedence list takes, and didn't serve them so: then
    /// that comes after the guards that close for it.
    func servesRestAnew(_ change: ResourceChange) -> Bool {
        guard change.action != .noOp, change.action != .delete, let node = desired[change.reference],
            desired.precedence.contains(where: { $0.owner == change.reference })
        else { return false }
        return node.resource.withClosedFallback != node.resource && !fallbackPaths(of: change, node).isEmpty
    }

    /// Whether it is only said once others are done what becomes of requests that no member of a precedence list takes:
    /// new members, or guards that close.
    func concludesLater(_ owner: ResourceReference) -> Bool {
        if getsNewMembers(owner) { return true }
        guard desired.precedence.contains(where: { $0.owner == owner }),
            let change = changes.first(where: { $0.reference == owner }), servesRestAnew(change)
        else { return false }
        return !GuardChanges(self).closing(for: owner).subtracting([owner]).isEmpty
    }

    /// The fields that an update sets without waiting for new members of a precedence list, or for guards.
    func pathsBeforeConclusion(of change: ResourceChange) -> Set<String> {
        let paths = desired.updatedPaths(of: change)
        guard let node = desired[change.reference], concludesLater(change.reference) else { return paths }
        return paths.subtracting(fallbackPaths(of: change, node))
    }
}
