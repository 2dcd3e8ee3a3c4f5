/// Compares the guards of resources that exist with those that they are to have.
struct GuardComparison<Resource: ProvisionedResource> {
    private let identifiers: [ResourceReference: String]
    private let references: [String: ResourceReference]
    /// What exists, and what it becomes.
    private let standing: [Resource]
    /// What exists, and all that is to.
    private let all: [Resource]

    init(_ changeSet: ChangeSet<Resource>) {
        identifiers = StepWork(changeSet: changeSet).identifiers
        references = Dictionary(identifiers.map { ($0.value, $0.key) }) { first, _ in first }
        let existing = changeSet.observed.resources.map(\.resource)
        let desired = changeSet.desired.resources
        standing = existing + desired.filter { [identifiers] in identifiers[$0.reference] != nil }.map(\.resource)
        all = existing + desired.map(\.resource)
    }

    /// The guards in which two versions differ, links compared by what they mean.
    func differences(_ desired: Resource, from existing: Resource) -> [String] {
        let (before, after) = desired.fields(comparedWith: existing)
        func values(_ fields: [ResourceField]) -> [String: FieldValue] {
            let guards = fields.filter { $0.isGuard && $0.value != .absent }
            return Dictionary(guards.map { ($0.path, $0.value.mapLinks(meant)) }) { first, _ in first }
        }
        let (old, new) = (values(before), values(after))
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    private func meant(_ link: ResourceLink) -> ResourceLink {
        guard case .identifier(let identifier) = link, let reference = references[identifier] else { return link }
        return .resource(reference)
    }

    /// Whether what exists lets in somebody more once it is as desired.
    func opens(_ existing: Resource, to desired: Resource) -> Bool {
        desired.letsInMore(than: existing, GuardSurroundings(serving: standing, identifiers: identifiers))
    }

    /// Whether what exists lets in somebody less once it is as desired.
    func closes(_ existing: Resource, to desired: Resource) -> Bool {
        existing.letsInMore(than: desired, GuardSurroundings(serving: all, identifiers: identifiers))
    }
}
