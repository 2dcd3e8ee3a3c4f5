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
    /// What depends on a held-back replacement stays too: it goes on with what exists. Guards aren't opened to routes that
    /// would have to go first, and nothing new is served under guards that would have to close first.
    package func filtered(by policy: ChangePolicy) -> ChangeSet {
        guard policy != .sync else { return self }
        var result = self
        result.changes = []
        var heldReplacements: Set<ResourceReference> = []
        let guards = GuardChanges(self)
        let exposing = guards.exposing(under: policy)
        for var change in changes {
            if !policy.allows(change) || exposing[change.reference] != nil || dependsOn(heldReplacements, change) {
                if change.action == .replace { heldReplacements.insert(change.reference) }
                change.addReason(exposing[change.reference])
                result.withheld.append(change)
                continue
            }
            change.superseded = []
            result.changes.append(change)
        }
        result.obstacles = []
        result.withholdUnguarded(guards, under: policy)
        for list in desired.precedence { result.filter(list, by: policy) }
        if result.withholdForWantOfRoom(under: policy) {
            for list in desired.precedence { result.filter(list, by: policy) }
        }
        return result
    }

    /// Withholds what would be served before guards close for it, where those are withheld.
    private mutating func withholdUnguarded(_ guards: GuardChanges<Resource>, under policy: ChangePolicy) {
        let held = Set(withheld.map(\.reference))
        let members = Set(desired.precedence.flatMap(\.members))
        var unguarded: Set<ResourceReference> = []
        for var change in changes {
            let missing = guards.closing(for: change.reference).intersection(held)
            guard let first = missing.min(),
                members.contains(change.reference) ? guards.servesAnew(change) : servesRestAnew(change)
            else { continue }
            unguarded.insert(change.reference)
            change.addReason(
                "it would be served before \(first) changes, which decides who gets to it and is held back under "
                    + "\(policy.rawValue); apply with --policy sync")
            withheld.append(change)
        }
        changes.removeAll { unguarded.contains($0.reference) }
    }

    private func dependsOn(_ held: Set<ResourceReference>, _ change: ResourceChange) -> Bool {
        guard !held.isEmpty, change.action == .create || change.action == .update,
            let node = desired[change.reference]
        else { return false }
        return node.dependencies.contains(where: held.contains)
    }
}

extension GuardChanges {
    /// The changes that would expose routes which may not go, and which ones, for people.
    fileprivate func exposing(under policy: ChangePolicy) -> [ResourceReference: String] {
        var reasons: [ResourceReference: String] = [:]
        for change in all where change.isInPlace {
            let routes = routes(exposedBy: change)
            guard let first = routes.min(by: { $0.reference < $1.reference }), let member = first.member else {
                continue
            }
            let others = routes.count == 1 ? "" : " and \(routes.count - 1) more"
            reasons[change.reference] =
                "it would open \(first.reference) of Ingress \(member)\(others) to others, and nothing is deleted under "
                + "\(policy.rawValue); apply with --policy sync"
        }
        return reasons
    }
}

extension ResourceChange {
    fileprivate mutating func addReason(_ text: String?) {
        guard let text else { return }
        reason = reason.isEmpty ? text : "\(reason); \(text)"
    }
}
