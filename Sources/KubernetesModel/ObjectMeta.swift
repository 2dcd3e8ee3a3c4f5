/// The metadata that every Kubernetes object has, as far as Headgate reads it.
package struct ObjectMeta: Hashable, Sendable {
    package var name: String
    /// Empty for objects of cluster scope.
    package var namespace: String = ""
    package var uid: String?
    package var resourceVersion: String?
    package var generation: Int64?
    /// RFC 3339, as the API server wrote it; absent in files.
    package var creationTimestamp: String?
    /// RFC 3339; present while the object is being deleted.
    package var deletionTimestamp: String?
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var finalizers: [String] = []
}

/// The identity of a namespaced object, ordered by namespace and then name.
package struct NamespacedName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package static func < (left: NamespacedName, right: NamespacedName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }

    /// `namespace/name`, or the name alone for an object of cluster scope.
    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// An object with metadata.
package protocol KubernetesObject: Hashable, Sendable {
    /// The kind, such as `Ingress`.
    static var kind: String { get }
    /// The group and version that is read, such as `networking.k8s.io/v1`.
    static var apiVersion: String { get }
    /// Whether objects of the kind live in a namespace.
    static var isNamespaced: Bool { get }
    var metadata: ObjectMeta { get }
}

extension KubernetesObject {
    /// The object's namespace and name.
    package var namespacedName: NamespacedName {
        NamespacedName(namespace: metadata.namespace, name: metadata.name)
    }
}
