/// What a manifest file held: the objects of its good documents, and what was found wrong with the others.
package struct ManifestFile: Sendable, Hashable {
    /// The file's name, as findings show it.
    package var file: String
    /// False where the file as a whole is not YAML or JSON. It then has no objects, and whoever knows its last good
    /// content should go on with that.
    package var isReadable: Bool
    package var objects: [ManifestObject] = []
    /// The documents that were refused, one entry each.
    package var refused: [RefusedDocument] = []
    package var findings: [ManifestFinding] = []
}

/// An object and the place where it was read.
package struct ManifestObject: Sendable, Hashable {
    package var object: AnyKubernetesObject
    package var location: SourceLocation

    package init(object: AnyKubernetesObject, location: SourceLocation) {
        self.object = object
        self.location = location
    }
}

/// A document whose content was refused while the rest of its file stands.
package struct RefusedDocument: Sendable, Hashable {
    /// The object that the document describes; nil where it does not say which.
    package var identity: ObjectIdentity?
    /// Where the document begins.
    package var location: SourceLocation
    /// The first error for which it was refused.
    package var error: ManifestFinding?
    /// How many errors it has.
    package var errorCount: Int

    package init(
        identity: ObjectIdentity?, location: SourceLocation, error: ManifestFinding? = nil, errorCount: Int = 0
    ) {
        self.identity = identity
        self.location = location
        self.error = error
        self.errorCount = errorCount
    }

    /// Place and cause in one clause: `shop.yaml:12, document 2: spec.ports[0].port: Required value, and 2 more`.
    package var explanation: String {
        guard let error else { return "\(location)" }
        let cause = error.field.isEmpty ? error.problem : "\(error.field): \(error.problem)"
        let rest = errorCount > 1 ? ", and \(errorCount - 1) more" : ""
        return "\(error.location): \(cause)\(rest)"
    }
}

/// A place in a manifest.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// The number of the document in the file, from 1; 0 where a finding is about the file as a whole.
    package var document: Int
    /// The line in the file, from 1; 0 where there is none.
    package var line: Int

    package init(file: String, document: Int = 0, line: Int = 0) {
        self.file = file
        self.document = document
        self.line = line
    }

    /// `shop.yaml:12, document 2`.
    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return document > 0 ? "\(place), document \(document)" : place
    }
}

/// The kind, namespace and name of an object.
package struct ObjectIdentity: Sendable, Hashable, CustomStringConvertible {
    package var kind: String
    /// Empty for objects of cluster scope.
    package var namespace: String
    package var name: String

    package init(kind: String, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package init(of object: AnyKubernetesObject) {
        let object = object.object
        self.init(
            kind: type(of: object).kind, namespace: object.metadata.namespace, name: object.metadata.name)
    }

    /// `Ingress shop/web`.
    package var description: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }
}

/// What was found about a manifest: where, what, and what to do about it. Never holds a value of a Secret.
package struct ManifestFinding: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        case info, warning
        /// The document, or the file, is refused.
        case error
    }

    package var severity: Severity
    /// A short, stable label in upper camel case.
    package var reason: Reason
    /// The object that the document describes, as far as that is known.
    package var object: ObjectIdentity?
    package var location: SourceLocation
    /// The field as the API server writes it, such as `spec.rules[0].host`; empty for the document as a whole.
    package var field: String
    /// What is wrong, in the API server's words where it has a rule for it.
    package var problem: String
    /// The value at fault, where it is no secret.
    package var value: String?
    /// What to do about it, as a sentence without its final stop.
    package var remedy: String?

    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case notText = "NotText"
        case notYAML = "NotYAML"
        case tooLarge = "TooLarge"
        case tooComplex = "TooComplex"
        case notAnObject = "NotAnObject"
        case unknownKind = "UnknownKind"
        case unsupportedVersion = "UnsupportedVersion"
        case duplicateKey = "DuplicateKey"
        case unknownField = "UnknownField"
        case invalidType = "InvalidType"
        case invalidValue = "InvalidValue"
        case requiredField = "RequiredField"
        case unsupportedValue = "UnsupportedValue"
        case forbiddenField = "ForbiddenField"
        case ignored = "Ignored"
        case moreFindings = "MoreFindings"
    }

    /// Place, field, problem and remedy in one line.
    package var message: String {
        let subject = field.isEmpty ? problem : "\(field): \(problem)"
        let sentence = "\(location): \(subject)"
        guard let remedy else { return sentence }
        return "\(sentence); \(remedy)"
    }
}
