internal import Provisioning

/// What exists of a load balancer, as far as lowering keeps to it: what serves isn't moved for what came to stand beside it.
package struct StandingResources: Hashable, Sendable {
    private var subnets: [Place: [String]] = [:]
    private var addressTypes: [ResourceReference: String] = [:]
    private var securityGroups: [ResourceReference: [String]] = [:]
    private var mutualAuthentications: [ResourceReference: ListenerSpec.MutualAuthentication] = [:]
    private var lentNames: Set<String> = []

    /// Two load balancers of one reference stand beside each other while one takes the place of the other.
    private struct Place: Hashable {
        var reference: ResourceReference
        var scheme: String
    }

    package init() {}

    init(_ observed: ObservedGraph<AWSResource>) {
        let resources = observed.resources.sorted { $0.identifier < $1.identifier }
        var own: Set<ResourceLink> = []
        let managed = Set(
            resources.filter { $0.reference.type == AWSResource.ResourceType.securityGroup }.map(\.identifier))
        for resource in resources {
            guard case .loadBalancer(let spec) = resource.resource else { continue }
            own.insert(.identifier(resource.identifier))
            let place = Place(reference: resource.reference, scheme: spec.scheme)
            subnets[place] = subnets[place] ?? spec.subnets
            let given = spec.securityGroups.compactMap { link -> String? in
                guard case .identifier(let id) = link, !managed.contains(id) else { return nil }
                return id
            }
            securityGroups[resource.reference] = securityGroups[resource.reference] ?? given.sorted()
        }
        for resource in resources {
            guard case .listener(let spec) = resource.resource else { continue }
            mutualAuthentications[resource.reference] =
                mutualAuthentications[resource.reference] ?? spec.mutualAuthentication
        }
        for resource in resources {
            guard case .targetGroup(let spec) = resource.resource else { continue }
            addressTypes[resource.reference] = addressTypes[resource.reference] ?? spec.ipAddressType
            if case .identifier? = spec.loadBalancer, let link = spec.loadBalancer, !own.contains(link) {
                lentNames.insert(spec.name)
            }
        }
    }

    /// The subnets of a load balancer of a scheme; empty where there is none.
    func subnets(of loadBalancer: ResourceReference, scheme: String) -> [String] {
        subnets[Place(reference: loadBalancer, scheme: scheme)] ?? []
    }

    /// The ids of the security groups of a load balancer that Headgate doesn't manage; empty where there are none.
    func givenSecurityGroups(of loadBalancer: ResourceReference) -> [String] { securityGroups[loadBalancer] ?? [] }

    /// How a listener handles client certificates; nil where it doesn't ask for them, or isn't there.
    func mutualAuthentication(of listener: ResourceReference) -> ListenerSpec.MutualAuthentication? {
        mutualAuthentications[listener]
    }

    /// `ipv4` or `ipv6`; nil where there is no such target group.
    func addressType(ofTargetGroup reference: ResourceReference) -> String? { addressTypes[reference] }

    /// Whether a target group has a name that a load balancer of somebody else's uses, so that it can't be used here.
    func isLent(targetGroup name: String) -> Bool { lentNames.contains(name) }
}
