private import Glibc

/// A network in CIDR form, IPv4 or IPv6. A single address is a network of full length.
struct ClientNetwork: Hashable, Sendable {
    private let isIPv4: Bool
    /// The address in network order with the host bits cleared; an IPv4 address fills the upper half of ``high``.
    private let high: UInt64
    private let low: UInt64
    private let length: Int

    /// Reads `address` or `address/length`; nil where it is neither. Host bits that are set are ignored.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = Self.parse(String(first)) else { return nil }
        let octets = Self.unmapped(address.span)
        let offset = address.count == octets.count ? 0 : 96
        var length = octets.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let given = Int(parts[1]), (offset...address.count * 8).contains(given)
            else { return nil }
            length = given - offset
        }
        let (high, low) = Self.words(of: address.span.extracting(octets))
        isIPv4 = octets.count == 4
        self.length = length
        self.high = high & Self.mask(length)
        self.low = low & Self.mask(length - 64)
    }

    /// Whether an address of 4 or 16 octets lies in the network. An IPv4 address mapped into IPv6 counts as IPv4.
    func contains(_ address: borrowing Span<UInt8>) -> Bool {
        guard address.count == 4 || address.count == 16 else { return false }
        let octets = Self.unmapped(address)
        guard isIPv4 == (octets.count == 4) else { return false }
        let (high, low) = Self.words(of: address.extracting(octets))
        return high & Self.mask(length) == self.high && low & Self.mask(length - 64) == self.low
    }

    /// The octets of an address in text form, without brackets or zone; nil where it is none.
    static func parse(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            return Self.octets(of: UInt32(bigEndian: four.s_addr))
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let words = six.__in6_u.__u6_addr32
        return [words.0, words.1, words.2, words.3].flatMap { Self.octets(of: UInt32(bigEndian: $0)) }
    }

    private static func octets(of word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    /// Where the address proper stands: the last four octets of `::ffff:0:0/96` (RFC 4291, section 2.5.5.2), else all.
    private static func unmapped(_ address: borrowing Span<UInt8>) -> Range<Int> {
        guard address.count == 16, address[10] == 0xFF, address[11] == 0xFF else { return 0..<address.count }
        for index in 0..<10 where address[index] != 0 {
            return 0..<16
        }
        return 12..<16
    }

    private static func words(of octets: borrowing Span<UInt8>) -> (high: UInt64, low: UInt64) {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for index in 0..<octets.count {
            let shift = UInt64(56 - index % 8 * 8)
            if index < 8 {
                words.high |= UInt64(octets[index]) << shift
            } else {
                words.low |= UInt64(octets[index]) << shift
            }
        }
        return words
    }

    /// The mask of the first `length` of 64 bits.
    private static func mask(_ length: Int) -> UInt64 {
        length <= 0 ? 0 : length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
    }
}
