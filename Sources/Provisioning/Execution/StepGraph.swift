/// The steps that carry a change set out, with the order that keeps every request on a right route.
///
/// - A resource comes after those that it names, and goes before them.
/// - In a precedence list new resources come from the front to the back, then the order changes, then what stays is
///   updated, and what goes is deleted from the back to the front. So a request takes its old or its new route at every
///   moment, never a third.
/// - What is replaced is deleted once what takes over for it serves.
package struct StepGraph<Resource: ProvisionedResource> {
    package private(set) var steps: [ExecutionStep] = []

    private let changeSet: ChangeSet<Resource>
    private let byIdentifier: [String: ObservedResource<Resource>]
    private var puts: [ResourceReference: Int] = [:]
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
    }

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
        case .update: changeSet.desired.updatedPaths(of: change).isEmpty ? nil : .update(change.reference)
        case .delete, .noOp: nil
        }
    }

    // MARK: Precedence

    private mutating func orderPrecedenceLists() {
        let reorderings = changeSet.desired.reorderings
        let existing = Set(
            changeSet.changes.filter { $0.action == .update || $0.action == .noOp }.map(\.reference))
        for list in changeSet.desired.precedence where existing.contains(list.owner) {
            let creates = list.members.compactMap { puts[$0] }.filter { isCreate($0) }
            for (earlier, later) in zip(creates, creates.dropFirst()) { steps[later].follows.insert(earlier) }
            var last = creates.last.map { [$0] } ?? []
            if let index = reorderings.firstIndex(where: { $0.owner == list.owner && !$0.moves.isEmpty }) {
                last = [add(.reorder(list.owner, index: index), requires: Set(creates))]
            }
            for update in list.members.compactMap({ puts[$0] }) where !isCreate(update) {
                steps[update].follows.formUnion(last)
            }
        }
    }

    private func isCreate(_ id: Int) -> Bool {
        if case .create = steps[id].action { true } else { false }
    }

    // MARK: Waiting

    private mutating func addWaits() {
        let putIDs = Set(puts.values)
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
                } else if let put = puts[resource.reference] {
                    steps[deletion].requires.insert(put)
                    // It may be what takes the place of a new one that can't be had.
                    let spared = changeSet.desired[resource.reference]?.spared ?? []
                    steps[deletion].requires.formUnion(spared.compactMap { puts[$0] })
                }
            }
        }
    }

    private mutating func orderAfterTakeover(_ roots: [ObservedResource<Resource>]) {
        let putIDs = Set(puts.values)
        var putsOfMember: [String: Set<Int>] = [:]
        for id in putIDs {
            for member in steps[id].members { putsOfMember[member, default: []].insert(id) }
        }
        let reorders = steps.filter { if case .reorder = $0.action { true } else { false } }.map(\.id)
        for resource in roots {
            guard let deletion = deletes[resource.identifier] else { continue }
            steps[deletion].follows.formUnion(putIDs)
            steps[deletion].follows.formUnion(reorders)
            if changeSet.desired[resource.reference] != nil {
                // It is replaced: everything that takes over must stand and serve.
                steps[deletion].requires.formUnion(puts[resource.reference].map { [$0] } ?? [])
                steps[deletion].requires.formUnion(waits)
                steps[deletion].follows.formUnion(waitsForLastGood)
            }
            if let member = resource.member {
                // What an Ingress has goes on until what it is to have stands.
                steps[deletion].requires.formUnion(putsOfMember[member] ?? [])
            }
        }
    }

    private mutating func orderBackToFront(_ roots: [ObservedResource<Resource>]) {
        let lists = Dictionary(grouping: roots.filter { $0.position != nil }) { $0.container ?? "" }
        for list in lists.values {
            let order = list.sorted { ($0.position ?? 0) > ($1.position ?? 0) }.compactMap { deletes[$0.identifier] }
            for (earlier, later) in zip(order, order.dropFirst()) { steps[later].requires.insert(earlier) }
        }
    }
}
