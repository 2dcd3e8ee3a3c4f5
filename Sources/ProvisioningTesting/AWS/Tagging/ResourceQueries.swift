/// Resources of all services by their tags.
extension CloudCall {
    private struct TaggedResource {
        let arn: String
        let type: String
        let tags: [String: String]
    }

    mutating func getResources() throws(ServiceFailure) -> AWSValue? {
        let filters = input["TagFilters"]?.list ?? []
        let types = strings("ResourceTypeFilters") ?? []
        let named = strings("ResourceARNList")
        guard named == nil || (filters.isEmpty && types.isEmpty && input["PaginationToken"] == nil) else {
            throw invalid("ResourceARNList cannot be combined with filters or pagination")
        }
        // "You can specify ... a minimum of 1 and a maximum of 100 items."
        if let size = integer("ResourcesPerPage"), !(1...100).contains(size) {
            throw invalid("ResourcesPerPage must be between 1 and 100")
        }
        for type in types where type.wholeMatch(of: #/[a-z0-9-]+(:[a-z0-9-]+)?/#) == nil {
            throw invalid("Unsupported resource type format: \(type)")
        }
        let found = taggedResources.filter { resource in
            guard !resource.tags.isEmpty else { return false }
            if let named { return named.contains(resource.arn) }
            guard types.isEmpty || types.contains(where: { $0 == resource.type || resource.type.hasPrefix($0 + ":") })
            else { return false }
            return filters.allSatisfy { Self.matches(resource.tags, $0) }
        }
        let token = string("PaginationToken").flatMap { $0.isEmpty ? nil : $0 }
        let page = try Paging.page(
            found, marker: token, size: integer("ResourcesPerPage") ?? 50, cap: min(100, settings.pageSize),
            invalidMarker: invalid("The pagination token is not valid"))
        return [
            // The last page has an empty token rather than none.
            "PaginationToken": .string(page.next ?? ""),
            "ResourceTagMappingList": .list(
                page.items.map { ["ResourceARN": .string($0.arn), "Tags": TagRules.list($0.tags)] }),
        ]
    }

    private static func matches(_ tags: [String: String], _ filter: AWSValue) -> Bool {
        guard let value = tags[filter["Key"]?.string ?? ""] else { return false }
        let values = filter["Values"]?.strings ?? []
        return values.isEmpty || values.contains(value)
    }

    private func invalid(_ message: String) -> ServiceFailure { ServiceFailure("InvalidParameterException", message) }

    private var taggedResources: [TaggedResource] {
        let prefix = "elasticloadbalancing"
        let ec2 = { (kind: String, id: String) in world.arn("ec2", "\(kind)/\(id)") }
        return world.loadBalancers.map { .init(arn: $0.arn, type: "\(prefix):loadbalancer", tags: $0.tags) }
            + world.listeners.map { .init(arn: $0.arn, type: "\(prefix):listener", tags: $0.tags) }
            + world.rules.map { .init(arn: $0.arn, type: "\(prefix):listener-rule", tags: $0.tags) }
            + world.targetGroups.map { .init(arn: $0.arn, type: "\(prefix):targetgroup", tags: $0.tags) }
            + world.trustStores.map { .init(arn: $0.arn, type: "\(prefix):truststore", tags: $0.tags) }
            + world.certificates.map { .init(arn: $0.arn, type: "acm:certificate", tags: $0.tags) }
            + world.securityGroups.map {
                .init(arn: ec2("security-group", $0.id), type: "ec2:security-group", tags: $0.tags)
            }
            + world.subnets.map { .init(arn: ec2("subnet", $0.id), type: "ec2:subnet", tags: $0.tags) }
            + world.vpcs.map { .init(arn: ec2("vpc", $0.id), type: "ec2:vpc", tags: $0.tags) }
            + world.instances.map { .init(arn: ec2("instance", $0.id), type: "ec2:instance", tags: $0.tags) }
    }
}
