/// The comparison of what is desired with what exists. Pure: it reads and changes nothing.
package struct GraphDifference<Resource: ProvisionedResource> {
    private let owner: Owner
    private let desired: ResourceGraph<Resource>
    private let observed: ObservedGraph<Resource>
    private let order: [DesiredResource<Resource>]
    private let current: CurrentResources<Resource>
    private let retained: Set<String>
    private let quarantined: Set<String>

    /// - Parameters:
    ///   - desired: the graph, aligned with `observed`.
    ///   - quarantined: the Ingresses that were left out, as `namespace/name`; what exists for them stays.
    /// - Throws: ``GraphError`` where the graph can't be carried out.
    package init(
        owner: Owner,
        desired: ResourceGraph<Resource>,
        observed: ObservedGraph<Resource>,
        quarantined: Set<String> = []
    ) throws(GraphError) {
        self.owner = owner
        self.desired = desired
        self.observed = observed
        self.quarantined = quarantined
        order = try desired.dependencyOrder()
        current = CurrentResources(order: order, observed: observed)
        retained = Self.retained(desired: desired, observed: observed, quarantined: quarantined)
    }

    /// The identifiers of what exists for quarantined Ingresses and of what that relies on, where the graph lacks it.
    package static func retained(
        desired: ResourceGraph<Resource>, observed: ObservedGraph<Resource>, quarantined: Set<String>
    ) -> Set<String> {
        let byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        var retained: Set<String> = []
        var pending = observed.resources.filter { $0.member.map(quarantined.contains) ?? false }
        while let resource = pending.popLast() {
            guard retained.insert(resource.identifier).inserted else { continue }
            for case .identifier(let identifier) in resource.resource.heldLinks {
                if let linked = byIdentifier[identifier] { pending.append(linked) }
            }
            // What is registered in, or hangs on, something that stays, stays as well.
            pending += observed.resources.filter { $0.container == resource.identifier && $0.member == nil }
        }
        return retained.filter { identifier in
            byIdentifier[identifier].map { desired[$0.reference] == nil } ?? false
        }
    }

    /// The changes that turn what exists into what is desired.
    package func changeSet() -> ChangeSet<Resource> {
        let deletions = deletions()
        return ChangeSet(
            owner: owner,
            changes: order.map(change) + deletions.changes,
            obstacles: obstacles(deleting: deletions.identifiers),
            notices: notices(),
            desired: desired,
            observed: observed)
    }

    private func change(of node: DesiredResource<Resource>) -> ResourceChange {
        let superseded = current.superseded[node.reference] ?? []
        guard let existing = current.current[node.reference] else {
            guard let old = superseded.first else { return creation(of: node) }
            return replacement(of: old, superseded: superseded, by: node)
        }
        let differences = current.differences(of: node)
        var change = ResourceChange(
            action: differences.isEmpty ? .noOp : .update,
            reference: node.reference,
            title: node.resource.title,
            identifier: existing.identifier,
            superseded: superseded.map(\.identifier),
            fields: differences,
            interruption: interruption(of: node.resource, paths: Set(differences.map(\.path))),
            members: node.members)
        if !superseded.isEmpty { change.reason = "an interrupted replacement left \(superseded.count) behind" }
        if change.action == .noOp, !superseded.isEmpty { change.action = .update }
        return change
    }

    private func creation(of node: DesiredResource<Resource>) -> ResourceChange {
        let fields = node.resource.fields.filter { $0.value != .absent }
            .map { field in
                FieldDifference(
                    path: field.path, before: nil, after: field.value.description,
                    implied: field.isImplied ? true : nil)
            }
        return ResourceChange(
            action: .create, reference: node.reference, title: node.resource.title, fields: fields,
            interruption: node.interruption,
            members: node.members)
    }

    private func replacement(
        of old: ObservedResource<Resource>,
        superseded: [ObservedResource<Resource>],
        by node: DesiredResource<Resource>
    ) -> ResourceChange {
        let differences = current.differences(from: old.resource, to: node.resource)
        let reasons = differences.compactMap { difference in
            difference.replacementReason.map { "\(difference.path): \($0)" }
        }
        return ResourceChange(
            action: .replace,
            reference: node.reference,
            title: node.resource.title,
            identifier: old.identifier,
            superseded: superseded.map(\.identifier),
            fields: differences,
            reason: reasons.joined(separator: "; "),
            interruption: node.resource.replacementInterruption,
            members: node.members)
    }

    private func interruption(of resource: Resource, paths: Set<String>) -> String? {
        var texts: [String] = []
        for field in resource.fields where paths.contains(field.path) {
            if case .interrupting(let text) = field.change, !texts.contains(text) { texts.append(text) }
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private func deletions() -> (changes: [ResourceChange], identifiers: Set<String>) {
        var changes: [ResourceChange] = []
        var identifiers: Set<String> = []
        let unwanted = observed.resources
            .filter { desired[$0.reference] == nil }
            .sorted { ($0.reference, $0.identifier) < ($1.reference, $1.identifier) }
        for resource in unwanted {
            var change = ResourceChange(
                action: .delete,
                reference: resource.reference,
                title: resource.resource.title,
                identifier: resource.identifier,
                members: resource.member.map { [$0] } ?? [])
            if retained.contains(resource.identifier) {
                change.action = .noOp
                change.reason = keepReason(resource)
            } else {
                identifiers.insert(resource.identifier)
            }
            changes.append(change)
        }
        return (changes, identifiers)
    }

    private func keepReason(_ resource: ObservedResource<Resource>) -> String {
        let members = resource.member.map { [$0] } ?? quarantined.sorted()
        return "kept as it is for Ingress \(members.joined(separator: ", ")), which is quarantined"
    }

    /// Every existing resource that an execution would delete: those that no one asks for, and those that are replaced.
    private func doomed(_ unwanted: Set<String>) -> [ObservedResource<Resource>] {
        let superseded = Set(current.superseded.values.joined().map(\.identifier))
        return observed.resources.filter { unwanted.contains($0.identifier) || superseded.contains($0.identifier) }
    }

    private func obstacles(deleting unwanted: Set<String>) -> [ChangeObstacle] {
        let doomed = doomed(unwanted)
        let doomedIdentifiers = Set(doomed.map(\.identifier))
        var result: [ChangeObstacle] = []
        for resource in doomed {
            if let protection = resource.protection {
                result.append(
                    ChangeObstacle(
                        reference: resource.reference, identifier: resource.identifier, message: protection))
            }
            for foreign in observed.foreign where foreign.container == resource.identifier {
                result.append(
                    ChangeObstacle(
                        reference: resource.reference,
                        identifier: resource.identifier,
                        message:
                            "\(foreign.title) (\(foreign.identifier)) isn't Headgate's and would be deleted along with "
                            + "\(resource.reference); remove it, or import it, and run again"))
            }
            for kept in observed.resources
            where kept.container == resource.identifier && retained.contains(kept.identifier)
                && !doomedIdentifiers.contains(kept.identifier)
            {
                result.append(
                    ChangeObstacle(
                        reference: resource.reference,
                        identifier: resource.identifier,
                        message: "\(kept.reference) is kept for a quarantined Ingress and would be deleted along with "
                            + "\(resource.reference); mend or remove that Ingress, and run again"))
            }
        }
        return result
    }

    private func notices() -> [String] {
        observed.foreign.map { foreign in
            "\(foreign.title) (\(foreign.identifier)) isn't Headgate's and is left alone"
        }
    }
}
