import KubernetesModel
import LoadBalancerModel

/// Settles what guards a load balancer.
///
/// Of two Ingresses that contradict each other the older one decides, whatever their `group.order`, so that a newcomer
/// doesn't displace what is live; the younger one is withheld, so that it is never served with less protection than it
/// asks for. So is one whose guards can't be read. Guards that withheld Ingresses alone ask for are left unsettled.
///
/// Rules are served on every port of their load balancer, and so a guard holds on every port: one that an Ingress doesn't
/// name takes over what it says of others.
struct GuardMerging {
    typealias Agreed = AgreedValue<GuardValue>

    private(set) var agreed: [GuardField: Agreed] = [:]
    private(set) var withheld: [WithheldIngress] = []
    private(set) var unsettled: [LoadBalancerGuard] = []
    /// Whether the scheme is unsettled because it can't be read, so that it must not be taken for a public one.
    private(set) var hidesScheme = false

    private let settings: ClassSettings
    private let certificatePorts: Set<Int>
    private var admitted: Set<NamespacedName> = []
    /// What withheld Ingresses ask for.
    private var pending: Set<LoadBalancerGuard> = []
    /// What those ask for whose load balancer can't be told.
    private var unplaced: [String: Set<LoadBalancerGuard>] = [:]

    init(_ members: [Member], _ settings: ClassSettings, log: inout DiagnosticLog) {
        self.settings = settings
        let named = members.flatMap { Array($0.settings.balancer.clientCertificates?.value.keys ?? [:].keys) }
        certificatePorts = Set(named)
        for member in members.sorted(by: { $0.age < $1.age }) { admit(member, log: &log) }
        unsettled = undecided(pending)
        hidesScheme =
            unsettled.contains(.scheme)
            && withheld.contains { $0.unreadableGuards?.contains(.scheme) ?? false }
        for index in withheld.indices {
            guard let asked = unplaced[withheld[index].ingress] else { continue }
            withheld[index].undecidedGuards = undecided(asked)
        }
    }

    /// Those of the guards that neither served Ingresses nor parameters decide.
    private func undecided(_ guards: Set<LoadBalancerGuard>) -> [LoadBalancerGuard] {
        let settled = Set(agreed.keys.compactMap(\.guarded))
        return LoadBalancerGuard.allCases.filter {
            guards.contains($0) && !settled.contains($0) && !settings.settles($0)
        }
    }

    /// Whether what an Ingress asks of the load balancer counts, where it guards nothing: that of one with a slip in
    /// another annotation does, so that what it had goes on with its certificates.
    func counts(_ member: Member) -> Bool {
        admits(member) || !member.settings.balancer.unmet.isEmpty && !member.isUnplaced
    }

    /// Whether an Ingress is served.
    func admits(_ member: Member) -> Bool { admitted.contains(member.age.name) }

    private mutating func admit(_ member: Member, log: inout DiagnosticLog) {
        let guards = IngressGuards(member, settings)
        let asked = guards.all(certificatePorts: certificatePorts).sorted { $0.key.sortKey < $1.key.sortKey }
        let unmet = member.settings.balancer.unmet
        if unmet.isEmpty {
            consider(asked, of: member, guards, log: &log)
        } else {
            withhold(member, unmet)
        }
        guard !admits(member) else { return }
        var pending = Set(unmet.compactMap(\.guarded) + asked.compactMap(\.key.guarded))
        // The ports of what it had stay, and those of a newcomer aren't opened.
        if guards.named != nil || member.isUnplaced || pending.contains(.redirects) { pending.insert(.listeners) }
        if member.settings.balancer.fields[.redirectPort] != nil, !counts(member) { pending.insert(.redirects) }
        if member.isUnplaced {
            unplaced[member.name] = pending
        } else {
            self.pending.formUnion(pending)
        }
    }

    private mutating func withhold(_ member: Member, _ unmet: [UnmetAnnotation]) {
        guard let first = unmet.first else { return }
        let guards = Set(unmet.compactMap(\.guarded))
        withheld.append(
            WithheldIngress(
                ingress: member.name, reason: first.isUnsupported ? "UnsupportedAnnotation" : "InvalidAnnotation",
                message: "\(first.message) \(Self.consequence(first.isUnsupported ? "it is gone" : "it can be read")).",
                unreadableGuards: member.isUnplaced ? [] : LoadBalancerGuard.allCases.filter(guards.contains)))
    }

    private mutating func consider(
        _ asked: [(key: GuardField, value: Stated<GuardValue>)], of member: Member, _ guards: IngressGuards,
        log: inout DiagnosticLog
    ) {
        var accepted: [(GuardField, Stated<GuardValue>)] = []
        var followed: [GuardField] = []
        for (field, stated) in asked {
            if let own = statement(of: field, stated.value) {
                if own.value != stated.value { report(stated, field.detail, against: own, on: member, log: &log) }
            } else if let winner = agreed[field] {
                guard winner.value == stated.value else {
                    reportConflict(field, stated, member, winner: winner, log: &log)
                    return
                }
                followed.append(field)
            } else if field == .clients, case .securityGroups = stated.value, let own = portNetworks.first {
                reportConflict(stated, member, against: own.value, port: own.key, log: &log)
                return
            } else {
                accepted.append((field, stated))
            }
        }
        admitted.insert(member.age.name)
        for field in followed { agreed[field]?.followers.append(member.name) }
        for (field, stated) in accepted {
            agreed[field] = Agreed(value: stated.value, member: member, key: stated.key)
            if field == .clients { reportPortNetworks(stated, member, log: &log) }
        }
    }

    private func statement(of field: GuardField, _ asked: GuardValue) -> ClassStatement<GuardValue>? {
        if let own = settings.statement(of: field) { return own }
        guard field == .securityPolicy else { return nil }
        return settings.minimumVersion(beyond: asked.description)
    }

    private var portNetworks: [(key: Int, value: ClassStatement<GuardValue>)] {
        settings.portNetworks.sorted { $0.key < $1.key }
    }

    /// What holds on a port, as to certificates of clients, and who asks for it.
    func clientCertificates(port: Int, among members: [Member]) -> Agreed? {
        if let agreed = agreed[.clientCertificates(port: port)] { return agreed }
        // A port that no annotation names has the strictest of what is said of others, of equals the oldest.
        let asked = members.sorted { $0.age < $1.age }.compactMap { member -> (ClientCertificates.Mode, Agreed)? in
            let stated = IngressGuards(member, settings).clientCertificates(port: port)
            guard let stated, case .certificates(let certificates) = stated.value else { return nil }
            return (certificates.mode, Agreed(value: stated.value, member: member, key: stated.key))
        }
        let strictest = asked.map(\.0).max()
        guard var chosen = asked.first(where: { $0.0 == strictest })?.1 else { return nil }
        // Whoever asks for something relies on what is in force.
        chosen.followers = asked.filter { $0.0 != .off }.map(\.1.member.name).filter { $0 != chosen.member.name }
        return chosen
    }
}

// MARK: - Findings

extension GuardMerging {
    /// What becomes of an Ingress that is left out, until something holds.
    private static func consequence(_ condition: String) -> String {
        "Until \(condition), nothing new of this Ingress is served, and what it had before goes on only as long as the "
            + "guards of the load balancer don't open to others"
    }

    private mutating func withhold(
        _ member: Member, _ stated: Stated<GuardValue>, _ finding: String, _ remedy: String,
        log: inout DiagnosticLog
    ) {
        withheld.append(
            WithheldIngress(ingress: member.name, reason: "ConflictingIngress", message: "\(finding). \(remedy)"))
        log.add(
            .error, "ConflictingIngress", on: member.reference,
            field: "metadata.annotations[\(stated.key)]", finding, value: "\(stated.value)", remedy: remedy)
    }

    private mutating func reportConflict(
        _ field: GuardField, _ stated: Stated<GuardValue>, _ member: Member, winner: Agreed, log: inout DiagnosticLog
    ) {
        let cause = Precedence.cause(winnerCreated: winner.member.age.created, loserCreated: member.age.created)
        withhold(
            member, stated,
            "\(AnnotationText.asks(stated, field.detail)), and \(winner.key) of the Ingress \(winner.member.name), which "
                + "\(cause) and has the same load balancer, for '\(AnnotationText.shown(winner.value.description))'. "
                + Self.consequence("they agree"),
            "Let both say the same, or give the Ingress a load balancer of its own by a group.", log: &log)
    }

    private mutating func reportConflict(
        _ stated: Stated<GuardValue>, _ member: Member, against own: ClassStatement<GuardValue>, port: Int,
        log: inout DiagnosticLog
    ) {
        withhold(
            member, stated,
            "\(AnnotationText.asks(stated, nil)), and \(own.speaker) '\(AnnotationText.shown(own.value.description))' of "
                + "the networks for the port \(port), which named security groups would do away with. "
                + Self.consequence("one of them is gone"),
            "Remove the annotation, or take listeners.\(port).inboundCIDRs out.", log: &log)
    }

    /// Networks that are given for single ports go before what an annotation asks for on all.
    private func reportPortNetworks(_ stated: Stated<GuardValue>, _ member: Member, log: inout DiagnosticLog) {
        for (port, own) in portNetworks where own.value != stated.value {
            report(stated, "for the port \(port)", against: own, on: member, log: &log)
        }
    }

    private func report(
        _ stated: Stated<GuardValue>, _ detail: String?, against own: ClassStatement<GuardValue>, on member: Member,
        log: inout DiagnosticLog
    ) {
        log.addOverruled(
            Stated(value: "\(stated.value)", key: stated.key), detail,
            by: ClassStatement(value: "\(own.value)", speaker: own.speaker), on: member)
    }
}

extension AnnotationText {
    /// That an annotation asks for a value.
    static func asks(_ stated: Stated<some CustomStringConvertible>, _ detail: String?) -> String {
        ["The annotation \(stated.key) asks for '\(shown(stated.value.description))'", detail]
            .compactMap(\.self).joined(separator: " ")
    }
}

extension DiagnosticLog {
    /// Tells of an annotation that parameters or command line overrule.
    mutating func addOverruled(
        _ stated: Stated<String>, _ detail: String?, by own: ClassStatement<String>, on member: Member
    ) {
        let asked = Stated(value: SecretNames.shown(stated.value, named: detail ?? ""), key: stated.key)
        let value = SecretNames.shown(own.value, named: detail ?? "")
        add(
            .warning, "ParametersDecide", on: member.reference, field: "metadata.annotations[\(stated.key)]",
            "\(AnnotationText.asks(asked, detail)), and \(own.speaker) '\(AnnotationText.shown(value))', which is in "
                + "force", value: asked.value,
            remedy: "remove the annotation, or the setting that goes before it")
    }
}
