/// A typed node of a provider's cloud: a load balancer, a listener, a rule, a target group.
///
/// A provider's nodes are an enum of structs. The engine sees them through their fields alone.
package protocol ProvisionedResource: Sendable, Equatable {
    /// The fields that a difference compares, in the order in which it shows them. A field that isn't listed is never
    /// compared: a generated name, or what the cloud alone decides.
    var fields: [ResourceField] { get }

    /// The requests that the resource may take, where it is in a precedence list.
    var reach: RequestReach { get }

    /// Whether the resource and another take the same requests, where both are members of precedence lists; nil where that
    /// can't be told, so that a member is known by its name alone.
    func takesSameRequests(as other: Self) -> Bool?

    /// The resource with what it tells of its own name, as its tags do, changed.
    func renamed(_ reference: ResourceReference) -> Self

    /// The resource with a refusal (not found) for the requests that no member of its precedence list takes: so it is made
    /// while the members aren't there yet.
    var withClosedFallback: Self { get }

    /// What people know the resource by beyond its type and name, such as the name that the cloud's console shows, or what
    /// a rule matches; empty where there is nothing to add.
    var title: String { get }

    /// The name with which the resource is made and that no other of its type may have; nil where there is none.
    var uniqueName: String? { get }

    /// What clients notice when the resource is replaced, though the new one serves before the old one goes; nil where they
    /// notice nothing.
    var replacementInterruption: String? { get }

    /// Whether the resource does its work only some time after it was created, so that it is waited for.
    var isAwaited: Bool { get }

    /// The fields of an existing resource and those of this one, which it is to become, as a difference compares them.
    ///
    /// They are all ``fields`` of both, unless a resource of many parts has a shorter way to the ones that differ.
    func fields(comparedWith existing: Self) -> (existing: [ResourceField], desired: [ResourceField])

    /// This resource as one that should exist, where it was observed: so it can be made anew, beside what it was
    /// observed as. Nil where the observation doesn't tell all that takes.
    ///
    /// - Parameter link: gives for each resource that it names the one to name instead.
    func recreated(_ link: (ResourceLink) -> ResourceLink) -> Self?

    /// Whether it is made for what other resources are, so that it doesn't stay by itself where an Ingress is left out.
    var isDerived: Bool { get }

    /// Whether this resource comes behind `other` in a precedence list that holds both, as far as they tell: before it, it
    /// would take requests that are the other's.
    func yields(to other: Self) -> Bool

    /// Whether the guards of this resource (``ResourceField/isGuard``), which differ from those of another version of it, may
    /// let somebody in whom those keep out.
    func letsInMore(than other: Self, _ surroundings: GuardSurroundings<Self>) -> Bool
}

extension ProvisionedResource {
    package var title: String { "" }
    package var uniqueName: String? { nil }
    package var replacementInterruption: String? { nil }
    package var reach: RequestReach { .everything }
    package var withClosedFallback: Self { self }

    package func takesSameRequests(as other: Self) -> Bool? { nil }
    package func renamed(_ reference: ResourceReference) -> Self { self }

    /// The position in its precedence list, where it is in one.
    var position: Int? {
        let values = fields.filter { $0.change == .reordering }.map(\.value)
        guard case .integer(let position)? = values.first else { return nil }
        return position
    }

    package func fields(comparedWith existing: Self) -> (existing: [ResourceField], desired: [ResourceField]) {
        (existing.fields, fields)
    }

    package var isDerived: Bool { false }
    package func yields(to other: Self) -> Bool { false }
    package func letsInMore(than other: Self, _ surroundings: GuardSurroundings<Self>) -> Bool { true }

    /// Whether an existing resource can become this one without being made anew, what they name aside.
    func isUpdate(of existing: Self) -> Bool {
        let (before, after) = fields(comparedWith: existing)
        func fixed(_ fields: [ResourceField]) -> [String: FieldValue] {
            let values = fields.filter { field in
                if case .replacing = field.change { field.value.links.isEmpty } else { false }
            }
            return Dictionary(values.map { ($0.path, $0.value) }) { first, _ in first }
        }
        return fixed(before) == fixed(after)
    }

    /// The resources that this one names, each once, in the order of the fields.
    package var links: [ResourceLink] {
        var seen: Set<ResourceLink> = []
        return fields.flatMap(\.value.links).filter { seen.insert($0).inserted }
    }

    /// The resources that must not go before this one does.
    var heldLinks: [ResourceLink] {
        fields.filter { !$0.outlivesLinks }.flatMap(\.value.links)
    }
}

/// A resource that should exist.
package struct DesiredResource<Resource: ProvisionedResource>: Sendable, Equatable {
    package var reference: ResourceReference
    package var resource: Resource
    /// Resources that must be there before this one, beside those that its fields name: targets are registered before a
    /// rule sends them requests.
    package var follows: [ResourceReference]
    /// The Ingresses that it exists for, as `namespace/name`, sorted; empty where it belongs to the load balancer as a whole.
    package var members: [String]
    /// Whether it is what a quarantined Ingress had last, rather than what the plan asks for.
    package var isLastGood: Bool
    /// What is interrupted where it has to be created, and for whom; nil where nobody notices.
    package var interruption: String?

    package init(
        reference: ResourceReference,
        resource: Resource,
        follows: [ResourceReference] = [],
        members: [String] = [],
        isLastGood: Bool = false
    ) {
        self.reference = reference
        self.resource = resource
        self.follows = follows
        self.members = members
        self.isLastGood = isLastGood
    }

    /// Those of ``dependencies`` without which the resource is made all the same, where they can't be had.
    var spared: Set<ResourceReference> {
        func references(_ fields: [ResourceField]) -> [ResourceReference] {
            fields.flatMap(\.value.links).compactMap { link in
                if case .resource(let reference) = link { reference } else { nil }
            }
        }
        let fields = resource.fields
        return Set(references(fields.filter(\.sparesLinks)))
            .subtracting(references(fields.filter { !$0.sparesLinks })).subtracting(follows)
    }

    /// What must exist before this resource does, as references within the graph.
    package var dependencies: [ResourceReference] {
        let linked = resource.links.compactMap { link -> ResourceReference? in
            guard case .resource(let reference) = link else { return nil }
            return reference
        }
        return linked + follows
    }
}
