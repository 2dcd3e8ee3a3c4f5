private import Glibc

/// A network in CIDR notation (RFC 4632, RFC 4291, section 2.3), or a single address. A network of IPv4 addresses that are
/// mapped into IPv6 (RFC 4291, section 2.5.5.2) is the IPv4 network.
package struct CIDRBlock: Hashable, Sendable, CustomStringConvertible {
    /// The octets of the address in network order, 4 or 16, with the host bits cleared.
    package let octets: [UInt8]
    /// How many leading bits an address has in common with the network's.
    package let prefixLength: Int
    /// Whether the text was an address without a length.
    package let isAddress: Bool

    /// Reads `address` or `address/length`; nil where it is neither. Host bits that are set are ignored.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let given = Self.octets(String(first)) else { return nil }
        let octets = Self.unmapped(given)
        let offset = (given.count - octets.count) * 8
        var length = octets.count * 8
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let stated = Int(parts[1]), (offset...given.count * 8).contains(stated)
            else { return nil }
            length = stated - offset
        }
        self.octets = octets.indices.map { octets[$0] & Self.mask(length - $0 * 8) }
        prefixLength = length
        isAddress = parts.count == 1
    }

    package var isIPv6: Bool { octets.count == 16 }

    /// In CIDR notation, with letters small and zeros of IPv6 shortened (RFC 5952).
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(isIPv6 ? AF_INET6 : AF_INET, octets, &text, socklen_t(text.count))
        let end = text.firstIndex(of: 0) ?? text.endIndex
        return String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/\(prefixLength)"
    }

    /// Whether all addresses of another network are of this one.
    package func contains(_ other: CIDRBlock) -> Bool {
        guard octets.count == other.octets.count, other.prefixLength >= prefixLength else { return false }
        return octets.indices.allSatisfy { octets[$0] == other.octets[$0] & Self.mask(prefixLength - $0 * 8) }
    }

    /// The octet with as many leading bits set, up to eight.
    private static func mask(_ bits: Int) -> UInt8 { UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits))) }

    private static func unmapped(_ octets: [UInt8]) -> [UInt8] {
        guard octets.count == 16, octets[..<10].allSatisfy({ $0 == 0 }), octets[10] == 0xFF, octets[11] == 0xFF else {
            return octets
        }
        return Array(octets[12...])
    }

    private static func octets(_ text: String) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &octets) == 1 { return Array(octets[..<4]) }
        return inet_pton(AF_INET6, text, &octets) == 1 ? octets : nil
    }
}
