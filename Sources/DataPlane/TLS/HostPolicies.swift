internal import LoadBalancerModel
internal import Routing

/// The TLS policies that requests ask for, by the host that they name: those that the same names choose in a handshake.
///
/// A lookup neither allocates nor locks, and none is needed where all hosts have one policy.
struct HostPolicies: Sendable {
    /// The policy of hosts that have none of their own.
    let standard: TLSPolicy
    /// Whether all hosts have ``standard``.
    let isUniform: Bool
    private let index: HostIndex
    /// By the positions of the index.
    private let policies: [TLSPolicy]

    init(_ settings: ListenerTLS) {
        standard = settings.policy
        let patterns = settings.certificates.compactMap { binding in
            HostPattern(binding.host).map { (pattern: $0, policy: binding.policy ?? settings.policy) }
        }
        index = HostIndex(patterns.map(\.pattern))
        policies = patterns.map(\.policy)
        isUniform = policies.allSatisfy { $0 == settings.policy }
    }

    /// The policy of a host, as the Host field has it: with port and in any case.
    func policy(of host: borrowing Span<UInt8>) -> TLSPolicy {
        if isUniform { return standard }
        return index.find(host).map { policies[$0] } ?? standard
    }

    /// Whether one binding decides about a host and a server name, or none about either.
    func hasOneBinding(_ host: borrowing Span<UInt8>, _ serverName: borrowing Span<UInt8>) -> Bool {
        index.find(host) == index.find(serverName)
    }
}
