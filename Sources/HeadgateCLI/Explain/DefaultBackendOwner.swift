import LoadBalancerModel

/// Whose default backend takes a request.
struct DefaultBackendOwner: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Hashable, Sendable {
        case ingress = "Ingress"
        case ingressClass = "IngressClass"
        case controller = "Controller"
    }

    var kind: Kind
    /// `namespace/name` of the Ingress, or the name of the class; absent for the controller.
    var name: String?
    /// Where it is set: a field of the Ingress, a field of the class's parameters, or a flag.
    var source: String

    /// The owner of the default backend that a route stands for; nil for other routes.
    ///
    /// - Parameter plans: the plans before they were put together, which know the class.
    init?(of route: Route, in plans: [LoadBalancerPlan]) {
        guard route.match.path.kind == .fallback, let rank = route.fallbackRank else { return nil }
        switch rank {
        case .controller: self.init(kind: .controller, name: nil, source: "--default-backend")
        case .ingressClass:
            let origin = plans.first { plan in
                plan.routes.contains { $0.fallbackRank == rank && $0.backend == route.backend }
            }
            let name = origin?.identity.ingressClass
            self.init(kind: .ingressClass, name: name, source: "the defaultBackend of its parameters")
        case .host, .ingressWithoutRules, .ingress:
            self.init(kind: .ingress, name: route.ingress, source: route.field ?? "spec.defaultBackend")
        }
    }

    private init(kind: Kind, name: String?, source: String) {
        self.kind = kind
        self.name = name
        self.source = source
    }

    /// `the default backend of the class public`.
    var title: String {
        switch kind {
        case .ingress: "the default backend of the Ingress \(name ?? "")"
        case .ingressClass: "the default backend of the class \(name ?? "")"
        case .controller: "the default backend of the controller"
        }
    }
}
