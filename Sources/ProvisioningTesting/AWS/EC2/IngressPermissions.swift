/// The permissions of a security group: one for each protocol, range of ports and source.
enum IngressPermissions {
    /// The permissions that a call lists.
    static func permissions(_ call: CloudCall) throws(ServiceFailure) -> [AWSWorld.SecurityGroup.Permission] {
        guard call.input["CidrIp"] == nil, call.input["IpProtocol"] == nil, call.input["FromPort"] == nil,
            call.input["ToPort"] == nil, call.input["SourceSecurityGroupName"] == nil
        else {
            throw ServiceFailure(
                "InvalidParameterCombination", "The test server takes permissions in IpPermissions alone")
        }
        var permissions: [AWSWorld.SecurityGroup.Permission] = []
        for item in call.input["IpPermissions"]?.list ?? [] {
            let scheme = try normalizedProtocol(item["IpProtocol"]?.string)
            let ports = try ports(item, protocol: scheme)
            let sources = try sources(item, call: call)
            guard !sources.isEmpty else {
                throw ServiceFailure("InvalidParameterValue", "No source is specified for the permission")
            }
            for (source, description) in sources {
                permissions.append(
                    AWSWorld.SecurityGroup.Permission(
                        id: "", protocol: scheme, fromPort: ports?.from, toPort: ports?.to, source: source,
                        description: description))
            }
        }
        guard !permissions.isEmpty else {
            throw ServiceFailure("MissingParameter", "The request must contain the parameter ipPermissions")
        }
        return permissions
    }

    private static func normalizedProtocol(_ given: String?) throws(ServiceFailure) -> String {
        let names = ["6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"]
        guard let given else {
            throw ServiceFailure("MissingParameter", "The request must contain the parameter ipProtocol")
        }
        let name = names[given] ?? given.lowercased()
        guard ["tcp", "udp", "icmp", "icmpv6", "-1"].contains(name) else {
            throw ServiceFailure("InvalidParameterValue", "Invalid value '\(given)' for IP protocol.")
        }
        return name
    }

    private static func ports(
        _ item: AWSValue, protocol scheme: String
    ) throws(ServiceFailure) -> (from: Int, to: Int)? {
        guard scheme != "-1" else { return nil }
        guard let from = item["FromPort"]?.integer, let to = item["ToPort"]?.integer else {
            throw ServiceFailure(
                "InvalidParameterValue", "Invalid value 'null' for portRange. Must specify both from and to.")
        }
        let isRange = scheme.hasPrefix("icmp") || (0...65535).contains(from) && (0...65535).contains(to) && from <= to
        guard isRange else {
            throw ServiceFailure("InvalidParameterValue", "Invalid TCP/UDP port range (\(from):\(to))")
        }
        return (from, to)
    }

    private static func sources(
        _ item: AWSValue, call: CloudCall
    ) throws(ServiceFailure) -> [(AWSWorld.SecurityGroup.Source, String?)] {
        var sources: [(AWSWorld.SecurityGroup.Source, String?)] = []
        for range in item["IpRanges"]?.list ?? [] {
            sources.append((.ipv4(try block(range["CidrIp"]?.string, bytes: 4)), try description(range)))
        }
        for range in item["Ipv6Ranges"]?.list ?? [] {
            sources.append((.ipv6(try block(range["CidrIpv6"]?.string, bytes: 16)), try description(range)))
        }
        for pair in item["UserIdGroupPairs"]?.list ?? [] {
            sources.append((.group(try call.securityGroup(pair["GroupId"]?.string ?? "").id), try description(pair)))
        }
        for list in item["PrefixListIds"]?.list ?? [] {
            let id = list["PrefixListId"]?.string ?? ""
            guard id.hasPrefix("pl-") else {
                throw ServiceFailure("InvalidPrefixListID.Malformed", "Invalid prefix list ID: \"\(id)\"")
            }
            sources.append((.prefixList(id), try description(list)))
        }
        return sources
    }

    private static func block(_ text: String?, bytes: Int) throws(ServiceFailure) -> String {
        guard let text, let block = AddressBlock(text), block.bytes.count == bytes else {
            throw ServiceFailure("InvalidParameterValue", "CIDR block \(text ?? "null") is malformed")
        }
        guard block.isCanonical else {
            throw ServiceFailure("InvalidParameterValue", "CIDR block \(text) is not canonical: it has host bits set")
        }
        return text
    }

    private static func description(_ source: AWSValue) throws(ServiceFailure) -> String? {
        guard let text = source["Description"]?.string else { return nil }
        let allowed = Set(" ._-:/()#,@[]+=&;{}!$*")
        guard text.count <= 255,
            text.allSatisfy({ ($0.isASCII && ($0.isLetter || $0.isNumber)) || allowed.contains($0) })
        else {
            throw ServiceFailure("InvalidParameterValue", "Invalid rule description '\(text)'")
        }
        return text
    }

    // MARK: Answers

    /// Permissions as `DescribeSecurityGroups` tells them: one per protocol and ports, with all its sources.
    static func grouped(_ permissions: [AWSWorld.SecurityGroup.Permission], account: String) -> [AWSValue] {
        var groups: [(key: [String], items: [AWSWorld.SecurityGroup.Permission])] = []
        for permission in permissions {
            let key = Array(permission.key.prefix(3))
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].items.append(permission)
            } else {
                groups.append((key, [permission]))
            }
        }
        return groups.map { group in
            let first = group.items[0]
            var ranges: [AWSValue] = []
            var ranges6: [AWSValue] = []
            var pairs: [AWSValue] = []
            var lists: [AWSValue] = []
            for item in group.items {
                let description = item.description.map { AWSValue.string($0) }
                switch item.source {
                case .ipv4(let cidr): ranges.append(.object(["CidrIp": .string(cidr), "Description": description]))
                case .ipv6(let cidr): ranges6.append(.object(["CidrIpv6": .string(cidr), "Description": description]))
                case .group(let id):
                    pairs.append(
                        .object(["GroupId": .string(id), "UserId": .string(account), "Description": description]))
                case .prefixList(let id):
                    lists.append(.object(["PrefixListId": .string(id), "Description": description]))
                }
            }
            return .object([
                "IpProtocol": .string(first.protocol), "FromPort": first.fromPort.map { .integer($0) },
                "ToPort": first.toPort.map { .integer($0) }, "IpRanges": .list(ranges), "Ipv6Ranges": .list(ranges6),
                "UserIdGroupPairs": .list(pairs), "PrefixListIds": .list(lists),
            ])
        }
    }

    /// A permission as a rule with an id of its own.
    static func rule(
        _ permission: AWSWorld.SecurityGroup.Permission, group: String, account: String, isEgress: Bool = false
    ) -> AWSValue {
        var rule = AWSValue.object([
            "SecurityGroupRuleId": .string(permission.id), "GroupId": .string(group), "GroupOwnerId": .string(account),
            "IsEgress": .boolean(isEgress), "IpProtocol": .string(permission.protocol),
            "FromPort": .integer(permission.fromPort ?? -1), "ToPort": .integer(permission.toPort ?? -1),
            "Description": permission.description.map { .string($0) }, "Tags": [],
        ])
        switch permission.source {
        case .ipv4(let cidr): rule["CidrIpv4"] = .string(cidr)
        case .ipv6(let cidr): rule["CidrIpv6"] = .string(cidr)
        case .group(let id): rule["ReferencedGroupInfo"] = ["GroupId": .string(id), "UserId": .string(account)]
        case .prefixList(let id): rule["PrefixListId"] = .string(id)
        }
        return rule
    }
}
