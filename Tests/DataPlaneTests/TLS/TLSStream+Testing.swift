import COpenSSL
import LoadBalancerModel

@testable import DataPlane

extension TLSProgress {
    var failure: TLSFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }
}

// What a peer may do and our client never does.
extension TLSStream {
    /// The fingerprint of the peer's certificate.
    var peerFingerprint: String? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        return try? CertificateFingerprint.sha256(of: certificate)
    }

    func restrictVersion(to version: TLSVersion) {
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version.protocolNumber), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version.protocolNumber), nil)
    }

    func restrictCiphers(to list: String) {
        SSL_set_cipher_list(ssl, list)
    }

    func restrictSignatureAlgorithms(to list: String) {
        list.withCString { text in
            _ = SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, UnsafeMutableRawPointer(mutating: text))
        }
    }

    /// Offers these protocols by ALPN; none leaves the extension out.
    func offer(_ protocols: [String]) {
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        _ = SSL_set_alpn_protos(ssl, list, UInt32(list.count))
    }

    /// Asks for this name in the handshake.
    func ask(for name: String) {
        _ = headgate_SSL_set_tlsext_host_name(ssl, name)
    }

    /// Starts a second handshake on the connection, as TLS 1.2 knows it.
    func renegotiate() -> Bool {
        SSL_clear_options(ssl, headgate_SSL_OP_NO_RENEGOTIATION())
        return SSL_renegotiate(ssl) == 1
    }
}
