/// A finding about one object: what is wrong, where, and what to do about it.
package struct Diagnostic: Codable, Hashable, Sendable {
    package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
        case info, warning, error
    }

    package var object: ObjectReference
    /// The field, such as `spec.rules[0].host` or `metadata.annotations[nginx.ingress.kubernetes.io/rewrite-target]`; empty for the object as a whole.
    package var field: String
    package var severity: Severity
    /// A short, stable label in upper camel case, such as `ServiceNotFound`.
    package var reason: String
    /// One or two sentences for people: what was found, with the value, and the remedy.
    package var message: String
    /// The value at fault, where it is no secret.
    package var value: String?
    /// What to do about it, as the message ends with it.
    package var remedy: String?

    package init(
        object: ObjectReference,
        field: String = "",
        severity: Severity,
        reason: String,
        message: String,
        value: String? = nil,
        remedy: String? = nil
    ) {
        self.object = object
        self.field = field
        self.severity = severity
        self.reason = reason
        self.message = message
        self.value = value
        self.remedy = remedy
    }
}

/// Names a Kubernetes object.
package struct ObjectReference: Codable, Hashable, Sendable {
    package var kind: String
    /// Empty for objects of cluster scope and for files.
    package var namespace: String
    package var name: String

    package init(kind: String, namespace: String = "", name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}
