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
        writeEndToEndFields(head.fields, of: bytes, excluding: Self.proxyFields(of: client))
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
        write("X-Forwarded-For: ")
        if client.isTrusted { writeReceivedList(.xForwardedFor, head, of: bytes) }
        write(client.peerText, bracketed: false)
        write("\r\nX-Forwarded-Proto: ")
        let proto = client.isTrusted ? ReceivedForwarding.proto(head, of: bytes) : nil
        let isTLS = proto ?? client.isTLS
        write(isTLS ? "https" : "http")
        write("\r\nX-Forwarded-Host: ")
        let receivedHost = client.isTrusted ? ReceivedForwarding.host(head, of: bytes) : nil
        writeForwardedHost(receivedHost, head, of: bytes, client: client)
        write("\r\nX-Forwarded-Port: ")
        writeForwardedPort(head, of: bytes, client: client, receivedTLS: proto)
        write("\r\nX-Request-Id: ")
        if let received = policy.receivedRequestID(head, of: bytes, from: client) {
            write(received, of: bytes)
        } else {
            writeHexadecimal(requestID.high, digits: 16)
            writeHexadecimal(requestID.low, digits: 16)
        }
        writeLineEnd()
        if policy.writesRealIP {
            write("X-Real-IP: ")
            if client.isTrusted {
                write(AddressText(policy.clientAddress(head, of: bytes, from: client)), bracketed: false)
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

    private mutating func writeForwardedHost(
        _ received: ByteRange?, _ head: borrowing RequestHead, of bytes: Span<UInt8>, client: ClientConnection
    ) {
        if let received {
            write(received, of: bytes)
        } else {
            writeHostValue(head, of: bytes, client: client)
        }
    }

    /// The port that a trusted proxy names; else the usual one of the protocol that it names; else the listener's.
    private mutating func writeForwardedPort(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, client: ClientConnection, receivedTLS: Bool?
    ) {
        if client.isTrusted, let received = ReceivedForwarding.port(head, of: bytes) {
            writeDecimal(received)
        } else if let receivedTLS, receivedTLS != client.isTLS {
            write(receivedTLS ? "443" : "80")
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

/// Reads what a trusted proxy says of the original request. Of a list the first element counts, which is the outermost
/// proxy's; a value that isn't well-formed counts as absent.
enum ReceivedForwarding {
    private static func first(
        _ known: KnownField, _ head: borrowing RequestHead, _ scanner: ByteScanner
    ) -> ByteRange? {
        guard let value = head.fields.value(of: known) else { return nil }
        let comma = scanner.firstIndex(of: UInt8(ascii: ","), from: value.lowerBound, to: value.upperBound)
        return scanner.trimmed(value.lowerBound, comma)
    }

    /// Whether the original request came over TLS.
    static func proto(_ head: borrowing RequestHead, of bytes: Span<UInt8>) -> Bool? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let scanner = ByteScanner(buffer), let value = first(.xForwardedProto, head, scanner) else {
                return nil
            }
            if scanner.matches(value, lowercased: "https") || scanner.matches(value, lowercased: "wss") { return true }
            if scanner.matches(value, lowercased: "http") || scanner.matches(value, lowercased: "ws") { return false }
            return nil
        }
    }

    static func host(_ head: borrowing RequestHead, of bytes: Span<UInt8>) -> ByteRange? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let scanner = ByteScanner(buffer), let value = first(.xForwardedHost, head, scanner) else {
                return nil
            }
            return HostAndPort(value, in: scanner)?.whole
        }
    }

    static func port(_ head: borrowing RequestHead, of bytes: Span<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let scanner = ByteScanner(buffer), let value = first(.xForwardedPort, head, scanner),
                let port = parseContentLength(value, in: scanner), (1...65_535).contains(port)
            else { return nil }
            return port
        }
    }
}
