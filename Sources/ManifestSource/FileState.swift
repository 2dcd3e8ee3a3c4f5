import KubernetesModel
import LoadBalancerModel

/// What one file contributes: the objects that it holds, and those that it held before a mistake got in.
struct FileState: Sendable {
    /// The objects of the file's good documents.
    var objects: [ManifestObject] = []
    /// Objects of the last good content that the file, as it is, does not give any more because of an error.
    var retained: [ManifestObject] = []
    /// The documents that were refused.
    var refused: [RefusedDocument] = []
    var diagnostics: [Diagnostic] = []

    /// Everything that the file contributes.
    var served: [ManifestObject] { objects + retained }

    init() {}

    /// The state of a file that is read for the first time.
    init(fresh file: ManifestFile) {
        self.init(file, previous: FileState())
    }

    /// The state after a file was read again.
    ///
    /// A file that is no YAML keeps what it held as a whole. In one that is, an object whose document is refused stays as
    /// it was; and where a refused document does not say which object it is about, everything that is gone stays.
    init(_ file: ManifestFile, previous: FileState) {
        objects = file.objects
        refused = file.refused
        diagnostics = file.findings.map { Diagnostic($0) }
        let present = Set(file.objects.map { ObjectIdentity(of: $0.object) })
        let missing = previous.served.filter { !present.contains(ObjectIdentity(of: $0.object)) }
        let refused = Set(file.refused.compactMap(\.identity))
        if !file.isReadable || file.refused.contains(where: { $0.identity == nil }) {
            retained = missing
        } else {
            retained = missing.filter { refused.contains(ObjectIdentity(of: $0.object)) }
        }
    }

    /// The state of a file that can't be read now.
    init(unreadable diagnostic: Diagnostic, previous: FileState) {
        retained = previous.served
        diagnostics = [diagnostic]
    }

    /// What to say of the objects that are kept in force: of each, or of the file where all of it is.
    ///
    /// - Parameter kept: Those of ``retained`` that no other file gave before.
    func reports(kept: [ManifestObject]) -> [Diagnostic] {
        guard let first = kept.first else { return [] }
        guard objects.isEmpty, kept.count > 1 else {
            return kept.map { object in
                let identity = ObjectIdentity(of: object.object)
                return Self.report(ObjectReference(identity), "\(identity) stays", file: object.location.file)
            }
        }
        return [Self.report(.file(first.location.file), "\(kept.count) objects stay", file: first.location.file)]
    }

    private static func report(_ object: ObjectReference, _ subject: String, file: String) -> Diagnostic {
        let remedy = "correct the file, or remove from it what should go"
        return Diagnostic(
            object: object, severity: .warning, reason: "LastGoodStateKept",
            message: "\(file): \(subject) in force as last read; \(remedy)", remedy: remedy)
    }
}
