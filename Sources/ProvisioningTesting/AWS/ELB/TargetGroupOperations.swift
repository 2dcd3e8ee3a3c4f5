/// Target groups.
extension CloudCall {
    mutating func createTargetGroup() throws(ServiceFailure) -> AWSValue? {
        let name = required("Name")
        try ResourceName.check(name, kind: "Target group")
        var wanted = try newTargetGroup(name: name)
        try applyHealthCheck(to: &wanted)
        wanted.tags = try tagging.tags(input["Tags"])
        if let existing = world.targetGroups.first(where: { $0.name == name }) {
            // Creating is idempotent where nothing is different.
            var same = wanted
            same.arn = existing.arn
            same.attributes = existing.attributes
            same.targets = existing.targets
            guard same == existing else {
                throw ServiceFailure(
                    "DuplicateTargetGroupName",
                    "A target group with the same name '\(name)' exists, but with different settings")
            }
            return ["TargetGroups": [answer(existing)]]
        }
        guard world.targetGroups.count < quotas.targetGroups else {
            throw ServiceFailure("TooManyTargetGroups", "The maximum number of target groups has been reached")
        }
        wanted.arn = world.arn("elasticloadbalancing", "targetgroup/\(name)/\(world.nextIdentifier())")
        world.targetGroups[wanted.arn] = wanted
        return ["TargetGroups": [answer(wanted)]]
    }

    private func newTargetGroup(name: String) throws(ServiceFailure) -> AWSWorld.TargetGroup {
        let type = string("TargetType") ?? "instance"
        guard type == "instance" || type == "ip" else {
            throw .validation("The test server has target groups of the types 'instance' and 'ip' alone")
        }
        guard let scheme = string("Protocol") else { throw .validation("A protocol must be specified") }
        guard scheme == "HTTP" || scheme == "HTTPS" else {
            throw .validation("The test server has target groups of the protocols 'HTTP' and 'HTTPS' alone")
        }
        guard let port = integer("Port") else { throw .validation("A port must be specified") }
        guard let vpc = string("VpcId") else { throw .validation("A VPC ID must be specified") }
        guard world.vpcs[vpc] != nil else { throw .validation("The VPC ID '\(vpc)' is not found") }
        let version = string("ProtocolVersion") ?? "HTTP1"
        guard ["HTTP1", "HTTP2", "GRPC"].contains(version) else {
            throw .validation("Protocol version '\(version)' must be one of 'HTTP1, HTTP2, GRPC'")
        }
        let isGRPC = version == "GRPC"
        return AWSWorld.TargetGroup(
            arn: "", name: name, protocol: scheme, protocolVersion: version, port: port, targetType: type, vpcID: vpc,
            ipAddressType: string("IpAddressType") ?? "ipv4",
            healthCheck: AWSWorld.TargetGroup.HealthCheck(
                protocol: "HTTP", port: "traffic-port", path: isGRPC ? "/AWS.ALB/healthcheck" : "/", interval: 30,
                timeout: scheme == "HTTP" ? 6 : 10, healthyThreshold: 5, unhealthyThreshold: 2,
                matcher: isGRPC ? "12" : "200"),
            attributes: AttributeTable.targetGroup.defaults, tags: [:])
    }

    mutating func modifyTargetGroup() throws(ServiceFailure) -> AWSValue? {
        var changed = try targetGroup(required("TargetGroupArn"))
        try applyHealthCheck(to: &changed)
        world.targetGroups[changed.arn] = changed
        return ["TargetGroups": [answer(changed)]]
    }

    mutating func deleteTargetGroup() throws(ServiceFailure) -> AWSValue? {
        let arn = required("TargetGroupArn")
        guard world.loadBalancers(using: arn).isEmpty else {
            throw ServiceFailure("ResourceInUse", "Target group '\(arn)' is currently in use by a listener or a rule")
        }
        // One that isn't there is no error among those of this operation.
        world.targetGroups[arn] = nil
        return nil
    }

    mutating func describeTargetGroups() throws(ServiceFailure) -> AWSValue? {
        let balancer = string("LoadBalancerArn")
        let arns = strings("TargetGroupArns")
        let names = strings("Names")
        guard [balancer != nil, arns != nil, names != nil].filter({ $0 }).count <= 1 else {
            throw .validation("Specify only one of a load balancer ARN, target group ARNs and target group names")
        }
        var found = world.targetGroups.values.sorted { $0.name < $1.name }
        if let balancer {
            let used = world.targetGroups(of: try loadBalancer(balancer).arn)
            found = found.filter { used.contains($0.arn) }
        }
        if let arns {
            for arn in arns { _ = try targetGroup(arn) }
            found = found.filter { arns.contains($0.arn) }
        }
        if let names {
            found = found.filter { names.contains($0.name) }
            guard found.count == Set(names).count else {
                throw ServiceFailure("TargetGroupNotFound", "One or more target groups not found")
            }
        }
        let (items, next) = try page(found)
        return .object(["TargetGroups": .list(items.map { answer($0) }), "NextMarker": next])
    }

    mutating func describeTargetGroupAttributes() throws(ServiceFailure) -> AWSValue? {
        ["Attributes": AttributeTable.list(try targetGroup(required("TargetGroupArn")).attributes)]
    }

    mutating func modifyTargetGroupAttributes() throws(ServiceFailure) -> AWSValue? {
        var changed = try targetGroup(required("TargetGroupArn"))
        let changes = try AttributeTable.targetGroup.changes(input["Attributes"], kind: "Target group")
        changed.attributes.merge(changes) { _, new in new }
        let attributes = changed.attributes
        let algorithm = attributes["load_balancing.algorithm.type"] ?? "round_robin"
        guard algorithm == "round_robin" || attributes["slow_start.duration_seconds"] == "0" else {
            throw ServiceFailure(
                "InvalidConfigurationRequest", "Slow start is not available with the algorithm '\(algorithm)'")
        }
        guard algorithm == "weighted_random" || attributes["load_balancing.algorithm.anomaly_mitigation"] == "off"
        else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "Anomaly mitigation is available with the algorithm 'weighted_random' alone")
        }
        if attributes["stickiness.enabled"] == "true", attributes["stickiness.type"] == "app_cookie" {
            let cookie = attributes["stickiness.app_cookie.cookie_name"] ?? ""
            guard !cookie.isEmpty, !cookie.hasPrefix("AWSALB") else {
                throw ServiceFailure(
                    "InvalidConfigurationRequest",
                    "An application cookie name must be specified, and must not start with AWSALB")
            }
        }
        world.targetGroups[changed.arn] = changed
        return ["Attributes": AttributeTable.list(changed.attributes)]
    }

    // MARK: Health checks

    private func applyHealthCheck(to group: inout AWSWorld.TargetGroup) throws(ServiceFailure) {
        guard input["HealthCheckEnabled"]?.boolean != false else {
            throw .validation(
                "Health check enabled must be true for target groups with target type '\(group.targetType)'")
        }
        var check = group.healthCheck
        check.protocol = string("HealthCheckProtocol") ?? check.protocol
        check.port = string("HealthCheckPort") ?? check.port
        check.path = string("HealthCheckPath") ?? check.path
        check.interval = integer("HealthCheckIntervalSeconds") ?? check.interval
        check.timeout = integer("HealthCheckTimeoutSeconds") ?? check.timeout
        check.healthyThreshold = integer("HealthyThresholdCount") ?? check.healthyThreshold
        check.unhealthyThreshold = integer("UnhealthyThresholdCount") ?? check.unhealthyThreshold
        guard check.protocol == "HTTP" || check.protocol == "HTTPS" else {
            throw .validation("Health check protocol '\(check.protocol)' must be one of 'HTTP, HTTPS'")
        }
        guard check.port == "traffic-port" || Int(check.port).map((1...65535).contains) == true else {
            throw .validation("Health check port '\(check.port)' must be 'traffic-port' or from 1 to 65535")
        }
        guard check.path.hasPrefix("/") else {
            throw .validation("Health check path '\(check.path)' must begin with a '/' character")
        }
        guard check.interval > check.timeout else {
            throw .validation(
                "Health check interval '\(check.interval)' must be greater than the timeout '\(check.timeout)'")
        }
        if let matcher = input["Matcher"] {
            let isGRPC = group.protocolVersion == "GRPC"
            guard matcher[isGRPC ? "HttpCode" : "GrpcCode"] == nil else {
                throw .validation("The matcher does not go with protocol version '\(group.protocolVersion)'")
            }
            check.matcher = matcher[isGRPC ? "GrpcCode" : "HttpCode"]?.string ?? check.matcher
            let range = isGRPC ? 0...99 : 200...499
            guard Self.isMatcher(check.matcher, within: range) else {
                throw .validation(
                    "Health check matcher '\(check.matcher)' must be codes from \(range.lowerBound) to \(range.upperBound)"
                )
            }
        }
        group.healthCheck = check
    }

    /// Codes such as `200`, `200,202` and `200-299`.
    private static func isMatcher(_ text: String, within range: ClosedRange<Int>) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1] else { return false }
            return range.contains(low) && range.contains(high) && low <= high
        }
    }

    func answer(_ group: AWSWorld.TargetGroup) -> AWSValue {
        let matcher = group.protocolVersion == "GRPC" ? "GrpcCode" : "HttpCode"
        return [
            "TargetGroupArn": .string(group.arn),
            "TargetGroupName": .string(group.name),
            "Protocol": .string(group.protocol),
            "ProtocolVersion": .string(group.protocolVersion),
            "Port": .integer(group.port),
            "VpcId": .string(group.vpcID),
            "TargetType": .string(group.targetType),
            "IpAddressType": .string(group.ipAddressType),
            "LoadBalancerArns": .strings(world.loadBalancers(using: group.arn)),
            "HealthCheckEnabled": true,
            "HealthCheckProtocol": .string(group.healthCheck.protocol),
            "HealthCheckPort": .string(group.healthCheck.port),
            "HealthCheckPath": .string(group.healthCheck.path),
            "HealthCheckIntervalSeconds": .integer(group.healthCheck.interval),
            "HealthCheckTimeoutSeconds": .integer(group.healthCheck.timeout),
            "HealthyThresholdCount": .integer(group.healthCheck.healthyThreshold),
            "UnhealthyThresholdCount": .integer(group.healthCheck.unhealthyThreshold),
            "Matcher": [matcher: .string(group.healthCheck.matcher)],
        ]
    }
}
