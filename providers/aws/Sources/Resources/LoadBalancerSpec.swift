package import Provisioning

/// An Application Load Balancer.
package struct LoadBalancerSpec: Equatable, Sendable {
    /// Which web ACL of WAFv2 a load balancer is associated with.
    package enum WebACL: Hashable, Sendable {
        /// Whichever others associate, such as Firewall Manager: it is neither compared nor touched, and where that is
        /// desired it isn't asked for either.
        case unmanaged
        case absent
        /// By its ARN.
        case associated(String)
    }

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
    package var webACL: WebACL
    package var tags: [String: String]

    package init(
        name: String,
        alternativeName: String? = nil,
        scheme: String,
        ipAddressType: String,
        subnets: [String],
        securityGroups: [ResourceLink],
        attributes: [String: String],
        webACL: WebACL = .unmanaged,
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
                "scheme", .string(scheme), change: .replacing("AWS can't change the scheme of a load balancer")
            ).asGuard,
            ResourceField("ipAddressType", .string(ipAddressType)),
            ResourceField("subnets", .strings(subnets)),
            ResourceField("securityGroups", .list(securityGroups.map(FieldValue.link))).asGuard,
            ResourceField("webACL", .optional(webACL.arn)).asGuard,
        ] + ResourceField.attributes(attributes, of: ManagedAttributes.loadBalancer) + ResourceField.tags(tags)
    }

    func fields(comparedWith existing: Self) -> (existing: [ResourceField], desired: [ResourceField]) {
        var before = existing.fields
        if webACL == .unmanaged { before.removeAll { $0.path == "webACL" } }
        let left = existing.subnets.filter { !subnets.contains($0) }
        guard !left.isEmpty else { return (before, fields) }
        let notice =
            "clients that are connected through \(left.joined(separator: ", ")): they come back once they look up its "
            + "addresses anew"
        var after = fields
        for index in after.indices where after[index].path == "subnets" { after[index].change = .interrupting(notice) }
        return (before, after)
    }
}

extension LoadBalancerSpec.WebACL {
    /// The ARN; nil where there is none.
    var arn: String? {
        if case .associated(let arn) = self { arn } else { nil }
    }
}
