/// Security groups.
extension CloudCall {
    func securityGroup(_ id: String) throws(ServiceFailure) -> AWSWorld.SecurityGroup {
        guard let found = world.securityGroups[id] else {
            throw ServiceFailure("InvalidGroup.NotFound", "The security group '\(id)' does not exist")
        }
        return found
    }

    mutating func createSecurityGroup() throws(ServiceFailure) -> AWSValue? {
        let name = required("GroupName")
        let description = required("Description")
        let allowed = Set(" ._-:/()#,@[]+=&;{}!$*")
        for text in [name, description] {
            guard !text.isEmpty, text.count <= 255,
                text.allSatisfy({ ($0.isASCII && ($0.isLetter || $0.isNumber)) || allowed.contains($0) })
            else {
                throw ServiceFailure(
                    "InvalidParameterValue",
                    "Invalid security group name or description '\(text)'. Valid are up to 255 of "
                        + "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*")
            }
        }
        guard !name.hasPrefix("sg-"), name != "default" else {
            throw ServiceFailure("InvalidParameterValue", "Group names may not be '\(name)'")
        }
        let vpc = string("VpcId") ?? world.vpcs.first { $0.isDefault }?.id ?? ""
        guard world.vpcs[vpc] != nil else {
            throw ServiceFailure("InvalidVpcID.NotFound", "The vpc ID '\(vpc)' does not exist")
        }
        guard !world.securityGroups.contains(where: { $0.vpcID == vpc && $0.name == name }) else {
            throw ServiceFailure(
                "InvalidGroup.Duplicate", "The security group '\(name)' already exists for VPC '\(vpc)'")
        }
        let tags = try tags(forType: "security-group")
        let id = "sg-0" + world.nextIdentifier()
        world.securityGroups[id] = AWSWorld.SecurityGroup(
            id: id, name: name, description: description, vpcID: vpc, tags: tags)
        return [
            "GroupId": .string(id), "Tags": TagRules.list(tags),
            "SecurityGroupArn": .string(world.arn("ec2", "security-group/\(id)")),
        ]
    }

    mutating func deleteSecurityGroup() throws(ServiceFailure) -> AWSValue? {
        guard let id = string("GroupId") else {
            throw ServiceFailure("MissingParameter", "The request must contain the parameter groupId")
        }
        let group = try securityGroup(id)
        guard group.name != "default" else {
            throw ServiceFailure(
                "CannotDelete", "the specified group: \"\(id)\" name: \"default\" cannot be deleted by a user")
        }
        let isUsed =
            world.loadBalancers.contains { $0.securityGroups.contains(id) }
            || world.instances.contains { $0.securityGroups.contains(id) }
            || world.securityGroups.contains { other in
                other.id != id && other.ingress.contains { $0.source == .group(id) }
            }
        let lingering = progress.lingeringInterfaces[id] ?? 0
        guard !isUsed, lingering == 0 else {
            // The network interfaces of a load balancer go away some time after it.
            if !isUsed { progress.lingeringInterfaces[id] = lingering - 1 }
            throw ServiceFailure("DependencyViolation", "resource \(id) has a dependent object")
        }
        world.securityGroups[id] = nil
        return ["Return": true, "GroupId": .string(id)]
    }

    mutating func describeSecurityGroups() throws(ServiceFailure) -> AWSValue? {
        let found = try selected(
            world.securityGroups.values, ids: "GroupIds", id: \.id, notFound: "InvalidGroup.NotFound"
        ) { group, filter in
            switch filter {
            case "group-id": [group.id]
            case "group-name": [group.name]
            case "vpc-id": [group.vpcID]
            case "description": [group.description]
            default: tagProperty(filter, of: group.tags)
            }
        }
        let (items, next) = try ec2Page(found)
        let groups: [AWSValue] = items.map { group in
            [
                "GroupId": .string(group.id), "GroupName": .string(group.name), "VpcId": .string(group.vpcID),
                "Description": .string(group.description), "OwnerId": .string(world.account),
                "SecurityGroupArn": .string(world.arn("ec2", "security-group/\(group.id)")),
                "IpPermissions": .list(IngressPermissions.grouped(group.ingress, account: world.account)),
                "IpPermissionsEgress": .list(IngressPermissions.grouped(group.egress, account: world.account)),
                "Tags": TagRules.list(group.tags),
            ]
        }
        return .object(["SecurityGroups": .list(groups), "NextToken": next])
    }

    mutating func describeSecurityGroupRules() throws(ServiceFailure) -> AWSValue? {
        let all = world.securityGroups.flatMap { group in group.ingress.map { (group: group.id, permission: $0) } }
        let found = try selected(
            all, ids: "SecurityGroupRuleIds", id: { $0.permission.id }, notFound: "InvalidSecurityGroupRuleId.NotFound"
        ) { rule, filter in
            switch filter {
            case "group-id": [rule.group]
            case "security-group-rule-id": [rule.permission.id]
            default: nil
            }
        }
        let (items, next) = try ec2Page(found)
        let rules = items.map { IngressPermissions.rule($0.permission, group: $0.group, account: world.account) }
        return .object(["SecurityGroupRules": .list(rules), "NextToken": next])
    }
}
