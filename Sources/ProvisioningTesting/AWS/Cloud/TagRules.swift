/// The rules that tags follow everywhere in AWS.
struct TagRules {
    /// The codes under which a service refuses tags.
    struct Codes {
        let invalid: String
        let duplicate: String
        let tooMany: String

        static let elb = Codes(invalid: "ValidationError", duplicate: "DuplicateTagKeys", tooMany: "TooManyTags")
        static let acm = Codes(
            invalid: "InvalidTagException", duplicate: "InvalidTagException", tooMany: "TooManyTagsException")
        static let ec2 = Codes(
            invalid: "InvalidParameterValue", duplicate: "InvalidParameterValue", tooMany: "TagLimitExceeded")
    }

    let codes: Codes
    let limit: Int

    /// The tags of a list of keys and values.
    func tags(_ list: AWSValue?) throws(ServiceFailure) -> [String: String] {
        var tags: [String: String] = [:]
        for tag in list?.list ?? [] {
            let key = tag["Key"]?.string ?? ""
            try check(key: key)
            guard tags[key] == nil else {
                throw ServiceFailure(codes.duplicate, "Found duplicate tag key '\(key)'")
            }
            tags[key] = tag["Value"]?.string ?? ""
        }
        try check(count: tags.count)
        return tags
    }

    /// Some tags with others put over them.
    func merging(_ tags: [String: String], with list: AWSValue?) throws(ServiceFailure) -> [String: String] {
        let added = try self.tags(list)
        let merged = tags.merging(added) { _, new in new }
        try check(count: merged.count)
        return merged
    }

    private func check(key: String) throws(ServiceFailure) {
        guard !key.lowercased().hasPrefix("aws:") else {
            throw ServiceFailure(codes.invalid, "aws: prefixed tag key names are not allowed for external use")
        }
    }

    private func check(count: Int) throws(ServiceFailure) {
        guard count <= limit else {
            throw ServiceFailure(codes.tooMany, "The resource has \(count) tags, where \(limit) are allowed")
        }
    }

    /// Tags as an answer lists them.
    static func list(_ tags: [String: String]) -> AWSValue {
        .list(tags.sorted { $0.key < $1.key }.map { ["Key": .string($0.key), "Value": .string($0.value)] })
    }
}
