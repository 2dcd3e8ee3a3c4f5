import LoadBalancerModel
import Provisioning

/// Looks up what lowering needs to know of an account and its network.
struct AWSLookups: Sendable {
    let client: AWSClient
    let region: AWSRegion

    /// - Throws: ``LoweringError`` for settings that can't be read, and where the VPC can't be told.
    func environment(for plan: LoadBalancerPlan) async throws -> AWSEnvironment {
        let settings = try PlanSettings(plan).settings
        async let identity = client.callerIdentity()
        async let limits = client.accountLimits()
        let network = try await network(for: plan, settings: settings)
        async let groups = securityGroups(settings)
        let needsInstances =
            settings.targetType == .instance
            || plan.pools.contains { $0.settings?["targetType"] == AWSSettings.TargetType.instance.rawValue }
        async let instances = instances(
            of: network.vpc.vpcId, cluster: settings.clusterName ?? plan.identity.cluster, areNeeded: needsInstances)
        async let certificates = certificates(settings, areAllNeeded: plan.absentCertificates != nil)
        async let trustStores = missingTrustStores(settings, sources: plan.provider.sources ?? [:])
        var environment = AWSEnvironment(
            region: region.name,
            partition: region.partition.name,
            account: try await identity.account,
            vpc: AWSEnvironment.VPC(id: network.vpc.vpcId, cidrs: network.vpc.ranges),
            clusterName: settings.clusterName,
            subnets: network.subnets,
            securityGroups: try await groups,
            certificates: try await certificates.found,
            instances: try await instances,
            quotas: AWSQuotas(limits: try await limits))
        environment.missingTrustStores = try await trustStores
        environment.missingCertificates = try await certificates.missing
        return environment
    }

    /// Which of the trust stores that annotations name there aren't. Where AWS can't tell, the listener's change will.
    private func missingTrustStores(
        _ settings: AWSSettings, sources: [String: SettingSource]
    ) async throws -> Set<String> {
        let named = settings.listeners.compactMap { port, listener -> String? in
            guard case .arn(let arn) = listener.trustStore, sources["listeners.\(port).trustStore"] != nil else {
                return nil
            }
            return arn
        }
        guard !named.isEmpty else { return [] }
        do {
            return Set(named).subtracting(try await client.trustStores(Set(named).sorted()).map(\.trustStoreArn))
        } catch is ProviderError {
            return []
        }
    }

    private func securityGroups(_ settings: AWSSettings) async throws -> [AWSEnvironment.SecurityGroup] {
        guard !settings.securityGroups.isEmpty else { return [] }
        let ids = settings.securityGroups.filter { $0.hasPrefix("sg-") }
        let names = settings.securityGroups.filter { !$0.hasPrefix("sg-") }
        var found: [Network.SecurityGroup] = []
        if !ids.isEmpty { found += try await client.securityGroups([("group-id", ids)]) }
        if !names.isEmpty { found += try await client.securityGroups([("tag:Name", names)]) }
        return found.map {
            AWSEnvironment.SecurityGroup(
                id: $0.groupId, vpc: $0.vpcId ?? "", name: $0.tagSet.all().dictionary["Name"])
        }
    }

    private func instances(
        of vpc: String, cluster: String, areNeeded: Bool
    ) async throws -> [AWSEnvironment.Instance] {
        guard areNeeded else { return [] }
        return try await client.instances(ofVPC: vpc).map {
            AWSEnvironment.Instance(
                id: $0.instanceId, addresses: $0.addresses, zone: $0.placement?.availabilityZone ?? "",
                isOfCluster: $0.tagSet.all().dictionary["kubernetes.io/cluster/\(cluster)"] != nil)
        }
    }
}

extension AWSQuotas {
    /// - Parameter limits: as `DescribeAccountLimits` names them; what it doesn't tell has AWS's default.
    init(limits: [String: Int]) {
        self.init()
        rulesPerLoadBalancer = limits["rules-per-application-load-balancer"] ?? rulesPerLoadBalancer
        targetGroupsPerLoadBalancer =
            limits["target-groups-per-application-load-balancer"] ?? targetGroupsPerLoadBalancer
        targetsPerLoadBalancer = limits["targets-per-application-load-balancer"] ?? targetsPerLoadBalancer
        listenersPerLoadBalancer = limits["listeners-per-application-load-balancer"] ?? listenersPerLoadBalancer
        certificatesPerLoadBalancer =
            limits["certificates-per-application-load-balancer"] ?? certificatesPerLoadBalancer
        targetGroupsPerAction =
            limits["target-groups-per-action-on-application-load-balancer"] ?? targetGroupsPerAction
        valuesPerRule = limits["condition-values-per-alb-rule"] ?? valuesPerRule
        wildcardsPerRule = limits["condition-wildcards-per-alb-rule"] ?? wildcardsPerRule
    }
}
