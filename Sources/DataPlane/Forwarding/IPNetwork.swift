/// A network of addresses in CIDR form.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    /// How many leading bits an address has in common with the network's.
    package let prefixLength: Int

    /// Reads `address/length`, or an address alone as a network of one. Nil where it is neither. Bits behind the prefix
    /// are ignored. A network of mapped addresses (`::ffff:10.0.0.0/104`) is the IPv4 network that it maps.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        var length = address.isIPv6 ? 128 : 32
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = Int(parts[1]) else {
                return nil
            }
            let isMapped = !address.isIPv6 && first.contains(":")
            length = isMapped ? given - 96 : given
            guard (0...(address.isIPv6 ? 128 : 32)).contains(length) else { return nil }
        }
        self.address = address
        prefixLength = length
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv6 == address.isIPv6 else { return false }
        let width = address.isIPv6 ? 128 : 32
        guard prefixLength > 0 else { return true }
        return (address.bits ^ other.bits) >> UInt128(width - prefixLength) == 0
    }

    package var description: String { "\(address)/\(prefixLength)" }
}
