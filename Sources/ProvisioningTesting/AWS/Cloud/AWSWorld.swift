/// Everything that exists in the test server's account and region. A value: a snapshot of it stays as it was.
package struct AWSWorld: Hashable, Sendable {
    package var account = "123456789012"
    package var region = "us-east-1"

    package var loadBalancers = ResourceTable<LoadBalancer>()
    package var listeners = ResourceTable<Listener>()
    package var rules = ResourceTable<Rule>()
    package var targetGroups = ResourceTable<TargetGroup>()
    package var trustStores = ResourceTable<TrustStore>()
    package var certificates = ResourceTable<StoredCertificate>()

    package var availabilityZones = ["us-east-1a", "us-east-1b", "us-east-1c"]
    package var vpcs = ResourceTable<VPC>()
    package var subnets = ResourceTable<Subnet>()
    package var securityGroups = ResourceTable<SecurityGroup>()
    package var instances = ResourceTable<Instance>()

    package var webACLs = ResourceTable<WebACL>()
    /// The web ACL of each resource that has one, by the resource's ARN.
    package var webACLAssociations: [String: String] = [:]

    /// The S3 buckets that access logs may go to.
    package var buckets: Set<String> = []
    /// S3 objects that trust stores may be made of: `bucket/key` and what it holds.
    package var objects: [String: String] = [:]

    /// How many identifiers have been given out.
    private var identifiers: UInt64 = 0

    package init() {}

    /// Another identifier of hexadecimal digits, the same in every run.
    package mutating func nextIdentifier(digits: Int = 16) -> String {
        identifiers += 1
        // SplitMix64, so that no identifier can be mistaken for its neighbour's.
        var mixed = identifiers &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        let hexadecimal = String(mixed, radix: 16)
        let padded = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
        return String((padded + padded).prefix(digits))
    }

    func arn(_ service: String, _ resource: String) -> String {
        "arn:\(partition):\(service):\(region):\(account):\(resource)"
    }

    private var partition: String {
        region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    }
}
