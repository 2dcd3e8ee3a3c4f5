import KubernetesModel
import LoadBalancerModel

/// What annotations ask of one load balancer, all of its Ingresses taken together.
struct BalancerDecision: Sendable {
    var scheme: LoadBalancerScheme?
    var family: AddressFamily?
    /// Ordered by port; empty where the class decides.
    var listeners: [ListenPort] = []
    var tags: [String: String] = [:]
    /// The HTTPS port that every plain request is redirected to.
    var redirectPort: Int?
    /// Settings of the provider.
    var settings: [String: String] = [:]
    /// Who asks for a setting, a tag or the address family, by its name.
    var sources: [String: SettingSource] = [:]
}

/// Brings together what the Ingresses of one load balancer ask of it, under the rules of the AWS Load Balancer
/// Controller's groups: some things are collected, and on all others they must agree.
///
/// That controller does nothing for a whole group that disagrees. Here one decides, and the others are told: of what guards
/// the load balancer see ``GuardMerging``, of anything else the Ingress that comes first. What the parameters of the class
/// say goes before every annotation, and what the command line says before both.
struct BalancerMerging {
    /// The Ingresses that are served, in precedence order.
    private(set) var members: [Member] = []
    private(set) var decision = BalancerDecision()
    private(set) var withheld: [WithheldIngress] = []
    /// The guards that withheld Ingresses alone ask for, and the scheme where nobody states it.
    private(set) var unsettled: [LoadBalancerGuard] = []

    let settings: ClassSettings
    private(set) var guards: GuardMerging
    /// Those whose word counts of what guards nothing, in precedence order.
    private var contributors: [Member] = []
    private var agreed: [BalancerField: AgreedValue<String>] = [:]
    private var certificates: [String] = []
    private let refused: Set<String>
    /// Whether an Ingress that isn't served asks for redirects to HTTPS.
    private var leavesRedirects = false
    private var certificateSources: [String: SettingSource] = [:]

    /// - Parameter refused: the Ingresses that the provider can't take, as `namespace/name`.
    init(_ draft: LoadBalancerDraft, refused: Set<String> = [], log: inout DiagnosticLog) {
        settings = draft.settings
        self.refused = refused
        guard settings.isForAWS else {
            guards = GuardMerging([], settings, log: &log)
            members = draft.members
            for member in members { reportNotApplicable(member, log: &log) }
            return
        }
        guards = GuardMerging(draft.members, settings, log: &log)
        withheld = guards.withheld
        unsettled = guards.unsettled
        if isSchemeImplied, !unsettled.contains(.scheme), draft.members.contains(where: { $0.settings.speaksAWS }) {
            unsettled.insert(.scheme, at: 0)
        }
        members = draft.members.filter(guards.admits)
        contributors = draft.members.filter(guards.counts)
        for member in contributors { add(member, log: &log) }
        leaveRedirects()
        decideListeners()
        decide(log: &log)
        decideGuards()
        reportImpliedScheme(log: &log)
        reportOverruledLists(log: &log)
        reportSharedPorts(log: &log)
        reportSharedGuards(log: &log)
        reportGuardsForAll(log: &log)
        reportUnusedPorts(log: &log)
        reportUnusedNetworks(log: &log)
        redirectToHTTPS()
    }

    // MARK: One Ingress after the other

    private mutating func add(_ member: Member, log: inout DiagnosticLog) {
        let balancer = member.settings.balancer
        for (field, stated) in balancer.fields.sorted(by: { $0.key.sortKey < $1.key.sortKey })
        where !field.isGuarding {
            // Who isn't served redirects nobody, and what is redirected stays so.
            guard field != .redirectPort || isServed(member) else {
                leavesRedirects = true
                continue
            }
            var value = stated.value
            if let own = settings.statement(of: field) {
                if own.value != value { log.addOverruled(stated, field.detail, by: own, on: member) }
                // Parameters that give the port of redirects don't say that there are any.
                guard field == .redirectPort, Int(own.value) != nil else { continue }
                value = own.value
            }
            if let winner = agreed[field] {
                if winner.value == value {
                    agreed[field]?.followers.append(member.name)
                } else {
                    reportLoss(field, stated, member, winner: winner, log: &log)
                }
            } else {
                agreed[field] = AgreedValue(value: value, member: member, key: stated.key)
            }
        }
        for certificate in balancer.certificates?.value ?? [] {
            if certificates.contains(certificate) {
                certificateSources[certificate]?.ingresses.append(member.name)
            } else {
                certificates.append(certificate)
                certificateSources[certificate] = source([member.name], balancer.certificates?.key ?? "")
            }
        }
    }

    private func isServed(_ member: Member) -> Bool { guards.admits(member) && !refused.contains(member.name) }

    /// Leaves redirects to HTTPS as they stand where nobody asks for them who is served.
    private mutating func leaveRedirects() {
        guard leavesRedirects, agreed[.redirectPort] == nil, settings.statement(of: BalancerField.redirectPort) == nil
        else { return }
        let left = Set(unsettled).union([.redirects])
        unsettled = LoadBalancerGuard.allCases.filter(left.contains)
    }

    // MARK: All together

    /// The listeners that the load balancer will have.
    var listeners: [Listener] {
        var settings = settings
        settings.asked = decision
        return settings.listeners
    }

    /// Those that Ingresses name, and those of the class where one names none.
    private mutating func decideListeners() {
        for (field, agreed) in guards.agreed {
            guard case .listener(let port) = field, case .protocol(let name) = agreed.value else { continue }
            decision.listeners.append(ListenPort(protocol: name, port: port))
        }
        if !decision.listeners.isEmpty, members.contains(where: { IngressGuards($0, settings).named == nil }) {
            for listener in settings.listeners where !decision.listeners.contains(where: { $0.port == listener.port }) {
                decision.listeners.append(ListenPort(protocol: listener.protocol, port: listener.port))
            }
        }
        decision.listeners.sort { $0.port < $1.port }
    }

    private mutating func decide(log: inout DiagnosticLog) {
        let listeners = listeners
        for (field, agreed) in agreed {
            let source = source(agreed.ingresses, agreed.key)
            switch field {
            case .scheme: break
            case .addressFamily:
                decision.family = AddressFamily(rawValue: agreed.value)
                decision.sources[ProviderSelection.addressFamily] = source
            case .redirectPort:
                decision.redirectPort = Int(agreed.value)
                decision.sources[ProviderSelection.redirectToHTTPS] = source
            case .tag(let key):
                decision.tags[key] = agreed.value
                decision.sources[ProviderSelection.tagPrefix + key] = source
            case .setting(let name): set(name, agreed.value, by: source)
            case .listenerAttribute(let asked, let attribute):
                // The ports of Ingresses that are left out may be there, and aren't asked for.
                let isServed = guards.admits(agreed.member)
                guard !isServed || listeners.contains(where: { $0.port == asked.port && $0.protocol == asked.protocol })
                else {
                    reportNoListener(asked, key: agreed.key, member: agreed.member, log: &log)
                    continue
                }
                set("listeners.\(asked.port).attributes.\(attribute)", agreed.value, by: source)
            }
        }
        if !certificates.isEmpty, settings.certificateStatement == nil {
            decision.settings["certificateARNs"] = certificates.joined(separator: ",")
            decision.sources["certificateARNs"] = certificates.first.flatMap { certificateSources[$0] }
            for (arn, source) in certificateSources {
                decision.sources[ProviderSelection.certificatePrefix + arn] = source
            }
        }
        discoverCertificates()
    }

    private mutating func decideGuards() {
        for (field, agreed) in guards.agreed {
            let source = source(agreed)
            switch (field, agreed.value) {
            case (.scheme, .text(let scheme)):
                decision.scheme = LoadBalancerScheme(rawValue: scheme)
                decision.sources[ProviderSelection.scheme] = source
            case (.clients, .securityGroups(let ids)): set("securityGroups", ids, by: source)
            case (.clients, .networks(let networks)): set("inboundCIDRs", networks, by: source)
            case (.webACL, .text(let arn)): set("wafWebACL", arn, by: source)
            case (.securityPolicy, .text(let name)): set("sslPolicy", name, by: source)
            case (.listener(let port), _): decision.sources[ProviderSelection.listenerPrefix + String(port)] = source
            default: break
            }
        }
        if guards.hidesScheme {
            decision.scheme = .internal
        } else if let scheme = impliedScheme {
            decision.scheme = scheme
        }
        for listener in listeners where listener.protocol == .https {
            let port = listener.port
            guard settings.statement(of: GuardField.clientCertificates(port: port)) == nil,
                let agreed = guards.clientCertificates(port: port, among: members),
                case .certificates(let certificates) = agreed.value
            else { continue }
            for (name, value) in certificates.settings
            where !settings.givesClientCertificates(name, port: port) {
                set("listeners.\(port).\(name)", value, by: source(agreed))
            }
        }
    }

    /// Whether nobody says whom the load balancer is for.
    var isSchemeImplied: Bool { guards.agreed[.scheme] == nil && settings.statement(of: GuardField.scheme) == nil }

    /// The AWS Load Balancer Controller makes load balancers internal unless their Ingresses say otherwise, and none that
    /// came from it may open up on the way. As with other guards the oldest Ingress decides.
    /// An Ingress that is left out for another annotation says it all the same.
    private var impliedScheme: LoadBalancerScheme? {
        guard isSchemeImplied, let oldest = contributors.min(by: { $0.age < $1.age })?.settings else { return nil }
        let stated = oldest.balancer.fields[.scheme].flatMap { LoadBalancerScheme(rawValue: $0.value) }
        return stated ?? (oldest.speaksAWS ? .internal : nil)
    }

    private mutating func set(_ name: String, _ value: String, by source: SettingSource) {
        decision.settings[name] = value
        decision.sources[name] = source
    }

    /// Who asks for HTTPS and names no certificate has one found.
    private mutating func discoverCertificates() {
        guard settings.ownSettings["certificateDiscovery"] == nil, listeners.contains(where: { $0.protocol == .https })
        else { return }
        let asking = contributors.first { member in
            let balancer = member.settings.balancer
            return balancer.certificates == nil
                && balancer.listenPorts?.value.contains { $0.protocol == .https } == true
        }
        guard let asking, let key = asking.settings.balancer.listenPorts?.key else { return }
        set("certificateDiscovery", "true", by: source([asking.name], key))
    }

    /// An Ingress that asks for certificates of clients, and not for plain HTTP, must not be had by the plain HTTP that
    /// the class or others ask for, nor by one that stays of what exists.
    private mutating func redirectToHTTPS() {
        let leadsSomewhere = listeners.contains { $0.protocol == .https && $0.port == decision.redirectPort }
        for index in members.indices where IngressGuards(members[index], settings).needsHTTPS {
            var settings = members[index].settings
            settings.refusesPlainHTTP = true
            let isRedirected = settings.redirectToHTTPS == nil ? leadsSomewhere : settings.redirectToHTTPS == .always
            if !isRedirected {
                settings.redirectToHTTPS = .always
                settings.redirectAnnotation = settings.balancer.clientCertificates?.key
            }
            members[index] = Member(ingress: members[index].ingress, settings: settings)
        }
    }

    private func source(_ guarding: GuardMerging.Agreed) -> SettingSource {
        source(guarding.ingresses, guarding.key, isGuarding: true)
    }

    private func source(_ ingresses: [String], _ key: String, isGuarding: Bool = false) -> SettingSource {
        SettingSource(ingresses: ingresses, field: "metadata.annotations[\(key)]", isGuarding: isGuarding)
    }

    private func reportLoss(
        _ field: BalancerField, _ stated: Stated<String>, _ member: Member, winner: AgreedValue<String>,
        log: inout DiagnosticLog
    ) {
        let asked = Stated(value: SecretNames.shown(stated.value, named: field.detail ?? ""), key: stated.key)
        let value = SecretNames.shown(winner.value, named: field.detail ?? "")
        log.add(
            .warning, "ConflictingLoadBalancer", on: member.reference,
            field: "metadata.annotations[\(stated.key)]",
            "\(AnnotationText.asks(asked, field.detail)), and the Ingress \(winner.member.name) of the same load "
                + "balancer for '\(AnnotationText.shown(value))', which comes first and is in force",
            value: asked.value,
            remedy: "let both say the same, or give the Ingress a load balancer of its own by a group")
    }
}
