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
    /// All that exists, by identifier.
    private let known: [String: ResourceReference]
    /// The comparisons of current resources whose links are all resolved: they are the same whatever is chosen later.
    private var settled: [ResourceReference: Comparison] = [:]

    /// - Parameter order: the desired resources, each after those that it names.
    init(order: [DesiredResource<Resource>], observed: ObservedGraph<Resource>) {
        known = Dictionary(observed.resources.map { ($0.identifier, $0.reference) }) { first, _ in first }
        let candidates = Dictionary(grouping: observed.resources) { $0.reference }
        for desired in order {
            if let candidates = candidates[desired.reference] { choose(for: desired, among: candidates) }
        }
    }

    private mutating func choose(
        for desired: DesiredResource<Resource>, among candidates: [ObservedResource<Resource>]
    ) {
        let ranked =
            candidates
            .map { (resource: $0, comparison: compare($0.resource, with: desired.resource)) }
            .sorted { first, second in
                (first.comparison.differences.count, first.resource.identifier)
                    < (second.comparison.differences.count, second.resource.identifier)
            }
        let chosen = ranked.firstIndex { candidate in
            !candidate.comparison.differences.contains { $0.replacementReason != nil }
        }
        if let chosen {
            let (resource, comparison) = ranked[chosen]
            current[desired.reference] = resource
            references[resource.identifier] = desired.reference
            if comparison.isSettled { settled[desired.reference] = comparison }
        }
        let others = ranked.indices.filter { $0 != chosen }.map { ranked[$0].resource }
        if !others.isEmpty { superseded[desired.reference] = others }
    }

    /// Takes note that a desired resource has other positions now.
    mutating func update(for desired: DesiredResource<Resource>) {
        guard let existing = current[desired.reference] else { return }
        settled[desired.reference] = compare(existing.resource, with: desired.resource)
    }

    /// How the current resource of a desired one differs from it.
    func comparison(of desired: DesiredResource<Resource>) -> Comparison {
        if let settled = settled[desired.reference] { return settled }
        return current[desired.reference].map { compare($0.resource, with: desired.resource) } ?? Comparison()
    }

    /// How an existing resource differs from a desired one.
    struct Comparison {
        var differences: [FieldDifference] = []
        /// Who notices that they are made equal, and how.
        var interruptions: [String] = []
        /// Whether every link to something that exists is resolved.
        var isSettled = true
    }

    /// Compares an existing resource with a desired one, links by what they mean.
    func compare(_ existing: Resource, with desired: Resource) -> Comparison {
        let (before, after) = desired.fields(comparedWith: existing)
        var result = Comparison()
        let old = before.map { resolved($0.value, &result.isSettled) }
        // Most resources are as they should be.
        let isSame =
            before.count == after.count
            && after.indices.allSatisfy { before[$0].path == after[$0].path && old[$0] == after[$0].value }
        guard !isSame else { return result }
        let places = Dictionary(before.indices.map { (before[$0].path, $0) }) { first, _ in first }
        var seen: Set<String> = []
        for field in after {
            seen.insert(field.path)
            let value = places[field.path].map { old[$0] } ?? .absent
            guard value != field.value else { continue }
            result.differences.append(
                FieldDifference(field, before: shown(value, beside: field.value), after: field.value))
            if case .interrupting(let text) = field.change, !result.interruptions.contains(text) {
                result.interruptions.append(text)
            }
        }
        for (field, value) in zip(before, old) where !seen.contains(field.path) && field.value != .absent {
            result.differences.append(FieldDifference(field, before: shown(value, beside: .absent), after: .absent))
        }
        return result
    }

    /// A value that was observed as it is shown: what it names has its name, unless what takes its place has the same.
    private func shown(_ value: FieldValue, beside desired: FieldValue) -> FieldValue {
        let named = value.mapLinks { link in
            guard case .identifier(let identifier) = link, let reference = known[identifier] else { return link }
            return .resource(reference)
        }
        return named == desired ? value : named
    }

    /// A value that was observed, with identifiers of current resources as references.
    private func resolved(_ value: FieldValue, _ isSettled: inout Bool) -> FieldValue {
        var isOpen = false
        let result = value.mapLinks { link in
            guard case .identifier(let identifier) = link else { return link }
            if let reference = references[identifier] { return .resource(reference) }
            if known[identifier] != nil { isOpen = true }
            return link
        }
        if isOpen { isSettled = false }
        return result
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
