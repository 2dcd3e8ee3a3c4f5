/// What security groups let in and out.
extension CloudCall {
    /// The permissions of a group for one direction.
    typealias Direction = WritableKeyPath<AWSWorld.SecurityGroup, [AWSWorld.SecurityGroup.Permission]>

    mutating func authorize(_ direction: Direction) throws(ServiceFailure) -> AWSValue? {
        var group = try namedGroup()
        guard input["TagSpecifications"] == nil else {
            throw ServiceFailure("InvalidParameterValue", "The test server's security group rules have no tags")
        }
        var added: [AWSValue] = []
        for var permission in try IngressPermissions.permissions(self) {
            guard !group[keyPath: direction].contains(where: { $0.key == permission.key }) else {
                throw ServiceFailure(
                    "InvalidPermission.Duplicate",
                    "the specified rule \"\(permission.key.joined(separator: ", "))\" already exists")
            }
            permission.id = "sgr-0" + world.nextIdentifier()
            group[keyPath: direction].append(permission)
            added.append(
                IngressPermissions.rule(
                    permission, group: group.id, account: world.account,
                    isEgress: direction == \.egress))
        }
        guard group[keyPath: direction].count <= quotas.permissionsPerSecurityGroup else {
            throw ServiceFailure(
                "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached."
            )
        }
        world.securityGroups[group.id] = group
        return ["Return": true, "SecurityGroupRules": .list(added)]
    }

    mutating func revoke(_ direction: Direction) throws(ServiceFailure) -> AWSValue? {
        var group = try namedGroup()
        if let ids = strings("SecurityGroupRuleIds") {
            guard input["IpPermissions"] == nil else {
                throw ServiceFailure("InvalidParameterCombination", "Rule ids and permissions cannot be combined")
            }
            for id in ids where !group[keyPath: direction].contains(where: { $0.id == id }) {
                throw ServiceFailure(
                    "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(id)' does not exist")
            }
            group[keyPath: direction].removeAll { ids.contains($0.id) }
        } else {
            for permission in try IngressPermissions.permissions(self) {
                guard let index = group[keyPath: direction].firstIndex(where: { $0.key == permission.key }) else {
                    throw ServiceFailure(
                        "InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
                }
                group[keyPath: direction].remove(at: index)
            }
        }
        world.securityGroups[group.id] = group
        return ["Return": true]
    }

    private func namedGroup() throws(ServiceFailure) -> AWSWorld.SecurityGroup {
        guard let id = string("GroupId") else {
            throw ServiceFailure("MissingParameter", "The request must contain the parameter groupName or groupId")
        }
        return try securityGroup(id)
    }
}
