internal import LoadBalancerModel
internal import Provisioning

/// The certificates of an HTTPS listener: imported from Secrets, named by settings, and found in ACM by host.
///
/// AWS chooses among them by the names that they hold, and doesn't bind names to certificates.
struct ListenerCertificates {
    /// Nil where there is no certificate at all.
    private(set) var standard: ResourceLink?
    private(set) var others: [ResourceLink] = []
    /// The imported ones.
    private(set) var imported: [CertificateReference] = []
    /// All of them for people, the default one first.
    private(set) var presented: [ServedCertificate] = []

    /// A certificate and the names that it holds.
    private struct Choice {
        var link: ResourceLink
        var domains: [String]
        var title: String
        var source: String
        /// In RFC 3339; nil where it isn't known.
        var notAfter: String?
    }

    /// - Parameters:
    ///   - hosts: the hosts that the listener serves.
    ///   - quarantined: the Ingresses whose hosts aren't among them, and have what they had.
    init(
        _ tls: ListenerTLS, plan: LoadBalancerPlan, hosts: [String], quarantined: Set<String>,
        environment: AWSEnvironment, settings: AWSSettings, log: inout FidelityLog
    ) {
        let references = Dictionary(plan.certificates.map { ($0.fingerprint, $0) }) { first, _ in first }
        let named = settings.certificateARNs.map { arn in
            let known = environment.certificate(arn)
            return Choice(
                link: .identifier(arn), domains: known?.domains ?? [], title: arn, source: arn,
                notAfter: known?.notAfter)
        }
        let kept = KeptCertificates(plan, hosts: hosts, quarantined: quarantined, environment: environment)
        let own = tls.defaultCertificate.flatMap { references[$0] } ?? kept.standard
        var bound: [Choice] = []
        for reference in tls.certificates.compactMap({ $0.certificate.flatMap { references[$0] } }) + kept.others {
            let choice = use(reference)
            if !bound.contains(where: { $0.link == choice.link }) { bound.append(choice) }
        }
        // The sections of TLS name hosts, too, as of rules for all hosts.
        let hosts = Set(hosts + tls.certificates.map(\.host)).sorted()
        let found = Self.discover(hosts, tls: tls, environment: environment, settings: settings)
        // An Ingress that names a certificate doesn't displace one that is live.
        let isOfParameters = plan.provider.ownSettings["certificateARNs"] != nil
        let standing = bound.first { choice in
            guard case .resource(let reference) = choice.link else { return false }
            return environment.standing.isDefault(importedFrom: reference)
        }
        let standardChoice =
            (isOfParameters ? named.first : nil) ?? own.map { use($0) } ?? standing ?? named.first ?? bound.first
            ?? found.first
        guard let standardChoice else { return }
        standard = standardChoice.link
        if own == nil, !named.contains(where: { $0.link == standardChoice.link }) {
            log.approximated(
                nil,
                "clients without a server name, or with an unknown one, get the certificate of \(standardChoice.title), for "
                    + "AWS has no self-signed one; name another in tls.defaultCertificate")
        }
        var all = [standardChoice]
        for choice in bound + named + found where !all.contains(where: { $0.link == choice.link }) {
            all.append(choice)
        }
        others = all.dropFirst().map(\.link).sorted { $0.sortKey < $1.sortKey }
        presented = all.map { ServedCertificate(source: $0.source, names: $0.domains, notAfter: $0.notAfter) }
        kept.report(to: &log)
        report(tls, references, all, kept: kept.hosts, isDiscovered: settings.certificateDiscovery, &log)
        if settings.certificateDiscovery { report(unfit: hosts, tls, all, &log) }
    }

    private mutating func use(_ reference: CertificateReference) -> Choice {
        if !imported.contains(where: { $0.fingerprint == reference.fingerprint }) { imported.append(reference) }
        return Choice(
            link: .resource(Self.reference(of: reference)), domains: reference.hosts.map { $0.lowercased() },
            title: "the Secret \(reference.secret)", source: reference.secret, notAfter: reference.notAfter)
    }

    static func reference(of certificate: CertificateReference) -> ResourceReference {
        ResourceReference(type: AWSResource.ResourceType.certificate, name: certificate.secret)
    }

    /// The certificates of ACM for hosts that the plan has none for: of those that fit the one that names the host itself,
    /// then the one that is valid for longest.
    private static func discover(
        _ hosts: [String], tls: ListenerTLS, environment: AWSEnvironment, settings: AWSSettings
    ) -> [Choice] {
        guard settings.certificateDiscovery else { return [] }
        let bound = tls.certificates.filter { binding in
            binding.certificate != nil && binding.certificate != tls.defaultCertificate
        }.map(\.host)
        let usable = environment.certificates.filter { $0.status == "ISSUED" && !$0.isOurs }
        var found: [Choice] = []
        for host in hosts where !bound.contains(where: { CertificateNames.covers($0, host) }) {
            let fitting = usable.filter { certificate in
                certificate.domains.contains { CertificateNames.covers($0.lowercased(), host) }
            }
            let best = fitting.min { first, second in
                let exact = (first.domains.contains(host), second.domains.contains(host))
                if exact.0 != exact.1 { return exact.0 }
                if first.notAfter != second.notAfter { return (first.notAfter ?? "") > (second.notAfter ?? "") }
                return first.arn < second.arn
            }
            if let best, !found.contains(where: { $0.link == .identifier(best.arn) }) {
                found.append(
                    Choice(
                        link: .identifier(best.arn), domains: best.domains.map { $0.lowercased() }, title: best.arn,
                        source: best.arn, notAfter: best.notAfter))
            }
        }
        return found
    }

    /// Tells of hosts that nothing was found for.
    private func report(unfit hosts: [String], _ tls: ListenerTLS, _ all: [Choice], _ log: inout FidelityLog) {
        let told = Set(tls.certificates.map(\.host))
        for host in hosts where !told.contains(host) {
            let isNamed = all.contains { $0.domains.contains { CertificateNames.covers($0.lowercased(), host) } }
            guard !isNamed else { continue }
            log.approximated(
                nil,
                "the host \(host) gets the certificate of \(all[0].title), which doesn't name it, for no certificate of ACM "
                    + "does; request or import one there, or name one in spec.tls")
        }
    }

    /// Says where AWS's choice by names may be another than the plan's.
    private func report(
        _ tls: ListenerTLS, _ references: [String: CertificateReference], _ all: [Choice], kept: Set<String>,
        isDiscovered: Bool, _ log: inout FidelityLog
    ) {
        for binding in tls.certificates {
            if let policy = binding.policy, policy != tls.policy {
                log.unsupported(
                    nil,
                    "the host \(binding.host) is served with \(tls.policy) instead of \(policy), for AWS has one policy for "
                        + "a listener; give the host a load balancer of its own by sharing.mode")
            }
            guard binding.certificate == nil, !kept.contains(binding.host) else { continue }
            let named = all.first { $0.domains.contains { CertificateNames.covers($0, binding.host) } }
            if named != nil, isDiscovered { continue }
            log.approximated(
                nil,
                "the host \(binding.host) gets the certificate of \((named ?? all[0]).title), which "
                    + "\(named == nil ? "doesn't name it" : "names it"), for AWS has no self-signed one; name one in spec.tls"
            )
        }
        for binding in tls.certificates {
            guard let reference = binding.certificate.flatMap({ references[$0] }) else { continue }
            let link = ResourceLink.resource(Self.reference(of: reference))
            let fitting = all.filter { choice in
                choice.domains.contains { CertificateNames.covers($0, binding.host) }
            }
            // Where no certificate names the host, AWS serves the default one.
            if fitting.isEmpty, link == standard { continue }
            if !fitting.contains(where: { $0.link == link }) {
                log.approximated(
                    nil,
                    "the host \(binding.host) doesn't get the certificate of the Secret \(reference.secret), which doesn't "
                        + "name it: AWS chooses by the names in certificates; use one that names the host")
            } else if fitting.count > 1 {
                log.approximated(
                    nil,
                    "for the host \(binding.host) AWS chooses among "
                        + "\(fitting.map(\.title).sorted().joined(separator: " and ")), which all name it")
            }
        }
    }
}

/// Names of certificates (RFC 6125, section 6.4.3).
enum CertificateNames {
    /// Whether a name of a certificate, or a host pattern, covers a host or a wildcard host.
    static func covers(_ name: String, _ host: String) -> Bool {
        if name == host { return true }
        guard name.hasPrefix("*."), !host.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex
        else { return false }
        return name.dropFirst() == host[dot...]
    }
}

extension ResourceLink {
    /// By what links are ordered.
    var sortKey: String {
        switch self {
        case .resource(let reference): reference.description
        case .identifier(let identifier): identifier
        }
    }
}
