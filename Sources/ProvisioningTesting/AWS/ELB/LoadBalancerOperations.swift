/// Describing, changing and deleting load balancers.
extension CloudCall {
    mutating func describeLoadBalancers() throws(ServiceFailure) -> AWSValue? {
        var found = world.loadBalancers.values
        let arns = strings("LoadBalancerArns")
        let names = strings("Names")
        guard arns == nil || names == nil else {
            throw .validation("Load balancer names and load balancer ARNs cannot be specified at the same time")
        }
        if let arns {
            guard arns.count <= 20 else { throw .validation("At most 20 load balancers can be described by ARN") }
            for arn in arns { _ = try loadBalancer(arn) }
            found = found.filter { arns.contains($0.arn) }
        }
        if let names {
            guard names.count <= 20 else { throw .validation("At most 20 load balancers can be described by name") }
            found = found.filter { names.contains($0.name) }
            let missing = names.filter { name in !found.contains { $0.name == name } }
            guard missing.isEmpty else {
                throw ServiceFailure(
                    "LoadBalancerNotFound", "Load balancers '[\(missing.joined(separator: ", "))]' not found")
            }
        }
        let (items, next) = try page(found)
        let answers = items.map { answer($0) }
        for balancer in items { progress.describesOfLoadBalancer[balancer.arn, default: 0] += 1 }
        return .object(["LoadBalancers": .list(answers), "NextMarker": next])
    }

    mutating func deleteLoadBalancer() throws(ServiceFailure) -> AWSValue? {
        let arn = required("LoadBalancerArn")
        // "If the load balancer does not exist or has already been deleted, the call succeeds."
        guard let balancer = world.loadBalancers[arn] else { return nil }
        guard balancer.attributes["deletion_protection.enabled"] != "true" else {
            throw ServiceFailure(
                "OperationNotPermitted",
                "Load balancer '\(arn)' cannot be deleted because deletion protection is enabled")
        }
        let listeners = Set(world.listeners(of: arn).map(\.arn))
        world.rules.removeAll { listeners.contains($0.listenerARN) }
        world.listeners.removeAll { listeners.contains($0.arn) }
        world.webACLAssociations[arn] = nil
        world.loadBalancers[arn] = nil
        for group in balancer.securityGroups where settings.deletionsWhileInterfacesLinger > 0 {
            progress.lingeringInterfaces[group] = settings.deletionsWhileInterfacesLinger
        }
        return nil
    }

    mutating func describeLoadBalancerAttributes() throws(ServiceFailure) -> AWSValue? {
        let balancer = try loadBalancer(required("LoadBalancerArn"))
        return ["Attributes": AttributeTable.list(balancer.attributes)]
    }

    mutating func modifyLoadBalancerAttributes() throws(ServiceFailure) -> AWSValue? {
        var balancer = try loadBalancer(required("LoadBalancerArn"))
        let changed = try AttributeTable.loadBalancer.changes(input["Attributes"], kind: "Load balancer")
        balancer.attributes.merge(changed) { _, new in new }
        for kind in ["access_logs", "connection_logs", "health_check_logs"]
        where balancer.attributes["\(kind).s3.enabled"] == "true" {
            let bucket = balancer.attributes["\(kind).s3.bucket"] ?? ""
            guard world.buckets.contains(bucket) else {
                throw ServiceFailure(
                    "InvalidConfigurationRequest",
                    "Access Denied for bucket: \(bucket). Please check S3bucket permission")
            }
        }
        world.loadBalancers[balancer.arn] = balancer
        return ["Attributes": AttributeTable.list(balancer.attributes)]
    }

    func answer(_ balancer: AWSWorld.LoadBalancer) -> AWSValue {
        let described = progress.describesOfLoadBalancer[balancer.arn, default: 0]
        let isActive = described >= settings.describesWhileProvisioning
        return [
            "LoadBalancerArn": .string(balancer.arn),
            "LoadBalancerName": .string(balancer.name),
            "DNSName": .string(balancer.dnsName),
            "CanonicalHostedZoneId": "Z35SXDOTRQ7X7K",
            "CreatedTime": .timestamp(balancer.createdAt),
            "Scheme": .string(balancer.scheme),
            "VpcId": .string(balancer.vpcID),
            "State": ["Code": isActive ? "active" : "provisioning"],
            "Type": "application",
            "AvailabilityZones": .list(balancer.zones.map(answer)),
            "SecurityGroups": .strings(balancer.securityGroups),
            "IpAddressType": .string(balancer.ipAddressType),
        ]
    }

    func answer(_ zone: AWSWorld.LoadBalancer.Zone) -> AWSValue {
        ["ZoneName": .string(zone.name), "SubnetId": .string(zone.subnetID), "LoadBalancerAddresses": []]
    }
}
