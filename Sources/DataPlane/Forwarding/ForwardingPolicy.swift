/// What upstream is told about the client, and whom to believe about it.
package struct ForwardingPolicy: Sendable, Equatable {
    /// The proxies whose `X-Forwarded-*`, `Forwarded` and `X-Request-Id` fields are believed: they are passed on, and the
    /// proxy's address is appended. Of everyone else these fields are replaced.
    package var trustedProxies: [IPNetwork]
    /// Whether `Forwarded` (RFC 7239) is written beside the `X-Forwarded-*` fields.
    package var writesForwarded: Bool
    /// Whether `X-Real-IP`, the address of the client, is written.
    package var writesRealIP: Bool
    /// Whether `Via` (RFC 9110, section 7.6.3) is written.
    package var writesVia: Bool

    package init(
        trustedProxies: [IPNetwork] = [],
        writesForwarded: Bool = true,
        writesRealIP: Bool = true,
        writesVia: Bool = true
    ) {
        self.trustedProxies = trustedProxies
        self.writesForwarded = writesForwarded
        self.writesRealIP = writesRealIP
        self.writesVia = writesVia
    }

    package func trusts(_ address: IPAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }
}

/// What is known of a client's connection; made once when it is accepted.
struct ClientConnection: Sendable {
    let peer: IPAddress
    let peerText: AddressText
    /// The address and port that the client connected to.
    let localText: AddressText
    let localPort: UInt16
    /// The port that upstream and redirects are told; the listener's public one.
    let publicPort: UInt16
    let isTLS: Bool
    /// Whether the peer is a proxy that the policy trusts.
    let isTrusted: Bool

    init(
        peer: IPAddress, local: IPAddress, localPort: UInt16, publicPort: UInt16? = nil, isTLS: Bool,
        policy: ForwardingPolicy
    ) {
        self.peer = peer
        peerText = AddressText(peer)
        localText = AddressText(local)
        self.localPort = localPort
        self.publicPort = publicPort ?? localPort
        self.isTLS = isTLS
        isTrusted = policy.trusts(peer)
    }
}

extension ForwardingPolicy {
    /// The request identifier that a trusted client sent: 1 to 128 visible ASCII octets.
    func receivedRequestID(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, from client: ClientConnection
    ) -> ByteRange? {
        guard client.isTrusted, let value = head.fields.value(of: .xRequestID), (1...128).contains(value.length)
        else { return nil }
        for index in value.indices where !(0x21...0x7E).contains(bytes[index]) { return nil }
        return value
    }
}
