import Provisioning

/// What EC2 tells, in the API reference's names (Amazon EC2 2016-11-15).
enum Network {
    struct VPC: Decodable, Sendable {
        struct Block: Decodable, Sendable {
            struct State: Decodable, Sendable { var state: String? }

            var cidrBlock: String?
            var ipv6CidrBlock: String?
            var ipv6CidrBlockState: State?
            var cidrBlockState: State?

            /// The range, where it is in force.
            var range: String? {
                let state = (cidrBlockState ?? ipv6CidrBlockState)?.state ?? "associated"
                return state == "associated" ? cidrBlock ?? ipv6CidrBlock : nil
            }
        }

        var vpcId: String
        var cidrBlock: String?
        var isDefault: String?
        var cidrBlockAssociationSet: XMLList<Block>?
        var ipv6CidrBlockAssociationSet: XMLList<Block>?

        var ranges: [String] {
            let associated = (cidrBlockAssociationSet.all() + ipv6CidrBlockAssociationSet.all()).compactMap(\.range)
            guard let cidrBlock, !associated.contains(cidrBlock) else { return associated }
            return [cidrBlock] + associated
        }
    }

    struct VPCs: Decodable, Sendable {
        var vpcSet: XMLList<VPC>?
        var nextToken: String?
    }

    struct Subnet: Decodable, Sendable {
        var subnetId: String
        var vpcId: String?
        var availabilityZone: String?
        var cidrBlock: String?
        var availableIpAddressCount: Int?
        var mapPublicIpOnLaunch: String?
        var ipv6CidrBlockAssociationSet: XMLList<VPC.Block>?
        var tagSet: XMLList<KeyAndValue>?
    }

    struct Subnets: Decodable, Sendable {
        var subnetSet: XMLList<Subnet>?
        var nextToken: String?
    }

    struct RouteTable: Decodable, Sendable {
        struct Route: Decodable, Sendable {
            var gatewayId: String?
            var state: String?
        }

        struct Association: Decodable, Sendable {
            var subnetId: String?
            var main: String?
        }

        var routeSet: XMLList<Route>?
        var associationSet: XMLList<Association>?

        var leadsToInternetGateway: Bool {
            routeSet.all().contains { $0.gatewayId?.hasPrefix("igw-") == true && $0.state != "blackhole" }
        }
    }

    struct RouteTables: Decodable, Sendable {
        var routeTableSet: XMLList<RouteTable>?
        var nextToken: String?
    }

    struct Instance: Decodable, Sendable {
        struct Placement: Decodable, Sendable { var availabilityZone: String? }
        struct Interface: Decodable, Sendable {
            struct Address: Decodable, Sendable { var privateIpAddress: String? }

            var privateIpAddressesSet: XMLList<Address>?
        }

        var instanceId: String
        var privateIpAddress: String?
        var placement: Placement?
        var networkInterfaceSet: XMLList<Interface>?
        var tagSet: XMLList<KeyAndValue>?

        var addresses: [String] {
            let others = networkInterfaceSet.all().flatMap { $0.privateIpAddressesSet.all() }
                .compactMap(\.privateIpAddress)
            return [privateIpAddress].compactMap(\.self) + others.filter { $0 != privateIpAddress }
        }
    }

    struct Reservations: Decodable, Sendable {
        struct Reservation: Decodable, Sendable { var instancesSet: XMLList<Instance>? }

        var reservationSet: XMLList<Reservation>?
        var nextToken: String?
    }
}

extension AWSClient {
    /// A condition on what EC2 is to tell of.
    static func filter(_ name: String, _ values: [String]) -> ParameterValue {
        .structure([QueryParameter("Name", .text(name)), QueryParameter("Value", .texts(values))])
    }

    private static func filters(_ filters: [(name: String, values: [String])]) -> [QueryParameter] {
        filters.isEmpty ? [] : [QueryParameter("Filter", .list(filters.map { filter($0.name, $0.values) }))]
    }

    func vpcs(_ filters: [(name: String, values: [String])] = []) async throws -> [Network.VPC] {
        try await pages(
            .describeVPCs, Self.filters(filters), marker: "NextToken",
            next: { (answer: Network.VPCs) in answer.nextToken }, items: { $0.vpcSet.all() })
    }

    func subnets(_ filters: [(name: String, values: [String])]) async throws -> [Network.Subnet] {
        try await pages(
            .describeSubnets, Self.filters(filters), marker: "NextToken",
            next: { (answer: Network.Subnets) in answer.nextToken }, items: { $0.subnetSet.all() })
    }

    func routeTables(ofVPC vpc: String) async throws -> [Network.RouteTable] {
        try await pages(
            .describeRouteTables, Self.filters([("vpc-id", [vpc])]), marker: "NextToken",
            next: { (answer: Network.RouteTables) in answer.nextToken }, items: { $0.routeTableSet.all() })
    }

    /// The running instances of a VPC.
    func instances(ofVPC vpc: String) async throws -> [Network.Instance] {
        try await pages(
            .describeInstances,
            Self.filters([("vpc-id", [vpc]), ("instance-state-name", ["running"])]), marker: "NextToken",
            next: { (answer: Network.Reservations) in answer.nextToken },
            items: { $0.reservationSet.all().flatMap { $0.instancesSet.all() } })
    }

    func securityGroups(
        _ filters: [(name: String, values: [String])]
    ) async throws -> [Network.SecurityGroup] {
        try await pages(
            .describeSecurityGroups, Self.filters(filters), marker: "NextToken",
            next: { (answer: Network.SecurityGroups) in answer.nextToken }, items: { $0.securityGroupInfo.all() })
    }
}
