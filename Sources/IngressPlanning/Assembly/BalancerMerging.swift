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
    /// Who asks for a setting, by its name.
    var sources: [String: String] = [:]
}

/// Brings together what the Ingresses of one load balancer ask of it, under the rules of the AWS Load Balancer
/// Controller's groups: some things are collected, and on all others they must agree.
///
/// That controller does nothing for a whole group that disagrees. Here the Ingress that comes first decides. One that
/// disagrees on what guards the load balancer is left out, so that it is never served with less protection than it asks
/// for; of anything else it is told. What the parameters of the class say goes before every annotation.
struct BalancerMerging {
    /// The Ingresses that are served, in precedence order.
    private(set) var members: [Member] = []
    private(set) var decision = BalancerDecision()
    private(set) var withheld: [WithheldIngress] = []
    private(set) var obstacles: [PlanObstacle] = []

    private let settings: ClassSettings
    private var agreed: [BalancerField: Agreed] = [:]
    private var certificates: [String] = []
    private var certificateSource: String?

    /// A value that is in force, and who asked for it.
    private struct Agreed {
        var value: String
        var member: Member
        var key: String
    }

    init(_ draft: LoadBalancerDraft, log: inout DiagnosticLog) {
        settings = draft.settings
        guard settings.isForAWS else {
            members = draft.members
            for member in members { reportNotApplicable(member, log: &log) }
            return
        }
        for member in draft.members { admit(member, log: &log) }
        decide()
        reportSharedPorts(log: &log)
        reportUnusedNetworks(log: &log)
    }

    // MARK: One Ingress after the other

    private mutating func admit(_ member: Member, log: inout DiagnosticLog) {
        let balancer = member.settings.balancer
        for unreadable in balancer.unreadable { addObstacle(unreadable, member) }
        let fields = asked(by: member).sorted { $0.key.sortKey < $1.key.sortKey }
        var contradictions: [(field: BalancerField, stated: Stated<String>, winner: Agreed)] = []
        var accepted: [(BalancerField, Stated<String>)] = []
        for (field, stated) in fields {
            if let own = classValue(of: field) {
                if own != stated.value { reportClass(field, stated, own: own, member, log: &log) }
            } else if let winner = agreed[field] {
                if winner.value != stated.value { contradictions.append((field, stated, winner)) }
            } else {
                accepted.append((field, stated))
            }
        }
        if let guarding = contradictions.first(where: { $0.field.isGuarding }) {
            withhold(member, guarding.field, guarding.stated, winner: guarding.winner, log: &log)
            return
        }
        for (field, stated, winner) in contradictions { reportLoss(field, stated, member, winner: winner, log: &log) }
        for (field, stated) in accepted {
            agreed[field] = Agreed(value: stated.value, member: member, key: stated.key)
        }
        for certificate in balancer.certificates?.value ?? [] where !certificates.contains(certificate) {
            certificates.append(certificate)
            certificateSource = certificateSource ?? source(member, balancer.certificates?.key ?? "")
        }
        members.append(member)
    }

    /// What a member asks for, its ports and the networks of its ports included.
    private func asked(by member: Member) -> [BalancerField: Stated<String>] {
        let balancer = member.settings.balancer
        var fields = balancer.fields
        let ports = ports(of: member)
        if settings.listenerSource != .parameters, let key = balancer.listenPorts?.key ?? balancer.certificates?.key {
            for port in ports {
                fields[.listener(port.port)] = Stated(value: port.protocol.rawValue.uppercased(), key: key)
            }
        }
        if let networks = balancer.inboundCIDRs {
            for port in ports { fields[.setting("listeners.\(port.port).inboundCIDRs")] = networks }
        }
        return fields
    }

    /// The ports that a member is for: those it names, the usual one of HTTPS where it names a certificate alone, else
    /// those of the class.
    private func ports(of member: Member) -> [ListenPort] {
        let balancer = member.settings.balancer
        if settings.listenerSource != .parameters {
            if let ports = balancer.listenPorts?.value { return ports }
            if balancer.certificates != nil { return [ListenPort(protocol: .https, port: 443)] }
        }
        return settings.listeners.map { ListenPort(protocol: $0.protocol, port: $0.port) }
    }

    /// What the parameters of the class say of it; nil where they say nothing.
    private func classValue(of field: BalancerField) -> String? {
        let spec = settings.parameters.spec
        switch field {
        case .scheme: return spec.scheme?.rawValue
        case .addressFamily: return spec.addressing?.family.rawValue
        case .redirectPort, .listener: return nil
        case .tag(let key): return spec.tags?[key]
        case .setting(let name): return settings.provider.settings[name]
        }
    }

    // MARK: All together

    private mutating func decide() {
        for (field, agreed) in agreed {
            switch field {
            case .scheme: decision.scheme = LoadBalancerScheme(rawValue: agreed.value)
            case .addressFamily: decision.family = AddressFamily(rawValue: agreed.value)
            case .redirectPort: decision.redirectPort = Int(agreed.value)
            case .tag(let key): decision.tags[key] = agreed.value
            case .listener(let port):
                decision.listeners.append(
                    ListenPort(protocol: agreed.value == "HTTPS" ? .https : .http, port: port))
            case .setting(let name):
                decision.settings[name] = agreed.value
                decision.sources[name] = source(agreed.member, agreed.key)
            }
        }
        addStandardListeners()
        decision.listeners.sort { $0.port < $1.port }
        if !certificates.isEmpty, settings.provider.settings["certificateARNs"] == nil {
            decision.settings["certificateARNs"] = certificates.joined(separator: ",")
            decision.sources["certificateARNs"] = certificateSource
        }
        discoverCertificates()
        if decision.settings["securityGroups"] ?? settings.provider.settings["securityGroups"] != nil {
            for name in decision.settings.keys where name.hasSuffix(".inboundCIDRs") {
                decision.settings[name] = nil
                decision.sources[name] = nil
            }
        }
    }

    /// Members that name no ports rely on those of the class.
    private mutating func addStandardListeners() {
        guard !decision.listeners.isEmpty else { return }
        let silent = members.contains {
            $0.settings.balancer.listenPorts == nil && $0.settings.balancer.certificates == nil
        }
        guard silent else { return }
        for listener in settings.listeners where !decision.listeners.contains(where: { $0.port == listener.port }) {
            decision.listeners.append(ListenPort(protocol: listener.protocol, port: listener.port))
        }
    }

    /// Who asks for HTTPS and names no certificate has one found.
    private mutating func discoverCertificates() {
        guard settings.provider.settings["certificateDiscovery"] == nil else { return }
        let asking = members.first { member in
            let balancer = member.settings.balancer
            return balancer.certificates == nil
                && balancer.listenPorts?.value.contains { $0.protocol == .https } == true
        }
        guard let asking, let key = asking.settings.balancer.listenPorts?.key else { return }
        decision.settings["certificateDiscovery"] = "true"
        decision.sources["certificateDiscovery"] = source(asking, key)
    }

    private func source(_ member: Member, _ key: String) -> String {
        "Ingress \(member.name), metadata.annotations[\(key)]"
    }
}

// MARK: - Findings

extension BalancerMerging {
    private mutating func addObstacle(_ unreadable: UnreadableGuard, _ member: Member) {
        obstacles.append(
            PlanObstacle(
                ingress: member.name, field: "metadata.annotations[\(unreadable.key)]",
                message: "\(unreadable.message) Nothing of the load balancer is changed before that."))
    }

    private func described(_ field: BalancerField, _ stated: Stated<String>) -> String {
        ["The annotation \(stated.key) asks for '\(AnnotationText.shown(stated.value))'", field.detail]
            .compactMap(\.self).joined(separator: " ")
    }

    private mutating func withhold(
        _ member: Member, _ field: BalancerField, _ stated: Stated<String>, winner: Agreed, log: inout DiagnosticLog
    ) {
        let finding =
            "\(described(field, stated)), and the Ingress \(winner.member.name) of the same load balancer for "
            + "'\(AnnotationText.shown(winner.value))', which comes first: none of this Ingress is served until they agree"
        let remedy = "Let both say the same, or give the Ingress a load balancer of its own by a group."
        withheld.append(
            WithheldIngress(ingress: member.name, reason: "ConflictingIngress", message: "\(finding). \(remedy)"))
        log.add(
            .error, "ConflictingIngress", on: member.reference,
            field: "metadata.annotations[\(stated.key)]", finding, value: stated.value, remedy: remedy)
    }

    private func reportLoss(
        _ field: BalancerField, _ stated: Stated<String>, _ member: Member, winner: Agreed, log: inout DiagnosticLog
    ) {
        log.add(
            .warning, "ConflictingLoadBalancer", on: member.reference,
            field: "metadata.annotations[\(stated.key)]",
            "\(described(field, stated)), and the Ingress \(winner.member.name) of the same load balancer for "
                + "'\(AnnotationText.shown(winner.value))', which comes first and is in force",
            value: stated.value,
            remedy: "let both say the same, or give the Ingress a load balancer of its own by a group")
    }

    private func reportClass(
        _ field: BalancerField, _ stated: Stated<String>, own: String, _ member: Member, log: inout DiagnosticLog
    ) {
        log.add(
            .warning, "ParametersDecide", on: member.reference, field: "metadata.annotations[\(stated.key)]",
            "\(described(field, stated)), and the parameters of the class say '\(AnnotationText.shown(own))', which is in "
                + "force", value: stated.value,
            remedy: "remove the annotation, or take the setting out of the parameters")
    }

    private func reportNotApplicable(_ member: Member, log: inout DiagnosticLog) {
        // A redirect to HTTPS is every provider's, for the rules of the Ingress.
        let redirect = member.settings.balancer.fields[.redirectPort]?.key
        let backend = member.settings.backendProviderKeys
        let keys = Set(member.settings.balancer.keys + backend).filter { $0 != redirect }.sorted()
        guard !keys.isEmpty else { return }
        log.add(
            .info, "AnnotationNotApplicable", on: member.reference, field: "metadata.annotations",
            "\(keys.joined(separator: ", ")) \(keys.count == 1 ? "is" : "are") for load balancers of AWS alone, and this "
                + "one's provider is \(settings.provider.name)",
            remedy: "nothing has to be done; the parameters of the class say what this load balancer is like")
    }

    /// Rules are served on every port of their load balancer.
    private func reportSharedPorts(log: inout DiagnosticLog) {
        for member in members {
            guard settings.listenerSource != .parameters, let stated = member.settings.balancer.listenPorts else {
                continue
            }
            let others = decision.listeners.filter { !stated.value.contains($0) }.map { String($0.port) }
            guard !others.isEmpty else { continue }
            log.add(
                .warning, "SharedListeners", on: member.reference, field: "metadata.annotations[\(stated.key)]",
                "The rules of this Ingress are served on port \(others.joined(separator: ", ")) as well, which other "
                    + "Ingresses of the load balancer ask for",
                remedy: "let all of them name the same ports, or give the Ingress a load balancer of its own by a group"
            )
        }
    }

    private func reportUnusedNetworks(log: inout DiagnosticLog) {
        guard decision.settings["securityGroups"] ?? settings.provider.settings["securityGroups"] != nil else { return }
        for member in members {
            guard let stated = member.settings.balancer.inboundCIDRs else { continue }
            log.add(
                .warning, "AnnotationWithoutEffect", on: member.reference,
                field: "metadata.annotations[\(stated.key)]",
                "The security groups of the load balancer are named, so that Headgate manages none and inbound-cidrs "
                    + "restricts nothing", value: stated.value,
                remedy: "restrict access in those security groups, and remove the annotation")
        }
    }
}

extension LoadBalancerDraft {
    /// Brings the members into precedence order: by the order that they state, then by age.
    mutating func sortMembers(log: inout DiagnosticLog) {
        guard members.contains(where: { $0.settings.groupOrder != 0 }) else { return }
        members = members.enumerated().sorted {
            ($0.element.settings.groupOrder, $0.offset) < ($1.element.settings.groupOrder, $1.offset)
        }.map(\.element)
        for (member, next) in zip(members, members.dropFirst())
        where member.settings.groupOrder == next.settings.groupOrder && next.settings.groupOrder != 0 {
            log.add(
                .warning, "DuplicateGroupOrder", on: next.reference,
                field: "metadata.annotations[\(AnnotationDialect.awsLoadBalancerController.key("group.order"))]",
                "The Ingress \(member.name) of the same load balancer has the order \(next.settings.groupOrder) too, so "
                    + "that age decides between them", value: String(next.settings.groupOrder),
                remedy: "give each of them an order of its own")
        }
    }
}
