package import FoundationEssentials
package import LoadBalancerModel

/// A certificate that can be served: a chain, leaf first, and the key that fits it.
package struct InspectedCertificate: Sendable, Equatable {
    /// What the plan says of the certificate.
    package var reference: CertificateReference
    /// What the load balancer is given, apart from the plan.
    package var material: CertificateMaterial
    package var notBefore: Date
    package var notAfter: Date
    /// What is odd about the Secret whatever the time and the host.
    package var findings: [CertificateFinding]

    /// Everything that deserves a Warning where the certificate is served for `hosts` at `now`.
    package func findings(at now: Date, hosts: some Sequence<String> = EmptyCollection()) -> [CertificateFinding] {
        var all = findings
        if now > notAfter { all.append(.expired(notAfter)) }
        if now < notBefore { all.append(.notYetValid(notBefore)) }
        for host in hosts where !covers(host: host) {
            all.append(.otherHosts(wanted: host, certificate: reference.hosts))
        }
        return all
    }

    /// Whether the certificate is valid at `now`.
    package func isValid(at now: Date) -> Bool {
        notBefore <= now && now <= notAfter
    }
}
