/// Hexadecimal digits.
enum Hexadecimal {
    /// The value of a digit of either case.
    @inline(__always)
    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x41 &+ 10
        case 0x61...0x66: byte &- 0x61 &+ 10
        default: nil
        }
    }

    /// The digit of a value below 16, in lower case.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x61 &+ value &- 10
    }

    /// The digit of a value below 16, in upper case, as percent-encoding wants it (RFC 3986, section 2.1).
    @inline(__always)
    static func upperCaseDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x41 &+ value &- 10
    }
}
