/// An ARN, taken apart: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
struct AmazonResourceName: Hashable, Sendable {
    var partition: String
    /// Such as `acm`.
    var service: String
    /// Empty where the resource is of no region.
    var region: String
    /// The account's number; empty where the resource is of none.
    var account: String
    /// Such as `certificate/ID`.
    var resource: String

    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, !parts[5].isEmpty else { return nil }
        (partition, service, region, account, resource) = (parts[1], parts[2], parts[3], parts[4], parts[5])
    }
}

/// The ARN of a certificate in ACM.
struct CertificateName: Hashable, Sendable {
    var region: String

    /// Nil for what isn't one, a certificate of IAM among them.
    init?(_ text: String) {
        guard let name = AmazonResourceName(text), name.service == "acm", !name.region.isEmpty,
            !name.account.isEmpty, name.account.allSatisfy(\.isASCIIDigit), name.resource.hasPrefix("certificate/")
        else { return nil }
        let id = name.resource.dropFirst("certificate/".count)
        guard !id.isEmpty, id.allSatisfy({ $0.isASCIIAlphanumeric || $0 == "-" }) else { return nil }
        region = name.region
    }
}

/// The ARN of a web ACL of WAFv2: `…:REGION:ACCOUNT:regional/webacl/NAME/ID`.
///
/// https://docs.aws.amazon.com/waf/latest/APIReference/API_GetWebACL.html
struct WebACLName: Hashable, Sendable {
    var region: String
    /// `regional`, or `global` for CloudFront.
    var scope: String
    var name: String
    var id: String

    /// Nil for what isn't one.
    init?(_ text: String) {
        guard let name = AmazonResourceName(text), name.service == "wafv2" else { return nil }
        let parts = name.resource.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, ["regional", "global"].contains(parts[0]), parts[1] == "webacl",
            !parts[2].isEmpty, !parts[3].isEmpty
        else { return nil }
        region = name.region
        scope = parts[0]
        (self.name, id) = (parts[2], parts[3])
    }

    /// Whether the name is one that WAF gives, and the id: digits of hexadecimal in groups of 8, 4, 4, 4 and 12.
    var isGiven: Bool {
        let groups = id.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12]
            && groups.joined().allSatisfy { $0.isASCIIDigit || ("a"..."f").contains($0) }
            && name.count <= 128 && name.allSatisfy { $0.isASCIIAlphanumeric || $0 == "-" || $0 == "_" }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
