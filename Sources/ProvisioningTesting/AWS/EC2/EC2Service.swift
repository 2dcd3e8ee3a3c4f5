extension CloudService {
    /// What a load balancer needs of EC2.
    static let ec2 = CloudService(
        name: "ec2", signingName: "ec2",
        operations: [
            "DescribeAvailabilityZones": .read { call throws(ServiceFailure) in try call.describeAvailabilityZones() },
            "DescribeVpcs": .read { call throws(ServiceFailure) in try call.describeVPCs() },
            "DescribeSubnets": .read { call throws(ServiceFailure) in try call.describeSubnets() },
            "DescribeInstances": .read { call throws(ServiceFailure) in try call.describeInstances() },
            "DescribeAccountAttributes": .read { call throws(ServiceFailure) in try call.describeAccountAttributes() },
            "DescribeSecurityGroups": .read { call throws(ServiceFailure) in try call.describeSecurityGroups() },
            "DescribeSecurityGroupRules": .read { call throws(ServiceFailure) in
                try call.describeSecurityGroupRules()
            },
            "CreateSecurityGroup": .write { call throws(ServiceFailure) in try call.createSecurityGroup() },
            "DeleteSecurityGroup": .write { call throws(ServiceFailure) in try call.deleteSecurityGroup() },
            "AuthorizeSecurityGroupIngress": .write { call throws(ServiceFailure) in try call.authorize(\.ingress) },
            "RevokeSecurityGroupIngress": .write { call throws(ServiceFailure) in try call.revoke(\.ingress) },
            "AuthorizeSecurityGroupEgress": .write { call throws(ServiceFailure) in try call.authorize(\.egress) },
            "RevokeSecurityGroupEgress": .write { call throws(ServiceFailure) in try call.revoke(\.egress) },
            "CreateTags": .write { call throws(ServiceFailure) in try call.createTags() },
            "DeleteTags": .write { call throws(ServiceFailure) in try call.deleteTags() },
        ])
}

extension CloudCall {
    /// A page of a describing operation of EC2.
    func ec2Page<Item>(_ items: [Item]) throws(ServiceFailure) -> (items: [Item], next: AWSValue?) {
        let page = try Paging.page(
            items, marker: string("NextToken"), size: integer("MaxResults"), cap: min(1000, settings.pageSize),
            invalidMarker: ServiceFailure("InvalidPaginationToken", "The pagination token is not valid"))
        return (page.items, page.next.map { .string($0) })
    }

    /// The items that a call names, in full, and that pass its filters.
    func selected<Item>(
        _ items: [Item], ids parameter: String, id: (Item) -> String, notFound: String,
        property: (Item, String) -> [String]?
    ) throws(ServiceFailure) -> [Item] {
        var found = items
        if let wanted = strings(parameter) {
            for one in wanted where !items.contains(where: { id($0) == one }) {
                throw ServiceFailure(notFound, "The ID '\(one)' does not exist")
            }
            found = found.filter { wanted.contains(id($0)) }
        }
        for filter in input["Filters"]?.list ?? [] {
            let name = filter["Name"]?.string ?? ""
            let patterns = filter["Values"]?.strings ?? []
            guard !patterns.isEmpty else {
                throw ServiceFailure("InvalidParameterValue", "The filter '\(name)' has no values")
            }
            // An unknown name is refused, whether or not there is anything that it could apply to.
            var passing: [Item] = []
            for item in found {
                guard let values = property(item, name) else {
                    throw ServiceFailure("InvalidParameterValue", "The filter '\(name)' is invalid")
                }
                if values.contains(where: { value in patterns.contains { FilterPattern.matches(value, $0) } }) {
                    passing.append(item)
                }
            }
            found = passing
        }
        return found
    }

    /// The values that a resource has for `tag:KEY` and `tag-key`; nil where the filter is of another kind.
    func tagProperty(_ name: String, of tags: [String: String]) -> [String]? {
        if name == "tag-key" { return Array(tags.keys) }
        guard name.hasPrefix("tag:") else { return nil }
        return tags[String(name.dropFirst(4))].map { [$0] } ?? []
    }
}

/// The patterns of EC2's filters: `*` for any text, `?` for one character, a backslash before either for itself.
enum FilterPattern {
    static func matches(_ text: String, _ pattern: String) -> Bool {
        matches(Array(text)[...], Array(pattern)[...])
    }

    private static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "*":
            return (text.startIndex...text.endIndex).contains { matches(text[$0...], rest) }
        case "?": return !text.isEmpty && matches(text.dropFirst(), rest)
        case "\\": return text.first == rest.first && text.first != nil && matches(text.dropFirst(), rest.dropFirst())
        default: return text.first == first && matches(text.dropFirst(), rest)
        }
    }
}
