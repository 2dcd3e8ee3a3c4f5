extension EngineOptions {
    /// The trust policy that the options describe.
    func forwardingPolicy() throws(EngineError) -> ForwardingPolicy {
        var networks: [IPNetwork] = []
        for text in trustedProxies {
            guard let network = IPNetwork(text) else { throw .invalidNetwork(text) }
            networks.append(network)
        }
        return ForwardingPolicy(trustedProxies: networks, writesForwarded: emitsForwarded)
    }
}
