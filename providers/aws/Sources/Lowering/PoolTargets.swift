internal import LoadBalancerModel
internal import Provisioning

/// What of a pool's targets is registered.
struct PoolTargets {
    private(set) var registered: [TargetsSpec.Target] = []
    private(set) var isIPv6 = false
    private(set) var findings: [TargetGroupLowering.Finding] = []

    /// The ranges of which AWS registers addresses outside of the VPC (RFC 1918, RFC 6598).
    private static let privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
        .compactMap { CIDRBlock($0) }

    /// - Parameters:
    ///   - nodes: the instances that the nodes of the cluster are; nil where the pool isn't reached by them.
    ///   - addressType: that of the load balancer.
    ///   - standing: that of the target group, where there is one.
    init(
        _ pool: BackendPool, nodes: NodeInstances?, environment: AWSEnvironment, settings: AWSSettings,
        addressType: String, standing: String?
    ) {
        if let nodes, let port = pool.nodePort {
            registered = nodes.ids.map { TargetsSpec.Target(id: $0, port: port) }.sorted()
            findings = nodes.findings(of: pool)
            return
        }
        let weighted = pool.targets.filter { $0.weight > 0 }
        let ready = weighted.filter { $0.state == .ready }
        let serving = ready.isEmpty ? weighted : ready
        if Set(serving.map(\.weight)).count > 1 {
            add(.approximated, "the targets of \(pool.name) get equal shares, for AWS has no weights of targets")
        }
        switch settings.targetType {
        case .ip: registerAddresses(serving, pool, environment, addressType, standing)
        case .instance: registerInstances(serving, pool, environment)
        }
        registered.sort()
    }

    private mutating func add(_ severity: FidelityFinding.Severity, _ message: String) {
        findings.append(TargetGroupLowering.Finding(severity: severity, message: message))
    }

    private mutating func registerAddresses(
        _ targets: [Target], _ pool: BackendPool, _ environment: AWSEnvironment, _ addressType: String,
        _ standing: String?
    ) {
        let networks = environment.vpc.cidrs.compactMap { CIDRBlock($0) }
        var addresses: [(target: Target, network: CIDRBlock)] = []
        for target in targets {
            guard let address = CIDRBlock(target.address), address.isAddress else {
                add(
                    .unsupported,
                    "the target \(target.address) of \(pool.name) is a name, and AWS registers addresses alone; name its "
                        + "addresses in an EndpointSlice")
                continue
            }
            addresses.append((target, address))
        }
        guard !addresses.isEmpty else {
            // A pool that is empty for now goes on as what it was, or starts as what it is going to be.
            isIPv6 = addressType != "ipv4" && (pool.addressFamily.map { $0 == .ipv6 } ?? (standing == "ipv6"))
            return
        }
        isIPv6 = addresses.allSatisfy(\.network.isIPv6)
        if isIPv6, addressType == "ipv4" {
            add(
                .unsupported,
                "the targets of \(pool.name) have IPv6 addresses, which AWS registers for dual-stack load balancers alone; "
                    + "set addressing.family to dualstack")
            isIPv6 = false
            return
        }
        let others = addresses.filter { $0.network.isIPv6 != isIPv6 }
        if !others.isEmpty {
            add(
                .approximated,
                "of the targets of \(pool.name) those with IPv4 addresses are registered, and \(others.count) with IPv6 "
                    + "ones aren't, for a target group of AWS has one family")
        }
        for (target, address) in addresses where address.isIPv6 == isIPv6 {
            let isWithin = networks.contains { $0.contains(address) }
            guard isWithin || Self.privateNetworks.contains(where: { $0.contains(address) }) else {
                add(
                    .unsupported,
                    "the target \(target.address) of \(pool.name) is neither in the VPC \(environment.vpc.id) nor private, "
                        + "and AWS doesn't register it")
                continue
            }
            registered.append(
                TargetsSpec.Target(
                    id: target.address, port: target.port, availabilityZone: isWithin ? nil : "all"))
        }
    }

    private mutating func registerInstances(
        _ targets: [Target], _ pool: BackendPool, _ environment: AWSEnvironment
    ) {
        let asking =
            "\(pool.settingFields?["targetType"] ?? "provider.settings.targetType") is instance; set it to ip, "
            + "or the Service's type to NodePort and, without a cluster, its nodePort"
        if targets.isEmpty {
            add(
                .unsupported,
                "\(pool.name) has no targets, for its Service states no nodePort and has no endpoints, and \(asking)")
        }
        for target in targets {
            guard let instance = environment.instances.first(where: { $0.addresses.contains(target.address) }) else {
                add(
                    .unsupported,
                    "the target \(target.address) of \(pool.name) is no instance of \(environment.vpc.id), its Service "
                        + "states no nodePort, and \(asking)")
                continue
            }
            registered.append(TargetsSpec.Target(id: instance.id, port: target.port))
        }
    }
}
