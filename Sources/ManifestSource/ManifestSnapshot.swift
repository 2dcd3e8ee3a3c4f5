package import KubernetesModel
package import LoadBalancerModel

/// What a source of manifests holds at one time.
package struct ManifestSnapshot: Sendable, Equatable {
    /// The objects, each once, in the order of the files and of the documents in them.
    package var objects: [AnyKubernetesObject] = []
    /// What was found wrong with the files, in the same order.
    package var diagnostics: [Diagnostic] = []
    /// The documents that were refused, in the same order.
    package var refused: [RefusedDocument] = []
    /// Where each object was read.
    package var locations: [ObjectReference: SourceLocation] = [:]

    package init() {}

    /// Reads manifests that come as bytes, such as those of standard input.
    ///
    /// - Parameter name: What findings call the source.
    package init(reading bytes: [UInt8], name: String) {
        var merge = SnapshotMerge()
        merge.add(FileState(fresh: ManifestParser.parse(bytes, file: name)))
        self = merge.finish()
    }
}

extension ObjectReference {
    init(_ identity: ObjectIdentity) {
        self.init(kind: identity.kind, namespace: identity.namespace, name: identity.name)
    }

    /// A file, where no object is known.
    package static func file(_ name: String) -> ObjectReference { ObjectReference(kind: "File", name: name) }
}

extension Diagnostic {
    /// The diagnostic of a finding: about the object where one is known, else about the file.
    package init(_ finding: ManifestFinding) {
        let severity: Severity =
            switch finding.severity {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        self.init(
            object: finding.object.map { ObjectReference($0) } ?? .file(finding.location.file), field: finding.field,
            severity: severity, reason: finding.reason.rawValue, message: finding.message, value: finding.value,
            remedy: finding.remedy)
    }
}
