import Provisioning

extension Network {
    struct SecurityGroup: Decodable, Sendable {
        var groupId: String
        var groupName: String?
        var groupDescription: String?
        var vpcId: String?
        var ipPermissions: XMLList<Permission>?
        var ipPermissionsEgress: XMLList<Permission>?
        var tagSet: XMLList<KeyAndValue>?

        /// The networks to which everything is let out, sorted: of every address those alone.
        var openEgress: [String] {
            let all = [SecurityGroupSpec.everywhere, SecurityGroupSpec.everywhereIPv6]
            let parts = ipPermissionsEgress.all().flatMap(\.parts)
            return all.filter { parts.contains(PermissionPart(everythingTo: $0)) }
        }
    }

    struct SecurityGroups: Decodable, Sendable {
        var securityGroupInfo: XMLList<SecurityGroup>?
        var nextToken: String?
    }

    struct CreatedSecurityGroup: Decodable, Sendable {
        var groupId: String
    }

    /// Traffic that is let in from every source that it names, or let out there.
    struct Permission: Decodable, Sendable {
        struct Range: Decodable, Sendable {
            var cidrIp: String?
            var cidrIpv6: String?
        }

        struct Group: Decodable, Sendable {
            var groupId: String?
            var userId: String?
        }

        struct PrefixList: Decodable, Sendable {
            var prefixListId: String?
        }

        var ipProtocol: String?
        var fromPort: Int?
        var toPort: Int?
        var ipRanges: XMLList<Range>?
        var ipv6Ranges: XMLList<Range>?
        var groups: XMLList<Group>?
        var prefixListIds: XMLList<PrefixList>?

        /// The permission apart, one for each source.
        var parts: [PermissionPart] {
            let ranges = ipRanges.all().compactMap(\.cidrIp) + ipv6Ranges.all().compactMap(\.cidrIpv6)
            let sources =
                ranges.map(PermissionPart.Source.cidr)
                + groups.all().compactMap { group in group.groupId.map { .group($0, account: group.userId) } }
                + prefixListIds.all().compactMap(\.prefixListId).map(PermissionPart.Source.prefixList)
            return sources.map {
                PermissionPart(ipProtocol: ipProtocol ?? "-1", fromPort: fromPort, toPort: toPort, source: $0)
            }
        }
    }

    /// Traffic that is let in from one source, or let out there.
    struct PermissionPart: Hashable, Sendable {
        enum Source: Hashable, Sendable {
            case cidr(String)
            case group(String, account: String?)
            case prefixList(String)
        }

        var ipProtocol: String
        var fromPort: Int?
        var toPort: Int?
        var source: Source

        init(ipProtocol: String, fromPort: Int?, toPort: Int?, source: Source) {
            self.ipProtocol = ipProtocol
            self.fromPort = fromPort
            self.toPort = toPort
            self.source = source
        }

        init(_ rule: SecurityGroupSpec.IngressRule) {
            self.init(ipProtocol: "tcp", fromPort: rule.port, toPort: rule.port, source: .cidr(rule.cidr))
        }

        /// Everything to a network, in CIDR notation.
        init(everythingTo network: String) {
            self.init(ipProtocol: "-1", fromPort: nil, toPort: nil, source: .cidr(network))
        }

        /// The same in the provider's terms; nil where those have no word for it.
        var rule: SecurityGroupSpec.IngressRule? {
            guard case .cidr(let cidr) = source, ipProtocol == "tcp", let fromPort, fromPort == toPort else {
                return nil
            }
            return SecurityGroupSpec.IngressRule(port: fromPort, cidr: cidr)
        }

        /// For people.
        var title: String {
            let ports = fromPort == toPort ? fromPort.map { "/\($0)" } ?? "" : "/\(fromPort ?? 0)-\(toPort ?? 65535)"
            let from =
                switch source {
                case .cidr(let cidr): cidr
                case .group(let id, _): id
                case .prefixList(let id): id
                }
            return "\(ipProtocol == "-1" ? "all" : ipProtocol)\(ports) from \(from)"
        }

        var query: ParameterValue {
            var parameters = [QueryParameter("IpProtocol", .text(ipProtocol))]
            if let fromPort { parameters.append(QueryParameter("FromPort", .integer(fromPort))) }
            if let toPort { parameters.append(QueryParameter("ToPort", .integer(toPort))) }
            switch source {
            case .cidr(let cidr) where cidr.contains(":"):
                parameters.append(
                    QueryParameter("Ipv6Ranges", .list([.structure([QueryParameter("CidrIpv6", .text(cidr))])])))
            case .cidr(let cidr):
                parameters.append(
                    QueryParameter("IpRanges", .list([.structure([QueryParameter("CidrIp", .text(cidr))])])))
            case .group(let id, let account):
                let owner = account.map { [QueryParameter("UserId", .text($0))] } ?? []
                parameters.append(
                    QueryParameter("Groups", .list([.structure([QueryParameter("GroupId", .text(id))] + owner)])))
            case .prefixList(let id):
                parameters.append(
                    QueryParameter("PrefixListIds", .list([.structure([QueryParameter("PrefixListId", .text(id))])])))
            }
            return .structure(parameters)
        }
    }
}

extension AWSClient {
    /// - Returns: the id of the new group.
    func createSecurityGroup(_ spec: SecurityGroupSpec, permit: borrowing WritePermit) async throws -> String {
        let answer: Network.CreatedSecurityGroup = try await write(
            .createSecurityGroup,
            [
                QueryParameter("GroupName", .text(spec.name)),
                QueryParameter("GroupDescription", .text(spec.description)),
                QueryParameter("VpcId", .text(spec.vpc)),
                QueryParameter(
                    "TagSpecification",
                    .list([
                        .structure([
                            QueryParameter("ResourceType", "security-group"), QueryParameter("Tag", .pairs(spec.tags)),
                        ])
                    ])),
            ], permit: permit)
        return answer.groupId
    }

    func authorize(
        _ permissions: [Network.PermissionPart], in group: String, permit: borrowing WritePermit
    ) async throws {
        try await write(
            .authorizeSecurityGroupIngress, Self.parameters(permissions, group: group), permit: permit)
    }

    /// Lets everything out to networks in CIDR notation.
    func authorizeEgress(
        to networks: [String], in group: String, permit: borrowing WritePermit
    ) async throws {
        let permissions = networks.map(Network.PermissionPart.init(everythingTo:))
        try await write(.authorizeSecurityGroupEgress, Self.parameters(permissions, group: group), permit: permit)
    }

    func revoke(
        _ permissions: [Network.PermissionPart], in group: String, permit: borrowing WritePermit
    ) async throws {
        try await write(.revokeSecurityGroupIngress, Self.parameters(permissions, group: group), permit: permit)
    }

    private static func parameters(_ permissions: [Network.PermissionPart], group: String) -> [QueryParameter] {
        [QueryParameter("GroupId", .text(group)), QueryParameter("IpPermissions", .list(permissions.map(\.query)))]
    }

    func deleteSecurityGroup(_ id: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteSecurityGroup, [QueryParameter("GroupId", .text(id))], permit: permit)
    }

    func createTags(_ tags: [String: String], on id: String, permit: borrowing WritePermit) async throws {
        try await write(
            .createTags, [QueryParameter("ResourceId", .texts([id])), QueryParameter("Tag", .pairs(tags))],
            permit: permit)
    }

    func deleteTags(_ keys: [String], from id: String, permit: borrowing WritePermit) async throws {
        let tags = keys.sorted().map { ParameterValue.structure([QueryParameter("Key", .text($0))]) }
        try await write(
            .deleteTags, [QueryParameter("ResourceId", .texts([id])), QueryParameter("Tag", .list(tags))],
            permit: permit)
    }
}
