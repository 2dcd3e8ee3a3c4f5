import KubernetesModel
import LoadBalancerModel

/// What Services ask for that nobody may be let in without, and that isn't supported.
enum ServiceProtection {
    /// What the Services of an Ingress ask for, for the Ingress to be left out.
    static func missing(
        of ingress: Ingress, _ settings: IngressSettings, in snapshot: ClusterSnapshot
    ) -> [UnmetAnnotation] {
        services(of: ingress, settings).flatMap { name -> [UnmetAnnotation] in
            let name = NamespacedName(namespace: ingress.metadata.namespace, name: name)
            guard let service = snapshot.services[name], !service.metadata.annotations.isEmpty else { return [] }
            return service.metadata.annotations.sorted { $0.key < $1.key }.compactMap { key, text in
                guard let finding = UnsupportedAnnotations.finding(key: key), let missing = finding.missing,
                    !UnsupportedAnnotations.isOff(text)
                else { return nil }
                return UnmetAnnotation(
                    guarded: missing.guarded, key: key, isUnsupported: true,
                    message: "The Service \(name): "
                        + [finding.message, finding.remedy].compactMap(\.self).joined(separator: " "))
            }
        }
    }

    private static func services(of ingress: Ingress, _ settings: IngressSettings) -> [String] {
        let paths = ingress.spec.rules.flatMap(\.paths).map(\.backend)
        let backends = paths + [ingress.spec.defaultBackend].compactMap(\.self)
        var names = Set(backends.compactMap(\.serviceName))
        for case .forward(let destinations, _) in settings.routing.actions.values {
            names.formUnion(destinations.map(\.service))
        }
        return names.sorted()
    }
}
