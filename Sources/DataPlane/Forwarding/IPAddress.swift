/// An IPv4 or IPv6 address. An IPv4 address that came mapped into IPv6 (RFC 4291, section 2.5.5.2) is an IPv4 address.
package struct IPAddress: Hashable, Sendable {
    /// The address as a number; an IPv4 address in its lowest 32 bits.
    package let bits: UInt128
    package let isIPv6: Bool

    /// The address of four octets.
    package init(v4 address: UInt32) {
        bits = UInt128(address)
        isIPv6 = false
    }

    /// The address of sixteen octets, the first one highest.
    package init(v6 address: UInt128) {
        isIPv6 = address >> 32 != 0xFFFF
        bits = isIPv6 ? address : address & 0xFFFF_FFFF
    }

    /// Reads the text form, without brackets, port or zone. Nil where it is none: IPv4 numbers have one to three
    /// decimal digits and no leading zero.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        let address = text.withUTF8 { IPAddress($0) }
        guard let address else { return nil }
        self = address
    }

    /// Whether the text, without brackets, is an address of IPv6, one that maps an IPv4 address included.
    static func isIPv6(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count <= 45 && parseV6(text) != nil
    }

    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count <= 45 else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            guard let address = Self.parseV6(text) else { return nil }
            self.init(v6: address)
        } else {
            guard let address = Self.parseV4(text[...]) else { return nil }
            self.init(v4: address)
        }
    }

    private static func parseV4(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | octet
                octet = 0
                digits = 0
                dots += 1
            } else {
                let digit = byte &- 0x30
                guard digit < 10, digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt32(digit)
                digits += 1
                guard octet <= 255 else { return nil }
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | octet : nil
    }

    private static func parseV6(_ text: UnsafeBufferPointer<UInt8>) -> UInt128? {
        var groups: UInt128 = 0
        var count = 0
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == 0x3A {
            guard text[1] == 0x3A else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            let end = text[index...].firstIndex(of: UInt8(ascii: ":")) ?? text.count
            let part = text[index..<end]
            if end == text.count, part.contains(UInt8(ascii: ".")) {
                guard count <= 6, let v4 = parseV4(part) else { return nil }
                groups = groups << 32 | UInt128(v4)
                count += 2
                break
            }
            guard count < 8, let group = parseGroup(part) else { return nil }
            groups = groups << 16 | UInt128(group)
            count += 1
            if end == text.count { break }
            index = end + 1
            if index < text.count, text[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = count
                index += 1
            } else if index == text.count {
                return nil
            }
        }
        guard let gap else { return count == 8 ? groups : nil }
        guard count < 8 else { return nil }
        let behind = 16 * (count - gap)
        let low = behind == 0 ? 0 : groups & ((1 << UInt128(behind)) - 1)
        let high = behind == 128 ? 0 : groups >> UInt128(behind)
        return high << UInt128(128 - 16 * gap) | low
    }

    private static func parseGroup(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var value: UInt16 = 0
        for byte in text {
            guard let digit = Hexadecimal.value(of: byte) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
