/// The classes of RFC 3986 that the octets of a path belong to.
///
/// Each class is a bit mask over the octets below 128, so that a test needs neither memory nor a branch per member.
enum Octet {
    static let slash = UInt8(ascii: "/")
    static let dot = UInt8(ascii: ".")
    static let percent = UInt8(ascii: "%")
    static let question = UInt8(ascii: "?")
    static let ampersand = UInt8(ascii: "&")
    static let equals = UInt8(ascii: "=")
    static let plus = UInt8(ascii: "+")
    static let backslash = UInt8(ascii: "\\")

    /// `ALPHA / DIGIT / "-" / "." / "_" / "~"` (section 2.3).
    @inline(__always)
    static func isUnreserved(_ octet: UInt8) -> Bool {
        contains(octet, low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// What stands unescaped in a path segment: `unreserved / sub-delims / ":" / "@"` (section 3.3).
    @inline(__always)
    static func isSegmentCharacter(_ octet: UInt8) -> Bool {
        contains(octet, low: 0x2FFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// Control characters and the space, which no request target holds.
    @inline(__always)
    static func isControlOrSpace(_ octet: UInt8) -> Bool {
        octet <= 0x20 || octet == 0x7F
    }

    /// The value of a hexadecimal digit of either case.
    @inline(__always)
    static func hexadecimalValue(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet &- UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet &- UInt8(ascii: "A") &+ 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet &- UInt8(ascii: "a") &+ 10
        default: nil
        }
    }

    /// The upper-case hexadecimal digit of a value below 16.
    @inline(__always)
    static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "A") &+ (value &- 10)
    }

    /// The octet that the escape at `index` stands for, or nil where there is no well-formed escape.
    @inline(__always)
    static func escaped(in text: borrowing Span<UInt8>, at index: Int) -> UInt8? {
        guard index &+ 2 < text.count, let high = hexadecimalValue(text[index &+ 1]),
            let low = hexadecimalValue(text[index &+ 2])
        else { return nil }
        return high << 4 | low
    }

    /// The octet in lower case, if it is an ASCII letter.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 {
        octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
    }

    @inline(__always)
    private static func contains(_ octet: UInt8, low: UInt64, high: UInt64) -> Bool {
        guard octet < 128 else { return false }
        return (octet < 64 ? low : high) &>> UInt64(octet & 63) & 1 == 1
    }
}

extension [UInt8] {
    /// Appends `octet` as a percent escape.
    mutating func appendEscape(of octet: UInt8) {
        append(Octet.percent)
        append(Octet.hexadecimalDigit(octet >> 4))
        append(Octet.hexadecimalDigit(octet & 15))
    }
}
