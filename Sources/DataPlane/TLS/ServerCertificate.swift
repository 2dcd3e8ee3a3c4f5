internal import COpenSSL
package import LoadBalancerModel

/// A certificate chain and its key, parsed and checked, as connections use it.
///
/// Sendable: the OpenSSL objects are complete when `init` returns and nothing changes them after; OpenSSL counts
/// references to them atomically, so that loops may install them in their connections at the same time.
package final class ServerCertificate: @unchecked Sendable {
    /// SHA-256 over the DER form of the leaf, 64 lower-case hexadecimal digits.
    package let fingerprint: String
    /// The kind of the key, as `EVP_PKEY_get_base_id` gives it.
    let keyType: Int32

    /// The leaf. Owned.
    private let leaf: OpaquePointer
    /// The private key. Owned.
    private let key: OpaquePointer
    /// The intermediates in the order in which they are sent. Owned.
    private let intermediates: OpaquePointer

    /// Takes ownership of all three.
    init(fingerprint: String, leaf: OpaquePointer, key: OpaquePointer, intermediates: OpaquePointer) {
        self.fingerprint = fingerprint
        self.leaf = leaf
        self.key = key
        self.intermediates = intermediates
        keyType = EVP_PKEY_get_base_id(key)
    }

    deinit {
        X509_free(leaf)
        EVP_PKEY_free(key)
        headgate_sk_X509_free_all(intermediates)
    }

    /// Makes this the certificate of a connection for its kind of key. Two of different kinds stand side by side.
    func install(in ssl: OpaquePointer) -> Bool {
        SSL_use_cert_and_key(ssl, leaf, key, intermediates, 1) == 1
    }

    /// Asks the security level of a context about the chain.
    func isAccepted(by context: OpaquePointer) -> Bool {
        SSL_CTX_use_cert_and_key(context, leaf, key, intermediates, 1) == 1
    }
}

extension ServerCertificate {
    /// Parses a chain and its key.
    ///
    /// - Throws: an error that names `fingerprint` and what is wrong, never the key.
    package static func load(
        _ material: CertificateMaterial, fingerprint: String
    ) throws(TLSConfigurationError) -> ServerCertificate {
        defer { ERR_clear_error() }
        var chain = try CertificateChain(pem: material.certificateChainPEM, fingerprint: fingerprint)
        let found = try CertificateFingerprint.sha256(of: chain.leaf)
        guard found == fingerprint else {
            throw .fingerprintMismatch(fingerprint: fingerprint, found: found)
        }
        guard let key = material.privateKey.withPEM(PEMText.readPrivateKey) else {
            throw .keyUnreadable(fingerprint: fingerprint)
        }
        guard X509_check_private_key(chain.leaf, key) == 1 else {
            EVP_PKEY_free(key)
            throw .keyMismatch(fingerprint: fingerprint)
        }
        let (leaf, intermediates) = chain.take()
        return ServerCertificate(fingerprint: fingerprint, leaf: leaf, key: key, intermediates: intermediates)
    }
}
