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

    /// Whether a resource is made by the execution.
    func isNew(_ reference: ResourceReference) -> Bool {
        switch changes[reference]?.action {
        case .create, .replace: true
        case .update, .delete, .noOp, nil: false
        }
    }

    /// Whether a step makes something that nothing has served in the place of.
    func isFirst(_ step: ExecutionStep) -> Bool {
        guard case .create(let reference) = step.action else { return false }
        return changes[reference]?.action == .create
    }

    /// Whether something that serves is deleted for something that takes over.
    var hasTakeover: Bool {
        changeSet.changes.contains { $0.action == .replace || !$0.superseded.isEmpty }
    }

    /// - Parameters:
    ///   - existing: the identifiers of what exists by now.
    ///   - gone: the identifiers of what was deleted in this execution.
    func operation(
        of step: ExecutionStep, existing: [ResourceReference: String] = [:], without gone: Set<String> = []
    ) -> ResourceOperation<Resource>? {
        switch step.action {
        case .create(let reference):
            guard var node = changeSet.desired[reference] else { return nil }
            if changeSet.concludesLater(reference) { node.resource = node.resource.withClosedFallback }
            return .create(node)
        case .update(let reference):
            guard let node = changeSet.desired[reference], let change = changes[reference],
                let existing = change.identifier.flatMap({ observed[$0] })
            else { return nil }
            return .update(existing, to: node, paths: changeSet.pathsBeforeConclusion(of: change))
        case .conclude(let reference):
            return conclusion(of: reference, existing: existing[reference])
        case .reorder(_, let index):
            var reordering = changeSet.desired.reorderings[index]
            reordering.moves.removeAll { move in
                if case .identifier(let identifier) = move.resource { gone.contains(identifier) } else { false }
            }
            return .reorder(reordering)
        case .delete(_, let identifier):
            return observed[identifier].map { .delete($0) }
        case .wait:
            return nil
        }
    }

    private func conclusion(
        of reference: ResourceReference, existing identifier: String?
    ) -> ResourceOperation<Resource>? {
        guard let node = changeSet.desired[reference], let change = changes[reference], let identifier else {
            return nil
        }
        let paths = changeSet.fallbackPaths(of: change, node)
        if change.action == .update, let existing = observed[identifier] {
            return .update(existing, to: node, paths: paths)
        }
        let made = ObservedResource(
            reference: reference, identifier: identifier, resource: node.resource.withClosedFallback)
        return .update(made, to: node, paths: paths)
    }

    /// Whether the operation of a step gives the resource's identifier.
    func yieldsIdentifier(_ step: ExecutionStep) -> Bool {
        switch step.action {
        case .create, .update, .conclude: true
        case .reorder, .wait, .delete: false
        }
    }
}
