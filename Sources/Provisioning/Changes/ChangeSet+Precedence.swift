extension ChangeSet {
    /// Takes out of a precedence list what the rest doesn't carry: under a policy that updates nothing nothing moves, and
    /// what is new stands only where it is right to.
    mutating func filter(_ list: PrecedenceList, by policy: ChangePolicy) {
        let moving = desired.reorderings.contains { $0.owner == list.owner && !$0.moves.isEmpty }
        let isFrozen = policy == .createOnly
        if isFrozen { desired.reorderings.removeAll { $0.owner == list.owner } }
        withholdMisplaced(in: list, besideFrozen: isFrozen && moving)
        let missing = Set(withheld.filter { $0.action == .create || $0.action == .replace }.map(\.reference))
        for index in desired.reorderings.indices where desired.reorderings[index].owner == list.owner {
            desired.reorderings[index].moves.removeAll { move in
                if case .resource(let moved) = move.resource { missing.contains(moved) } else { false }
            }
        }
    }

    /// Withholds new members that would take requests of others: of one before them that is withheld itself, and, where
    /// nothing moves, of those that stand on the wrong side.
    private mutating func withholdMisplaced(in list: PrecedenceList, besideFrozen isFrozen: Bool) {
        let ranks = Dictionary(zip(list.members, list.members.indices)) { first, _ in first }
        let new = changes.filter { $0.action == .create && ranks[$0.reference] != nil }.map(\.reference)
        guard !new.isEmpty else { return }
        let standing = isFrozen ? standingPositions(of: list) : [:]
        var missing = Set(withheld.filter { $0.action == .create && ranks[$0.reference] != nil }.map(\.reference))
        for member in list.members where new.contains(member) {
            guard let resource = desired[member]?.resource, let rank = ranks[member] else { continue }
            func meets(_ other: ResourceReference) -> Bool {
                desired[other]?.resource.reach.meets(resource.reach) ?? true
            }
            var reason: String?
            if let ahead = missing.first(where: { ranks[$0, default: 0] < rank && meets($0) }) {
                reason = "it would take requests of \(ahead), which is withheld"
            } else if let position = resource.position {
                let other = standing.filter { other, place in
                    (ranks[other, default: 0] < rank) != (place < position) && meets(other)
                }.keys.min()
                reason = other.map {
                    "its place beside \($0) is taken, and nothing that exists is moved under create-only; apply with "
                        + "--policy upsert-only"
                }
            }
            guard let reason else { continue }
            missing.insert(member)
            withhold(member, reason: reason)
        }
    }

    /// Withholds new members that there is no room for, the last of them first, where nothing goes to make any.
    ///
    /// - Returns: whether there were any.
    mutating func withholdForWantOfRoom(under policy: ChangePolicy) -> Bool {
        let shortages = RoomShortage.all(self)
        for (limit, shortage) in shortages {
            for member in shortage.creates.suffix(shortage.count) {
                withhold(
                    member,
                    reason:
                        "all \(limit.allowed) of the quota \(limit.name) are in use, and nothing is taken away under "
                        + "\(policy.rawValue); apply with --policy sync, or have the quota raised")
            }
        }
        return !shortages.isEmpty
    }

    private func standingPositions(of list: PrecedenceList) -> [ResourceReference: Int] {
        let identifiers = Dictionary(
            (changes + withheld).compactMap { change in
                change.action == .noOp || change.action == .update
                    ? change.identifier.map { ($0, change.reference) } : nil
            }
        ) { first, _ in first }
        let members = Set(list.members)
        return Dictionary(
            observed.resources.compactMap { resource in
                guard let reference = identifiers[resource.identifier], members.contains(reference) else { return nil }
                return resource.position.map { (reference, $0) }
            }
        ) { first, _ in first }
    }

    private mutating func withhold(_ member: ResourceReference, reason: String) {
        guard let index = changes.firstIndex(where: { $0.reference == member && $0.action == .create }) else { return }
        var change = changes.remove(at: index)
        change.reason = reason
        withheld.append(change)
    }
}
