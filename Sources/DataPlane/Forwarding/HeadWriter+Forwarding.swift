extension HeadWriter {
    /// The whole head of a request to upstream: request line, `Host`, the client's fields, what upstream is told about the
    /// client, and how the body ends.
    ///
    /// - Parameters:
    ///   - path: The path in place of the one that came, where a rewrite applies.
    ///   - host: The `Host` field in place of the one that came.
    ///   - requestID: The identifier made for the request; the one of a trusted client goes before it.
    ///   - expectsContinue: Whether upstream is asked for a 100 (Continue).
    mutating func writeProxiedRequest(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, path: Span<UInt8>? = nil, host: [UInt8]? = nil,
        policy: ForwardingPolicy, client: ClientConnection, requestID: RequestID, expectsContinue: Bool = false
    ) {
        if let path {
            writeRequestLine(head, of: bytes, path: path)
        } else {
            writeRequestLine(head, of: bytes)
        }
        if let host {
            writeField("Host", host.span)
        } else {
            writeHost(head, of: bytes, client: client)
        }
        writeClientFields(head, of: bytes, from: client)
        writeForwardingFields(head, of: bytes, policy: policy, client: client, requestID: requestID)
        endRequest(head, expectsContinue: expectsContinue)
    }

    /// The fields that ``writeProxiedRequest(_:of:path:host:policy:client:requestID:expectsContinue:)`` writes itself, and
    /// those that a client which isn't trusted must not say on the load balancer's behalf.
    static func proxyFields(of client: ClientConnection) -> FieldSet {
        let written = rewrittenRequestFields.bits | forwardingFields.bits
        guard !client.isTrusted else { return FieldSet(bits: written) }
        return FieldSet(
            bits: written | KnownField.xForwardedScheme.bit | KnownField.xForwardedSSL.bit
                | KnownField.xForwardedServer.bit | KnownField.xForwardedPrefix.bit
        )
    }

    /// The fields about the client that only the load balancer writes.
    static var forwardingFields: FieldSet {
        FieldSet(
            bits: KnownField.xForwardedFor.bit | KnownField.xForwardedHost.bit | KnownField.xForwardedPort.bit
                | KnownField.xForwardedProto.bit | KnownField.xRealIP.bit | KnownField.xRequestID.bit
                | KnownField.forwarded.bit
        )
    }

    /// The `Host` as it came; for a request of HTTP/1.0 without one the address that it came to.
    mutating func writeHost(_ head: borrowing RequestHead, of bytes: Span<UInt8>, client: ClientConnection) {
        write("Host: ")
        writeHostValue(head, of: bytes, client: client)
        writeLineEnd()
    }

    private mutating func writeHostValue(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, client: ClientConnection
    ) {
        if !head.host.whole.isEmpty {
            write(head.host.whole, of: bytes)
            return
        }
        write(client.localText, bracketed: true)
        write(UInt8(ascii: ":"))
        writeDecimal(Int(client.localPort))
    }

    /// What upstream is told about the client: each field once.
    mutating func writeForwardingFields(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, policy: ForwardingPolicy, client: ClientConnection,
        requestID: RequestID
    ) {
        let received = policy.received(head, of: bytes, from: client)
        write("X-Forwarded-For: ")
        if client.isTrusted { writeReceivedAddresses(head, of: bytes, received, from: client) }
        write(client.peerText, bracketed: false)
        write("\r\nX-Forwarded-Proto: ")
        write(received.isTLS ?? client.isTLS ? "https" : "http")
        write("\r\nX-Forwarded-Host: ")
        if let host = received.host {
            write(host, of: bytes)
        } else {
            writeHostValue(head, of: bytes, client: client)
        }
        write("\r\nX-Forwarded-Port: ")
        writeForwardedPort(received, client: client)
        write("\r\nX-Request-Id: ")
        if let identifier = policy.receivedRequestID(head, of: bytes, from: client) {
            write(identifier, of: bytes)
        } else {
            writeHexadecimal(requestID.high, digits: 16)
            writeHexadecimal(requestID.low, digits: 16)
        }
        writeLineEnd()
        if policy.writesRealIP {
            write("X-Real-IP: ")
            if client.isTrusted {
                write(AddressText(received.client), bracketed: false)
            } else {
                write(client.peerText, bracketed: false)
            }
            writeLineEnd()
        }
        if policy.writesForwarded {
            writeForwarded(head, of: bytes, client: client)
        }
        if policy.writesVia {
            write(head.version == .http11 ? "Via: 1.1 headgate\r\n" : "Via: 1.0 headgate\r\n")
        }
    }

    // MARK: Parts

    mutating func write(_ address: AddressText, bracketed: Bool) {
        let brackets = bracketed && address.isIPv6
        if brackets { write(UInt8(ascii: "[")) }
        write(address.bytes.span.extracting(0..<address.count))
        if brackets { write(UInt8(ascii: "]")) }
    }

    /// The values of all fields of the kind as one list that goes on.
    private mutating func writeReceivedList(
        _ known: KnownField, _ head: borrowing RequestHead, of bytes: Span<UInt8>
    ) {
        guard head.fields.contains(known) else { return }
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard field.known == known, !field.isHopByHop, !field.value.isEmpty else { continue }
            write(field.value, of: bytes)
            write(", ")
        }
    }

    /// The addresses that a trusted proxy gave; where it did so in `Forwarded` alone, that of the client.
    private mutating func writeReceivedAddresses(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, _ received: ReceivedForwarding,
        from client: ClientConnection
    ) {
        if head.fields.contains(.xForwardedFor) {
            writeReceivedList(.xForwardedFor, head, of: bytes)
        } else if received.client != client.peer {
            write(AddressText(received.client), bracketed: false)
            write(", ")
        }
    }

    /// The port that a trusted proxy names; else the usual one of the protocol that it names; else the listener's.
    private mutating func writeForwardedPort(_ received: ReceivedForwarding, client: ClientConnection) {
        if let port = received.port {
            writeDecimal(port)
        } else if let isTLS = received.isTLS, isTLS != client.isTLS {
            write(isTLS ? "443" : "80")
        } else {
            writeDecimal(Int(client.publicPort))
        }
    }

    /// `Forwarded` (RFC 7239): the elements of a trusted client, and one of our own about the peer.
    private mutating func writeForwarded(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, client: ClientConnection
    ) {
        write("Forwarded: ")
        if client.isTrusted { writeReceivedList(.forwarded, head, of: bytes) }
        write("for=")
        let isQuoted = client.peerText.isIPv6
        if isQuoted { write(UInt8(ascii: "\"")) }
        write(client.peerText, bracketed: true)
        if isQuoted { write(UInt8(ascii: "\"")) }
        // A name is a token; a port or brackets need quotes. No octet of a host needs an escape.
        write(";host=\"")
        writeHostValue(head, of: bytes, client: client)
        write(client.isTLS ? "\";proto=https\r\n" : "\";proto=http\r\n")
    }
}
