import Foundation
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import ManifestSource

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the manifests of a command hold.
struct ManifestInput: Sendable {
    var objects: [AnyKubernetesObject]
    /// The documents that were refused.
    var refused: [RefusedDocument]
    /// What was found about files and documents.
    var diagnostics: [Diagnostic]

    /// The objects as the planner takes them.
    var snapshot: ClusterSnapshot { ClusterSnapshot(objects, refused: refused) }

    /// False where a file or a document was refused, so that the objects are not all that were meant.
    var isComplete: Bool { !diagnostics.contains { $0.severity == .error } }
}

extension ManifestInput {
    /// Puts together what several sources hold. Of an object that is there twice the first stands.
    init(_ snapshots: [ManifestSnapshot]) {
        if snapshots.count == 1, let only = snapshots.first {
            objects = only.objects
            refused = only.refused
            diagnostics = only.diagnostics
            return
        }
        objects = []
        refused = []
        diagnostics = []
        var locations: [ObjectReference: SourceLocation] = [:]
        for snapshot in snapshots {
            diagnostics += snapshot.diagnostics
            refused += snapshot.refused
            for object in snapshot.objects {
                let reference = ObjectReference(object)
                let location = snapshot.locations[reference]
                if let first = locations[reference] {
                    diagnostics.append(Self.duplicate(reference, first: first, second: location))
                } else {
                    objects.append(object)
                    locations[reference] = location
                }
            }
        }
    }

    private static func duplicate(
        _ reference: ObjectReference, first: SourceLocation, second: SourceLocation?
    ) -> Diagnostic {
        let place = second.map { "\($0): " } ?? ""
        return Diagnostic(
            object: reference, severity: .error, reason: "DuplicateObject",
            message: "\(place)\(reference.title) is defined already in \(first), which stands; remove one of them",
            remedy: "remove one of them")
    }

    /// Reads what `-f` names.
    ///
    /// - Throws: ``CommandFailure`` where a path isn't there or can't be read. What is wrong within is a diagnostic.
    static func load(_ paths: [String], console: Console) throws(CommandFailure) -> ManifestInput {
        guard paths.count(where: { $0 == "-" }) <= 1 else {
            throw CommandFailure("standard input can be read only once", remedy: "Give -f - a single time.")
        }
        var snapshots: [ManifestSnapshot] = []
        for path in paths {
            if path == "-" {
                snapshots.append(ManifestSnapshot(reading: try standardInput(console), name: "standard input"))
            } else {
                try check(path)
                snapshots.append(ManifestDirectory(path).load())
            }
        }
        return ManifestInput(snapshots)
    }

    private static func standardInput(_ console: Console) throws(CommandFailure) -> [UInt8] {
        do {
            return try console.readInput()
        } catch {
            throw CommandFailure(
                "standard input can't be read: \(FileProblem.text(error))", about: .file("standard input"),
                reason: SavedFile.unreadable)
        }
    }

    /// Makes sure that a path leads to something that this user may read.
    ///
    /// - Throws: ``CommandFailure``, which names the path and the remedy.
    static func check(_ path: String) throws(CommandFailure) {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard access(path, isDirectory.boolValue ? R_OK | X_OK : R_OK) == 0 else {
            let problem = String(cString: strerror(errno))
            throw CommandFailure(
                "\(path) can't be read: \(problem)",
                remedy: exists ? "Check that this user may read it." : "Check the path given with -f.",
                about: .file(path), reason: SavedFile.unreadable)
        }
    }
}

extension ObjectReference {
    init(_ object: AnyKubernetesObject) {
        let object = object.object
        self.init(
            kind: type(of: object).kind, namespace: object.metadata.namespace, name: object.metadata.name)
    }
}
