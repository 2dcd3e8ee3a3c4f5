import Foundation
import KubernetesModel
import LoadBalancerModel

/// The certificates of a load balancer, and which hosts have TLS.
struct SelectedCertificates: Sendable {
    /// Ordered by host.
    var bindings: [ServerNameBinding] = []
    var defaultCertificate: String?
    /// What the plan refers to, by fingerprint.
    var references: [String: CertificateReference] = [:]
    var materials: [String: CertificateMaterial] = [:]
    /// What can't be referred to.
    var absent: Set<AbsentCertificate> = []
    /// Hosts that a section names, that a certificate was found for, or that an Ingress with a section without hosts has
    /// a rule for.
    var hostsWithTLS: Set<HostKey> = []

    /// Whether requests for a host have TLS: the host itself, or a wildcard that covers it.
    func hasTLS(_ host: HostKey) -> Bool {
        if hostsWithTLS.contains(host) { return true }
        return host.coveringWildcard.map(hostsWithTLS.contains) ?? false
    }

    mutating func add(_ certificate: InspectedCertificate) {
        references[certificate.reference.fingerprint] = certificate.reference
        materials[certificate.reference.fingerprint] = certificate.material
    }
}

/// Chooses the certificates of a load balancer from the TLS sections of its members.
struct CertificateSelection {
    let members: [Member]
    let hosts: HostTable
    /// The default certificate of the class's parameters, with the object that names it.
    let classDefault: (secret: NamespacedName, source: ObjectReference)?
    /// Whether the provider looks for certificates itself where no Secret is named.
    private let isDiscovered: Bool
    /// What is served in the place of a certificate that can't be used, for people.
    private let substitute: String
    private var selected = SelectedCertificates()
    private var bindings: [HostKey: ServerNameBinding] = [:]
    /// The hosts whose section leaves them to the default certificate.
    private var leftToDefault: Set<HostKey> = []

    /// - Parameter settings: of the load balancer.
    init(members: [Member], hosts: HostTable, settings: ClassSettings) {
        self.members = members
        self.hosts = hosts
        classDefault = settings.defaultCertificate
        isDiscovered = settings.isForAWS && settings.provider.settings["certificateDiscovery"] == "true"
        substitute =
            settings.isForAWS
            ? "what was imported last goes on being served, and where nothing was, the default certificate is"
            : "the default certificate is served instead"
    }

    private struct Claim {
        var member: Int
        var section: Int
        var secretName: String?
    }

    /// Chooses for a load balancer that has an HTTPS listener.
    mutating func select(_ store: inout CertificateStore, log: inout DiagnosticLog) -> SelectedCertificates {
        let claims = hostClaims(log: &log)
        selectDefault(&store, log: &log)
        for (host, claim) in claims.sorted(by: { $0.key < $1.key }) {
            bind(host, claim, &store, log: &log)
            selected.hostsWithTLS.insert(host)
        }
        bindUnnamedHosts(claims, &store, log: &log)
        bindDefaults()
        selected.bindings = bindings.values.sorted { $0.host < $1.host }
        return selected
    }

    // MARK: Sections with hosts

    /// Which section decides for each host: the first one, in precedence order, that names a Secret, else the first.
    private func hostClaims(log: inout DiagnosticLog) -> [HostKey: Claim] {
        var claims: [HostKey: Claim] = [:]
        for (position, member) in members.enumerated() {
            for (index, section) in member.ingress.spec.tls.enumerated() {
                let claim = Claim(member: position, section: index, secretName: section.secretName.nonEmpty)
                for host in section.hosts.map({ HostKey($0) }) where host != .none {
                    guard let winner = claims[host], winner.secretName != nil || claim.secretName == nil else {
                        claims[host] = claim
                        continue
                    }
                    reportConflict(host, winner: winner, loser: claim, log: &log)
                }
            }
        }
        return claims
    }

    private func reportConflict(_ host: HostKey, winner: Claim, loser: Claim, log: inout DiagnosticLog) {
        guard let mine = secret(loser), let other = secret(winner), mine != other else { return }
        let owner = members[winner.member]
        let cause = winner.member == loser.member ? "in an earlier section of this Ingress" : "by \(owner.name)"
        log.add(
            .warning, "CertificateConflict", on: members[loser.member].reference,
            field: "spec.tls[\(loser.section)].secretName",
            "The \(host.described) is given the Secret '\(other)' \(cause), which comes first and wins over '\(mine)'",
            value: mine.name, remedy: "name one Secret for the host")
    }

    private func secret(_ claim: Claim) -> NamespacedName? {
        claim.secretName.map { NamespacedName(namespace: members[claim.member].namespace, name: $0) }
    }

    private mutating func bind(
        _ host: HostKey, _ claim: Claim, _ store: inout CertificateStore, log: inout DiagnosticLog
    ) {
        let member = members[claim.member]
        let field = "spec.tls[\(claim.section)]"
        guard let secret = secret(claim) else {
            let preferred = Self.namedSecrets(of: member)
            guard let found = store.fitting(host, in: member.namespace, preferred: preferred) else {
                leftToDefault.insert(host)
                guard !isDiscovered else { return }
                log.add(
                    .info, "NoFittingCertificate", on: member.reference, field: field,
                    "The section names no Secret, and no certificate of the namespace '\(member.namespace)' fits the "
                        + "\(host.described), so it gets the default certificate",
                    value: host.name, remedy: "set secretName, or add a Secret with a certificate for the host")
                return
            }
            bind(host, to: found, member: member, field: field, now: store.now, log: &log)
            return
        }
        switch usable(secret, on: member.reference, field: "\(field).secretName", &store, log: &log) {
        case nil:
            leftToDefault.insert(host)
            selected.absent.insert(
                AbsentCertificate(secret: secret.description, host: host.name, ingress: member.name))
        case let certificate?:
            bind(
                host, to: StoredCertificate(secret: secret, certificate: certificate), member: member,
                field: "\(field).secretName", now: store.now, log: &log)
        }
    }

    private mutating func bind(
        _ host: HostKey, to stored: StoredCertificate, member: Member, field: String, now: Date,
        log: inout DiagnosticLog
    ) {
        selected.add(stored.certificate)
        bindings[host] = ServerNameBinding(
            host: host.name, certificate: stored.certificate.reference.fingerprint)
        report(
            stored.certificate.findings(at: now, hosts: [host.name]), of: stored.secret,
            on: member.reference, field: field, log: &log)
    }

    /// Says what is odd about a certificate that is served nevertheless.
    private func report(
        _ findings: [CertificateFinding], of secret: NamespacedName, on object: ObjectReference, field: String,
        log: inout DiagnosticLog
    ) {
        for finding in findings {
            log.add(
                .warning, finding.reason, on: object, field: field, "Secret '\(secret)': \(finding.message)",
                value: secret.name, remedy: finding.remedy)
        }
    }

    /// The certificate of a Secret that a field names; nil, and a Warning, where it cannot be used.
    private func usable(
        _ secret: NamespacedName, on object: ObjectReference, field: String,
        _ store: inout CertificateStore, log: inout DiagnosticLog
    ) -> InspectedCertificate? {
        switch store.certificate(secret) {
        case .success(let certificate)?:
            return certificate
        case .failure(let problem)?:
            log.add(
                .warning, problem.reason, on: object, field: field,
                "The Secret '\(secret)' cannot be used, so \(substitute). "
                    + problem.message,
                value: secret.name, remedy: problem.remedy)
        case nil:
            let missing = store.snapshot.missing(Secret.kind, secret)
            log.add(
                .warning, missing.reason(Secret.kind), on: object, field: field,
                "\(missing.finding), so \(substitute)", value: secret.name,
                remedy: missing.remedy(
                    "create it in the namespace '\(secret.namespace)' with tls.crt and tls.key, or correct the name"))
        }
        return nil
    }

    // MARK: Hosts that no section names

    private mutating func bindUnnamedHosts(
        _ claims: [HostKey: Claim], _ store: inout CertificateStore, log: inout DiagnosticLog
    ) {
        for rules in hosts.hosts {
            let host = rules.host
            if rules.members.contains(where: { Self.hasSectionWithoutHosts(members[$0]) }) {
                selected.hostsWithTLS.insert(host)
            }
            guard host != .none, claims[host] == nil,
                host.coveringWildcard.map({ claims[$0] == nil }) ?? true
            else { continue }
            for position in rules.members {
                let member = members[position]
                let preferred = Self.namedSecrets(of: member)
                guard let found = store.fitting(host, in: member.namespace, preferred: preferred),
                    found.certificate.isValid(at: store.now)
                else { continue }
                bind(host, to: found, member: member, field: "spec.tls", now: store.now, log: &log)
                selected.hostsWithTLS.insert(host)
                break
            }
        }
        if members.contains(where: { $0.ingress.spec.rules.isEmpty && Self.hasSectionWithoutHosts($0) }) {
            selected.hostsWithTLS.insert(.none)
        }
    }

    private static func hasSectionWithoutHosts(_ member: Member) -> Bool {
        member.ingress.spec.tls.contains { $0.hosts.isEmpty }
    }

    /// The Secrets that the sections without hosts name.
    private static func namedSecrets(of member: Member) -> Set<String> {
        Set(member.ingress.spec.tls.filter(\.hosts.isEmpty).compactMap(\.secretName))
    }

    // MARK: The default certificate

    private mutating func selectDefault(_ store: inout CertificateStore, log: inout DiagnosticLog) {
        var winner: Claim?
        for (position, member) in members.enumerated() {
            for (index, section) in member.ingress.spec.tls.enumerated() where section.hosts.isEmpty {
                let claim = Claim(member: position, section: index, secretName: section.secretName.nonEmpty)
                guard claim.secretName != nil else { continue }
                guard let owner = winner else {
                    winner = claim
                    continue
                }
                reportDefaultConflict(winner: owner, loser: claim, log: &log)
            }
        }
        if let winner, let secret = secret(winner) {
            let object = members[winner.member].reference
            let field = "spec.tls[\(winner.section)].secretName"
            if let certificate = usable(secret, on: object, field: field, &store, log: &log) {
                takeDefault(secret, certificate, on: object, field: field, now: store.now, log: &log)
                return
            }
            selected.absent.insert(
                AbsentCertificate(secret: secret.description, ingress: members[winner.member].name))
        }
        guard let classDefault else { return }
        let field = "spec.tls.defaultCertificate"
        guard
            let certificate = usable(classDefault.secret, on: classDefault.source, field: field, &store, log: &log)
        else {
            selected.absent.insert(AbsentCertificate(secret: classDefault.secret.description))
            return
        }
        takeDefault(
            classDefault.secret, certificate, on: classDefault.source, field: field, now: store.now, log: &log)
    }

    private mutating func takeDefault(
        _ secret: NamespacedName, _ certificate: InspectedCertificate, on object: ObjectReference, field: String,
        now: Date, log: inout DiagnosticLog
    ) {
        selected.add(certificate)
        selected.defaultCertificate = certificate.reference.fingerprint
        report(certificate.findings(at: now), of: secret, on: object, field: field, log: &log)
    }

    private func reportDefaultConflict(winner: Claim, loser: Claim, log: inout DiagnosticLog) {
        guard let mine = secret(loser), let other = secret(winner), mine != other else { return }
        log.add(
            .warning, "DefaultCertificateConflict", on: members[loser.member].reference,
            field: "spec.tls[\(loser.section)].secretName",
            "The section names no hosts, which would make '\(mine)' the default certificate of the load balancer; "
                + "'\(other)' of the Ingress \(members[winner.member].name) comes first and wins",
            value: mine.name, remedy: "list the hosts of the certificate in the section")
    }

    /// Hosts that are left to the default certificate, the generated one included, must not get that of a wildcard that
    /// covers them: neither one of this load balancer, nor one of another that is served on the same listeners.
    private mutating func bindDefaults() {
        for host in leftToDefault {
            bindings[host] = ServerNameBinding(host: host.name, certificate: selected.defaultCertificate)
        }
    }
}
