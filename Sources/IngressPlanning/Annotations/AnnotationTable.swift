package import KubernetesModel
package import LoadBalancerModel

/// Every annotation that Headgate reads from an Ingress.
package enum AnnotationTable {
    /// The declarations, by dialect and in the order of the documentation.
    package static let definitions = native + ingressNginx

    /// Reads the annotations of an Ingress. What cannot be honoured becomes a diagnostic that names key, value and
    /// grammar, and the rest stays in force. Annotations of other owners are not touched.
    package static func read(_ ingress: Ingress) -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        var reading = AnnotationReading(ingress: ingress.namespacedName)
        let annotations = ingress.metadata.annotations.sorted { $0.key < $1.key }
        for (key, text) in annotations {
            reading.take(key: key, text: text)
        }
        return reading.resolve()
    }

    /// The declaration of a whole key.
    static func definition(key: String) -> AnnotationDefinition? { index[key] }

    /// The annotation of Headgate's own that sets what another dialect's annotation of this name sets.
    static func nativeEquivalent(ofName name: String) -> AnnotationDefinition? {
        guard let other = ingressNginx.first(where: { $0.name == name }) else { return nil }
        return native.first { $0.name == name } ?? native.first { $0.planField == other.planField }
    }

    private static let index = Dictionary(uniqueKeysWithValues: definitions.map { ($0.key, $0) })
}
