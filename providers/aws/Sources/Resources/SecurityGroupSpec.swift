import Provisioning

/// A security group that the provider manages for a load balancer.
package struct SecurityGroupSpec: Equatable, Sendable {
    /// Traffic that is let in.
    package struct IngressRule: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// The TCP port.
        package var port: Int
        /// An IPv4 or IPv6 range in CIDR notation.
        package var cidr: String

        package init(port: Int, cidr: String) {
            self.port = port
            self.cidr = cidr
        }

        package var description: String { "tcp/\(port) from \(cidr)" }

        package static func < (left: Self, right: Self) -> Bool {
            (left.port, left.cidr) < (right.port, right.cidr)
        }
    }

    /// The name in AWS, unique in its VPC. It is set once and never compared.
    package var name: String
    package var description: String
    package var vpc: String
    /// Sorted.
    package var ingress: [IngressRule]
    /// What was added by hand and the provider has no word for, such as a range of ports; empty where desired.
    package var otherIngress: [String]
    package var tags: [String: String]

    package init(
        name: String,
        description: String,
        vpc: String,
        ingress: [IngressRule],
        otherIngress: [String] = [],
        tags: [String: String]
    ) {
        self.name = name
        self.description = description
        self.vpc = vpc
        self.ingress = ingress
        self.otherIngress = otherIngress
        self.tags = tags
    }

    var fields: [ResourceField] {
        [
            ResourceField("vpc", .string(vpc), change: .replacing("AWS can't move a security group to another VPC")),
            ResourceField("ingress", .strings(ingress.map(\.description) + otherIngress)).asGuard,
        ] + ResourceField.tags(tags)
    }
}
