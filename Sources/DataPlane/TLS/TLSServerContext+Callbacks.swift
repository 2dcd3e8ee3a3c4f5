internal import COpenSSL
internal import LoadBalancerModel

// OpenSSL calls these during a handshake, on the thread of the loop that carries it on. They find the context through
// the application data of the `SSL_CTX`; the stream under handshake keeps it alive.

extension TLSServerContext {
    func setCallbacks(of context: OpaquePointer) {
        SSL_CTX_set_client_hello_cb(context, { ssl, _, _ in TLSServerContext.receiveName(of: ssl) }, nil)
        headgate_SSL_CTX_set_tlsext_servername_callback(
            context, { ssl, _, _ in TLSServerContext.acknowledgeServerName(of: ssl) }, nil)
        SSL_CTX_set_cert_cb(context, { ssl, _ in TLSServerContext.installCertificate(in: ssl) }, nil)
        SSL_CTX_set_alpn_select_cb(
            context,
            { ssl, chosen, chosenLength, offered, offeredLength, _ in
                TLSServerContext.chooseProtocol(
                    of: ssl, offered: UnsafeBufferPointer(start: offered, count: Int(offeredLength)),
                    chosen: chosen, chosenLength: chosenLength)
            }, nil)
        SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { ssl, name, vector, cipher, mac, sealing in
            guard let ssl, let name, let vector, let cipher, let mac else { return -1 }
            return sealing == 1
                ? TLSServerContext.sealTicket(of: ssl, name: name, vector: vector, cipher: cipher, mac: mac)
                : TLSServerContext.openTicket(of: ssl, name: name, vector: vector, cipher: cipher, mac: mac)
        }
    }

    private static func of(_ ssl: OpaquePointer?) -> TLSServerContext? {
        guard let ssl, let data = headgate_SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) else { return nil }
        return Unmanaged<TLSServerContext>.fromOpaque(data).takeUnretainedValue()
    }

    /// Settles what the server name decides about, before OpenSSL chooses a version or looks at what the client wants to
    /// resume. Called anew for the ClientHello that answers a HelloRetryRequest, whose name is the one that counts.
    private static func receiveName(of ssl: OpaquePointer?) -> Int32 {
        guard let ssl, let context = of(ssl) else { return SSL_CLIENT_HELLO_ERROR }
        var data: UnsafePointer<UInt8>?
        var length = 0
        let isNamed = SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_server_name), &data, &length) == 1
        let name = ServerNameIndex.normalized(
            ServerNameExtension.hostName(UnsafeBufferPointer(start: data, count: isNamed ? length : 0)))
        let isSettled = bindSession(of: ssl, to: name) && context.applyPolicy(of: name, to: ssl)
        return isSettled ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR
    }

    /// Ties the session to the server name: a session must not be resumed under another name (RFC 6066, section 3). The
    /// identifier does not depend on the context, so that sessions survive a change of the configuration.
    private static func bindSession(of ssl: OpaquePointer, to name: String) -> Bool {
        var name = name
        var identifier = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        return name.withUTF8 { bytes in
            SHA256(bytes.baseAddress, bytes.count, &identifier) != nil
                && SSL_set_session_id_context(ssl, identifier, UInt32(identifier.count)) == 1
        }
    }

    /// Sets the versions that the name allows, and notes the entry that said so: it lives as long as the context.
    private func applyPolicy(of name: String, to ssl: OpaquePointer) -> Bool {
        let entry = index.match(name) ?? index.fallback
        guard headgate_SSL_set_app_data(ssl, Unmanaged.passUnretained(entry).toOpaque()) == 1 else { return false }
        if index.hasOnePolicy { return true }
        return headgate_SSL_set_min_proto_version(ssl, entry.policy.minimumVersion.protocolNumber) == 1
            && headgate_SSL_set_max_proto_version(ssl, entry.policy.maximumVersion.protocolNumber) == 1
    }

    /// What the server name of a handshake chose; nil before its ClientHello.
    static func entry(of ssl: OpaquePointer) -> ServerNameIndex.Entry? {
        headgate_SSL_get_app_data(ssl).map {
            Unmanaged<ServerNameIndex.Entry>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Acknowledges the name where a certificate is bound to it, and lets OpenSSL keep it with the session. A name that
    /// nothing is bound to is answered with the default certificate and no acknowledgement.
    private static func acknowledgeServerName(of ssl: OpaquePointer?) -> Int32 {
        guard let ssl, let context = of(ssl), let name = serverName(of: ssl) else { return SSL_TLSEXT_ERR_NOACK }
        return context.index.match(name) == nil ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK
    }

    /// Chooses the certificate. Not called when a session is resumed, which needs none.
    private static func installCertificate(in ssl: OpaquePointer?) -> Int32 {
        guard let ssl, let context = of(ssl) else { return 0 }
        let entry = serverName(of: ssl).flatMap(context.index.match) ?? context.index.fallback
        return entry.certificates.allSatisfy { $0.install(in: ssl) } ? 1 : 0
    }

    /// The name that the client asks for, in lower case and without a trailing dot.
    private static func serverName(of ssl: OpaquePointer) -> String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { ServerNameIndex.normalized(String(cString: $0)) }
    }

    /// The first of our protocols that the client offers. A client that offers only others is refused with
    /// `no_application_protocol`, as RFC 7301, section 3.2, demands and nginx does since 1.21.4: a server that went on in
    /// a protocol which the client did not offer could be made to answer in place of another service. A client that
    /// offers none at all never gets here and speaks HTTP/1.1.
    private static func chooseProtocol(
        of ssl: OpaquePointer?, offered: UnsafeBufferPointer<UInt8>,
        chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, chosenLength: UnsafeMutablePointer<UInt8>?
    ) -> Int32 {
        guard let context = of(ssl), let chosen, let chosenLength else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        for candidate in context.applicationProtocols {
            guard let range = ApplicationProtocol.find(candidate, in: offered), let base = offered.baseAddress else {
                continue
            }
            chosen.pointee = base + range.lowerBound
            chosenLength.pointee = UInt8(range.count)
            return SSL_TLSEXT_ERR_OK
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

    /// Returns 1 when ready to seal. A new ticket without a key would be none: -1 ends the handshake.
    private static func sealTicket(
        of ssl: OpaquePointer, name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>,
        cipher: OpaquePointer, mac: OpaquePointer
    ) -> Int32 {
        guard let context = of(ssl), RAND_bytes(vector, EVP_MAX_IV_LENGTH) == 1 else { return -1 }
        let key = context.ticketKeys.sealingKey()
        key.copyName(to: name)
        return key.prepare(cipher: cipher, mac: mac, initializationVector: vector, sealing: true) ? 1 : -1
    }

    /// Returns 0 where the key is gone, which makes the handshake a full one; 2 to issue another ticket, 1 not to. TLS 1.3
    /// clients use a ticket once (RFC 8446, appendix C.4), those of TLS 1.2 until its key retires.
    private static func openTicket(
        of ssl: OpaquePointer, name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>,
        cipher: OpaquePointer, mac: OpaquePointer
    ) -> Int32 {
        guard let context = of(ssl) else { return -1 }
        let wanted = UnsafeRawBufferPointer(start: name, count: SessionTicketKey.nameLength)
        guard let (key, isCurrent) = context.ticketKeys.openingKey(named: wanted) else { return 0 }
        guard key.prepare(cipher: cipher, mac: mac, initializationVector: vector, sealing: false) else { return -1 }
        return isCurrent && SSL_version(ssl) != TLS1_3_VERSION ? 1 : 2
    }
}

/// The server name extension of a ClientHello (RFC 6066, section 3).
enum ServerNameExtension {
    /// The first host name of the extension; empty where there is none or it is malformed, which OpenSSL itself refuses
    /// when it comes to parse it.
    static func hostName(_ body: UnsafeBufferPointer<UInt8>) -> String {
        // List length (2), name type (1, 0 for a host), name length (2), name.
        guard body.count > 5, body[2] == 0 else { return "" }
        let length = Int(body[3]) << 8 | Int(body[4])
        guard length <= body.count - 5 else { return "" }
        return String(decoding: body[5..<(5 + length)], as: UTF8.self)
    }
}
