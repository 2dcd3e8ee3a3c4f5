/// Which of the resources that exist stands for which of those that are desired.
///
/// Of several with one reference, the one that differs least and needs no replacement is current; the others are
/// superseded. A resource whose every candidate differs in a field that can't be changed has no current one: it is
/// replaced.
struct CurrentResources<Resource: ProvisionedResource> {
    /// The current resource of each reference that has one.
    private(set) var current: [ResourceReference: ObservedResource<Resource>] = [:]
    /// The others with a reference of the desired graph.
    private(set) var superseded: [ResourceReference: [ObservedResource<Resource>]] = [:]
    private var references: [String: ResourceReference] = [:]
    /// The differences of current resources that name no others: they are the same whatever those turn out to be.
    private var settled: [ResourceReference: [FieldDifference]] = [:]

    /// - Parameter order: the desired resources, each after those that it names.
    init(order: [DesiredResource<Resource>], observed: ObservedGraph<Resource>) {
        let candidates = Dictionary(grouping: observed.resources, by: \.reference)
        for desired in order {
            choose(for: desired, among: candidates[desired.reference] ?? [])
        }
    }

    private mutating func choose(
        for desired: DesiredResource<Resource>, among candidates: [ObservedResource<Resource>]
    ) {
        let ranked =
            candidates
            .map { (resource: $0, differences: differences(from: $0.resource, to: desired.resource)) }
            .sorted { ($0.differences.count, $0.resource.identifier) < ($1.differences.count, $1.resource.identifier) }
        let best = ranked.first { !$0.differences.contains { $0.replacementReason != nil } }
        let chosen = best?.resource
        if let best {
            current[desired.reference] = best.resource
            references[best.resource.identifier] = desired.reference
            if best.resource.resource.links.isEmpty { settled[desired.reference] = best.differences }
        }
        let others = ranked.map(\.resource).filter { $0.identifier != chosen?.identifier }
        if !others.isEmpty { superseded[desired.reference] = others }
    }

    /// The fields in which the current resource of a desired one differs from it.
    func differences(of desired: DesiredResource<Resource>) -> [FieldDifference] {
        if let settled = settled[desired.reference] { return settled }
        return current[desired.reference].map { differences(from: $0.resource, to: desired.resource) } ?? []
    }

    /// The fields in which an existing resource differs from a desired one, links compared by what they mean.
    func differences(from existing: Resource, to desired: Resource) -> [FieldDifference] {
        let compared = desired.fields(comparedWith: existing)
        let before = Dictionary(compared.existing.map { ($0.path, $0.value) }) { first, _ in first }
        var seen: Set<String> = []
        var result: [FieldDifference] = []
        for field in compared.desired {
            seen.insert(field.path)
            let old = resolved(before[field.path] ?? .absent)
            guard old != field.value else { continue }
            result.append(FieldDifference(field, before: old, after: field.value))
        }
        for field in compared.existing where !seen.contains(field.path) && field.value != .absent {
            result.append(FieldDifference(field, before: resolved(field.value), after: .absent))
        }
        return result
    }

    /// A value that was observed, with identifiers of current resources as references.
    private func resolved(_ value: FieldValue) -> FieldValue {
        value.mapLinks { link in
            guard case .identifier(let identifier) = link, let reference = references[identifier] else { return link }
            return .resource(reference)
        }
    }
}

extension FieldDifference {
    init(_ field: ResourceField, before: FieldValue, after: FieldValue) {
        var reason: String?
        if case .replacing(let text) = field.change { reason = text }
        self.init(
            path: field.path,
            before: before == .absent ? nil : before.description,
            after: after == .absent ? nil : after.description,
            replacementReason: reason)
    }
}
