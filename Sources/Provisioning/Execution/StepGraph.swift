/// The steps that carry a change set out, with the order that keeps every request on a right route.
///
/// - A resource comes after those that it names, and goes before them.
/// - In a precedence list a new resource comes after those before it that it can meet in a request (``PrecedenceOrder``),
///   then the order changes, then what stays is updated, one that is to take other requests last, then what takes the rest
///   is set, and what goes is deleted from the back to the front. So a request takes its old or its new route at every moment, never a third; of a new list it takes
///   its route or is refused. One that fails holds back those that could take its requests.
/// - What is replaced is deleted once what takes over for it serves.
/// - What is new is served once the guards that close for it are closed, and guards open once what goes, or disagrees, is
///   gone, and what closes for the same routes is closed (``GuardChanges``).
/// - Where the cloud has no room for the new beside the old, as much as it takes of the latter goes first (``RoomMaking``).
package struct StepGraph<Resource: ProvisionedResource> {
    package private(set) var steps: [ExecutionStep] = []

    private let changeSet: ChangeSet<Resource>
    private let byIdentifier: [String: ObservedResource<Resource>]
    private var puts: [ResourceReference: Int] = [:]
    private var conclusions: [ResourceReference: Int] = [:]
    private var waits: [Int] = []
    /// Those for what quarantined Ingresses had last, which hold nothing up.
    private var waitsForLastGood: [Int] = []
    private var deletes: [String: Int] = [:]

    package init(_ changeSet: ChangeSet<Resource>) {
        self.changeSet = changeSet
        byIdentifier = Dictionary(changeSet.observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        addPuts()
        orderPrecedenceLists()
        addWaits()
        addDeletes()
        makeRoom()
        heedGuards()
    }

    /// The steps that make something as it should be.
    private var putIDs: Set<Int> { Set(puts.values).union(conclusions.values) }

    private mutating func add(
        _ action: ExecutionStep.Action,
        members: [String] = [],
        requires: Set<Int> = [],
        follows: Set<Int> = []
    ) -> Int {
        let id = steps.count
        steps.append(ExecutionStep(id: id, action: action, members: members, requires: requires, follows: follows))
        return id
    }

    private mutating func addPuts() {
        var isNew: Set<ResourceReference> = []
        for change in changeSet.changes {
            guard let action = putAction(of: change), let node = changeSet.desired[change.reference] else { continue }
            let earlier = Set(node.dependencies).compactMap { reference in puts[reference].map { (reference, $0) } }
            let required = isNew.subtracting(node.spared)
            puts[change.reference] = add(
                action,
                members: change.members,
                requires: Set(earlier.filter { required.contains($0.0) }.map(\.1)),
                follows: Set(earlier.filter { !required.contains($0.0) }.map(\.1)))
            if case .create = action { isNew.insert(change.reference) }
        }
    }

    private func putAction(of change: ResourceChange) -> ExecutionStep.Action? {
        switch change.action {
        case .create, .replace: .create(change.reference)
        case .update: changeSet.pathsBeforeConclusion(of: change).isEmpty ? nil : .update(change.reference)
        case .delete, .noOp: nil
        }
    }

    // MARK: Precedence

    private mutating func orderPrecedenceLists() {
        let reorderings = changeSet.desired.reorderings
        for list in changeSet.desired.precedence {
            let creates = list.members.compactMap { puts[$0] }.filter { isCreate($0) }
            let order = PrecedenceOrder(list, of: changeSet.desired) { puts[$0] != nil }
            for (member, earlier) in order.earlier {
                guard let put = puts[member] else { continue }
                steps[put].requires.formUnion(earlier.compactMap { puts[$0] }.filter { isCreate($0) })
            }
            if let index = reorderings.firstIndex(where: { $0.owner == list.owner && !$0.moves.isEmpty }) {
                let reorder = add(.reorder(list.owner, index: index), requires: Set(creates))
                for update in list.members.compactMap({ puts[$0] }) where !isCreate(update) {
                    steps[update].requires.insert(reorder)
                }
            }
            orderOtherUses(list)
            conclude(list.owner, after: creates)
        }
    }

    /// Lets a member that is to take other requests than it does come after all that is made or changed where they meet: so
    /// those that it leaves go to what is to take them, and those that it takes are no one else's.
    private mutating func orderOtherUses(_ list: PrecedenceList) {
        let members = list.members.compactMap { reference in puts[reference].map { (reference, $0) } }
        let isUpdated = members.contains { !isCreate($0.1) }
        guard isUpdated else { return }
        let existing = Dictionary(
            changeSet.changes.compactMap { change in
                change.action == .update ? change.identifier.flatMap { byIdentifier[$0] } : nil
            }.map { ($0.reference, $0.resource) }
        ) { first, _ in first }
        let uses = members.compactMap { reference, step in
            changeSet.desired[reference].map { OtherUse(step: step, new: $0.resource, old: existing[reference]) }
        }
        for (index, use) in uses.enumerated() where use.isOther {
            for (place, other) in uses.enumerated() where place != index && use.meets(other) {
                if other.isOther, place > index { continue }
                steps[use.step].requires.insert(other.step)
            }
        }
    }

    private struct OtherUse {
        var step: Int
        var reaches: [RequestReach]
        /// Whether an existing member is to take other requests.
        var isOther: Bool

        init(step: Int, new: Resource, old: Resource?) {
            self.step = step
            isOther = old.map { new.takesSameRequests(as: $0) == false } ?? false
            reaches = [new.reach] + (isOther ? [old?.reach].compactMap(\.self) : [])
        }

        func meets(_ other: OtherUse) -> Bool {
            reaches.contains { reach in other.reaches.contains { $0.meets(reach) } }
        }
    }

    /// Lets the owner of a list refuse what its new members are to take, or leave it where it goes now, until they stand.
    private mutating func conclude(_ owner: ResourceReference, after creates: [Int]) {
        guard !creates.isEmpty || changeSet.concludesLater(owner), let node = changeSet.desired[owner],
            let change = changeSet.changes.first(where: { $0.reference == owner && $0.action != .delete }),
            !changeSet.fallbackPaths(of: change, node).isEmpty
        else { return }
        let named = Set(node.dependencies).compactMap { reference in puts[reference].map { (reference, $0) } }
        let made = named.filter { isCreate($0.1) && !node.spared.contains($0.0) }.map(\.1)
        conclusions[owner] = add(
            .conclude(owner), members: change.members,
            requires: Set(creates + made + [puts[owner]].compactMap(\.self)),
            follows: Set(named.map(\.1)).subtracting(made))
    }

    private func isCreate(_ id: Int) -> Bool {
        if case .create = steps[id].action { true } else { false }
    }

    // MARK: Waiting

    private mutating func addWaits() {
        let putIDs = putIDs
        for change in changeSet.changes where change.action == .create || change.action == .replace {
            guard let put = puts[change.reference], let node = changeSet.desired[change.reference],
                node.resource.isAwaited
            else { continue }
            // What is waited for may need what comes after it: a target is checked once a rule refers to its group.
            let wait = add(.wait(change.reference), members: change.members, requires: [put], follows: putIDs)
            if node.isLastGood { waitsForLastGood.append(wait) } else { waits.append(wait) }
        }
    }

    // MARK: Deletion

    private mutating func addDeletes() {
        let doomed = doomedResources()
        let identifiers = Set(doomed.map(\.identifier))
        let roots = doomed.filter { resource in !(resource.container.map(identifiers.contains) ?? false) }
        for resource in roots {
            deletes[resource.identifier] = add(
                .delete(resource.reference, identifier: resource.identifier),
                members: resource.member.map { [$0] } ?? [])
        }
        orderByLinks(doomed)
        orderAfterTakeover(roots)
        orderBackToFront(roots)
    }

    private func doomedResources() -> [ObservedResource<Resource>] {
        let identifiers = changeSet.changes.flatMap { change in
            change.superseded + (change.action == .delete ? [change.identifier].compactMap { $0 } : [])
        }
        return identifiers.compactMap { byIdentifier[$0] }
    }

    /// The step with which a resource goes: its own, or that of what it lies within.
    private func deletion(of identifier: String) -> Int? {
        if let own = deletes[identifier] { return own }
        guard let container = byIdentifier[identifier]?.container else { return nil }
        return deletion(of: container)
    }

    private mutating func orderByLinks(_ doomed: [ObservedResource<Resource>]) {
        let doomedIdentifiers = Set(doomed.map(\.identifier))
        for resource in changeSet.observed.resources {
            for case .identifier(let linked) in resource.resource.heldLinks where doomedIdentifiers.contains(linked) {
                guard let deletion = deletes[linked] else { continue }
                if doomedIdentifiers.contains(resource.identifier) {
                    if let earlier = self.deletion(of: resource.identifier), earlier != deletion {
                        steps[deletion].requires.insert(earlier)
                    }
                } else if puts[resource.reference] != nil || conclusions[resource.reference] != nil {
                    let puts = [puts[resource.reference], conclusions[resource.reference]]
                    steps[deletion].requires.formUnion(puts.compactMap(\.self))
                    // It may be what takes the place of a new one that can't be had.
                    let spared = changeSet.desired[resource.reference]?.spared ?? []
                    steps[deletion].requires.formUnion(spared.compactMap { self.puts[$0] })
                }
            }
        }
    }

    private mutating func orderAfterTakeover(_ roots: [ObservedResource<Resource>]) {
        let putIDs = putIDs
        var putsOfMember: [String: Set<Int>] = [:]
        for id in putIDs {
            for member in steps[id].members { putsOfMember[member, default: []].insert(id) }
        }
        let reorders = steps.filter { if case .reorder = $0.action { true } else { false } }.map(\.id)
        let contents = contents(of: roots)
        for resource in roots {
            guard let deletion = deletes[resource.identifier] else { continue }
            steps[deletion].follows.formUnion(putIDs)
            steps[deletion].follows.formUnion(reorders)
            if changeSet.desired[resource.reference] != nil {
                // It is replaced: everything that takes over must stand and serve.
                steps[deletion].requires.formUnion(puts[resource.reference].map { [$0] } ?? [])
                steps[deletion].requires.formUnion(conclusions.values)
                steps[deletion].requires.formUnion(waits)
                steps[deletion].follows.formUnion(waitsForLastGood)
                steps[deletion].requires.formUnion(takeover(of: contents[resource.identifier] ?? [], putsOfMember))
            }
            if let member = resource.member {
                // What an Ingress has goes on until what it is to have stands.
                steps[deletion].requires.formUnion(putsOfMember[member] ?? [])
            }
        }
    }

    /// What lies within resources, by their identifiers.
    private func contents(of roots: [ObservedResource<Resource>]) -> [String: [ObservedResource<Resource>]] {
        let roots = Set(roots.map(\.identifier))
        var result: [String: [ObservedResource<Resource>]] = [:]
        for resource in changeSet.observed.resources {
            var place = resource.container
            while let identifier = place, !roots.contains(identifier) { place = byIdentifier[identifier]?.container }
            if let place { result[place, default: []].append(resource) }
        }
        return result
    }

    /// The steps that make what takes over for what goes with its container: what is to stand in its place, and all that its
    /// Ingresses are to have. What quarantined Ingresses had last holds nothing up.
    private func takeover(
        of contents: [ObservedResource<Resource>], _ putsOfMember: [String: Set<Int>]
    ) -> Set<Int> {
        let members = Set(contents.compactMap(\.member))
        let references = contents.map(\.reference)
        let own = references.flatMap { [puts[$0], conclusions[$0]].compactMap(\.self) }
        return members.reduce(into: Set(own)) { $0.formUnion(putsOfMember[$1] ?? []) }.filter { id in
            changeSet.desired[steps[id].reference]?.isLastGood == false
        }
    }

    private mutating func orderBackToFront(_ roots: [ObservedResource<Resource>]) {
        let lists = Dictionary(grouping: roots.filter { $0.position != nil }) { $0.container ?? "" }
        for list in lists.values {
            let order = list.sorted { ($0.position ?? 0) > ($1.position ?? 0) }.compactMap { deletes[$0.identifier] }
            for (earlier, later) in zip(order, order.dropFirst()) { steps[later].requires.insert(earlier) }
        }
    }

    // MARK: Guards

    private mutating func heedGuards() {
        let guards = GuardChanges(changeSet)
        guard !guards.all.isEmpty else { return }
        endBeforeExposure(guards)
        serveOnceGuarded(guards)
        closeBeforeOpening(guards)
    }

    /// Takes routes that a change of guards would expose away before that.
    private mutating func endBeforeExposure(_ guards: GuardChanges<Resource>) {
        let doomed = changeSet.doomedIdentifiers
        var ends: Set<Int> = []
        for change in guards.all where change.isInPlace {
            guard let put = puts[change.reference] else { continue }
            let exposed = guards.routes(exposedBy: change)
            let routes = exposed.filter { doomed.contains($0.identifier) }
                .sorted { ($1.container ?? "", $1.position ?? 0) < ($0.container ?? "", $0.position ?? 0) }
            let own = Set(routes.map { end($0) })
            steps[put].requires.formUnion(own)
            ends.formUnion(own)
            // What is made another's waits for guards itself where those close.
            let changed = exposed.filter {
                guards.isTakenOver($0) && (!change.closes || guards.isNobodys($0.reference))
            }
            steps[put].requires.formUnion(changed.compactMap { puts[$0.reference] })
        }
        for end in ends {
            steps[end].requires.formIntersection(ends)
            steps[end].follows = []
        }
        // What is gone can't be moved.
        for step in steps { if case .reorder = step.action { steps[step.id].follows.formUnion(ends) } }
    }

    /// The step that deletes a route by itself, also where it would go with what it lies in.
    private mutating func end(_ route: ObservedResource<Resource>) -> Int {
        if let own = deletes[route.identifier] { return own }
        let outer = deletion(of: route.identifier)
        let end = add(
            .delete(route.reference, identifier: route.identifier), members: route.member.map { [$0] } ?? [])
        deletes[route.identifier] = end
        if let outer { steps[outer].follows.insert(end) }
        return end
    }

    /// Lets what is new, or passes to another, wait for the guards that close for it.
    private mutating func serveOnceGuarded(_ guards: GuardChanges<Resource>) {
        func closing(for reference: ResourceReference) -> Set<Int> {
            Set(guards.closing(for: reference).compactMap { puts[$0] })
        }
        let members = Set(changeSet.desired.precedence.flatMap(\.members))
        var awaited: Set<Int> = []
        for change in changeSet.changes where members.contains(change.reference) && guards.servesAnew(change) {
            guard let put = puts[change.reference] else { continue }
            steps[put].requires.formUnion(closing(for: change.reference))
            awaited.formUnion(closing(for: change.reference))
        }
        for (owner, conclusion) in conclusions { steps[conclusion].requires.formUnion(closing(for: owner)) }
        // What is replaced serves on until what takes over may.
        for resource in doomedResources() where resource.position == nil && changeSet.desired[resource.reference] != nil
        {
            if let deletion = deletes[resource.identifier] { steps[deletion].requires.formUnion(awaited) }
        }
    }

    /// Lets guards open once those are closed that close for the same routes. An update that came after what it names, which
    /// is updated as well and not new, comes before it where that takes it; any other order stays as it is.
    private mutating func closeBeforeOpening(_ guards: GuardChanges<Resource>) {
        for change in guards.all {
            guard let opening = puts[change.reference] else { continue }
            for closing in guards.closing(before: change).compactMap({ puts[$0] }).sorted() {
                let before = steps.earlier(than: closing)
                let after = before.filter { steps[$0].waits(for: opening) }
                guard after.allSatisfy({ isUpdate($0) && !steps[$0].requires.contains(opening) }) else { continue }
                for id in after { steps[id].follows.remove(opening) }
                steps[opening].requires.insert(closing)
            }
        }
    }

    private func isUpdate(_ id: Int) -> Bool {
        if case .update = steps[id].action { true } else { false }
    }

    // MARK: Room

    /// Lets deletions go first where what is new has no room beside them: one for each new resource that there is none for,
    /// once those before it stand.
    private mutating func makeRoom() {
        for room in RoomMaking.all(changeSet) {
            let creates = room.creates.compactMap { puts[$0] }
            let early = room.early.compactMap { deletes[$0] }
            for (index, deletion) in early.enumerated() {
                let before = index == 0 ? [] : [early[index - 1]]
                steps[deletion].requires = Set(before)
                steps[deletion].follows = []
                let beneficiary = room.room + index
                if creates.indices.contains(beneficiary - 1) {
                    steps[deletion].follows.insert(creates[beneficiary - 1])
                }
                if creates.indices.contains(beneficiary) { steps[creates[beneficiary]].requires.insert(deletion) }
            }
        }
    }
}
