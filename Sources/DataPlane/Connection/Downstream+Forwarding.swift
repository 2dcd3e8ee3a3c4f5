/// What is known of the client beyond its connection.
extension Downstream {
    /// Whether the client's request came over TLS, to us or to a proxy that we trust.
    func isSecureForClient(_ heads: UnsafeMutablePointer<ExchangeHeads>) -> Bool {
        if !state.pointee.client.isTrusted { return state.pointee.isSecure }
        return received(heads).isTLS ?? state.pointee.isSecure
    }

    /// The address of the client, behind the proxies that we trust.
    @inline(__always)
    func clientAddress(_ heads: UnsafeMutablePointer<ExchangeHeads>) -> IPAddress {
        if !state.pointee.client.isTrusted { return state.pointee.client.peer }
        return received(heads).client
    }

    private func received(_ heads: UnsafeMutablePointer<ExchangeHeads>) -> ReceivedForwarding {
        loop.state.pointee.environment.policy.received(
            heads.pointee.request, of: state.pointee.exchange.headBytes.octets.span, from: state.pointee.client)
    }

    /// The target that the client's affinity cookie names.
    func affinityIdentity(_ route: UnsafeMutablePointer<CompiledRoute>) -> TargetIdentity? {
        guard let heads = state.pointee.exchange.heads else { return nil }
        return route.pointee.details.cookie?.identity(
            in: heads.pointee.request, of: state.pointee.exchange.headBytes.octets.span)
    }
}
