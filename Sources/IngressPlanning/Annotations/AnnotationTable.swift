package import KubernetesModel
package import LoadBalancerModel

/// Every annotation that Headgate reads from an Ingress.
package enum AnnotationTable {
    /// The declarations, by dialect and in the order of the documentation.
    package static let definitions = native + ingressNginx + awsLoadBalancerController

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

    /// Reads the annotations of a Service, of which those of the AWS Load Balancer Controller are known that are for
    /// backends.
    static func read(_ service: Service) -> (settings: BackendSettings, diagnostics: [Diagnostic]) {
        var reading = AnnotationReading(service: service.namespacedName)
        let annotations = service.metadata.annotations.sorted { $0.key < $1.key }
        for (key, text) in annotations
        where AnnotationDialect.split(key)?.dialect == .awsLoadBalancerController {
            reading.take(key: key, text: text)
        }
        let (settings, diagnostics) = reading.resolve()
        var backend = settings.backend
        backend.protocol = settings.backendProtocol
        return (backend, diagnostics)
    }

    /// The declaration of a key, with the user's own part of its name where that is one of a family.
    static func definition(key: String) -> (definition: AnnotationDefinition, name: String?)? {
        if let definition = index[key], definition.familyPrefix == nil { return (definition, nil) }
        guard let (dialect, name) = AnnotationDialect.split(key) else { return nil }
        for definition in families where definition.dialect == dialect {
            guard let prefix = definition.familyPrefix, name.hasPrefix(prefix), name.count > prefix.count else {
                continue
            }
            return (definition, String(name.dropFirst(prefix.count)))
        }
        return nil
    }

    /// The annotation of Headgate's own that sets what another dialect's annotation of this name sets.
    static func nativeEquivalent(ofName name: String) -> AnnotationDefinition? {
        guard let other = ingressNginx.first(where: { $0.name == name }) else { return nil }
        return native.first { $0.name == name } ?? native.first { $0.planField == other.planField }
    }

    private static let index = Dictionary(uniqueKeysWithValues: definitions.map { ($0.key, $0) })
    private static let families = definitions.filter { $0.familyPrefix != nil }
}
