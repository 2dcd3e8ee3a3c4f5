/// The comparison of what is desired with what exists. Pure: it reads and changes nothing.
package struct GraphDifference<Resource: ProvisionedResource> {
    private let owner: Owner
    private var desired: ResourceGraph<Resource>
    private let observed: ObservedGraph<Resource>
    private var order: [DesiredResource<Resource>]
    private var current: CurrentResources<Resource>
    private let retained: RetainedResources

    /// - Parameters:
    ///   - desired: the graph, which may be aligned with what exists by ``align(to:)``.
    ///   - retained: what stays although the graph lacks it.
    /// - Throws: ``GraphError`` where the graph can't be carried out.
    package init(
        owner: Owner,
        desired: ResourceGraph<Resource>,
        observed: ObservedGraph<Resource>,
        retained: RetainedResources = .none
    ) throws(GraphError) {
        self.owner = owner
        self.desired = desired
        self.observed = observed
        self.retained = retained
        order = try desired.dependencyOrder()
        current = CurrentResources(order: order, observed: observed)
    }

    /// The identifiers of the existing resources that stand for those of the graph; those to be replaced have none.
    package var currentIdentifiers: [ResourceReference: String] { current.current.mapValues { $0.identifier } }

    /// Goes on with the graph as a provider has aligned it: the same resources, at other positions.
    package mutating func align(to aligned: ResourceGraph<Resource>) {
        desired = aligned
        for index in order.indices {
            guard let node = aligned[order[index].reference], node != order[index] else { continue }
            order[index] = node
            current.update(for: node)
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
        var change = difference(of: node)
        if node.isLastGood, change.action != .noOp {
            let members = node.members.isEmpty ? retained.ingresses.sorted() : node.members
            let reason = "kept for Ingress \(members.joined(separator: ", ")), which is quarantined"
            change.reason = change.reason.isEmpty ? reason : "\(change.reason); \(reason)"
        }
        return change
    }

    private func difference(of node: DesiredResource<Resource>) -> ResourceChange {
        let superseded = current.superseded[node.reference] ?? []
        guard let existing = current.current[node.reference] else {
            guard let old = superseded.first else { return creation(of: node) }
            return replacement(of: old, superseded: superseded, by: node)
        }
        let comparison = current.comparison(of: node)
        let differences = comparison.differences
        var change = ResourceChange(
            action: differences.isEmpty ? .noOp : .update,
            reference: node.reference,
            // What has a name of its own keeps it.
            title: (node.resource.uniqueName == nil ? node.resource : existing.resource).title,
            identifier: existing.identifier,
            superseded: superseded.map(\.identifier),
            fields: differences,
            interruption: comparison.interruptions.isEmpty ? nil : comparison.interruptions.joined(separator: "; "),
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
        let differences = current.compare(old.resource, with: node.resource).differences
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
            if retained.identifiers.contains(resource.identifier) {
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
        let members = resource.member.map { [$0] } ?? retained.ingresses.sorted()
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
        let foreign = Dictionary(grouping: observed.foreign, by: \.container)
        let kept = Dictionary(
            grouping: observed.resources.filter {
                retained.identifiers.contains($0.identifier) && !doomedIdentifiers.contains($0.identifier)
            }, by: \.container)
        return doomed.flatMap { resource in
            var messages = [resource.protection].compactMap(\.self)
            messages += (foreign[resource.identifier] ?? []).map { foreign in
                "\(foreign.title) (\(foreign.identifier)) isn't Headgate's and would be deleted along with "
                    + "\(resource.reference); remove it, or import it, and run again"
            }
            messages += (kept[resource.identifier] ?? []).map { kept in
                "\(kept.reference) (\(kept.identifier)) is kept for Ingress "
                    + "\(kept.member ?? retained.ingresses.sorted().joined(separator: ", ")), which is quarantined, and "
                    + "would be deleted along with \(resource.reference): it can't be made anew, since something was "
                    + "added to it by hand; mend or remove that Ingress, or delete \(kept.reference), and run again"
            }
            return messages.map {
                ChangeObstacle(reference: resource.reference, identifier: resource.identifier, message: $0)
            }
        }
    }

    private func notices() -> [String] {
        observed.foreign.map { foreign in
            "\(foreign.title) (\(foreign.identifier)) isn't Headgate's and is left alone"
        }
    }
}
