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
    /// What is odd about the Secret without keeping it from being served, whatever the time; for the state at a given
    /// time ask ``findings(at:)``.
    package var findings: [CertificateFinding]

    /// Everything that deserves a Warning at `now`: ``findings``, expiry, and a validity that is yet to begin.
    package func findings(at now: Date) -> [CertificateFinding] {
        if now > notAfter { return [.expired(notAfter)] + findings }
        if now < notBefore { return [.notYetValid(notBefore)] + findings }
        return findings
    }

    /// Whether the certificate is valid at `now`.
    package func isValid(at now: Date) -> Bool {
        (notBefore...notAfter).contains(now)
    }
}

/// Something odd about a certificate that is served nevertheless.
package enum CertificateFinding: Hashable, Sendable {
    /// The validity ended.
    case expired(Date)
    /// The validity is yet to begin.
    case notYetValid(Date)
}
