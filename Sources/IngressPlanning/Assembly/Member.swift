import KubernetesModel
import LoadBalancerModel

/// An Ingress of a load balancer, with what its annotations ask for.
struct Member: Sendable {
    let ingress: Ingress
    let settings: IngressSettings
    let age: IngressAge

    init(ingress: Ingress, settings: IngressSettings) {
        self.ingress = ingress
        self.settings = settings
        self.age = IngressAge(ingress)
    }

    /// `namespace/name`.
    var name: String { ingress.namespacedName.description }

    var namespace: String { ingress.metadata.namespace }
}

/// A field of a member.
struct MemberField: Hashable, Sendable {
    /// The index of the member.
    var member: Int
    var rule: Int
    var path: Int

    var description: String { "spec.rules[\(rule)].http.paths[\(path)]" }
}
