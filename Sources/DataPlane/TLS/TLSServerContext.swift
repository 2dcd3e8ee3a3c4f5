internal import COpenSSL
package import LoadBalancerModel

/// How an HTTPS listener terminates TLS, compiled from the plan: one OpenSSL context with the listener's policy, and the
/// index of server names. The policy of a connection is set when its ClientHello names the server, and its certificate
/// is installed when the handshake needs one, so that a listener with ten thousand certificates costs ten thousand parsed
/// certificates and not as many contexts, and a change of one costs one.
///
/// A changed plan makes a new context; connections keep the one that they started with.
///
/// Sendable: nothing changes after `init`. OpenSSL allows connections to be made from one `SSL_CTX` by any number of
/// threads as long as none configures it; its session cache, the part that connections would change, is off.
package final class TLSServerContext: @unchecked Sendable {
    /// The policy of server names that have none of their own, of unknown ones, and of clients that send none.
    package let policy: TLSPolicy
    /// Fingerprints that the listener refers to and that are unusable or missing, ordered: their hosts are answered with
    /// the default certificate.
    package let missingCertificates: [String]

    /// Owned. Its application data is this object, unretained: streams keep both alive.
    private let context: OpaquePointer
    let index: ServerNameIndex
    let ticketKeys: SessionTicketKeys
    /// What ALPN may choose, in the order of preference.
    let applicationProtocols: [ApplicationProtocol]

    /// - Parameters:
    ///   - settings: the TLS settings of the listener.
    ///   - certificates: the certificates of the configuration.
    ///   - ticketKeys: the keys of session tickets, the same for all contexts of a load balancer.
    ///   - applicationProtocols: what ALPN may choose, in the order of preference.
    /// - Throws: ``TLSConfigurationError/policyRefused(detail:)``, ``TLSConfigurationError/libraryFailure(detail:)``.
    package init(
        _ settings: ListenerTLS,
        certificates: ServerCertificateSet,
        ticketKeys: SessionTicketKeys,
        applicationProtocols: [ApplicationProtocol] = [.http11, .http10]
    ) throws(TLSConfigurationError) {
        policy = settings.policy
        for policy in [settings.policy] + settings.certificates.compactMap(\.policy) { try Self.check(policy) }
        let references = (settings.certificates.map(\.certificate) + [settings.defaultCertificate]).compactMap(\.self)
        missingCertificates = Set(references.filter { certificates[$0] == nil }).sorted()
        let generated = try ServerCertificate.selfSignedDefault()
        let fallback = settings.defaultCertificate.flatMap { certificates[$0] } ?? generated
        index = ServerNameIndex(
            bindings: settings.certificates.map { binding in
                ServerNameIndex.Binding(
                    host: binding.host,
                    certificate: binding.certificate.map { certificates[$0] } ?? generated,
                    policy: binding.policy ?? settings.policy)
            },
            fallback: ServerNameIndex.Entry(host: nil, certificates: [fallback], policy: settings.policy))
        self.ticketKeys = ticketKeys
        self.applicationProtocols = applicationProtocols
        context = try TLSSettings.makeContext(
            method: TLS_server_method(), minimum: policy.minimumVersion, maximum: policy.maximumVersion)
        headgate_SSL_CTX_set_server_options(context)
        headgate_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        // One ticket per handshake, where OpenSSL gives two with TLS 1.3: each costs a tenth of a full handshake, and a
        // client that resumes gets the next one then.
        SSL_CTX_set_num_tickets(context, 1)
        SSL_CTX_set_timeout(context, Int(ticketKeys.ticketLifetime.components.seconds))
        headgate_SSL_CTX_set_app_data(context, Unmanaged.passUnretained(self).toOpaque())
        setCallbacks(of: context)
    }

    deinit { SSL_CTX_free(context) }

    /// A handle for one connection. The caller owns it, and keeps this object for as long.
    func makeHandle() throws(TLSConfigurationError) -> OpaquePointer {
        guard let ssl = SSL_new(context) else { throw .libraryFailure(detail: OpenSSLErrors.drain()) }
        SSL_set_accept_state(ssl)
        return ssl
    }

    private static func check(_ policy: TLSPolicy) throws(TLSConfigurationError) {
        guard policy.minimumVersion.protocolNumber <= policy.maximumVersion.protocolNumber else {
            throw .policyRefused(
                detail: "the minimum version \(policy.minimumVersion.rawValue) is above "
                    + "the maximum version \(policy.maximumVersion.rawValue)")
        }
    }

    /// The host of the binding whose certificate answers a server name, as the plan states it (in lower case); nil where
    /// the default certificate does.
    package func certificateHost(forServerName name: String) -> String? {
        index.match(ServerNameIndex.normalized(name))?.host
    }
}

extension TLSStream {
    /// The server's side of a connection that has been accepted.
    ///
    /// - Throws: ``TLSConfigurationError/libraryFailure(detail:)`` when memory runs out.
    package init(
        accepting context: TLSServerContext, descriptor: Int32, buffers: TLSLoopBuffers
    ) throws(TLSConfigurationError) {
        try self.init(
            ssl: context.makeHandle(), descriptor: descriptor, buffers: buffers, retaining: .server(context))
    }
}
