import KubernetesModel

/// The order in which Ingresses take precedence: older first, then lower namespace and name. One without a creation
/// time, as in files, counts as oldest.
struct IngressAge: Comparable, Hashable, Sendable {
    /// Empty where there is none. RFC 3339 in UTC with whole seconds, as the API server writes it, orders as text.
    var created: String
    var name: NamespacedName

    init(_ ingress: Ingress) {
        self.created = ingress.metadata.creationTimestamp ?? ""
        self.name = ingress.namespacedName
    }

    static func < (left: IngressAge, right: IngressAge) -> Bool {
        (left.created, left.name) < (right.created, right.name)
    }
}
