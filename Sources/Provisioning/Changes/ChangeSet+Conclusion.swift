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

    /// The fields that an update sets without waiting for new members of a precedence list.
    func pathsBeforeConclusion(of change: ResourceChange) -> Set<String> {
        let paths = desired.updatedPaths(of: change)
        guard let node = desired[change.reference], getsNewMembers(change.reference) else { return paths }
        return paths.subtracting(fallbackPaths(of: change, node))
    }
}
