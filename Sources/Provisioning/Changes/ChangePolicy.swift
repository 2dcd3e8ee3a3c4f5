/// Which kinds of change an execution may make.
package enum ChangePolicy: String, Codable, Hashable, Sendable, CaseIterable {
    /// Everything, deletions included.
    case sync
    /// Creates and updates; nothing is deleted, so nothing is replaced either.
    case upsertOnly = "upsert-only"
    /// Creates alone.
    case createOnly = "create-only"

    func allows(_ change: ResourceChange) -> Bool {
        switch (self, change.action) {
        case (.sync, _), (_, .noOp), (_, .create): true
        case (.upsertOnly, .update): true
        case (.upsertOnly, _), (.createOnly, _): false
        }
    }
}

extension ChangeSet {
    /// The change set with what `policy` doesn't allow held back.
    ///
    /// What depends on a held-back replacement stays too: it goes on with what exists.
    package func filtered(by policy: ChangePolicy) -> ChangeSet {
        guard policy != .sync else { return self }
        var result = self
        result.changes = []
        var heldReplacements: Set<ResourceReference> = []
        for var change in changes {
            if !policy.allows(change) || dependsOn(heldReplacements, change) {
                if change.action == .replace { heldReplacements.insert(change.reference) }
                result.withheld.append(change)
                continue
            }
            change.superseded = []
            result.changes.append(change)
        }
        result.obstacles = []
        for list in desired.precedence { result.filter(list, by: policy) }
        if result.withholdForWantOfRoom(under: policy) {
            for list in desired.precedence { result.filter(list, by: policy) }
        }
        return result
    }

    private func dependsOn(_ held: Set<ResourceReference>, _ change: ResourceChange) -> Bool {
        guard !held.isEmpty, change.action == .create || change.action == .update,
            let node = desired[change.reference]
        else { return false }
        return node.dependencies.contains(where: held.contains)
    }
}
