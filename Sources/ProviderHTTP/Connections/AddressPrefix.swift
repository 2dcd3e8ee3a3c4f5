import Glibc

/// An IP address or a network of them, in octets.
struct AddressPrefix: Hashable, Sendable {
    private let octets: [UInt8]
    private let bits: Int

    /// Reads `10.0.0.1`, `10.0.0.0/8`, `::1` or `fe80::/10`; nothing where the text is neither address nor network.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var (v4, v6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, String(parts[0]), &v4) == 1 {
            octets = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, String(parts[0]), &v6) == 1 {
            octets = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
        guard parts.count == 2 else {
            bits = octets.count * 8
            return
        }
        guard let length = Int(parts[1]), (0...octets.count * 8).contains(length) else { return nil }
        bits = length
    }

    /// Whether an address lies in this network. Families don't mix.
    func contains(_ address: AddressPrefix?) -> Bool {
        guard let address, address.octets.count == octets.count, address.bits >= bits else { return false }
        let whole = bits / 8
        guard octets[..<whole] == address.octets[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits % 8))
        return octets[whole] & mask == address.octets[whole] & mask
    }
}
