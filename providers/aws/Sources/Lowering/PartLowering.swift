internal import LoadBalancerModel
internal import Provisioning

/// One load balancer with all that belongs to it.
struct PartLowering {
    private(set) var resources: [DesiredResource<AWSResource>] = []
    private(set) var precedence: [PrecedenceList] = []
    private(set) var log: FidelityLog
    private(set) var refusals: [String: RouteRefusal] = [:]
    private(set) var usage = LoadBalancerUsage()
    /// The rules that each host takes on all listeners; those without a host under the empty name.
    private(set) var ruleCounts: [String: Int] = [:]
    /// The conditions by which rules take a host's requests.
    private(set) var hostConditions: [String: Set<RuleCondition>] = [:]
    /// What the plan's listeners of HTTPS are.
    private(set) var secureListeners: [ServedListener] = []
    let part: LoadBalancerPart

    private var plan: LoadBalancerPlan
    private let environment: AWSEnvironment
    private let settings: AWSSettings
    private let wildcards: WildcardForm
    private let quarantined: Set<String>

    /// - Parameter quarantined: the Ingresses that the plan has no routes of any more.
    init(
        _ plan: LoadBalancerPlan, part: LoadBalancerPart, environment: AWSEnvironment, settings: AWSSettings,
        wildcards: WildcardForm, quarantined: Set<String>
    ) throws(LoweringError) {
        self.plan = plan
        self.part = part
        self.environment = environment
        self.settings = settings
        self.wildcards = wildcards
        self.quarantined = quarantined
        log = FidelityLog(loadBalancer: plan.name)
        try lower()
    }

    private mutating func lower() throws(LoweringError) {
        let balancer = BalancerLowering(plan: plan, environment: environment, settings: settings, part: part)
        balancer.report(to: &log)
        let listeners = try servedListeners()
        leaveOutDeadRedirects(served: Set(listeners.map(\.listener.port)))
        var groups = TargetGroupLowering(plan: plan, environment: environment, settings: settings, part: part)
        let blocks = HostBlocks(plan.routes)
        let idleSeconds = BalancerLowering.idleSeconds(plan, settings)
        let httpsPort = listeners.first { $0.listener.protocol == .https }?.listener.port ?? 443
        resources += try balancer.resources(ports: listeners.map(\.listener.port))
        try addTrustStore(listeners)
        for served in listeners {
            let context = ListenerContext(
                name: served.listener.name, port: served.listener.port, isSecure: served.listener.protocol == .https,
                httpsPort: httpsPort)
            let lowering = RouteLowering(
                plan: plan, listener: context, environment: environment, settings: settings, idleSeconds: idleSeconds,
                wildcards: wildcards)
            let rules = ListenerRules(
                blocks: blocks, lowering: lowering, standing: standingRules(of: served.listener), groups: &groups,
                log: &log
            )
            refusals.merge(rules.refusals) { first, _ in first }
            ruleCounts.merge(rules.ruleCounts, uniquingKeysWith: +)
            hostConditions.merge(rules.hostConditions) { $0.union($1) }
            let listener = add(served, rest: rules.rest)
            add(rules.drafts, of: listener)
        }
        add(groups)
        usage.listeners = listeners.count
        countWhatStays()
    }

    // MARK: Listeners

    private struct ChosenListener {
        var listener: Listener
        var certificates: ListenerCertificates?
    }

    /// The listeners, without those of HTTPS that no certificate is there for.
    private mutating func servedListeners() throws(LoweringError) -> [ChosenListener] {
        let hosts = Set(plan.routes.compactMap(\.match.host)).sorted()
        var served: [ChosenListener] = []
        for listener in plan.listeners {
            guard let tls = listener.tls else {
                served.append(ChosenListener(listener: listener))
                continue
            }
            let certificates = ListenerCertificates(
                tls, plan: plan, hosts: hosts, quarantined: quarantined, environment: environment,
                settings: settings, log: &log)
            guard certificates.standard != nil else {
                secureListeners.append(ServedListener(name: listener.name))
                let wasAskedFor = plan.listenerSource == .parameters
                log.add(
                    wasAskedFor ? .unsupported : .approximated, nil,
                    "there is no listener on port \(listener.port), for HTTPS takes a certificate on AWS, and the plan has "
                        + "none; add one in spec.tls of an Ingress, in tls.defaultCertificate, or in "
                        + "provider.settings.certificateARNs")
                continue
            }
            served.append(ChosenListener(listener: listener, certificates: certificates))
        }
        guard !served.isEmpty else {
            throw LoweringError(
                reason: "NoListener",
                message:
                    "the load balancer \(plan.name) has HTTPS listeners alone, and no certificate; add one in spec.tls "
                    + "of an Ingress, in tls.defaultCertificate, or in provider.settings.certificateARNs")
        }
        return served
    }

    /// Leaves out the redirects to HTTPS listeners that aren't made where other Ingresses ask for them: who comes by plain
    /// HTTP is served, and not sent where nobody answers. Who asks for it oneself is never served by plain HTTP. A port that
    /// is none of the plan's is something else's, in front of the load balancer.
    private mutating func leaveOutDeadRedirects(served: Set<Int>) {
        let wanted = plan.listeners.filter { $0.protocol == .https }.map(\.port)
        let dead = Set(wanted).subtracting(served)
        let isAnyServed = dead.count < Set(wanted).count
        let remedy =
            "for no certificate means no listener; add one in spec.tls, in tls.defaultCertificate or in "
            + "provider.settings.certificateARNs, or turn the redirect off"
        for index in plan.routes.indices {
            guard let redirect = plan.routes[index].filters.redirectToHTTPS else { continue }
            let ingress = plan.routes[index].ingress
            let isDead = redirect.port.map(dead.contains) ?? (!wanted.isEmpty && !isAnyServed)
            guard isDead, let port = redirect.port ?? wanted.first else { continue }
            if isForOthers(redirect, of: ingress), !asksForCertificates(port: port) {
                plan.routes[index].filters.redirectToHTTPS = nil
                log.unsupported(ingress, "requests aren't redirected to HTTPS on port \(port), \(remedy)")
            } else {
                log.unsupported(
                    ingress, "requests are redirected to HTTPS on port \(port), where nobody answers, \(remedy)")
            }
        }
    }

    /// Whether the redirect of an Ingress is one for all of the load balancer, which other Ingresses ask for.
    private func isForOthers(_ redirect: HTTPSRedirect, of ingress: String?) -> Bool {
        guard let source = plan.provider.sources?[ProviderSelection.redirectToHTTPS] else { return false }
        return redirect.port != nil && redirect.statusCode == 301 && !source.ingresses.contains { $0 == ingress }
    }

    /// Whether clients of a port are asked for certificates: then nobody may come by plain HTTP instead.
    private func asksForCertificates(port: Int) -> Bool {
        let mode = settings.listeners[port]?.mutualAuthentication ?? settings.mutualAuthentication
        return mode != .off || plan.leavesUnsettled(.clientCertificates)
    }

    private func reference(_ listener: Listener) -> ResourceReference {
        ResourceReference(type: AWSResource.ResourceType.listener, name: part.qualified(listener.name))
    }

    /// What stands of Ingresses that are left out.
    private func standingRules(of listener: Listener) -> StandingRules {
        let left = leftOut
        guard !left.isEmpty else { return StandingRules() }
        return StandingRules(environment.standing.rules(of: reference(listener)), of: left)
    }

    /// The Ingresses of which what stands stays.
    private var leftOut: Set<String> { plan.leftOut(with: quarantined) }

    /// Counts what stays of Ingresses that are left out, beside what is asked for.
    private mutating func countWhatStays() {
        guard let staying = environment.standing.holdings.holdings(of: leftOut)[part.number] else { return }
        let asked = Set(resources.map(\.reference))
        usage.rules += staying.rules.subtracting(asked).count
        usage.targetGroups += staying.targetGroups.subtracting(asked).count
    }

    /// What each Ingress takes of the quotas.
    var holdings: [String: StandingHoldings.Holding] {
        var holdings: [String: StandingHoldings.Holding] = [:]
        for node in resources {
            for member in node.members {
                switch node.resource {
                case .rule: holdings[member, default: .init()].rules.insert(node.reference)
                case .targetGroup: holdings[member, default: .init()].targetGroups.insert(node.reference)
                case .certificate: holdings[member, default: .init()].certificates.insert(node.reference)
                default: break
                }
            }
        }
        return holdings
    }

    private mutating func add(_ served: ChosenListener, rest: RouteOutcome) -> ResourceReference {
        let listener = served.listener
        let reference = reference(listener)
        var spec = ListenerSpec(
            loadBalancer: .resource(part.loadBalancer), port: listener.port,
            protocol: listener.protocol == .https ? "HTTPS" : "HTTP", defaultActions: [rest.action],
            attributes: ManagedAttributes.listener.defaults, tags: part.tags(for: reference))
        if let certificates = served.certificates, let tls = listener.tls {
            let kept = plan.leavesUnsettled(.securityPolicy) ? standing?.securityPolicy(port: listener.port) : nil
            spec.sslPolicy = settings.sslPolicy ?? kept ?? Self.securityPolicy(tls.policy)
            spec.defaultCertificate = certificates.standard
            spec.certificates = certificates.others
            spec.certificateQuota = environment.quotas.certificatesPerLoadBalancer
            spec.mutualAuthentication = mutualAuthentication(port: listener.port)
            secureListeners.append(
                ServedListener(
                    name: listener.name, securityPolicy: spec.sslPolicy, certificates: certificates.presented))
            usage.certificates += certificates.others.count
            for certificate in certificates.imported { add(certificate) }
            if let value = commonTransportSecurity() {
                spec.attributes[ManagedAttributes.strictTransportSecurity] = value
            }
        }
        spec.attributes.merge(settings.listenerAttributes) { _, given in given }
        spec.attributes.merge(settings.listeners[listener.port]?.attributes ?? [:]) { _, given in given }
        resources.append(
            DesiredResource(reference: reference, resource: .listener(spec), follows: rest.follows))
        return reference
    }

    /// The security policy for the versions of TLS that a listener accepts.
    ///
    /// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    private static func securityPolicy(_ policy: TLSPolicy) -> String {
        switch (policy.minimumVersion, policy.maximumVersion) {
        case (.tls12, .tls12): "ELBSecurityPolicy-TLS-1-2-2017-01"
        case (.tls12, .tls13): "ELBSecurityPolicy-TLS13-1-2-2021-06"
        case (.tls13, _): "ELBSecurityPolicy-TLS13-1-3-2021-06"
        }
    }

    private mutating func add(_ certificate: CertificateReference) {
        let reference = ListenerCertificates.reference(of: certificate)
        guard !resources.contains(where: { $0.reference == reference }) else { return }
        let tags = part.tags(for: reference)
        resources.append(
            DesiredResource(
                reference: reference,
                resource: .certificate(CertificateSpec(fingerprint: certificate.fingerprint, tags: tags)),
                members: members(served: certificate)))
    }

    /// The Ingresses with a host that a certificate is bound to.
    private func members(served certificate: CertificateReference) -> [String] {
        let bindings = plan.listeners.flatMap { $0.tls?.certificates ?? [] }
        let hosts = Set(bindings.filter { $0.certificate == certificate.fingerprint }.map(\.host))
        let routes = plan.routes.filter { route in route.match.host.map(hosts.contains) ?? false }
        let absent = (plan.absentCertificates ?? []).filter { $0.secret == certificate.secret }
        return Set(routes.compactMap(\.ingress) + absent.compactMap(\.ingress)).sorted()
    }

    /// The field `Strict-Transport-Security` that all routes set; AWS sets it for a listener, not for a route.
    private mutating func commonTransportSecurity() -> String? {
        let name = "strict-transport-security"
        let first = plan.routes.first?.filters.secureResponseHeaders ?? []
        let isCommon =
            first.count == 1 && first[0].name.lowercased() == name
            && plan.routes.allSatisfy { $0.filters.secureResponseHeaders == first }
        if isCommon { return first[0].value }
        for route in plan.routes {
            for header in route.filters.secureResponseHeaders {
                log.unsupported(
                    route.ingress,
                    "the response header \(header.name) isn't set, for AWS sets it for all routes of a listener or for "
                        + "none; set it in the backend, or with provider.settings.listenerAttributes")
            }
        }
        return nil
    }

    // MARK: Client certificates

    private var trustStoreReference: ResourceReference {
        ResourceReference(type: AWSResource.ResourceType.trustStore, name: part.name)
    }

    /// What guards the load balancer already.
    private var standing: StandingGuards? {
        environment.standing.guards(of: part.loadBalancer, scheme: part.scheme)
    }

    private func mutualAuthentication(port: Int) -> ListenerSpec.MutualAuthentication? {
        let own = settings.listeners[port]
        if plan.leavesUnsettled(.clientCertificates), own?.mutualAuthentication == nil, let standing {
            return standing.mutualAuthentication(port: port)
        }
        switch own?.mutualAuthentication ?? settings.mutualAuthentication {
        case .off: return nil
        case .passthrough: return .init(mode: "passthrough")
        case .verify:
            let store: ResourceLink? =
                switch own?.trustStore ?? settings.trustStore {
                case .arn(let arn): .identifier(arn)
                case .bundle: .resource(trustStoreReference)
                case nil: nil
                }
            return .init(
                mode: "verify", trustStore: store,
                ignoresClientCertificateExpiry: own?.ignoresClientCertificateExpiry
                    ?? settings.ignoresClientCertificateExpiry)
        }
    }

    private mutating func addTrustStore(_ listeners: [ChosenListener]) throws(LoweringError) {
        guard case .bundle(let location) = settings.trustStore, listeners.contains(where: { $0.certificates != nil })
        else { return }
        let reference = trustStoreReference
        let spec = TrustStoreSpec(
            name: StableName.name(plan.name, distinguishedBy: [plan.identity.cluster, plan.name, part.name]),
            bucket: location.bucket, key: location.key, tags: part.tags(for: reference))
        resources.append(DesiredResource(reference: reference, resource: .trustStore(spec)))
    }

    // MARK: Rules

    private mutating func add(_ drafts: [RuleDraft], of listener: ResourceReference) {
        var order: [ResourceReference] = []
        var seen: Set<ResourceReference> = []
        let gap = RulePriorities.gap(count: drafts.count)
        for draft in drafts {
            // Named by its conditions: a change of what is done is an update in place, a new path is one rule more.
            let conditions = draft.conditions.flatMap { [$0.title, String($0.values.count)] + $0.values }
            let reference = ResourceReference(
                type: AWSResource.ResourceType.rule,
                name: "\(listener.name)-\(StableName.digest(conditions, length: 16))")
            // A rule behind one with the same conditions takes no request.
            guard seen.insert(reference).inserted else { continue }
            order.append(reference)
            let spec = RuleSpec(
                listener: .resource(listener), priority: order.count * gap, conditions: draft.conditions,
                actions: [draft.outcome.action], transforms: [draft.outcome.transform].compactMap(\.self),
                tags: part.tags(for: reference, ingress: draft.ingress))
            resources.append(
                DesiredResource(
                    reference: reference, resource: .rule(spec), follows: draft.outcome.follows,
                    members: [draft.ingress].compactMap(\.self)))
        }
        precedence.append(PrecedenceList(owner: listener, members: order))
        usage.rules += order.count
    }

    // MARK: Target groups

    private mutating func add(_ groups: TargetGroupLowering) {
        let used = Set(resources.flatMap(\.dependencies))
        for (_, node) in groups.nodes.sorted(by: { $0.key < $1.key }) where used.contains(node.group.reference) {
            let members = node.members.sorted()
            for finding in node.findings {
                if members.isEmpty { log.add(finding.severity, nil, finding.message) }
                for member in members { log.add(finding.severity, member, finding.message) }
            }
            for resource in [node.group, node.targets] {
                var resource = resource
                resource.members = members
                resources.append(resource)
            }
            usage.targetGroups += 1
            usage.targets += node.targetCount
            usage.largestTargetGroup = max(usage.largestTargetGroup, node.targetCount)
        }
    }
}

/// The priorities of rules.
enum RulePriorities {
    static let range = 1...50_000

    /// The distance between rules, so that others fit between.
    static func gap(count: Int) -> Int { max(1, min(100, range.upperBound / (count + 1))) }
}

extension [ServedListener] {
    /// The listeners of a plan with what they are on another of its load balancers.
    func merged(with others: [ServedListener]) -> [ServedListener] {
        guard !isEmpty else { return others }
        return map { listener in
            guard let other = others.first(where: { $0.name == listener.name }) else { return listener }
            var listener = listener
            listener.securityPolicy = listener.securityPolicy ?? other.securityPolicy
            listener.certificates += other.certificates.filter { !listener.certificates.contains($0) }
            return listener
        }
    }
}
