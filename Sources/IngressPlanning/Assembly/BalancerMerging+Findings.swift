import KubernetesModel
import LoadBalancerModel

extension BalancerMerging {
    /// What is for another provider. Who relies on a guard must know that it isn't there.
    func reportNotApplicable(_ member: Member, log: inout DiagnosticLog) {
        let balancer = member.settings.balancer
        let guarding = balancer.restrictingKeys
        if !guarding.isEmpty {
            log.add(
                .warning, "AccessNotRestricted", on: member.reference, field: "metadata.annotations",
                "Access is not restricted: \(described(guarding))",
                remedy:
                    "restrict access in front of the load balancer or in the backend before you rely on it, or give "
                    + "the class the provider \(AnnotationDialect.awsProvider)")
        }
        // A redirect to HTTPS is every provider's, for the rules of the Ingress.
        let redirect = balancer.fields[.redirectPort]?.key
        let keys = Set(balancer.keys + member.settings.backendProviderKeys)
            .filter { $0 != redirect && !guarding.contains($0) }.sorted()
        guard !keys.isEmpty else { return }
        log.add(
            .info, "AnnotationNotApplicable", on: member.reference, field: "metadata.annotations",
            described(keys),
            remedy: "nothing has to be done; the parameters of the class say what this load balancer is like")
    }

    private func described(_ keys: [String]) -> String {
        "\(keys.joined(separator: ", ")) \(keys.count == 1 ? "is" : "are") for load balancers of AWS alone, and this "
            + "one's provider is \(settings.provider.name)"
    }

    /// Tells those whom the load balancer is for, who may have another one in mind.
    func reportImpliedScheme(log: inout DiagnosticLog) {
        guard isSchemeImplied, !guards.unsettled.contains(.scheme) else { return }
        let isInternal = decision.scheme == .internal
        for member in members where member.settings.speaksAWS != isInternal {
            log.add(
                .warning, "SchemeNotStated", on: member.reference, field: "metadata.annotations",
                isInternal
                    ? "The load balancer is internal, as the AWS Load Balancer Controller would make that of its oldest "
                        + "Ingress"
                    : "The load balancer is internet-facing; the AWS Load Balancer Controller would make that of this "
                        + "Ingress internal",
                remedy: "one that exists keeps its scheme; say which with scheme in the parameters of the class, or "
                    + "with the annotation "
                    + AnnotationDialect.awsLoadBalancerController.key("scheme"))
        }
    }

    /// Lists of the parameters don't add up with those of annotations.
    func reportOverruledLists(log: inout DiagnosticLog) {
        for member in members {
            let balancer = member.settings.balancer
            if let own = settings.certificateStatement, let stated = balancer.certificates,
                !stated.value.allSatisfy(own.value.contains)
            {
                log.addOverruled(
                    Stated(value: stated.value.joined(separator: ","), key: stated.key), nil,
                    by: ClassStatement(value: own.value.joined(separator: ","), speaker: own.speaker), on: member)
            }
            if let own = settings.listenerStatement, let stated = balancer.listenPorts, stated.value != own.value {
                log.addOverruled(
                    Stated(value: stated.value.described, key: stated.key), nil,
                    by: ClassStatement(value: own.value.described, speaker: own.speaker), on: member)
            }
        }
    }

    /// Rules are served on every port of their load balancer.
    func reportSharedPorts(log: inout DiagnosticLog) {
        for member in members {
            let guards = IngressGuards(member, settings)
            guard let named = guards.named, let key = guards.portsKey else { continue }
            let others = decision.listeners.filter { !named.contains($0) }
            guard !others.isEmpty else { continue }
            let isRedirected =
                guards.needsHTTPS && others.contains { $0.protocol == .http }
            log.add(
                .warning, "SharedListeners", on: member.reference, field: "metadata.annotations[\(key)]",
                "The rules of this Ingress are served on port \(others.map(\.port).list) as well, which other "
                    + "Ingresses of the load balancer ask for"
                    + (isRedirected
                        ? "; plain HTTP is answered with a redirect to HTTPS, for the Ingress asks for certificates of "
                            + "clients" : ""),
                remedy: "let all of them name the same ports, or give the Ingress a load balancer of its own by a group"
            )
        }
    }

    /// Guards hold where the rules are served that they are asked for.
    func reportSharedGuards(log: inout DiagnosticLog) {
        if let agreed = guards.agreed[.clients], case .networks = agreed.value {
            reportShared(agreed, among: listeners, log: &log) {
                IngressGuards($0, settings).clients != nil
            } ports: {
                Set(IngressGuards($0, settings).ports.map(\.port))
            }
        }
        for listener in listeners where listener.protocol == .https {
            guard let agreed = guards.clientCertificates(port: listener.port, among: members),
                case .certificates(let certificates) = agreed.value, certificates.mode != .off,
                settings.statement(of: GuardField.clientCertificates(port: listener.port)) == nil
            else { continue }
            reportShared(agreed, among: [listener], log: &log) {
                $0.settings.balancer.clientCertificates != nil
            } ports: {
                Set($0.settings.balancer.clientCertificates?.value.keys ?? [:].keys)
            }
        }
    }

    /// Names those for whom a guard holds that they say nothing of: it may change what is live.
    func reportGuardsForAll(log: inout DiagnosticLog) {
        for (field, agreed) in guards.agreed.sorted(by: { $0.key.sortKey < $1.key.sortKey }) {
            guard let place = place(of: field, agreed.value) else { continue }
            let silent = members.map(\.name).filter { !agreed.ingresses.contains($0) }
            guard let first = silent.first else { continue }
            let others = silent.count > 1 ? " and \(silent.count - 1) more" : ""
            log.add(
                .info, "GuardForAll", on: agreed.member.reference, field: "metadata.annotations[\(agreed.key)]",
                "'\(AnnotationText.shown(agreed.value.description))' holds \(place), so for the "
                    + "Ingress \(first)\(others) too, which \(silent.count > 1 ? "say" : "says") nothing of it",
                value: agreed.value.description,
                remedy: "nothing has to be done where that is meant; else give this Ingress a load balancer of its own "
                    + "by a group")
        }
    }

    /// Where a guard holds, for people; nil for what keeps nobody out.
    private func place(of field: GuardField, _ value: GuardValue) -> String? {
        switch (field, value) {
        case (.scheme, _), (.clients, _), (.webACL, _), (.securityPolicy, _): return "for all of the load balancer"
        case (.clientCertificates(let port), .certificates(let certificates)):
            let isServed = listeners.contains { $0.port == port && $0.protocol == .https }
            return isServed && certificates.mode != .off ? "for all on the port \(port) of the load balancer" : nil
        case (.clientCertificates, _), (.listener, _): return nil
        }
    }

    /// Tells the Ingresses that say nothing of a guard where it came to ports of theirs.
    private func reportShared(
        _ agreed: GuardMerging.Agreed, among listeners: [Listener], log: inout DiagnosticLog,
        where asks: (Member) -> Bool, ports: (Member) -> Set<Int>
    ) {
        let named = members.filter(asks).reduce(into: Set<Int>()) { $0.formUnion(ports($1)) }
        let taken = Set(listeners.map(\.port)).subtracting(named)
        guard !taken.isEmpty else { return }
        for member in members where !asks(member) {
            let own = taken.intersection(IngressGuards(member, settings).ports.map(\.port))
            guard !own.isEmpty else { continue }
            log.add(
                .warning, "SharedGuard", on: member.reference, field: "metadata.annotations",
                "\(agreed.key) of the Ingress \(agreed.member.name) of the same load balancer, which asks for "
                    + "'\(AnnotationText.shown(agreed.value.description))', holds on the port \(own.list) of this Ingress "
                    + "as well, where the rules of both are served",
                remedy:
                    "give one of them a load balancer of its own by a group if that is not wanted, else ask for the "
                    + "same in both")
        }
    }

    /// What an Ingress says of ports that aren't there.
    func reportUnusedPorts(log: inout DiagnosticLog) {
        let ports = Set(listeners.filter { $0.protocol == .https }.map(\.port))
        for member in members {
            guard let stated = member.settings.balancer.clientCertificates else { continue }
            let unused = Set(stated.value.keys).subtracting(ports)
            guard !unused.isEmpty else { continue }
            let guards = IngressGuards(member, settings)
            let isHeld = !ports.isEmpty && ports.allSatisfy { guards.clientCertificates(port: $0) != nil }
            log.add(
                .warning, "UnusedPort", on: member.reference, field: "metadata.annotations[\(stated.key)]",
                "The annotation \(stated.key) names the port \(unused.list), on which the load balancer doesn't take "
                    + "HTTPS; " + (ports.isEmpty ? "it takes HTTPS on none" : "it does so on \(ports.list)")
                    + (isHeld ? ", where the strictest of what is asked for holds" : ""),
                remedy: "name the ports on which it does, or add the port to listen-ports")
        }
    }

    func reportNoListener(_ asked: ListenPort, key: String, member: Member, log: inout DiagnosticLog) {
        log.add(
            .warning, "UnusedPort", on: member.reference, field: "metadata.annotations[\(key)]",
            "The annotation \(key) is for \([asked].described), which the load balancer doesn't listen on; it listens on "
                + listeners.map { ListenPort(protocol: $0.protocol, port: $0.port) }.described,
            remedy: "name one of those in the key, or remove the annotation")
    }

    func reportUnusedNetworks(log: inout DiagnosticLog) {
        for member in members {
            guard let stated = member.settings.balancer.inboundCIDRs,
                case .securityGroups? = IngressGuards(member, settings).clients?.value
            else { continue }
            log.add(
                .warning, "AnnotationWithoutEffect", on: member.reference,
                field: "metadata.annotations[\(stated.key)]",
                "The security groups of the load balancer are named, so that Headgate manages none and inbound-cidrs "
                    + "restricts nothing", value: stated.value,
                remedy: "restrict access in those security groups, and remove the annotation")
        }
    }
}

extension [ListenPort] {
    /// For people: `HTTP 80, HTTPS 443`.
    fileprivate var described: String {
        map { "\($0.protocol.rawValue.uppercased()) \($0.port)" }.joined(separator: ", ")
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
