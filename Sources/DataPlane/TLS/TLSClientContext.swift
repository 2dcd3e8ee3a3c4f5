internal import COpenSSL
internal import Glibc
package import LoadBalancerModel

/// How TLS is spoken to the targets of a pool: TLS 1.2 and 1.3, ALPN `http/1.1`.
///
/// Sendable: nothing changes after `init`, as for ``TLSServerContext``. Sessions go to the slots of the streams, not to
/// a cache of the `SSL_CTX`.
package final class TLSClientContext: @unchecked Sendable {
    /// Where trust in certificates starts.
    package enum TrustRoots: Hashable, Sendable {
        /// The system's: OpenSSL's directory, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` name. Read once per process.
        case system
        /// The certificates of a PEM text.
        case pem(String)
    }

    /// The name that is sent and required where the stream gives none.
    package let serverName: String?
    /// Whether the target's certificate must be valid for the name.
    package let verify: Bool

    /// Owned.
    private let context: OpaquePointer

    /// - Throws: ``TLSConfigurationError/trustRootsUnreadable(detail:)``, ``TLSConfigurationError/libraryFailure(detail:)``.
    package init(
        _ settings: BackendTLS, trustRoots: TrustRoots = .system
    ) throws(TLSConfigurationError) {
        serverName = settings.serverName
        verify = settings.verify
        let store = settings.verify ? try TrustStore.shared(trustRoots) : nil
        context = try TLSSettings.makeContext(method: TLS_client_method(), minimum: .tls12, maximum: .tls13)
        headgate_SSL_CTX_set_common_options(context)
        if let store {
            // Counts a reference of its own.
            SSL_CTX_set1_cert_store(context, store.pointer)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        } else {
            // Without verification the strength of the target's certificate protects nothing: old ones do.
            SSL_CTX_set_security_level(context, 1)
            SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        }
        let protocols = ApplicationProtocol.wireFormat([.http11])
        // Unlike its neighbours, this function returns 0 on success.
        guard SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0 else {
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        headgate_SSL_CTX_set_session_cache_mode(
            context, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR))
        SSL_CTX_sess_set_new_cb(context) { ssl, session in TLSSessionSlot.keep(session, of: ssl) }
    }

    deinit { SSL_CTX_free(context) }

    /// A handle for one connection. The caller owns it, and keeps this object for as long.
    func makeHandle(serverName: String?) throws(TLSConfigurationError) -> OpaquePointer {
        guard let ssl = SSL_new(context) else { throw .libraryFailure(detail: OpenSSLErrors.drain()) }
        SSL_set_connect_state(ssl)
        guard configure(ssl, serverName: serverName) else {
            SSL_free(ssl)
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        return ssl
    }

    /// Sends and requires the name. Addresses are never sent (RFC 6066, section 3), but required all the same.
    private func configure(_ ssl: OpaquePointer, serverName: String?) -> Bool {
        guard let name = serverName.map(ServerNameIndex.normalized), !name.isEmpty else {
            // Verification without a name to verify would accept any certificate that anyone holds.
            return !verify
        }
        if Self.isAddress(name) {
            return !verify || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1
        }
        guard headgate_SSL_set_tlsext_host_name(ssl, name) == 1 else { return false }
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return !verify || SSL_set1_host(ssl, name) == 1
    }

    static func isAddress(_ name: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1
    }
}

extension TLSStream {
    /// The client's side of a connection that is established.
    ///
    /// - Parameters:
    ///   - serverName: the name to send and require where the pool's settings have none: the request's host, without a
    ///     port.
    ///   - session: where a session is kept for the next connection to the same target under the same name; nil
    ///     for full handshakes only.
    /// - Throws: ``TLSConfigurationError/libraryFailure(detail:)``, also where a certificate must be verified and there is
    ///   no name to verify it for.
    package init(
        connecting context: TLSClientContext, serverName: String? = nil, descriptor: Int32, buffers: TLSLoopBuffers,
        session: TLSSessionSlot? = nil
    ) throws(TLSConfigurationError) {
        let ssl = try context.makeHandle(serverName: context.serverName ?? serverName)
        session?.attach(to: ssl)
        try self.init(
            ssl: ssl, descriptor: descriptor, buffers: buffers,
            retaining: .client(context, session))
    }
}
