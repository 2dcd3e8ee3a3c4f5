internal import LoadBalancerModel
internal import Provisioning

/// Makes the load balancer itself, its security group and its trust store.
struct BalancerLowering {
    let plan: LoadBalancerPlan
    let environment: AWSEnvironment
    let settings: AWSSettings
    let part: LoadBalancerPart

    /// - Parameter ports: the ports of its listeners.
    func resources(ports: [Int]) throws(LoweringError) -> [DesiredResource<AWSResource>] {
        let subnets = try SubnetChoice(
            environment: environment, scheme: plan.scheme, needsIPv6: part.ipAddressType != "ipv4",
            attached: environment.standing.subnets(of: part.loadBalancer, scheme: part.scheme),
            place: settings.place(of: "subnets")
        ).choose(given: settings.subnets)
        var resources: [DesiredResource<AWSResource>] = []
        var groups = try givenSecurityGroups()
        if groups.isEmpty, let standing, plan.leavesUnsettled(.clients) { groups = standing.securityGroups }
        if groups.isEmpty {
            let group = securityGroup(ports: ports)
            groups = [.resource(group.reference)]
            resources.append(group)
        }
        let stable = Self.stableName(plan, part: part)
        let given = settings.name.map { Self.name(of: part.number, givenName: $0) }
        let spec = LoadBalancerSpec(
            name: given ?? stable, alternativeName: given == nil ? nil : stable, scheme: plan.scheme.rawValue,
            ipAddressType: part.ipAddressType, subnets: subnets,
            securityGroups: groups, attributes: attributes, webACL: webACL,
            tags: part.tags(for: part.loadBalancer))
        resources.append(DesiredResource(reference: part.loadBalancer, resource: .loadBalancer(spec)))
        return resources
    }

    /// What a load balancer is called where nobody gives it a name. Two of one plan, before and after a change of scheme,
    /// stand beside each other for a while.
    static func stableName(_ plan: LoadBalancerPlan, part: LoadBalancerPart) -> String {
        StableName.name(
            plan.name, distinguishedBy: [plan.identity.cluster, plan.name, part.name, plan.scheme.rawValue])
    }

    /// What one of several load balancers of a plan is called that has a name given.
    private static func name(of number: Int, givenName: String) -> String {
        number == 1 ? givenName : "\(givenName.prefix(28))-\(number)"
    }

    /// Which one of several a name is for; nil where it is for none.
    static func number(of name: String, givenName: String) -> Int? {
        let number = name == givenName ? 1 : name.split(separator: "-").last.flatMap { Int($0) }
        return number.flatMap { Self.name(of: $0, givenName: givenName) == name ? $0 : nil }
    }

    /// What guards the load balancer already.
    private var standing: StandingGuards? {
        environment.standing.guards(of: part.loadBalancer, scheme: part.scheme)
    }

    private var webACL: LoadBalancerSpec.WebACL {
        guard plan.leavesUnsettled(.webACL), settings.webACL == .unmanaged, let standing, standing.webACL.arn != nil
        else { return settings.webACL }
        return standing.webACL
    }

    private func givenSecurityGroups() throws(LoweringError) -> [ResourceLink] {
        let choice = SecurityGroupChoice(environment: environment, place: settings.place(of: "securityGroups"))
        return try choice.choose(settings.securityGroups).map(ResourceLink.identifier)
    }

    private func securityGroup(ports: [Int]) -> DesiredResource<AWSResource> {
        let reference = ResourceReference(type: AWSResource.ResourceType.securityGroup, name: part.name)
        let everyone = part.ipAddressType == "ipv4" ? ["0.0.0.0/0"] : ["0.0.0.0/0", "::/0"]
        let common = settings.inboundCIDRs.isEmpty ? everyone : settings.inboundCIDRs
        let kept = plan.leavesUnsettled(.clients) && settings.inboundCIDRs.isEmpty ? standing : nil
        let rules = Set(ports).flatMap { port in
            (settings.listeners[port]?.inboundCIDRs ?? kept?.networks(port: port) ?? common).map {
                SecurityGroupSpec.IngressRule(port: port, cidr: $0)
            }
        }
        let spec = SecurityGroupSpec(
            name: StableName.name(
                plan.name, distinguishedBy: [plan.identity.cluster, plan.name, part.name, environment.vpc.id]),
            description: "Clients of the load balancer \(plan.name), managed by Headgate", vpc: environment.vpc.id,
            ingress: rules.sorted(), egress: everyone, tags: part.tags(for: reference))
        return DesiredResource(reference: reference, resource: .securityGroup(spec))
    }

    // MARK: Attributes

    /// The idle time limit of a load balancer: what is asked for, else the longest that the plan needs, else AWS's.
    static func idleSeconds(_ plan: LoadBalancerPlan, _ settings: AWSSettings) -> Int {
        if let given = settings.attributes["idle_timeout.timeout_seconds"].flatMap({ Int($0) }) { return given }
        let wanted =
            plan.routes.flatMap { [$0.filters.timeouts.readMilliseconds, $0.filters.timeouts.sendMilliseconds] }
            + [plan.attributes.timeouts.idleMilliseconds]
        guard let longest = wanted.compactMap(\.self).max() else { return 60 }
        return min(max((longest + 999) / 1000, 1), 4000)
    }

    private var attributes: [String: String] {
        var attributes = ManagedAttributes.loadBalancer.defaults
        attributes["idle_timeout.timeout_seconds"] = String(Self.idleSeconds(plan, settings))
        attributes["deletion_protection.enabled"] = String(settings.deletionProtection)
        for (prefix, location) in [("access_logs", settings.accessLogs), ("connection_logs", settings.connectionLogs)] {
            guard let location else { continue }
            attributes["\(prefix).s3.enabled"] = "true"
            attributes["\(prefix).s3.bucket"] = location.bucket
            attributes["\(prefix).s3.prefix"] = location.key
        }
        return attributes.merging(settings.attributes) { _, given in given }
    }

    // MARK: What the plan asks of the load balancer as a whole

    func report(to log: inout FidelityLog) {
        log.approximated(
            nil,
            "AWS compares paths in a normal form of its own, which it doesn't publish: paths with percent escapes, dot "
                + "segments or repeated slashes may take another route, and malformed ones aren't answered 400")
        log.approximated(nil, "a Host field with a dot at its end takes no rule of a host, for AWS compares the dot")
        let ports = Set(plan.listeners.map(\.port)).subtracting([80, 443]).sorted().map(String.init)
        if !ports.isEmpty, plan.routes.contains(where: { $0.match.host != nil }) {
            log.approximated(
                nil,
                "AWS doesn't say whether it compares the port of a Host field, which clients send to the port "
                    + "\(ports.joined(separator: ", ")): requests there may miss the rules of their hosts; use the ports 80 and "
                    + "443")
        }
        if !plan.addressing.addresses.isEmpty {
            log.unsupported(
                nil,
                "addresses can't be chosen (\(plan.addressing.addresses.joined(separator: ", "))), for AWS gives an "
                    + "Application Load Balancer its own")
        }
        for listener in plan.listeners where !listener.addresses.isEmpty {
            log.unsupported(
                nil, "the listener \(listener.name) can't be bound to \(listener.addresses.joined(separator: ", "))")
        }
        reportLimits(to: &log)
        if let accessLog = plan.attributes.accessLog, accessLog.format != .off, settings.accessLogs == nil {
            log.unsupported(
                nil,
                "requests aren't logged as \(accessLog.format.rawValue), for AWS logs in its own format to S3; give "
                    + "provider.settings.accessLogs")
        }
        if plan.pools.contains(where: { $0.healthCheck == nil }) {
            let check = TargetGroupSpec.HealthCheck.standard(settings.protocolVersion, isSecure: false)
            let codes =
                settings.protocolVersion == .grpc
                ? "a gRPC status from \(check.successCodes.replacing("-", with: " to "))"
                : "the status \(check.successCodes)"
            log.approximated(
                nil,
                "AWS always checks targets: without a healthCheck in the parameters, an answer to \(check.path) with "
                    + "\(codes) counts as healthy")
        }
    }

    private func reportLimits(to log: inout FidelityLog) {
        let limits = plan.attributes.limits
        let times = plan.attributes.timeouts
        let defaults = plan.attributes.defaults
        let wanted: [(what: String, value: Int?, standard: Int?)] = [
            (
                "limits.maximumRequestBody", limits.maximumRequestBodyBytes.flatMap { $0 == 0 ? nil : $0 },
                defaults?.limits.maximumRequestBodyBytes
            ),
            ("limits.maximumRequestHead", limits.maximumRequestHeadBytes, nil),
            ("limits.maximumConnections", limits.maximumConnections, nil),
            ("timeouts.requestHead", times.requestHeadMilliseconds, defaults?.timeouts.requestHeadMilliseconds),
            ("timeouts.requestBody", times.requestBodyMilliseconds, defaults?.timeouts.requestBodyMilliseconds),
        ]
        for case (let what, let value?, let standard) in wanted where value != standard {
            log.unsupported(nil, "\(what) has no counterpart on AWS, whose own limit holds; remove it")
        }
        let idleSeconds = Self.idleSeconds(plan, settings)
        if let idle = times.idleMilliseconds, idle != idleSeconds * 1000, idle != defaults?.timeouts.idleMilliseconds {
            log.approximated(
                nil,
                "timeouts.idle of \(idle) ms is the idle time limit of the load balancer, "
                    + "\(idleSeconds) s, which holds for requests too")
        }
        if let defaults { report(defaults, idleSeconds: idleSeconds, to: &log) }
    }

    /// What nobody asked for by name, and AWS doesn't do, in one line.
    private func report(_ defaults: CompatibilityDefaults, idleSeconds: Int, to log: inout FidelityLog) {
        let routes = defaults.routeTimeouts
        let unlikeIdle = { (milliseconds: Int?) in milliseconds.flatMap { $0 == idleSeconds * 1000 ? nil : $0 } }
        let missing: [(value: Int?, text: (Int) -> String)] = [
            (defaults.limits.maximumRequestBodyBytes, { "a limit of \($0) bytes on request bodies" }),
            (defaults.timeouts.requestHeadMilliseconds, { "\($0) ms for the head of a request" }),
            (defaults.timeouts.requestBodyMilliseconds, { "\($0) ms between reads of its body" }),
            (routes.connectMilliseconds, { "\($0) ms to connect to a target" }),
            (unlikeIdle(routes.readMilliseconds), { "\($0) ms between reads from it" }),
            (unlikeIdle(routes.sendMilliseconds), { "\($0) ms between writes to it" }),
        ]
        let texts = missing.compactMap { what in what.value.map(what.text) }
        guard !texts.isEmpty else { return }
        log.unsupported(
            nil,
            "AWS has no counterpart for what \(defaults.controller) does where nothing is said: \(texts.joined(separator: ", ")). "
                + "AWS's own limits hold, and the idle time limit of \(idleSeconds) s; where you rely on the limit on bodies, "
                + "limit them in the backends")
    }
}
