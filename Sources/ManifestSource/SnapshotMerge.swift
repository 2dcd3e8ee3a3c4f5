import KubernetesModel
import LoadBalancerModel

/// Puts together what the files contribute, each object once.
struct SnapshotMerge {
    private var states: [FileState] = []
    private var diagnostics: [Diagnostic] = []

    /// Adds a file; files come in the order in which they count.
    mutating func add(_ state: FileState) { states.append(state) }

    /// Adds a finding that belongs to no file that was read.
    mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// The snapshot: of an object that is there twice, the first stands. One that is only there because an error keeps
    /// it in force gives way to one that is read.
    func finish() -> ManifestSnapshot {
        var snapshot = ManifestSnapshot()
        snapshot.diagnostics = diagnostics
        let fresh = Set(states.flatMap { $0.objects.map { ObjectIdentity(of: $0.object) } })
        for state in states {
            snapshot.diagnostics += state.diagnostics + state.reports(fresh: fresh)
            for object in state.objects { add(object, to: &snapshot) }
            for object in state.retained where !fresh.contains(ObjectIdentity(of: object.object)) {
                add(object, to: &snapshot)
            }
        }
        return snapshot
    }

    private func add(_ object: ManifestObject, to snapshot: inout ManifestSnapshot) {
        let identity = ObjectIdentity(of: object.object)
        let reference = ObjectReference(identity)
        guard let first = snapshot.locations[reference] else {
            snapshot.locations[reference] = object.location
            snapshot.objects.append(object.object)
            return
        }
        snapshot.diagnostics.append(
            Diagnostic(
                object: reference, severity: .error, reason: "DuplicateObject",
                message:
                    "\(object.location): \(identity) is defined already in \(first), which stands; remove one of them",
                remedy: "remove one of them"))
    }
}
