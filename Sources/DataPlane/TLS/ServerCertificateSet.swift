internal import COpenSSL
package import LoadBalancerModel

/// The certificates of a configuration, parsed once and shared by all its listeners and loops.
package struct ServerCertificateSet: Sendable {
    private struct Loaded {
        let certificate: ServerCertificate
        /// What it was made of: the same leaf may come back with other intermediates.
        let chainPEM: String
    }

    private var loaded: [String: Loaded] = [:]
    /// What can't be used, ordered by fingerprint. Listeners answer with their default certificate in its place.
    package private(set) var unusable: [TLSConfigurationError] = []

    /// - Parameters:
    ///   - materials: chains and keys by fingerprint.
    ///   - previous: the set of the configuration before; what has not changed is taken from it as it is.
    /// - Throws: ``TLSConfigurationError/libraryFailure(detail:)``; a certificate at fault only joins ``unusable``.
    package init(
        _ materials: [String: CertificateMaterial], reusing previous: ServerCertificateSet? = nil
    ) throws(TLSConfigurationError) {
        let level = try SecurityLevel()
        for (fingerprint, material) in materials.sorted(by: { $0.key < $1.key }) {
            if let known = previous?.loaded[fingerprint], known.chainPEM == material.certificateChainPEM {
                loaded[fingerprint] = known
                continue
            }
            do throws(TLSConfigurationError) {
                let certificate = try ServerCertificate.load(material, fingerprint: fingerprint)
                try level.check(certificate)
                loaded[fingerprint] = Loaded(certificate: certificate, chainPEM: material.certificateChainPEM)
            } catch {
                unusable.append(error)
            }
        }
    }

    package subscript(fingerprint: String) -> ServerCertificate? { loaded[fingerprint]?.certificate }
}

/// Asks what a handshake would ask: whether OpenSSL's security level admits a chain.
private struct SecurityLevel: ~Copyable {
    private let context: OpaquePointer

    init() throws(TLSConfigurationError) {
        context = try TLSSettings.makeContext(method: TLS_server_method(), minimum: .tls12, maximum: .tls13)
    }

    deinit { SSL_CTX_free(context) }

    func check(_ certificate: ServerCertificate) throws(TLSConfigurationError) {
        guard certificate.isAccepted(by: context) else {
            throw .certificateRefused(fingerprint: certificate.fingerprint, detail: OpenSSLErrors.drain())
        }
    }
}
