import LoadBalancerModel
import Provisioning

extension AWSLookups {
    struct FoundNetwork: Sendable {
        var vpc: Network.VPC
        var subnets: [AWSEnvironment.Subnet]
    }

    /// The VPC of a load balancer, and its subnets.
    func network(for plan: LoadBalancerPlan, settings: AWSSettings) async throws -> FoundNetwork {
        let vpc = try await vpc(for: plan, settings: settings)
        let told = try await client.subnets([("vpc-id", [vpc.vpcId])]).filter { $0.availabilityZone != nil }
        var subnets = told.map(AWSEnvironment.Subnet.init)
        // Route tables matter only where nobody said by role tags which subnets are meant.
        let lacksRole = Self.roleTags(of: plan).contains { role in !subnets.contains { $0.tags[role] != nil } }
        let mayDiscover = settings.subnets.isEmpty || plan.provider.sources?["subnets"] != nil
        if mayDiscover, lacksRole {
            let tables = try await client.routeTables(ofVPC: vpc.vpcId)
            for (index, subnet) in told.enumerated() {
                subnets[index].isPublic = Self.isPublic(subnet, tables: tables)
            }
        }
        return FoundNetwork(vpc: vpc, subnets: subnets)
    }

    /// The tag of the subnets that the plan asks for.
    private static func roleTag(of plan: LoadBalancerPlan) -> String {
        plan.scheme == .internal ? "kubernetes.io/role/internal-elb" : "kubernetes.io/role/elb"
    }

    /// The tags of the subnets that may be meant: of both kinds where the plan may keep to the scheme of what exists.
    private static func roleTags(of plan: LoadBalancerPlan) -> [String] {
        let tags = ["kubernetes.io/role/internal-elb", "kubernetes.io/role/elb"]
        if plan.leavesUnsettled(.scheme) || plan.provider.sources?[ProviderSelection.scheme] != nil { return tags }
        return [roleTag(of: plan)]
    }

    /// Whether a route of the subnet's table, or of the VPC's main one, leads to the internet. A subnet whose instances
    /// get public addresses is meant to be public, too.
    private static func isPublic(_ subnet: Network.Subnet, tables: [Network.RouteTable]) -> Bool {
        if subnet.mapPublicIpOnLaunch?.lowercased() == "true" { return true }
        let own = tables.first { table in table.associationSet.all().contains { $0.subnetId == subnet.subnetId } }
        let main = tables.first { table in
            table.associationSet.all().contains { $0.main?.lowercased() == "true" }
        }
        return (own ?? main)?.leadsToInternetGateway ?? false
    }

    // MARK: The VPC

    private func vpc(for plan: LoadBalancerPlan, settings: AWSSettings) async throws -> Network.VPC {
        if let id = settings.vpc {
            guard let vpc = try await client.vpcs([("vpc-id", [id])]).first else {
                throw LoweringError(
                    reason: "VPCNotFound",
                    message: "provider.settings.vpc: there is no VPC \(id) in \(region); correct the id or the region")
            }
            return vpc
        }
        let all = try await client.vpcs()
        let isAsked = plan.provider.sources?["subnets"] != nil
        if all.count == 1, settings.subnets.isEmpty || isAsked { return all[0] }
        for hint in Self.hints(plan, settings) {
            let found = Set(try await client.subnets([hint]).compactMap(\.vpcId))
            if found.count == 1, let vpc = all.first(where: { found.contains($0.vpcId) }) { return vpc }
            let namesSubnets = hint.name == "subnet-id" || hint.name == "tag:Name"
            // Subnets of an annotation that don't tell the VPC are left out, and what tells it without them does.
            if namesSubnets, isAsked { continue }
            if found.count > 1 { throw ambiguous(found.sorted()) }
            if namesSubnets {
                throw LoweringError(
                    reason: "SubnetNotFound",
                    message:
                        "\(settings.place(of: "subnets")): there is none of \(settings.subnets.joined(separator: ", ")) in "
                        + "\(region); correct the ids, the names or the region")
            }
        }
        guard !all.isEmpty else {
            throw LoweringError(
                reason: "NoVPC", message: "the account has no VPC in \(region); make one, or choose another region")
        }
        throw ambiguous(all.map(\.vpcId).sorted())
    }

    /// What tells subnets of the VPC that is meant, the surest first.
    private static func hints(
        _ plan: LoadBalancerPlan, _ settings: AWSSettings
    ) -> [(name: String, values: [String])] {
        var hints: [(name: String, values: [String])] = []
        let ids = settings.subnets.filter { $0.hasPrefix("subnet-") }
        let names = settings.subnets.filter { !$0.hasPrefix("subnet-") }
        if !ids.isEmpty { hints.append(("subnet-id", ids)) }
        if !names.isEmpty { hints.append(("tag:Name", names)) }
        if let cluster = settings.clusterName { hints.append(("tag-key", ["kubernetes.io/cluster/\(cluster)"])) }
        let roles = roleTags(of: plan)
        if roles.count > 1, !plan.leavesUnsettled(.scheme) { hints.append(("tag-key", [roleTag(of: plan)])) }
        hints.append(("tag-key", roles))
        return hints
    }

    private func ambiguous(_ vpcs: [String]) -> LoweringError {
        LoweringError(
            reason: "AmbiguousVPC",
            message:
                "the load balancer could be in any of the VPCs \(vpcs.joined(separator: ", ")) of \(region); name one in "
                + "provider.settings.vpc, or its subnets in provider.settings.subnets")
    }
}

extension AWSEnvironment.Subnet {
    fileprivate init(_ told: Network.Subnet) {
        self.init(
            id: told.subnetId,
            zone: told.availabilityZone ?? "",
            cidr: told.cidrBlock ?? "",
            ipv6CIDR: told.ipv6CidrBlockAssociationSet.all().compactMap(\.range).first,
            availableAddresses: told.availableIpAddressCount ?? 0,
            tags: told.tagSet.all().dictionary)
    }
}
