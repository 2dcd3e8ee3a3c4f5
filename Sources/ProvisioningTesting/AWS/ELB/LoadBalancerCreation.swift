/// Creating load balancers, and where they stand.
extension CloudCall {
    mutating func createLoadBalancer() throws(ServiceFailure) -> AWSValue? {
        let name = required("Name")
        try ResourceName.check(name, kind: "Load balancer")
        guard !name.hasPrefix("internal-") else {
            throw .validation("Load balancer name '\(name)' cannot begin with 'internal-'")
        }
        guard string("Type") ?? "application" == "application" else {
            throw .validation("The test server has load balancers of type 'application' alone")
        }
        let scheme = string("Scheme") ?? "internet-facing"
        let ipAddressType = string("IpAddressType") ?? "ipv4"
        let (zones, vpc) = try zones(scheme: scheme, ipAddressType: ipAddressType)
        let groups = try securityGroups(strings("SecurityGroups"), vpc: vpc)
        let tags = try tagging.tags(input["Tags"])
        if let existing = world.loadBalancers.first(where: { $0.name == name }) {
            // "This operation is idempotent": with other settings it is another load balancer of the same name.
            guard existing.scheme == scheme, existing.ipAddressType == ipAddressType, existing.zones == zones,
                Set(existing.securityGroups) == Set(groups), existing.tags == tags
            else {
                throw ServiceFailure(
                    "DuplicateLoadBalancerName",
                    "A load balancer with the same name '\(name)' exists, but with different settings")
            }
            return ["LoadBalancers": [answer(existing)]]
        }
        guard world.loadBalancers.count < quotas.loadBalancers else {
            throw ServiceFailure(
                "TooManyLoadBalancers", "The maximum number of load balancers has been reached: \(quotas.loadBalancers)"
            )
        }
        let id = world.nextIdentifier()
        let arn = world.arn("elasticloadbalancing", "loadbalancer/app/\(name)/\(id)")
        let prefix = scheme == "internal" ? "internal-" : ""
        let number = world.nextIdentifier(digits: 9).utf8.map { "\($0 % 10)" }.joined()
        let created = AWSWorld.LoadBalancer(
            arn: arn, name: name,
            dnsName: "\(prefix)\(name)-\(number).\(world.region).elb.amazonaws.com", scheme: scheme, vpcID: vpc,
            zones: zones, securityGroups: groups, ipAddressType: ipAddressType, createdAt: now,
            attributes: AttributeTable.loadBalancer.defaults, tags: tags)
        world.loadBalancers[arn] = created
        return ["LoadBalancers": [answer(created)]]
    }

    mutating func setSubnets() throws(ServiceFailure) -> AWSValue? {
        var balancer = try loadBalancer(required("LoadBalancerArn"))
        let type = string("IpAddressType") ?? balancer.ipAddressType
        let (zones, vpc) = try zones(scheme: balancer.scheme, ipAddressType: type)
        guard vpc == balancer.vpcID else {
            throw ServiceFailure(
                "InvalidSubnet", "The subnets are not in the VPC '\(balancer.vpcID)' of the load balancer")
        }
        balancer.zones = zones
        balancer.ipAddressType = type
        world.loadBalancers[balancer.arn] = balancer
        return ["AvailabilityZones": .list(zones.map(answer)), "IpAddressType": .string(type)]
    }

    mutating func setSecurityGroups() throws(ServiceFailure) -> AWSValue? {
        var balancer = try loadBalancer(required("LoadBalancerArn"))
        guard let wanted = strings("SecurityGroups"), !wanted.isEmpty else {
            throw ServiceFailure("InvalidConfigurationRequest", "At least one security group must be specified")
        }
        balancer.securityGroups = try securityGroups(wanted, vpc: balancer.vpcID)
        world.loadBalancers[balancer.arn] = balancer
        return ["SecurityGroupIds": .strings(balancer.securityGroups)]
    }

    mutating func setIPAddressType() throws(ServiceFailure) -> AWSValue? {
        var balancer = try loadBalancer(required("LoadBalancerArn"))
        let type = required("IpAddressType")
        try check(ipAddressType: type, scheme: balancer.scheme, subnets: balancer.zones.map(\.subnetID))
        balancer.ipAddressType = type
        world.loadBalancers[balancer.arn] = balancer
        return ["IpAddressType": .string(type)]
    }

    /// The zones of the subnets that a call names, and their VPC.
    private func zones(
        scheme: String, ipAddressType: String
    ) throws(ServiceFailure) -> (zones: [AWSWorld.LoadBalancer.Zone], vpc: String) {
        let mapped = input["SubnetMappings"]?.list?.compactMap { $0["SubnetId"]?.string }
        let listed = strings("Subnets")
        guard mapped == nil || listed == nil else {
            throw .validation("Specify either subnets or subnet mappings, but not both")
        }
        let ids = listed ?? mapped ?? []
        guard !ids.isEmpty else { throw .validation("At least two subnets must be specified") }
        var zones: [AWSWorld.LoadBalancer.Zone] = []
        var vpcs: Set<String> = []
        for id in ids {
            guard let subnet = world.subnets[id] else {
                throw ServiceFailure("SubnetNotFound", "The subnet ID '\(id)' does not exist")
            }
            guard !zones.contains(where: { $0.name == subnet.zone }) else {
                throw ServiceFailure(
                    "InvalidConfigurationRequest",
                    "A load balancer cannot be attached to multiple subnets in the same Availability Zone")
            }
            // Application Load Balancers need eight free addresses in each subnet.
            guard subnet.freeAddresses >= 8 else {
                throw ServiceFailure(
                    "InvalidSubnet",
                    "Not enough IP space available in \(id). ELB requires at least 8 free IP addresses "
                        + "in each subnet.")
            }
            vpcs.insert(subnet.vpcID)
            zones.append(AWSWorld.LoadBalancer.Zone(name: subnet.zone, subnetID: id))
        }
        guard let vpc = vpcs.first, vpcs.count == 1 else {
            throw ServiceFailure("InvalidConfigurationRequest", "All subnets must be in the same VPC")
        }
        guard zones.count >= 2 else {
            throw .validation("At least two subnets in two different Availability Zones must be specified")
        }
        guard scheme == "internal" || world.vpcs[vpc]?.hasInternetGateway == true else {
            throw ServiceFailure("InvalidSubnet", "VPC \(vpc) has no internet gateway")
        }
        try check(ipAddressType: ipAddressType, scheme: scheme, subnets: ids)
        return (zones.sorted { $0.name < $1.name }, vpc)
    }

    private func check(ipAddressType: String, scheme: String, subnets: [String]) throws(ServiceFailure) {
        guard ipAddressType != "ipv4" else { return }
        guard scheme != "internal" || ipAddressType == "dualstack" else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "The IP address type '\(ipAddressType)' is not allowed for scheme internal")
        }
        for id in subnets where world.subnets[id]?.ipv6CIDR == nil {
            throw ServiceFailure("InvalidSubnet", "The subnet '\(id)' does not have an associated IPv6 CIDR block")
        }
    }

    private func securityGroups(_ ids: [String]?, vpc: String) throws(ServiceFailure) -> [String] {
        guard let ids, !ids.isEmpty else {
            return world.securityGroups.filter { $0.vpcID == vpc && $0.name == "default" }.map(\.id)
        }
        guard ids.count <= quotas.securityGroupsPerLoadBalancer else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "At most \(quotas.securityGroupsPerLoadBalancer) security groups are allowed")
        }
        for id in ids {
            guard let group = world.securityGroups[id] else {
                throw ServiceFailure("InvalidSecurityGroup", "The security group '\(id)' does not exist")
            }
            guard group.vpcID == vpc else {
                throw ServiceFailure(
                    "InvalidConfigurationRequest", "One or more security groups are invalid: \(id) is not in \(vpc)")
            }
        }
        return ids
    }
}
