/// The targets of target groups, and their health.
extension CloudCall {
    mutating func registerTargets() throws(ServiceFailure) -> AWSValue? {
        var group = try targetGroup(required("TargetGroupArn"))
        for description in input["Targets"]?.list ?? [] {
            let target = try target(description, of: group)
            try check(target, for: group)
            // An address may be registered with several ports; the same pair again changes its zone alone.
            if let index = group.targets.firstIndex(where: { $0.id == target.id && $0.port == target.port }) {
                group.targets[index] = target
            } else {
                group.targets.append(target)
                let key = TargetKey(group: group.arn, id: target.id, port: target.port)
                progress.healthReads[key] = nil
                progress.draining[key] = nil
            }
        }
        guard group.targets.count <= quotas.targetsPerGroup else {
            throw ServiceFailure(
                "TooManyTargets", "The target group '\(group.arn)' can have at most \(quotas.targetsPerGroup) targets")
        }
        world.targetGroups[group.arn] = group
        for balancer in world.loadBalancers(using: group.arn) { try checkTargetGroups(of: balancer) }
        return [:]
    }

    mutating func deregisterTargets() throws(ServiceFailure) -> AWSValue? {
        var group = try targetGroup(required("TargetGroupArn"))
        for description in input["Targets"]?.list ?? [] {
            let target = try target(description, of: group)
            // "If the specified target does not exist, the action returns successfully."
            guard let index = group.targets.firstIndex(where: { $0.id == target.id && $0.port == target.port }) else {
                continue
            }
            group.targets.remove(at: index)
            if settings.healthReadsWhileDraining > 0, !world.loadBalancers(using: group.arn).isEmpty {
                let key = TargetKey(group: group.arn, id: target.id, port: target.port)
                progress.draining[key] = settings.healthReadsWhileDraining
            }
        }
        world.targetGroups[group.arn] = group
        return [:]
    }

    mutating func describeTargetHealth() throws(ServiceFailure) -> AWSValue? {
        let group = try targetGroup(required("TargetGroupArn"))
        var descriptions: [AWSValue] = []
        var asked: [AWSWorld.TargetGroup.Target]?
        if let named = input["Targets"]?.list {
            var targets: [AWSWorld.TargetGroup.Target] = []
            for description in named { targets.append(try target(description, of: group)) }
            asked = targets
        }
        for target in asked ?? group.targets {
            let health = health(of: target, in: group)
            descriptions.append(answer(target, health, group: group))
        }
        let draining = progress.draining.keys.filter { $0.group == group.arn }.sorted {
            ($0.id, $0.port) < ($1.id, $1.port)
        }
        for key in draining where asked == nil {
            let target = AWSWorld.TargetGroup.Target(id: key.id, port: key.port)
            descriptions.append(answer(target, .draining, group: group))
            let left = (progress.draining[key] ?? 0) - 1
            progress.draining[key] = left > 0 ? left : nil
        }
        return ["TargetHealthDescriptions": .list(descriptions)]
    }

    private mutating func health(of target: AWSWorld.TargetGroup.Target, in group: AWSWorld.TargetGroup) -> TargetHealth
    {
        let key = TargetKey(group: group.arn, id: target.id, port: target.port)
        guard group.targets.contains(where: { $0.id == target.id && $0.port == target.port }) else {
            return progress.draining[key] == nil ? .notRegistered : .draining
        }
        guard let balancer = world.loadBalancers(using: group.arn).first else { return .unused }
        if let zone = zone(of: target, in: group), zone != "all",
            world.loadBalancers[balancer]?.zones.contains(where: { $0.name == zone }) == false
        {
            return .unused
        }
        if let decided = progress.healthOverrides[key] { return decided }
        let reads = progress.healthReads[key, default: 0]
        progress.healthReads[key] = reads + 1
        return reads < settings.healthReadsWhileInitial ? .initial : .healthy
    }

    private func zone(of target: AWSWorld.TargetGroup.Target, in group: AWSWorld.TargetGroup) -> String? {
        guard group.targetType == "instance" else { return target.zone }
        return world.instances[target.id].flatMap { world.subnets[$0.subnetID]?.zone }
    }

    private func answer(_ target: AWSWorld.TargetGroup.Target, _ health: TargetHealth, group: AWSWorld.TargetGroup)
        -> AWSValue
    {
        let port = group.healthCheck.port == "traffic-port" ? "\(target.port)" : group.healthCheck.port
        return [
            "Target": .object([
                "Id": .string(target.id), "Port": .integer(target.port),
                "AvailabilityZone": target.zone.map { .string($0) },
            ]),
            "HealthCheckPort": .string(port),
            "TargetHealth": .object([
                "State": .string(health.state), "Reason": health.reason.map { .string($0) },
                "Description": health.description.map { .string($0) },
            ]),
        ]
    }

    // MARK: What may be a target

    private func target(_ description: AWSValue, of group: AWSWorld.TargetGroup) throws(ServiceFailure)
        -> AWSWorld.TargetGroup.Target
    {
        let id = description["Id"]?.string ?? ""
        var zone = description["AvailabilityZone"]?.string
        if group.targetType == "instance" {
            guard zone == nil else {
                throw .validation("An Availability Zone cannot be specified for targets of type 'instance'")
            }
        } else if let address = AddressBlock.address(id), zone == nil {
            // "The Availability Zone is automatically detected" for an address in a subnet of the VPC.
            zone =
                world.subnets.first { subnet in
                    subnet.vpcID == group.vpcID
                        && [subnet.cidr, subnet.ipv6CIDR ?? ""].contains { AddressBlock($0)?.contains(address) == true }
                }?.zone
        }
        return AWSWorld.TargetGroup.Target(id: id, port: description["Port"]?.integer ?? group.port, zone: zone)
    }

    private func check(_ target: AWSWorld.TargetGroup.Target, for group: AWSWorld.TargetGroup) throws(ServiceFailure) {
        guard group.targetType == "ip" else {
            guard let instance = world.instances[target.id] else {
                throw ServiceFailure("InvalidTarget", "The following targets are not valid: \(target.id)")
            }
            guard world.subnets[instance.subnetID]?.vpcID == group.vpcID, instance.state == "running" else {
                throw ServiceFailure(
                    "InvalidTarget",
                    "The following targets are not in a running state and in the target group VPC "
                        + "'\(group.vpcID)': '\(target.id)'")
            }
            return
        }
        guard let address = AddressBlock.address(target.id), (address.count == 4) == (group.ipAddressType == "ipv4")
        else {
            throw .validation("The IP address '\(target.id)' is not a valid \(group.ipAddressType) address")
        }
        let vpc = world.vpcs[group.vpcID]
        let own = [vpc?.cidr ?? "", vpc?.ipv6CIDR ?? ""].contains { AddressBlock($0)?.contains(address) == true }
        if own { return }
        // RFC 1918 and RFC 6598; nothing that is publicly routable.
        let reachable = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
        guard reachable.contains(where: { AddressBlock($0)?.contains(address) == true }) else {
            throw .validation("The IP address '\(target.id)' is not within the VPC or a private range")
        }
        guard target.zone != nil else {
            throw .validation(
                "You must specify an Availability Zone for the IP address '\(target.id)', as it is outside the VPC")
        }
    }
}
