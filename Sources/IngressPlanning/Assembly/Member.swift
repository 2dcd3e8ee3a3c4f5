import KubernetesModel
import LoadBalancerModel

/// An Ingress of a load balancer, with what its annotations ask for. It is shared rather than copied, since each of its
/// hosts and paths comes back to it.
final class Member: Sendable {
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

    /// RFC 3339 in UTC; nil where the Ingress has no creation time.
    var created: String? { age.created.nonEmpty }
}

/// A field of a member.
struct MemberField: Hashable, Sendable {
    /// The index of the member.
    var member: Int
    var rule: Int
    var path: Int

    var description: String { "spec.rules[\(rule)].http.paths[\(path)]" }
}
