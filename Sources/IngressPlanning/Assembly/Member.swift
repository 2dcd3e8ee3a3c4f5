import KubernetesModel
import LoadBalancerModel

/// An Ingress of a load balancer, with what its annotations ask for. It is shared rather than copied, since each of its
/// hosts and paths comes back to it.
final class Member: Sendable {
    let ingress: Ingress
    let settings: IngressSettings
    /// Whether its load balancer can't be told, so that it is left out of all that may be it, and has no say in any.
    let isUnplaced: Bool
    let age: IngressAge
    /// The rules of the Ingress, and those that its annotations add.
    let rules: [MemberRule]
    /// `namespace/name`.
    let name: String
    /// Names the Ingress in a diagnostic.
    let reference: ObjectReference

    init(ingress: Ingress, settings: IngressSettings, isUnplaced: Bool = false) {
        self.ingress = ingress
        self.isUnplaced = isUnplaced
        name = ingress.namespacedName.description
        reference = ingress.reference
        self.settings = settings
        self.age = IngressAge(ingress)
        self.rules = MemberRules.rules(of: ingress, settings: settings)
    }

    var namespace: String { ingress.metadata.namespace }

    /// RFC 3339 in UTC; nil where the Ingress has no creation time.
    var created: String? { age.created.nonEmpty }
}

/// A field of a member.
struct MemberField: Hashable, Sendable {
    /// The index of the member.
    var member: Int
    /// The index among the member's rules.
    var rule: Int
    var path: Int
    /// The field of the Ingress, such as `spec.rules[0].http.paths[1]`.
    var description: String
}
