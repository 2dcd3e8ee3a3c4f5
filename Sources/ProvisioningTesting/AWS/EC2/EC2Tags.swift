/// Tags of EC2's resources.
extension CloudCall {
    var ec2Tags: TagRules { TagRules(codes: .ec2, limit: quotas.tagsPerResource) }

    /// The tags that a creating call gives to what it creates.
    func tags(forType type: String) throws(ServiceFailure) -> [String: String] {
        var tags: [String: String] = [:]
        for specification in input["TagSpecifications"]?.list ?? [] {
            guard specification["ResourceType"]?.string == type else {
                throw ServiceFailure(
                    "InvalidParameterValue",
                    "'\(specification["ResourceType"]?.string ?? "null")' is not a valid taggable "
                        + "resource type for this operation.")
            }
            tags = try ec2Tags.merging(tags, with: specification["Tags"])
        }
        return tags
    }

    mutating func createTags() throws(ServiceFailure) -> AWSValue? {
        for id in strings("Resources") ?? [] {
            setEC2Tags(try ec2Tags.merging(try ec2Tags(of: id), with: input["Tags"]), of: id)
        }
        return nil
    }

    mutating func deleteTags() throws(ServiceFailure) -> AWSValue? {
        for id in strings("Resources") ?? [] {
            var tags = try ec2Tags(of: id)
            guard let named = input["Tags"]?.list else {
                setEC2Tags([:], of: id)
                continue
            }
            for tag in named {
                let key = tag["Key"]?.string ?? ""
                // A value that is given must be the tag's.
                if let value = tag["Value"]?.string, tags[key] != value { continue }
                tags[key] = nil
            }
            setEC2Tags(tags, of: id)
        }
        return nil
    }

    private func ec2Tags(of id: String) throws(ServiceFailure) -> [String: String] {
        let found =
            world.securityGroups[id]?.tags ?? world.subnets[id]?.tags ?? world.vpcs[id]?.tags
            ?? world.instances[id]?.tags
        guard let found else { throw ServiceFailure("InvalidID", "The ID '\(id)' is not valid") }
        return found
    }

    private mutating func setEC2Tags(_ tags: [String: String], of id: String) {
        world.securityGroups[id]?.tags = tags
        world.subnets[id]?.tags = tags
        world.vpcs[id]?.tags = tags
        world.instances[id]?.tags = tags
    }
}
