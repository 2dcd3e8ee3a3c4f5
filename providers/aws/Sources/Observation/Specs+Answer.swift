import Provisioning

extension LoadBalancerSpec {
    init(
        _ told: LoadBalancing.LoadBalancer, attributes: [String: String], webACL: WebACL, tags: [String: String]
    ) {
        self.init(
            name: told.loadBalancerName,
            scheme: told.scheme ?? "internet-facing",
            ipAddressType: told.ipAddressType ?? "ipv4",
            subnets: told.availabilityZones.all().compactMap(\.subnetId).sorted(),
            securityGroups: told.securityGroups.all().sorted().map(ResourceLink.identifier),
            attributes: ManagedAttributes.loadBalancer.complete(attributes),
            webACL: webACL,
            tags: tags)
    }
}

extension ListenerSpec {
    /// - Parameters:
    ///   - certificates: those chosen by server name, in the order in which desired ones stand.
    init(
        _ told: LoadBalancing.Listener,
        loadBalancer: String,
        certificates: [String],
        attributes: [String: String],
        tags: [String: String]
    ) {
        let actions = ToldActions(told.defaultActions.all())
        self.init(
            loadBalancer: .identifier(loadBalancer),
            port: told.port,
            protocol: told.protocol,
            sslPolicy: told.protocol == "HTTPS" ? told.sslPolicy : nil,
            defaultCertificate: told.defaultCertificate.map(ResourceLink.identifier),
            certificates: certificates.map(ResourceLink.identifier),
            defaultActions: actions.known,
            mutualAuthentication: told.mutualAuthentication.flatMap(MutualAuthentication.init),
            attributes: ManagedAttributes.listener.complete(attributes),
            others: actions.others,
            tags: tags)
    }
}

extension ListenerSpec.MutualAuthentication {
    /// - Returns: nil where client certificates aren't asked for.
    fileprivate init?(_ told: LoadBalancing.Listener.MutualAuthentication) {
        guard let mode = told.mode, mode != "off" else { return nil }
        self.init(
            mode: mode,
            trustStore: told.trustStoreArn.flatMap { $0.isEmpty ? nil : .identifier($0) },
            ignoresClientCertificateExpiry: told.ignoreClientCertificateExpiry?.lowercased() == "true")
    }
}

extension TargetGroupSpec {
    /// - Parameter existing: the ARNs of the load balancers that exist: a target group may go on telling of one that is
    ///   gone. Nil where all do that it tells of.
    init(
        _ told: LoadBalancing.TargetGroup, attributes: [String: String], tags: [String: String],
        existing: Set<String>? = nil
    ) {
        let used = told.loadBalancerArns.all().first { existing?.contains($0) ?? true }.map(ResourceLink.identifier)
        let meant = tags[Self.servesTag].flatMap { ResourceReference($0) }.map(ResourceLink.resource)
        let isSecure = told.protocol == "HTTPS"
        self.init(
            name: told.targetGroupName,
            loadBalancer: used ?? meant,
            vpc: told.vpcId ?? "",
            protocol: told.protocol ?? "HTTP",
            protocolVersion: told.protocolVersion ?? "HTTP1",
            port: told.port ?? (isSecure ? 443 : 80),
            targetType: told.targetType ?? "instance",
            ipAddressType: told.ipAddressType ?? "ipv4",
            healthCheck: HealthCheck(
                path: told.healthCheckPath ?? "/",
                port: told.healthCheckPort ?? "traffic-port",
                protocol: told.healthCheckProtocol ?? "HTTP",
                intervalSeconds: told.healthCheckIntervalSeconds ?? 30,
                timeoutSeconds: told.healthCheckTimeoutSeconds ?? 5,
                healthyThreshold: told.healthyThresholdCount ?? 5,
                unhealthyThreshold: told.unhealthyThresholdCount ?? 2,
                successCodes: told.matcher?.grpcCode ?? told.matcher?.httpCode ?? "200"),
            attributes: ManagedAttributes.targetGroup.complete(attributes),
            tags: tags)
    }
}

extension TargetsSpec {
    init(_ told: [LoadBalancing.TargetHealth], targetGroup: String, port: Int) {
        let targets = told.filter(\.isRegistered).map {
            Target(id: $0.target.id, port: $0.target.port ?? port, availabilityZone: $0.target.availabilityZone)
        }
        self.init(targetGroup: .identifier(targetGroup), targets: targets.sorted())
    }
}

extension LoadBalancing.TargetHealth {
    /// Whether it is registered, rather than on its way out.
    var isRegistered: Bool {
        targetHealth?.state != "draining" && targetHealth?.reason != "Target.NotRegistered"
            && targetHealth?.reason != "Target.DeregistrationInProgress"
    }
}

extension SecurityGroupSpec {
    init(_ told: Network.SecurityGroup) {
        let parts = told.ipPermissions.all().flatMap(\.parts)
        self.init(
            name: told.groupName ?? "",
            description: told.groupDescription ?? "",
            vpc: told.vpcId ?? "",
            ingress: parts.compactMap(\.rule).sorted(),
            otherIngress: parts.filter { $0.rule == nil }.map(\.title).sorted(),
            tags: ManagedTags.of(told.tagSet.all().dictionary))
    }
}

extension CertificateSpec {
    init(tags: [String: String]) {
        self.init(
            fingerprint: tags[Self.fingerprintTag] ?? "",
            tags: ManagedTags.of(tags).filter { $0.key != Self.fingerprintTag })
    }
}

extension TrustStoreSpec {
    init(name: String, tags: [String: String]) {
        let location = (tags[Self.bundleTag] ?? "").drop { $0 != "/" }.drop { $0 == "/" }
        let parts = location.split(separator: "/", maxSplits: 1).map(String.init)
        self.init(
            name: name, bucket: parts.first ?? "", key: parts.count == 2 ? parts[1] : "",
            objectVersion: tags[Self.bundleVersionTag],
            tags: ManagedTags.of(tags).filter { $0.key != Self.bundleTag && $0.key != Self.bundleVersionTag })
    }
}

/// The tags that are the owner's to set.
enum ManagedTags {
    /// Those that AWS didn't put there itself, which nobody can change.
    static func of(_ tags: [String: String]) -> [String: String] {
        tags.filter { !$0.key.hasPrefix("aws:") }
    }
}
