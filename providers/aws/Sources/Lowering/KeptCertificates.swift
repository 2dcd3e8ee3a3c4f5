internal import LoadBalancerModel

/// What was imported from Secrets that can't be used any more, or whose Ingresses are withheld: it goes on being served.
struct KeptCertificates {
    /// For clients without a server name.
    private(set) var standard: CertificateReference?
    private(set) var others: [CertificateReference] = []
    private var absent: [AbsentCertificate] = []

    /// - Parameter hosts: the hosts that the listener serves.
    init(_ plan: LoadBalancerPlan, hosts: [String], environment: AWSEnvironment) {
        let withheld = Set((plan.withheld ?? []).map(\.ingress))
        for certificate in plan.absentCertificates ?? [] {
            let isServed = certificate.host.map { host in hosts.contains { CertificateNames.covers(host, $0) } } ?? true
            guard isServed || certificate.ingress.map(withheld.contains) ?? false,
                !plan.certificates.contains(where: { $0.secret == certificate.secret }),
                let reference = Self.reference(certificate, environment)
            else { continue }
            absent.append(certificate)
            if certificate.host == nil, certificate.ingress.map({ !withheld.contains($0) }) ?? true {
                standard = standard ?? reference
            } else if !others.contains(where: { $0.fingerprint == reference.fingerprint }) {
                others.append(reference)
            }
        }
    }

    private static func reference(
        _ absent: AbsentCertificate, _ environment: AWSEnvironment
    ) -> CertificateReference? {
        guard let imported = environment.standing.imported(from: absent.secret) else { return nil }
        let known = environment.certificates.first { $0.arn == imported.arn }
        return CertificateReference(
            fingerprint: imported.fingerprint, secret: absent.secret,
            hosts: known?.domains ?? absent.host.map { [$0] } ?? [], notAfter: known?.notAfter ?? "")
    }

    /// Tells what is served that the manifests don't hold.
    func report(to log: inout FidelityLog) {
        for certificate in absent {
            let hosts = certificate.host.map { "the host \($0)" } ?? "clients without a server name"
            log.approximated(
                certificate.ingress,
                "\(hosts) get\(certificate.host == nil ? "" : "s") what was imported from the Secret \(certificate.secret) "
                    + "last, for as long as that can't be used")
        }
    }
}
