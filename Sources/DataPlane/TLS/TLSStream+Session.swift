internal import COpenSSL
package import LoadBalancerModel

// What a handshake has agreed on. Texts are made when they are asked for.

extension TLSStream {
    /// The name that the client asked for, in lower case and without a trailing dot; nil where it sent none.
    package var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { ServerNameIndex.normalized(String(cString: $0)) }
    }

    /// The host of the binding whose certificate answers ``serverName``, as the plan states it; nil for the default
    /// certificate, and on the client's side.
    package var certificateHost: String? {
        guard case .server(let context) = side, let serverName else { return nil }
        return context.certificateHost(forServerName: serverName)
    }

    /// The policy that the handshake followed; nil before its ClientHello, and on the client's side.
    package var policy: TLSPolicy? {
        guard case .server = side else { return nil }
        return TLSServerContext.entry(of: ssl)?.policy
    }

    /// The version in use; nil before it is agreed on.
    package var version: TLSVersion? { TLSVersion(protocolNumber: SSL_version(ssl)) }

    /// The name of the cipher suite as OpenSSL spells it, such as `TLS_AES_128_GCM_SHA256`; nil before it is agreed on.
    package var cipherName: String? {
        SSL_get_current_cipher(ssl).map { String(cString: SSL_CIPHER_get_name($0)) }
    }

    /// Whether the handshake resumed an earlier session.
    package var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// What ALPN chose; nil where the client offered nothing.
    package var applicationProtocol: ApplicationProtocol? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        guard length > 0 else { return nil }
        return ApplicationProtocol(
            rawValue: String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self))
    }
}
