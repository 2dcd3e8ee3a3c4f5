/// A TLS setting or certificate that can't be used. Never holds key material.
package enum TLSConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The plan refers to a certificate whose chain and key were not supplied.
    case certificateMissing(fingerprint: String)
    /// The chain is not PEM, or holds something that is no certificate.
    case chainUnreadable(fingerprint: String, detail: String)
    /// The leaf is another certificate than the one that the fingerprint names.
    case fingerprintMismatch(fingerprint: String, found: String)
    /// The key is not PEM, is encrypted, or is of an unsupported kind.
    case keyUnreadable(fingerprint: String)
    /// The key belongs to another certificate.
    case keyMismatch(fingerprint: String)
    /// The certificate is refused by the security level in force, such as an RSA key of less than 2048 bits.
    case certificateRefused(fingerprint: String, detail: String)
    /// The versions of the policy contradict each other, or OpenSSL refuses them.
    case policyRefused(detail: String)
    /// A trust root given as PEM can't be read, or the system's can't be loaded.
    case trustRootsUnreadable(detail: String)
    /// The library refused to set up a context, for want of memory or of randomness.
    case libraryFailure(detail: String)

    package var description: String {
        switch self {
        case .certificateMissing(let fingerprint):
            "certificate \(fingerprint): the chain and the key were not supplied"
        case .chainUnreadable(let fingerprint, let detail):
            "certificate \(fingerprint): the chain can't be read (\(detail)); it must be PEM, leaf first"
        case .fingerprintMismatch(let fingerprint, let found):
            "certificate \(fingerprint): the chain's first certificate has the fingerprint \(found)"
        case .keyUnreadable(let fingerprint):
            "certificate \(fingerprint): the private key can't be read; it must be unencrypted PEM"
        case .keyMismatch(let fingerprint):
            "certificate \(fingerprint): the private key belongs to another certificate"
        case .certificateRefused(let fingerprint, let detail):
            "certificate \(fingerprint): refused as too weak (\(detail)); "
                + "use RSA of at least 2048 bits or ECDSA, signed with SHA-256 or better"
        case .policyRefused(let detail): "TLS policy: \(detail)"
        case .trustRootsUnreadable(let detail): "trust roots: \(detail)"
        case .libraryFailure(let detail): "TLS library: \(detail)"
        }
    }

    /// The certificate at fault.
    package var fingerprint: String? {
        switch self {
        case .certificateMissing(let fingerprint), .chainUnreadable(let fingerprint, _),
            .fingerprintMismatch(let fingerprint, _), .keyUnreadable(let fingerprint),
            .keyMismatch(let fingerprint), .certificateRefused(let fingerprint, _):
            fingerprint
        case .policyRefused, .trustRootsUnreadable, .libraryFailure: nil
        }
    }
}
