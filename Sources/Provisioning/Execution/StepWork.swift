/// The operations behind the steps of a change set.
struct StepWork<Resource: ProvisionedResource>: Sendable {
    let changeSet: ChangeSet<Resource>
    private let changes: [ResourceReference: ResourceChange]
    private let observed: [String: ObservedResource<Resource>]

    init(changeSet: ChangeSet<Resource>) {
        self.changeSet = changeSet
        changes = Dictionary(
            changeSet.changes.filter { changeSet.desired[$0.reference] != nil }.map { ($0.reference, $0) }
        ) { first, _ in first }
        observed = Dictionary(changeSet.observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
    }

    /// The identifiers of the desired resources that exist and stay.
    var identifiers: [ResourceReference: String] {
        changes.compactMapValues { change in
            change.action == .update || change.action == .noOp ? change.identifier : nil
        }
    }

    /// Whether something that serves is deleted for something that takes over.
    var hasTakeover: Bool {
        changeSet.changes.contains { $0.action == .replace || !$0.superseded.isEmpty }
    }

    func operation(of step: ExecutionStep) -> ResourceOperation<Resource>? {
        switch step.action {
        case .create(let reference):
            return changeSet.desired[reference].map { .create($0) }
        case .update(let reference):
            guard let node = changeSet.desired[reference], let change = changes[reference],
                let existing = change.identifier.flatMap({ observed[$0] })
            else { return nil }
            return .update(existing, to: node, paths: changeSet.desired.updatedPaths(of: change))
        case .reorder(_, let index):
            return .reorder(changeSet.desired.reorderings[index])
        case .delete(_, let identifier):
            return observed[identifier].map { .delete($0) }
        case .wait:
            return nil
        }
    }

    /// Whether the operation of a step gives the resource's identifier.
    func yieldsIdentifier(_ step: ExecutionStep) -> Bool {
        switch step.action {
        case .create, .update: true
        case .reorder, .wait, .delete: false
        }
    }
}
