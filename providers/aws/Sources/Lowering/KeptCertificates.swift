internal import LoadBalancerModel
internal import Provisioning

/// What was imported from Secrets that can't be used any more, or whose Ingresses are left out: it goes on being served.
struct KeptCertificates {
    /// For clients without a server name.
    private(set) var standard: CertificateReference?
    private(set) var others: [CertificateReference] = []
    private var kept: [(absent: AbsentCertificate, reference: CertificateReference)] = []

    /// - Parameters:
    ///   - hosts: the hosts that the listener serves.
    ///   - quarantined: the Ingresses whose hosts aren't among them, and have what they had.
    init(_ plan: LoadBalancerPlan, hosts: [String], quarantined: Set<String>, environment: AWSEnvironment) {
        let leftOut = quarantined.union((plan.withheld ?? []).map(\.ingress))
        for certificate in plan.absentCertificates ?? [] {
            let isServed = certificate.host.map { host in hosts.contains { CertificateNames.covers(host, $0) } } ?? true
            guard isServed || certificate.ingress.map(leftOut.contains) ?? false,
                !plan.certificates.contains(where: { $0.secret == certificate.secret }),
                let reference = Self.reference(certificate, environment)
            else { continue }
            kept.append((certificate, reference))
            guard !plan.certificates.contains(where: { $0.secret == reference.secret }) else { continue }
            if certificate.host == nil, certificate.ingress.map({ !leftOut.contains($0) }) ?? true {
                standard = standard ?? reference
            } else if !others.contains(where: { $0.fingerprint == reference.fingerprint }) {
                others.append(reference)
            }
        }
    }

    /// What was imported from the Secret last; where nothing was, what names the host, or is the default one, for it may have
    /// been another Secret that was named before.
    private static func reference(
        _ absent: AbsentCertificate, _ environment: AWSEnvironment
    ) -> CertificateReference? {
        let standing = environment.standing
        let naming = standing.importedCertificates.first { imported in
            guard let host = absent.host else {
                return absent.ingress == nil && standing.isDefault(importedFrom: imported.reference)
            }
            // Names are known where certificates are looked up at all.
            let names = environment.certificate(imported.arn)?.domains ?? []
            guard !names.isEmpty else { return imported.ingress != nil && imported.ingress == absent.ingress }
            return names.contains { CertificateNames.covers($0.lowercased(), host) }
        }
        guard let imported = standing.imported(from: absent.secret) ?? naming else { return nil }
        let known = environment.certificate(imported.arn)
        let hosts = known?.domains ?? []
        return CertificateReference(
            fingerprint: imported.fingerprint, secret: imported.reference.name,
            hosts: hosts.isEmpty ? absent.host.map { [$0] } ?? [] : hosts,
            notAfter: known?.notAfter ?? "")
    }

    /// The hosts that they are for.
    var hosts: Set<String> { Set(kept.compactMap(\.absent.host)) }

    /// Tells what is served that the manifests don't hold.
    func report(to log: inout FidelityLog) {
        for (certificate, reference) in kept {
            let hosts = certificate.host.map { "the host \($0)" } ?? "clients without a server name"
            log.approximated(
                certificate.ingress,
                "\(hosts) get\(certificate.host == nil ? "" : "s") what was imported from the Secret \(reference.secret) "
                    + "last, for as long as the Secret \(certificate.secret) can't be used")
        }
    }
}
