package import FoundationEssentials

/// Something odd about a certificate that is served nevertheless.
package enum CertificateFinding: Hashable, Sendable {
    /// The validity ended.
    case expired(Date)
    /// The validity is yet to begin.
    case notYetValid(Date)
    /// The certificate does not stand for a host that it is served for.
    case otherHosts(wanted: String, certificate: [String])
    /// The certificate of the key was not the first of the chain, but at this position, counting from 1; the chain is
    /// served in the right order.
    case leafNotFirst(position: Int)
    /// There is no subject alternative name; the common name stands in for it here, but not for clients.
    case noAlternativeName
}

extension CertificateFinding {
    /// A short, stable label in upper camel case, safe for events and metrics.
    package var reason: String {
        switch self {
        case .expired: "CertificateExpired"
        case .notYetValid: "CertificateNotYetValid"
        case .otherHosts: "CertificateHostMismatch"
        case .leafNotFirst: "CertificateChainOrder"
        case .noAlternativeName: "CertificateWithoutAlternativeName"
        }
    }

    /// What was found, as a sentence.
    package var message: String {
        switch self {
        case .expired(let date): "The certificate expired at \(date.formatted(.iso8601)); it is served nevertheless."
        case .notYetValid(let date):
            "The certificate is not valid before \(date.formatted(.iso8601)); it is served nevertheless."
        case .otherHosts(let wanted, let names):
            "The certificate does not stand for `\(wanted)`, but for \(Self.list(names)); it is served nevertheless."
        case .leafNotFirst(let position):
            "The certificate of the key is number \(position) of `tls.crt`, not the first; it is served first."
        case .noAlternativeName:
            "The certificate has no subject alternative name, and clients ignore the common name."
        }
    }

    /// What to do about it, as a sentence.
    package var remedy: String {
        switch self {
        case .expired: "Renew it."
        case .notYetValid: "Wait, set the clock right, or issue it anew."
        case .otherHosts(let wanted, _): "Issue it with the DNS name `\(wanted)`."
        case .leafNotFirst: "Store the certificate of the host first, then each certificate that signed the one before."
        case .noAlternativeName: "Issue it with its host as a DNS name in the subject alternative name."
        }
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "no host" }
        let shown = names.prefix(3).map { "`\(AnnotationText.shown($0))`" }.joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }
}
