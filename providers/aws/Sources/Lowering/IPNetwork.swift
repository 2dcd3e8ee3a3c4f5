private import Glibc

/// A network in CIDR notation, or a single address.
struct IPNetwork: Hashable, Sendable {
    /// The octets of the address in network order: 4 or 16.
    let octets: [UInt8]
    let length: Int
    /// Whether a length was given.
    let hasLength: Bool

    /// Reads `address` or `address/length`; nil where it is neither.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let octets = Self.octets(String(first)) else { return nil }
        self.octets = octets
        hasLength = parts.count == 2
        guard hasLength else {
            length = octets.count * 8
            return
        }
        guard let length = Int(parts[1]), String(length) == parts[1], (0...octets.count * 8).contains(length) else {
            return nil
        }
        self.length = length
    }

    var isIPv6: Bool { octets.count == 16 }

    /// In CIDR notation with the host bits cleared, as EC2 tells networks, which compares them so.
    var canonicalText: String {
        let octets = octets.indices.map { index in
            self.octets[index] & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, length - index * 8)))
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(isIPv6 ? AF_INET6 : AF_INET, octets, &text, socklen_t(text.count))
        let end = text.firstIndex(of: 0) ?? text.endIndex
        return String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/\(length)"
    }

    func contains(_ address: IPNetwork) -> Bool {
        guard octets.count == address.octets.count, address.length >= length else { return false }
        for index in octets.indices {
            let bits = min(8, max(0, length - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            if octets[index] & mask != address.octets[index] & mask { return false }
        }
        return true
    }

    private static func octets(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            let word = UInt32(bigEndian: four.s_addr)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let words = six.__in6_u.__u6_addr32
        return [words.0, words.1, words.2, words.3].map(UInt32.init(bigEndian:)).flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }
}
