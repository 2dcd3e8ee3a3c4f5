/// The text of an address, in place: made once for a connection and written for each of its requests.
struct AddressText: Sendable {
    private(set) var bytes = InlineArray<46, UInt8>(repeating: 0)
    private(set) var count = 0
    /// Whether the address is one of IPv6, which stands in brackets where a port could follow.
    let isIPv6: Bool

    /// The usual text: dotted decimal, or that of RFC 5952 without brackets.
    init(_ address: IPAddress) {
        isIPv6 = address.isIPv6
        if isIPv6 { putV6(address.bits) } else { putV4(UInt32(truncatingIfNeeded: address.bits)) }
    }

    private mutating func put(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    private mutating func putV4(_ address: UInt32) {
        for shift: UInt32 in [24, 16, 8, 0] {
            let octet = UInt8(truncatingIfNeeded: address >> shift)
            if octet >= 100 { put(0x30 + octet / 100) }
            if octet >= 10 { put(0x30 + octet / 10 % 10) }
            put(0x30 + octet % 10)
            if shift > 0 { put(UInt8(ascii: ".")) }
        }
    }

    private mutating func putV6(_ address: UInt128) {
        let gap = Self.longestGap(address)
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, gap.count > 1 {
                put(UInt8(ascii: ":"))
                put(UInt8(ascii: ":"))
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.count < 2 { put(UInt8(ascii: ":")) }
            putGroup(Self.group(address, index))
            index += 1
        }
    }

    private mutating func putGroup(_ group: UInt16) {
        var isLeading = true
        for shift: UInt16 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: group >> shift) & 0xF
            if digit == 0, isLeading, shift > 0 { continue }
            isLeading = false
            put(Hexadecimal.digit(digit))
        }
    }

    private static func group(_ address: UInt128, _ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: address >> UInt128(16 * (7 - index)))
    }

    /// The first of the longest runs of zero groups.
    private static func longestGap(_ address: UInt128) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || group(address, index) != 0 {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        let text = AddressText(self)
        var bytes: [UInt8] = []
        for index in 0..<text.count { bytes.append(text.bytes[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
