import KubernetesModel

/// An object that something refers to and that is not in the snapshot: there is none, or its document was refused.
struct MissingObject: Hashable, Sendable {
    var identity: ObjectIdentity
    /// The document that was refused; nil where there is none.
    var refusal: RefusedDocument?

    /// `ServiceNotFound` or, of a document that was refused, `ServiceRefused`.
    ///
    /// - Parameter subject: what the reason calls the object.
    func reason(_ subject: String) -> String { refusal == nil ? "\(subject)NotFound" : "\(subject)Refused" }

    /// What is said of it: `There is no Service 'shop/web'`, or where its document was refused, and why.
    var finding: String {
        guard let refusal else { return "There is no \(identity.kind) '\(qualifiedName)'" }
        return "The \(identity.kind) '\(qualifiedName)' was refused (\(refusal.explanation))"
    }

    /// What to do about it: of a document that was refused never to create the object.
    ///
    /// - Parameter creation: what to do where there is none.
    func remedy(_ creation: String) -> String {
        refusal == nil ? creation : "correct the document of the \(identity.kind)"
    }

    /// The name with its namespace, where it has one.
    var qualifiedName: String {
        identity.namespace.isEmpty ? identity.name : "\(identity.namespace)/\(identity.name)"
    }
}

extension ClusterSnapshot {
    /// What is known of an object that the snapshot does not hold.
    ///
    /// - Parameter namespace: Empty for an object of cluster scope.
    func missing(_ kind: String, namespace: String = "", name: String) -> MissingObject {
        let identity = ObjectIdentity(kind: kind, namespace: namespace, name: name)
        return MissingObject(identity: identity, refusal: refused[identity])
    }

    /// What is known of an object of a namespace that the snapshot does not hold.
    func missing(_ kind: String, _ name: NamespacedName) -> MissingObject {
        missing(kind, namespace: name.namespace, name: name.name)
    }
}
