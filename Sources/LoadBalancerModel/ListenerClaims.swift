private import Glibc

/// Who listens on which address and port, to find out who contends for one.
///
/// An address contends with itself, however it is written, and an unspecified one (`0.0.0.0` or `::`) with every address
/// of its family. The two families do not contend: whoever listens on `::` and also on IPv4 has `::` take IPv6 alone.
package struct ListenerClaims<Holder: Sendable>: Sendable {
    /// A claim that stands.
    package struct Claim: Sendable {
        package var holder: Holder
        /// The address; nil for every address of both families.
        package var address: String?
    }

    private var ports: [Int: Port] = [:]

    package init() {}

    /// Claims an address and a port; one that is not free stays with who has it.
    ///
    /// - Parameters:
    ///   - address: an IP address; nil for every address of both families.
    ///   - port: the port; 0, which picks a free one, is free for everybody.
    ///   - holder: who claims it.
    /// - Returns: The claim that it contends with; nil where it is free.
    package mutating func claim(_ address: String?, port: Int, for holder: Holder) -> Claim? {
        guard port != 0 else { return nil }
        let claim = Claim(holder: holder, address: address)
        return ports[port, default: Port()].add(claim, at: address.map(ListenerSocketAddress.init))
    }

    /// The claims on one port, found without comparing each with each.
    private struct Port {
        private var first: Claim?
        private var everywhere: Claim?
        private var firstOfFamily: [ListenerSocketAddress.Family: Claim] = [:]
        private var unspecified: [ListenerSocketAddress.Family: Claim] = [:]
        private var specific: [ListenerSocketAddress: Claim] = [:]

        mutating func add(_ claim: Claim, at address: ListenerSocketAddress?) -> Claim? {
            guard let address else {
                guard first == nil else { return first }
                first = claim
                everywhere = claim
                return nil
            }
            let family = address.family
            let holder =
                address.isUnspecified
                ? everywhere ?? firstOfFamily[family] : everywhere ?? unspecified[family] ?? specific[address]
            guard holder == nil else { return holder }
            first = first ?? claim
            firstOfFamily[family] = firstOfFamily[family] ?? claim
            if address.isUnspecified { unspecified[family] = claim }
            specific[address] = claim
            return nil
        }
    }
}

/// An address to listen on by its bytes, so that all ways to write it are one.
struct ListenerSocketAddress: Hashable, Sendable {
    enum Family: Hashable, Sendable {
        case ipv4, ipv6
        /// What is no IP address, which contends with itself alone.
        case unknown
    }

    let family: Family
    private let bytes: [UInt8]

    init(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            family = .ipv4
            bytes = withUnsafeBytes(of: four) { [UInt8]($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            family = .ipv6
            bytes = withUnsafeBytes(of: six) { [UInt8]($0) }
        } else {
            family = .unknown
            bytes = [UInt8](text.utf8)
        }
    }

    var isUnspecified: Bool { family != .unknown && bytes.allSatisfy { $0 == 0 } }
}
