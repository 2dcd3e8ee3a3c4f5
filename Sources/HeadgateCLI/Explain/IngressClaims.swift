import KubernetesModel
import LoadBalancerModel

/// The paths that Ingresses claim, as they are written.
struct IngressClaims: Sendable {
    /// A path of a rule.
    struct Claim: Hashable, Sendable {
        var ingress: String
        /// The field, such as `spec.rules[0].http.paths[1]`.
        var field: String
        var host: String?
        var path: String
        var pathType: String
        var backend: BackendReference
    }

    let claims: [Claim]
    private let byPlace: [Place: Claim]

    private struct Place: Hashable {
        var ingress: String
        var field: String
    }

    init(_ ingresses: [Ingress]) {
        claims = ingresses.flatMap { ingress in
            ingress.spec.rules.enumerated().flatMap { ruleIndex, rule in
                rule.paths.enumerated().map { pathIndex, path in
                    Claim(
                        ingress: ingress.namespacedName.description,
                        field: "spec.rules[\(ruleIndex)].http.paths[\(pathIndex)]",
                        host: rule.host.flatMap { $0.isEmpty ? nil : $0 },
                        path: path.path,
                        pathType: path.pathType.rawValue,
                        backend: BackendReference(path.backend, namespace: ingress.metadata.namespace))
                }
            }
        }
        byPlace = Dictionary(claims.map { (Place(ingress: $0.ingress, field: $0.field), $0) }) { first, _ in first }
    }

    /// The claim that a route comes from; nil for default backends.
    func claim(of route: Route) -> Claim? {
        guard let ingress = route.ingress, let field = route.field else { return nil }
        return byPlace[Place(ingress: ingress, field: field)]
    }
}

extension BackendReference {
    /// The backend of an Ingress of `namespace`.
    init(_ backend: IngressBackend, namespace: String) {
        switch backend {
        case .service(let name, let port):
            self = .service(name: "\(namespace)/\(name)", port: port.description)
        case .resource(let reference):
            self = .resource(
                apiGroup: reference.apiGroup, kind: reference.kind, name: "\(namespace)/\(reference.name)")
        }
    }
}
