/// Tags of load balancers, listeners, rules, target groups and trust stores.
extension CloudCall {
    mutating func addTags() throws(ServiceFailure) -> AWSValue? {
        for arn in strings("ResourceArns") ?? [] {
            let merged = try tagging.merging(try tags(of: arn), with: input["Tags"])
            setTags(merged, of: arn)
        }
        return nil
    }

    mutating func removeTags() throws(ServiceFailure) -> AWSValue? {
        for arn in strings("ResourceArns") ?? [] {
            var left = try tags(of: arn)
            for key in strings("TagKeys") ?? [] { left[key] = nil }
            setTags(left, of: arn)
        }
        return nil
    }

    mutating func describeTags() throws(ServiceFailure) -> AWSValue? {
        let arns = strings("ResourceArns") ?? []
        // "You can specify up to 20 resources in a single call."
        guard arns.count <= 20 else {
            throw .validation("At most 20 resources can be described at once, but \(arns.count) were specified")
        }
        var descriptions: [AWSValue] = []
        for arn in arns {
            descriptions.append(["ResourceArn": .string(arn), "Tags": TagRules.list(try tags(of: arn))])
        }
        return ["TagDescriptions": .list(descriptions)]
    }

    private func tags(of arn: String) throws(ServiceFailure) -> [String: String] {
        switch ELBResourceKind(arn) {
        case .loadBalancer: return try loadBalancer(arn).tags
        case .listener: return try listener(arn).tags
        case .rule: return try rule(arn).tags
        case .targetGroup: return try targetGroup(arn).tags
        case .trustStore: return try trustStore(arn).tags
        case nil: throw .validation("'\(arn)' is not a valid load balancer ARN")
        }
    }

    private mutating func setTags(_ tags: [String: String], of arn: String) {
        switch ELBResourceKind(arn) {
        case .loadBalancer: world.loadBalancers[arn]?.tags = tags
        case .listener: world.listeners[arn]?.tags = tags
        case .rule: world.rules[arn]?.tags = tags
        case .targetGroup: world.targetGroups[arn]?.tags = tags
        case .trustStore: world.trustStores[arn]?.tags = tags
        case nil: break
        }
    }
}

/// What an ARN of Elastic Load Balancing names.
enum ELBResourceKind: String {
    case loadBalancer = "loadbalancer"
    case listener
    case rule = "listener-rule"
    case targetGroup = "targetgroup"
    case trustStore = "truststore"

    init?(_ arn: String) {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "elasticloadbalancing",
            let kind = parts[5].split(separator: "/").first
        else { return nil }
        self.init(rawValue: String(kind))
    }
}
