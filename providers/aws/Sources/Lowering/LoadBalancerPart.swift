internal import LoadBalancerModel
internal import Provisioning

/// One load balancer of those that carry a plan, which is one unless the plan was split.
struct LoadBalancerPart: Hashable {
    let owner: Owner
    private let ingressClass: String
    /// From 1.
    let number: Int
    /// `internet-facing` or `internal`.
    let scheme: String
    let ipAddressType: String
    /// The tags that the parameters ask for.
    let userTags: [String: String]

    init(_ plan: LoadBalancerPlan, number: Int) {
        owner = Owner(plan)
        ingressClass = plan.identity.ingressClass
        self.number = number
        scheme = plan.scheme.rawValue
        ipAddressType =
            switch plan.addressing.family {
            case .ipv4: "ipv4"
            case .dualstack: "dualstack"
            // A private IPv4 address costs nothing and can't be left out of an internal load balancer.
            case .ipv6: plan.scheme == .internal ? "dualstack" : "dualstack-without-public-ipv4"
            }
        userTags = plan.attributes.tags
    }

    /// The name within the plan.
    var name: String { Self.name(of: number) }

    static func name(of number: Int) -> String { number == 1 ? "main" : "part-\(number)" }

    /// The number of the part that a load balancer carries; nil where its name isn't one of parts.
    static func number(of loadBalancer: ResourceReference) -> Int? {
        guard loadBalancer.type == AWSResource.ResourceType.loadBalancer else { return nil }
        if loadBalancer.name == name(of: 1) { return 1 }
        guard loadBalancer.name.hasPrefix("part-") else { return nil }
        return Int(loadBalancer.name.dropFirst("part-".count))
    }

    /// The number of the part that a rule is on; nil where what it lies in isn't known.
    static func number(
        ofRule rule: ObservedResource<AWSResource>, among byIdentifier: [String: ObservedResource<AWSResource>]
    ) -> Int? {
        let balancer = rule.container.flatMap { byIdentifier[$0]?.container }.flatMap { byIdentifier[$0] }
        return balancer.flatMap { number(of: $0.reference) }
    }

    var loadBalancer: ResourceReference {
        ResourceReference(type: AWSResource.ResourceType.loadBalancer, name: name)
    }

    /// A name that no other part has.
    func qualified(_ name: String) -> String {
        number == 1 ? name : "\(self.name).\(name)"
    }

    /// The name without the part that it is of.
    static func unqualified(_ name: String) -> String {
        guard name.hasPrefix("part-"), let dot = name.firstIndex(of: "."),
            Int(name[..<dot].dropFirst("part-".count)) != nil
        else { return name }
        return String(name[name.index(after: dot)...])
    }

    /// The tags of a resource, the ownership tags among them.
    func tags(
        for resource: ResourceReference, ingress: String? = nil, serving loadBalancer: ResourceReference? = nil
    ) -> [String: String] {
        // What is left where a deletion is cut short says of which class it was.
        let goesAlone = ![AWSResource.ResourceType.listener, AWSResource.ResourceType.rule].contains(resource.type)
        let ownership = OwnershipTags(
            owner: owner, resource: resource, ingress: ingress,
            ingressClass: goesAlone && !ingressClass.isEmpty ? ingressClass : nil)
        var tags = userTags.merging(ownership.tags) { $1 }
        tags[TargetGroupSpec.servesTag] = loadBalancer?.description
        return tags
    }
}
