/// What exists in the cloud for one load balancer, and what of others lies within it.
package struct ObservedGraph<Resource: ProvisionedResource>: Sendable, Equatable {
    /// The resources that carry our ownership tags, or lie within such a one. Several may have one reference: an
    /// interrupted replacement leaves both.
    package var resources: [ObservedResource<Resource>]
    /// What others have put into resources of ours. It is never changed, and stands against a deletion that would take it along.
    package var foreign: [ForeignResource]
    /// Names that the resources of the load balancer may want, and that others have.
    package var taken: [TakenName] = []

    package init(resources: [ObservedResource<Resource>] = [], foreign: [ForeignResource] = []) {
        self.resources = resources
        self.foreign = foreign
    }

    /// The graph without what exists for some Ingresses, as `namespace/name`.
    func without(membersOf ingresses: Set<String>) -> ObservedGraph {
        var graph = self
        graph.resources.removeAll { $0.member.map(ingresses.contains) ?? false }
        return graph
    }
}

/// A resource of ours that exists.
package struct ObservedResource<Resource: ProvisionedResource>: Sendable, Equatable {
    package var reference: ResourceReference
    /// The cloud's identifier, such as an ARN.
    package var identifier: String
    package var resource: Resource
    /// The Ingress that it was made for, as `namespace/name`; nil where it belongs to the load balancer as a whole.
    package var member: String?
    /// The ingress class that it was made for, where it says so.
    package var ingressClass: String?
    /// The identifier of the resource with which this one goes when that is deleted, such as the load balancer of a listener.
    package var container: String?
    /// The position in its precedence list, where it is in one.
    package var position: Int?
    /// Why the cloud won't delete it, with the remedy, such as deletion protection.
    package var protection: String?
    /// The addresses at which clients reach it, where it is a load balancer.
    package var addresses: [LoadBalancerAddress]

    package init(
        reference: ResourceReference,
        identifier: String,
        resource: Resource,
        member: String? = nil,
        ingressClass: String? = nil,
        container: String? = nil,
        position: Int? = nil,
        protection: String? = nil,
        addresses: [LoadBalancerAddress] = []
    ) {
        self.reference = reference
        self.identifier = identifier
        self.resource = resource
        self.member = member
        self.ingressClass = ingressClass
        self.container = container
        self.position = position
        self.protection = protection
        self.addresses = addresses
    }
}

/// Something that lies within a resource of ours and isn't ours, such as a rule that another tool added to our listener.
package struct ForeignResource: Hashable, Sendable {
    package var identifier: String
    /// What it is, for people, such as `rule with priority 40`.
    package var title: String
    /// The identifier of our resource that it lies within.
    package var container: String
    /// The position in a precedence list of that resource, where it is in one.
    package var position: Int?

    package init(identifier: String, title: String, container: String, position: Int? = nil) {
        self.identifier = identifier
        self.title = title
        self.container = container
        self.position = position
    }
}

/// A name that stands for one thing in an account, and that something of others has.
package struct TakenName: Hashable, Sendable {
    /// The type of the resources that can't have it any more.
    package var type: String
    package var name: String
    /// The identifier of what has it.
    package var identifier: String
    /// What to do about it.
    package var remedy: String

    package init(type: String, name: String, identifier: String, remedy: String) {
        self.type = type
        self.name = name
        self.identifier = identifier
        self.remedy = remedy
    }
}

/// An address at which clients reach a load balancer.
package enum LoadBalancerAddress: Hashable, Sendable, CustomStringConvertible {
    case hostname(String)
    case ip(String)

    package var description: String {
        switch self {
        case .hostname(let name): name
        case .ip(let address): address
        }
    }
}
