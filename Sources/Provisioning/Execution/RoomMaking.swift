/// Which deletions go before there is room for what is new, under one limit of the cloud.
///
/// What goes is chosen from the back of its list to the front, as in any deletion: so what of it is left takes the requests
/// that it took. The requests of what has gone get what takes them in the end, unless that is to come still; then they are
/// interrupted.
struct RoomMaking {
    let limit: ResourceLimit
    /// The new resources in the order in which they are made.
    let creates: [ResourceReference]
    /// How many of them there is room for as it is; less than none where more stand than are allowed.
    let room: Int
    /// The identifiers of what goes first, in its order.
    let early: [String]

    /// The limits under which something must go first.
    static func all<Resource>(_ changeSet: ChangeSet<Resource>) -> [RoomMaking] {
        guard !changeSet.desired.limits.isEmpty else { return [] }
        let places = ListPlaces(changeSet)
        return changeSet.desired.limits.compactMap { RoomMaking($0, changeSet, places) }
    }

    private init?<Resource>(_ limit: ResourceLimit, _ changeSet: ChangeSet<Resource>, _ places: ListPlaces<Resource>) {
        guard let shortage = RoomShortage(limit, changeSet, places) else { return nil }
        early = Array(
            places.deletions(within: shortage.holder).filter { $0.reference.type == limit.type }.map(\.identifier)
                .prefix(shortage.count))
        guard !early.isEmpty else { return nil }
        creates = shortage.creates
        room = shortage.room
        self.limit = limit
    }

    var interruption: String {
        "all \(limit.allowed) of the quota \(limit.name) are in use, so it goes before what is new stands; until then its "
            + "requests may get another answer"
    }
}

/// What there is no room for beside what stands, under one limit of the cloud.
struct RoomShortage {
    /// The shortages under all limits.
    static func all<Resource>(_ changeSet: ChangeSet<Resource>) -> [(limit: ResourceLimit, shortage: RoomShortage)] {
        guard !changeSet.desired.limits.isEmpty else { return [] }
        let places = ListPlaces(changeSet)
        return changeSet.desired.limits.compactMap { limit in
            RoomShortage(limit, changeSet, places).map { (limit, $0) }
        }
    }

    /// The identifier of what the limit is for.
    let holder: String
    /// The new resources in the order in which they are made.
    let creates: [ResourceReference]
    /// How many of them there is room for; less than none where more stand than are allowed.
    let room: Int

    /// How much would have to go.
    var count: Int { creates.count - room }

    /// Nil where there is room for all.
    init?<Resource>(_ limit: ResourceLimit, _ changeSet: ChangeSet<Resource>, _ places: ListPlaces<Resource>) {
        guard let holder = places.identifiers[limit.holder] else { return nil }
        self.holder = holder
        let new = Set(
            changeSet.changes.filter { $0.action == .create || $0.action == .replace }.map(\.reference)
                .filter { $0.type == limit.type })
        guard !new.isEmpty else { return nil }
        let lists = changeSet.desired.precedence.filter { list in
            list.owner == limit.holder
                || changeSet.desired[list.owner]?.dependencies.contains(limit.holder) ?? false
        }
        creates = lists.flatMap { $0.members.filter(new.contains) }
        let ours = changeSet.observed.resources.count {
            $0.reference.type == limit.type && places.isWithin($0.container, holder)
        }
        let others = changeSet.observed.foreign.count { $0.position != nil && places.isWithin($0.container, holder) }
        room = limit.allowed - ours - others
        guard creates.count > room else { return nil }
    }
}

/// Where the resources of precedence lists are, and in which order they would go.
struct ListPlaces<Resource: ProvisionedResource> {
    /// Of the desired resources that exist.
    let identifiers: [ResourceReference: String]
    private let changeSet: ChangeSet<Resource>
    private let containers: [String: String]

    init(_ changeSet: ChangeSet<Resource>) {
        self.changeSet = changeSet
        identifiers = StepWork(changeSet: changeSet).identifiers
        containers = Dictionary(
            changeSet.observed.resources.compactMap { resource in
                resource.container.map { (resource.identifier, $0) }
            }
        ) { first, _ in first }
    }

    /// Whether a container is a resource, or lies within it.
    func isWithin(_ container: String?, _ identifier: String) -> Bool {
        var next = container
        while let place = next {
            if place == identifier { return true }
            next = containers[place]
        }
        return false
    }

    /// The outermost container of a member of a list, by the list's owner; nil where that is new.
    func holder(of member: ResourceReference) -> String? {
        let list = changeSet.desired.precedence.first { $0.members.contains(member) }
        guard var place = list.flatMap({ identifiers[$0.owner] }) else { return nil }
        while let outer = containers[place] { place = outer }
        return place
    }

    /// What goes by a step of its own, list by list, each from the back to the front.
    func deletions(within holder: String) -> [ObservedResource<Resource>] {
        let doomed = Set(
            changeSet.changes.flatMap { change in
                change.superseded + (change.action == .delete ? [change.identifier].compactMap(\.self) : [])
            })
        return changeSet.observed.resources
            .filter { resource in
                doomed.contains(resource.identifier) && resource.position != nil
                    && isWithin(resource.container, holder) && !(resource.container.map(doomed.contains) ?? false)
            }
            .sorted {
                ($0.container ?? "", -($0.position ?? 0), $0.identifier)
                    < ($1.container ?? "", -($1.position ?? 0), $1.identifier)
            }
    }
}

extension ChangeSet {
    /// The change set with what is interrupted by deletions that go first for want of room.
    func announcingEarlyDeletions() -> ChangeSet {
        var texts: [String: String] = [:]
        for room in RoomMaking.all(self) {
            for identifier in room.early { texts[identifier] = room.interruption }
        }
        guard !texts.isEmpty else { return self }
        var result = self
        for index in result.changes.indices {
            let change = result.changes[index]
            let going = change.superseded + (change.action == .delete ? [change.identifier].compactMap(\.self) : [])
            guard let text = going.lazy.compactMap({ texts[$0] }).first else { continue }
            result.changes[index].interruption = [change.interruption, text].compactMap(\.self).joined(separator: "; ")
        }
        return result
    }
}
