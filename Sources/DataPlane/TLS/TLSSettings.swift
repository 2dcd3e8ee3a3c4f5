internal import COpenSSL
internal import LoadBalancerModel

/// What server and client contexts have in common.
enum TLSSettings {
    /// TLS 1.2: forward secrecy and authenticated encryption only (the intermediate list of Mozilla's guidelines without
    /// finite-field Diffie-Hellman).
    static let cipherList =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    /// TLS 1.3: all of OpenSSL's default suites; AES-128 first, as it is the cheapest and mandatory (RFC 8446, 9.1).
    static let cipherSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    static let groups = "X25519:P-256:P-384"

    /// A context with the settings of both sides. The caller owns it.
    static func makeContext(
        method: OpaquePointer?, minimum: TLSVersion, maximum: TLSVersion
    ) throws(TLSConfigurationError) -> OpaquePointer {
        guard let context = SSL_CTX_new(method) else { throw .libraryFailure(detail: OpenSSLErrors.drain()) }
        let isAccepted =
            headgate_SSL_CTX_set_min_proto_version(context, minimum.protocolNumber) == 1
            && headgate_SSL_CTX_set_max_proto_version(context, maximum.protocolNumber) == 1
            && SSL_CTX_set_cipher_list(context, cipherList) == 1
            && SSL_CTX_set_ciphersuites(context, cipherSuites) == 1
            && headgate_SSL_CTX_set1_groups_list(context, groups) == 1
        guard isAccepted else {
            SSL_CTX_free(context)
            throw .policyRefused(detail: OpenSSLErrors.drain())
        }
        // Record buffers exist only while they hold something. Neither partial nor moving writes: what OpenSSL writes
        // always finds room in the loop's record buffer.
        headgate_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        // Takes header and body of a record, and the records behind it, in one system call.
        headgate_SSL_CTX_set_read_ahead(context, 1)
        return context
    }
}

extension TLSVersion {
    /// The number in the protocol (RFC 8446, section 4.2.1).
    var protocolNumber: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }

    init?(protocolNumber: Int32) {
        guard let version = TLSVersion.allCases.first(where: { $0.protocolNumber == protocolNumber }) else {
            return nil
        }
        self = version
    }
}
