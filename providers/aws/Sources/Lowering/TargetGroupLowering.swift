internal import LoadBalancerModel
internal import Provisioning

/// Makes target groups: one per pool and session affinity, for a target group has one stickiness and serves one load
/// balancer. The attributes of the settings go before the affinity.
struct TargetGroupLowering {
    let plan: LoadBalancerPlan
    let environment: AWSEnvironment
    let settings: AWSSettings
    let part: LoadBalancerPart
    /// Whether settings of pools that AWS doesn't take are left out, and are no error.
    let leavesOutBadSettings: Bool
    private let pools: [String: BackendPool]
    private(set) var nodes: [String: Node] = [:]
    private var poolSettings: [String: AWSSettings] = [:]
    private var instances: [[String: String]: NodeInstances] = [:]

    /// A target group, its targets, and for whom they are.
    struct Node {
        var group: DesiredResource<AWSResource>
        var targets: DesiredResource<AWSResource>
        var targetCount: Int
        var findings: [Finding]
        var members: Set<String>
    }

    struct Finding: Hashable {
        var severity: FidelityFinding.Severity
        var message: String
    }

    init(
        plan: LoadBalancerPlan, environment: AWSEnvironment, settings: AWSSettings, part: LoadBalancerPart,
        leavesOutBadSettings: Bool = false
    ) {
        self.leavesOutBadSettings = leavesOutBadSettings
        self.plan = plan
        self.environment = environment
        self.settings = settings
        self.part = part
        pools = Dictionary(plan.pools.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The target group for a pool, made where there is none yet.
    ///
    /// - Returns: the references of the group and of its targets.
    /// - Throws: ``RouteRefusal`` where the pool has settings that AWS doesn't take.
    mutating func group(
        pool name: String, affinity: SessionAffinity?, ingress: String?
    ) throws(RouteRefusal) -> (group: ResourceReference, targets: ResourceReference) {
        let settings = try settings(ofPool: name)
        let seconds = settings.decidesOnStickiness ? nil : affinity?.stickySeconds
        let key = seconds.map { "\(name).sticky-\($0)" } ?? name
        if nodes[key] == nil {
            // A valid plan has every pool that its routes name.
            let pool = pools[name] ?? BackendPool(name: name, targets: [])
            nodes[key] = node(pool, key: key, stickySeconds: seconds, settings: settings)
        }
        if let ingress { nodes[key]?.members.insert(ingress) }
        return (reference(.targetGroup, key), reference(.targets, key))
    }

    /// The settings that hold for a pool.
    mutating func settings(ofPool name: String) throws(RouteRefusal) -> AWSSettings {
        guard let pool = pools[name], pool.settings?.isEmpty == false else { return settings }
        if let known = poolSettings[name] { return known }
        let overlaid = try settings.overlaid(by: pool, leavesOutBad: leavesOutBadSettings)
        poolSettings[name] = overlaid
        return overlaid
    }

    private enum Kind { case targetGroup, targets }

    private func reference(_ kind: Kind, _ key: String) -> ResourceReference {
        ResourceReference(
            type: kind == .targetGroup ? AWSResource.ResourceType.targetGroup : AWSResource.ResourceType.targets,
            name: part.qualified(key))
    }

    /// The instances that the nodes of the cluster are, found once for all pools that ask for the same labels; nil where a
    /// pool isn't reached by nodes.
    private mutating func nodeInstances(for pool: BackendPool, _ settings: AWSSettings) -> NodeInstances? {
        guard settings.targetType == .instance, pool.nodePort != nil else { return nil }
        let labels = settings.targetNodeLabels
        let found = instances[labels] ?? NodeInstances(plan.nodes, labels: labels, environment: environment)
        instances[labels] = found
        return found
    }

    private mutating func node(_ pool: BackendPool, key: String, stickySeconds: Int?, settings: AWSSettings) -> Node {
        let group = reference(.targetGroup, key)
        let targets = PoolTargets(
            pool, nodes: nodeInstances(for: pool, settings), environment: environment, settings: settings,
            addressType: part.ipAddressType, standing: environment.standing.addressType(ofTargetGroup: group))
        var findings = targets.findings
        let isSecure = pool.protocol == .https
        if pool.tls?.verify == true {
            findings.append(
                Finding(
                    severity: .unsupported,
                    message: "the certificates of the targets of \(pool.name) aren't verified, for AWS verifies none"))
        }
        var spec = TargetGroupSpec(
            name: "", loadBalancer: .resource(part.loadBalancer), vpc: environment.vpc.id,
            protocol: isSecure ? "HTTPS" : "HTTP", protocolVersion: settings.protocolVersion.rawValue,
            port: isSecure ? 443 : 80, targetType: settings.targetType.rawValue,
            ipAddressType: targets.isIPv6 ? "ipv6" : "ipv4",
            healthCheck: healthCheck(pool, isSecure: isSecure, settings, findings: &findings),
            attributes: attributes(pool, stickySeconds: stickySeconds, settings, findings: &findings),
            tags: part.tags(for: group, serving: part.loadBalancer))
        spec.name = name(of: pool, key: key, spec)
        return Node(
            group: DesiredResource(reference: group, resource: .targetGroup(spec)),
            targets: DesiredResource(
                reference: reference(.targets, key),
                resource: .targets(TargetsSpec(targetGroup: .resource(group), targets: targets.registered))),
            targetCount: targets.registered.count, findings: findings, members: [])
    }

    /// A name that differs with every field that AWS never changes, so that a replacement stands beside what it replaces.
    private func name(of pool: BackendPool, key: String, _ spec: TargetGroupSpec) -> String {
        let parts = [
            part.owner.cluster, part.owner.loadBalancer, part.name, key, spec.vpc, spec.protocol,
            spec.protocolVersion, String(spec.port), spec.targetType, spec.ipAddressType, part.scheme,
        ]
        var name = StableName.name(pool.name, distinguishedBy: parts)
        var number = 2
        func isLent() -> Bool {
            environment.standing.isLent(targetGroup: name, besides: part.loadBalancer, scheme: part.scheme)
        }
        while isLent() {
            name = StableName.name(pool.name, distinguishedBy: parts + ["\(number)"])
            number += 1
        }
        return name
    }

    private func attributes(
        _ pool: BackendPool, stickySeconds: Int?, _ settings: AWSSettings, findings: inout [Finding]
    ) -> [String: String] {
        var attributes = ManagedAttributes.targetGroup.defaults
        if pool.algorithm == .leastRequests {
            attributes["load_balancing.algorithm.type"] = "least_outstanding_requests"
        }
        if let stickySeconds {
            attributes["stickiness.enabled"] = "true"
            attributes["stickiness.lb_cookie.duration_seconds"] = String(stickySeconds)
        }
        attributes.merge(settings.targetGroupAttributes) { _, given in given }
        let algorithm = attributes["load_balancing.algorithm.type"] ?? "round_robin"
        if attributes["slow_start.duration_seconds"] != "0", algorithm != "round_robin" {
            attributes["slow_start.duration_seconds"] = "0"
            findings.append(
                Finding(
                    severity: .unsupported,
                    message: "the targets of \(pool.name) start without slow start, which AWS has with the algorithm "
                        + "round_robin alone, and theirs is \(algorithm)"))
        }
        return attributes
    }

    // MARK: Health checks

    private func healthCheck(
        _ pool: BackendPool, isSecure: Bool, _ settings: AWSSettings, findings: inout [Finding]
    ) -> TargetGroupSpec.HealthCheck {
        let isGRPC = settings.protocolVersion == .grpc
        let spoken = settings.healthCheckProtocol?.rawValue ?? (isSecure ? "HTTPS" : "HTTP")
        let codesOfGRPC = settings.healthCheckCodes ?? "0-99"
        guard let check = pool.healthCheck else {
            return TargetGroupSpec.HealthCheck(
                path: isGRPC ? "/AWS.ALB/healthcheck" : "/", protocol: spoken, intervalSeconds: 15,
                timeoutSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 2,
                successCodes: isGRPC ? codesOfGRPC : "200")
        }
        var differences: [String] = []
        func seconds(_ milliseconds: Int, _ range: ClosedRange<Int>, _ what: String) -> Int {
            let value = min(max((milliseconds + 999) / 1000, range.lowerBound), range.upperBound)
            if value * 1000 != milliseconds { differences.append("\(what) of \(milliseconds) ms is \(value) s") }
            return value
        }
        func count(_ number: Int, _ what: String) -> Int {
            let value = min(max(number, 2), 10)
            if value != number { differences.append("\(what) of \(number) is \(value)") }
            return value
        }
        let interval = seconds(check.intervalMilliseconds, 5...300, "the interval")
        let timeout = seconds(check.timeoutMilliseconds, 2...min(120, interval - 1), "the time limit")
        let codes = isGRPC ? codesOfGRPC : StatusCodes.clamped(check.statusCodes)
        if !isGRPC, codes != check.statusCodes {
            differences.append("the status codes \(check.statusCodes) are \(codes)")
        }
        let result = TargetGroupSpec.HealthCheck(
            path: check.path, port: check.port.map(String.init) ?? "traffic-port",
            protocol: spoken, intervalSeconds: interval, timeoutSeconds: timeout,
            healthyThreshold: count(check.healthyThreshold, "the healthy threshold"),
            unhealthyThreshold: count(check.unhealthyThreshold, "the unhealthy threshold"), successCodes: codes)
        if !differences.isEmpty {
            findings.append(
                Finding(
                    severity: .approximated,
                    message:
                        "of the health check of \(pool.name), \(differences.joined(separator: ", ")): AWS takes whole "
                        + "seconds (interval 5 to 300, time limit 2 to 120 and below the interval), thresholds from 2 to "
                        + "10, and status codes from 200 to 499"))
        }
        return result
    }
}

extension TargetGroupSpec.HealthCheck {
    /// The check of targets for which none is asked: AWS always checks.
    static func standard(_ version: AWSSettings.ProtocolVersion, isSecure: Bool) -> Self {
        Self(
            path: version == .grpc ? "/AWS.ALB/healthcheck" : "/", protocol: isSecure ? "HTTPS" : "HTTP",
            intervalSeconds: 15, timeoutSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 2,
            successCodes: version == .grpc ? "0-99" : "200")
    }
}

extension AWSSettings {
    /// Whether the attributes say if targets are sticky, so that session affinity doesn't.
    var decidesOnStickiness: Bool { targetGroupAttributes["stickiness.enabled"] != nil }
}

extension SessionAffinity {
    /// For how long AWS keeps a client at a target, which it does for a week at most.
    var stickySeconds: Int { min(max(maximumAgeSeconds ?? 86_400, 1), 604_800) }
}

/// Lists of status codes.
enum StatusCodes {
    /// The codes that AWS takes, 200 to 499; 200 where there are none.
    static func clamped(_ codes: String) -> String {
        let parts = codes.split(separator: ",").compactMap { part -> String? in
            let bounds = part.split(separator: "-").compactMap { Int($0) }
            guard let first = bounds.first, let last = bounds.last, first <= 499, last >= 200 else { return nil }
            let range = (max(first, 200), min(last, 499))
            return range.0 == range.1 ? "\(range.0)" : "\(range.0)-\(range.1)"
        }
        return parts.isEmpty ? "200" : parts.joined(separator: ",")
    }
}
