import KubernetesModel
import LoadBalancerModel

/// Puts together what the files contribute, each object once.
struct SnapshotMerge {
    private var snapshot = ManifestSnapshot()
    /// The places of objects that stand there no more, but are kept in force as last read.
    private var kept: Set<ObjectReference> = []

    init() {}

    /// Adds a finding that belongs to no file that was read.
    mutating func add(_ diagnostic: Diagnostic) { snapshot.diagnostics.append(diagnostic) }

    /// Adds a file; files come in the order in which they count. Of an object that is there twice the first stands,
    /// also where it is one that an error keeps in force: otherwise a mistake in one file would hand its objects over to
    /// another, and its correction would take them back.
    mutating func add(_ state: FileState) {
        snapshot.diagnostics += state.diagnostics
        snapshot.refused += state.refused
        var duplicates: [Diagnostic] = []
        for object in state.objects {
            if let duplicate = add(object) { duplicates.append(duplicate) }
        }
        var served: [ManifestObject] = []
        for object in state.retained {
            if let duplicate = add(object) {
                duplicates.append(duplicate)
            } else {
                kept.insert(ObjectReference(ObjectIdentity(of: object.object)))
                served.append(object)
            }
        }
        snapshot.diagnostics += state.reports(kept: served) + duplicates
    }

    /// What the files hold together.
    func finish() -> ManifestSnapshot { snapshot }

    /// Adds an object; returns the error where it is there already.
    private mutating func add(_ object: ManifestObject) -> Diagnostic? {
        let identity = ObjectIdentity(of: object.object)
        let reference = ObjectReference(identity)
        guard let first = snapshot.locations[reference] else {
            snapshot.locations[reference] = object.location
            snapshot.objects.append(object.object)
            return nil
        }
        let place = kept.contains(reference) ? "\(first), as last read" : "\(first)"
        return Diagnostic(
            object: reference, severity: .error, reason: "DuplicateObject",
            message:
                "\(object.location): \(identity) is defined already in \(place), which stands; remove one of them",
            remedy: "remove one of them")
    }
}
