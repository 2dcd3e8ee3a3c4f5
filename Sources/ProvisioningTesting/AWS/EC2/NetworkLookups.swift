/// The network that load balancers stand in.
extension CloudCall {
    mutating func describeAvailabilityZones() throws(ServiceFailure) -> AWSValue? {
        let region = world.region
        let found = try selected(
            world.availabilityZones, ids: "ZoneNames", id: { $0 }, notFound: "InvalidParameterValue"
        ) { zone, filter in
            switch filter {
            case "zone-name": [zone]
            case "region-name", "group-name": [region]
            case "state": ["available"]
            case "zone-type": ["availability-zone"]
            case "opt-in-status": ["opt-in-not-required"]
            default: nil
            }
        }
        let zones: [AWSValue] = found.map { zone in
            [
                "ZoneName": .string(zone), "ZoneId": .string("use1-az\(zone.suffix(1))"), "State": "available",
                "RegionName": .string(region), "GroupName": .string(region), "ZoneType": "availability-zone",
                "OptInStatus": "opt-in-not-required", "NetworkBorderGroup": .string(region), "Messages": [],
            ]
        }
        return ["AvailabilityZones": .list(zones)]
    }

    mutating func describeVPCs() throws(ServiceFailure) -> AWSValue? {
        let found = try selected(
            world.vpcs.values, ids: "VpcIds", id: \.id, notFound: "InvalidVpcID.NotFound"
        ) { vpc, filter in
            switch filter {
            case "vpc-id": [vpc.id]
            case "cidr", "cidr-block-association.cidr-block": [vpc.cidr]
            case "is-default", "isDefault": [vpc.isDefault ? "true" : "false"]
            case "state": ["available"]
            default: tagProperty(filter, of: vpc.tags)
            }
        }
        let (items, next) = try ec2Page(found)
        let vpcs: [AWSValue] = items.map { vpc in
            [
                "VpcId": .string(vpc.id), "CidrBlock": .string(vpc.cidr), "State": "available",
                "IsDefault": .boolean(vpc.isDefault), "OwnerId": .string(world.account),
                "CidrBlockAssociationSet": [
                    ["CidrBlock": .string(vpc.cidr), "CidrBlockState": ["State": "associated"]]
                ],
                "Ipv6CidrBlockAssociationSet": .list(
                    vpc.ipv6CIDR.map {
                        [["Ipv6CidrBlock": .string($0), "Ipv6CidrBlockState": ["State": "associated"]]]
                    } ?? []),
                "Tags": TagRules.list(vpc.tags),
            ]
        }
        return .object(["Vpcs": .list(vpcs), "NextToken": next])
    }

    mutating func describeSubnets() throws(ServiceFailure) -> AWSValue? {
        let found = try selected(
            world.subnets.values, ids: "SubnetIds", id: \.id, notFound: "InvalidSubnetID.NotFound"
        ) { subnet, filter in
            switch filter {
            case "subnet-id": [subnet.id]
            case "vpc-id": [subnet.vpcID]
            case "availability-zone", "availabilityZone": [subnet.zone]
            case "cidr-block", "cidr", "cidrBlock": [subnet.cidr]
            case "state": ["available"]
            case "map-public-ip-on-launch": [subnet.isPublic ? "true" : "false"]
            default: tagProperty(filter, of: subnet.tags)
            }
        }
        let (items, next) = try ec2Page(found)
        let subnets: [AWSValue] = items.map { subnet in
            [
                "SubnetId": .string(subnet.id), "VpcId": .string(subnet.vpcID), "State": "available",
                "SubnetArn": .string(world.arn("ec2", "subnet/\(subnet.id)")), "CidrBlock": .string(subnet.cidr),
                "AvailabilityZone": .string(subnet.zone),
                "AvailabilityZoneId": .string("use1-az\(subnet.zone.suffix(1))"),
                "AvailableIpAddressCount": .integer(subnet.freeAddresses), "OwnerId": .string(world.account),
                "MapPublicIpOnLaunch": .boolean(subnet.isPublic), "DefaultForAz": false,
                "AssignIpv6AddressOnCreation": false, "Ipv6Native": false,
                "Ipv6CidrBlockAssociationSet": .list(
                    subnet.ipv6CIDR.map {
                        [["Ipv6CidrBlock": .string($0), "Ipv6CidrBlockState": ["State": "associated"]]]
                    } ?? []),
                "Tags": TagRules.list(subnet.tags),
            ]
        }
        return .object(["Subnets": .list(subnets), "NextToken": next])
    }

    mutating func describeInstances() throws(ServiceFailure) -> AWSValue? {
        let subnets = world.subnets
        let found = try selected(
            world.instances.values, ids: "InstanceIds", id: \.id, notFound: "InvalidInstanceID.NotFound"
        ) { instance, filter in
            switch filter {
            case "instance-id": [instance.id]
            case "instance-state-name": [instance.state]
            case "subnet-id": [instance.subnetID]
            case "vpc-id": [subnets[instance.subnetID]?.vpcID ?? ""]
            case "private-ip-address": [instance.privateAddress]
            case "instance.group-id", "group-id": instance.securityGroups
            default: tagProperty(filter, of: instance.tags)
            }
        }
        let (items, next) = try ec2Page(found)
        let reservations: [AWSValue] = items.map { instance in
            [
                "ReservationId": .string("r-" + instance.id.dropFirst(2)), "OwnerId": .string(world.account),
                "Instances": [answer(instance)],
            ]
        }
        return .object(["Reservations": .list(reservations), "NextToken": next])
    }

    private func answer(_ instance: AWSWorld.Instance) -> AWSValue {
        let subnet = world.subnets[instance.subnetID]
        let codes = ["pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80]
        return [
            "InstanceId": .string(instance.id), "SubnetId": .string(instance.subnetID),
            "VpcId": .string(subnet?.vpcID ?? ""), "PrivateIpAddress": .string(instance.privateAddress),
            "State": ["Name": .string(instance.state), "Code": .integer(codes[instance.state] ?? 16)],
            "Placement": ["AvailabilityZone": .string(subnet?.zone ?? "")],
            "SecurityGroups": .list(
                instance.securityGroups.map {
                    ["GroupId": .string($0), "GroupName": .string(world.securityGroups[$0]?.name ?? "")]
                }),
            "Tags": TagRules.list(instance.tags),
        ]
    }

    mutating func describeAccountAttributes() throws(ServiceFailure) -> AWSValue? {
        let all = ["supported-platforms": "VPC", "default-vpc": world.vpcs.first { $0.isDefault }?.id ?? "none"]
        let names = strings("AttributeNames") ?? all.keys.sorted()
        return [
            "AccountAttributes": .list(
                names.compactMap { name in
                    all[name].map {
                        ["AttributeName": .string(name), "AttributeValues": [["AttributeValue": .string($0)]]]
                    }
                })
        ]
    }
}
