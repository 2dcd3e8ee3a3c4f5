extension AWSWorld {
    /// A certificate in ACM.
    package struct StoredCertificate: Hashable, Sendable {
        package var arn: String
        package var domain: String
        package var alternativeNames: [String]
        /// PEM, as it was imported; the private key is not kept.
        package var body: String
        package var chain: String?
        package var serial: String
        package var subject: String
        package var issuer: String
        package var keyAlgorithm: String
        package var notBefore: Double
        package var notAfter: Double
        package var importedAt: Double
        /// `IMPORTED` or `AMAZON_ISSUED`.
        package var type: String
        /// `ISSUED`, `PENDING_VALIDATION`, …
        package var status: String
        package var tags: [String: String]
    }

    package struct VPC: Hashable, Sendable {
        package var id: String
        package var cidr: String
        package var ipv6CIDR: String?
        package var isDefault = false
        package var hasInternetGateway = true
        package var tags: [String: String] = [:]
    }

    package struct Subnet: Hashable, Sendable {
        package var id: String
        package var vpcID: String
        package var zone: String
        package var cidr: String
        package var ipv6CIDR: String?
        package var freeAddresses = 250
        package var isPublic = false
        package var tags: [String: String] = [:]
    }

    package struct SecurityGroup: Hashable, Sendable {
        /// One permission, for one source.
        package struct Permission: Hashable, Sendable {
            package var id: String
            package var `protocol`: String
            package var fromPort: Int?
            package var toPort: Int?
            package var source: Source
            package var description: String?

            /// What traffic it lets in; two permissions of one group differ in it.
            package var key: [String] {
                [`protocol`, fromPort.map(String.init) ?? "", toPort.map(String.init) ?? "", "\(source)"]
            }
        }

        package enum Source: Hashable, Sendable {
            case ipv4(String)
            case ipv6(String)
            case group(String)
            case prefixList(String)
        }

        package var id: String
        package var name: String
        package var description: String
        package var vpcID: String
        package var ingress: [Permission] = []
        /// At first everything, to every IPv4 address.
        package var egress = [
            Permission(
                id: "sgr-0egress", protocol: "-1", fromPort: nil, toPort: nil, source: .ipv4("0.0.0.0/0"),
                description: nil)
        ]
        package var tags: [String: String] = [:]
    }

    package struct Instance: Hashable, Sendable {
        package var id: String
        package var subnetID: String
        package var privateAddress: String
        package var state = "running"
        package var securityGroups: [String] = []
        package var tags: [String: String] = [:]
    }

    /// A web ACL of WAFv2.
    package struct WebACL: Hashable, Sendable {
        package var arn: String
        package var id: String
        package var name: String
    }
}
