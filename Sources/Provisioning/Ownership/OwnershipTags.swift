package import LoadBalancerModel

/// Whose a load balancer is: the values of the tags by which a later run finds what an earlier one made.
package struct Owner: Codable, Hashable, Comparable, Sendable {
    /// The cluster's identity.
    package var cluster: String
    /// The name of the load balancer's plan, unique within the cluster.
    package var loadBalancer: String

    package init(cluster: String, loadBalancer: String) {
        self.cluster = cluster
        self.loadBalancer = loadBalancer
    }

    package init(_ plan: LoadBalancerPlan) {
        self.init(cluster: plan.identity.cluster, loadBalancer: plan.name)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.cluster, left.loadBalancer) < (right.cluster, right.loadBalancer)
    }
}

/// The tags that make a resource ours. What lacks them is never changed or deleted.
package struct OwnershipTags: Hashable, Sendable {
    package enum Key {
        package static let cluster = "headgate.dev/cluster"
        package static let loadBalancer = "headgate.dev/load-balancer"
        package static let resource = "headgate.dev/resource"
        package static let ingress = "headgate.dev/ingress"
        package static let ingressClass = "headgate.dev/ingress-class"
        /// What the key of a value's rest ends in, where one tag doesn't hold the whole.
        package static let rest = "-rest"
        /// Every key of ours begins so.
        package static let prefix = "headgate.dev/"
    }

    /// The longest value of a tag in characters, as AWS has it. The names of Kubernetes make longer ones, which go on in a
    /// second tag.
    package static let maximumLength = 256

    package var owner: Owner
    package var resource: ResourceReference
    /// The Ingress that the resource exists for, as `namespace/name`, where it is just one.
    package var ingress: String?
    /// The ingress class of a load balancer, on itself and on what doesn't go with it; nil on anything else, and where it has
    /// none.
    package var ingressClass: String?

    package init(
        owner: Owner, resource: ResourceReference, ingress: String? = nil, ingressClass: String? = nil
    ) {
        self.owner = owner
        self.resource = resource
        self.ingress = ingress
        self.ingressClass = ingressClass
    }

    /// Reads the tags of a resource; nil where they don't say that it is ours.
    package init?(_ tags: [String: String]) {
        guard let cluster = tags[Key.cluster], let loadBalancer = tags[Key.loadBalancer],
            let resource = Self.value(of: Key.resource, in: tags).flatMap({ ResourceReference($0) })
        else { return nil }
        self.init(
            owner: Owner(cluster: cluster, loadBalancer: loadBalancer), resource: resource,
            ingress: Self.value(of: Key.ingress, in: tags), ingressClass: tags[Key.ingressClass])
    }

    private static func value(of key: String, in tags: [String: String]) -> String? {
        tags[key].map { $0 + (tags[key + Key.rest] ?? "") }
    }

    /// The tags as keys and values.
    package var tags: [String: String] {
        var tags = [Key.cluster: owner.cluster, Key.loadBalancer: owner.loadBalancer]
        tags[Key.ingressClass] = ingressClass
        for (key, value) in [(Key.resource, resource.description), (Key.ingress, ingress)] {
            guard let value else { continue }
            tags[key] = String(value.prefix(Self.maximumLength))
            let rest = value.dropFirst(Self.maximumLength)
            if !rest.isEmpty { tags[key + Key.rest] = String(rest) }
        }
        return tags
    }
}
