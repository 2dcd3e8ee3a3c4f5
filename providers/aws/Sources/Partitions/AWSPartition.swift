/// A partition of AWS: a group of regions with accounts, ARNs and host names of its own.
package struct AWSPartition: Hashable, Sendable {
    /// The name that ARNs carry, such as `aws-us-gov`.
    package let name: String
    /// What host names of services end in, such as `amazonaws.com`.
    package let dnsSuffix: String
    /// What host names of services end in that answer IPv6 as well, such as `api.aws`.
    package let dualStackDNSSuffix: String
    /// The areas that names of regions begin with, such as `us-gov`.
    let regionPrefixes: [String]

    /// The partitions as botocore's `partitions.json` has them; a test holds the two against each other.
    package static let all = [
        standard,
        AWSPartition(
            name: "aws-cn", dnsSuffix: "amazonaws.com.cn", dualStackDNSSuffix: "api.amazonwebservices.com.cn",
            regionPrefixes: ["cn"]),
        AWSPartition(
            name: "aws-eusc", dnsSuffix: "amazonaws.eu", dualStackDNSSuffix: "api.amazonwebservices.eu",
            regionPrefixes: ["eusc-de"]),
        AWSPartition(
            name: "aws-iso", dnsSuffix: "c2s.ic.gov", dualStackDNSSuffix: "api.aws.ic.gov", regionPrefixes: ["us-iso"]),
        AWSPartition(
            name: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", dualStackDNSSuffix: "api.aws.scloud",
            regionPrefixes: ["us-isob"]),
        AWSPartition(
            name: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", dualStackDNSSuffix: "api.cloud-aws.adc-e.uk",
            regionPrefixes: ["eu-isoe"]),
        AWSPartition(
            name: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", dualStackDNSSuffix: "api.aws.hci.ic.gov",
            regionPrefixes: ["us-isof"]),
        AWSPartition(
            name: "aws-us-gov", dnsSuffix: "amazonaws.com", dualStackDNSSuffix: "api.aws", regionPrefixes: ["us-gov"]),
    ]

    /// The partition of most regions, and of every region that no other claims.
    package static let standard = AWSPartition(
        name: "aws", dnsSuffix: "amazonaws.com", dualStackDNSSuffix: "api.aws",
        regionPrefixes: ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"])

    /// The partition of a region: the one with the longest area that the region's name begins with.
    static func containing(region: String) -> AWSPartition {
        let claims = all.flatMap { partition in partition.regionPrefixes.map { (prefix: $0, partition: partition) } }
        let claim = claims.filter { region.hasPrefix("\($0.prefix)-") }.max { $0.prefix.count < $1.prefix.count }
        return claim?.partition ?? standard
    }
}
