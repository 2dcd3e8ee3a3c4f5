import KubernetesModel
import LoadBalancerModel

/// The precedence of a route's owner, as that of the Ingress itself.
struct RouteAge: Hashable, Comparable {
    /// RFC 3339 in UTC; empty where there is none.
    let created: String
    /// Empty where the route comes from no Ingress.
    let ingress: NamespacedName

    init(_ route: Route) {
        created = route.created ?? ""
        ingress = route.ingress.map(NamespacedName.init(ingress:)) ?? NamespacedName(namespace: "", name: "")
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.created != right.created { return left.created < right.created }
        return left.ingress < right.ingress
    }
}

extension NamespacedName {
    /// The Ingress that a route names as `namespace/name`.
    init(ingress: String) {
        guard let slash = ingress.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            self.init(namespace: "", name: ingress)
            return
        }
        self.init(namespace: String(ingress[..<slash]), name: String(ingress[ingress.utf8.index(after: slash)...]))
    }
}

extension ObjectReference {
    /// The Ingress that a route names as `namespace/name`.
    init(ingress: String) {
        let name = NamespacedName(ingress: ingress)
        self.init(kind: "Ingress", namespace: name.namespace, name: name.name)
    }
}
