package import Provisioning

/// An Application Load Balancer.
package struct LoadBalancerSpec: Equatable, Sendable {
    /// The name in AWS, at most 32 characters, unique in its region and account. It is set once and never compared.
    package var name: String
    /// The name where another load balancer of the plan, which this one replaces, has ``name``; nil where it can't.
    package var alternativeName: String?
    /// `internet-facing` or `internal`.
    package var scheme: String
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    package var ipAddressType: String
    /// The ids of the subnets, sorted.
    package var subnets: [String]
    /// The security groups, managed ones by reference, sorted as lowering gives them.
    package var securityGroups: [ResourceLink]
    /// Every attribute that the provider knows, with its value.
    package var attributes: [String: String]
    /// The ARN of the WAFv2 web ACL that it is associated with.
    package var webACL: String?
    package var tags: [String: String]

    package init(
        name: String,
        alternativeName: String? = nil,
        scheme: String,
        ipAddressType: String,
        subnets: [String],
        securityGroups: [ResourceLink],
        attributes: [String: String],
        webACL: String? = nil,
        tags: [String: String]
    ) {
        self.name = name
        self.alternativeName = alternativeName
        self.scheme = scheme
        self.ipAddressType = ipAddressType
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.attributes = attributes
        self.webACL = webACL
        self.tags = tags
    }

    var fields: [ResourceField] {
        [
            ResourceField(
                "scheme", .string(scheme), change: .replacing("AWS can't change the scheme of a load balancer")),
            ResourceField("ipAddressType", .string(ipAddressType)),
            ResourceField("subnets", .strings(subnets)),
            ResourceField("securityGroups", .list(securityGroups.map(FieldValue.link))),
            ResourceField("webACL", .optional(webACL)),
        ] + ResourceField.attributes(attributes, of: ManagedAttributes.loadBalancer) + ResourceField.tags(tags)
    }
}
