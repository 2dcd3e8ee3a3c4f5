/// A set of ASCII octets, as a bit map of two words that the compiler keeps in registers.
struct CharacterClass: Sendable {
    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word &>> UInt64(byte & 63)) & 1 == 1
    }

    /// The octets of a token (RFC 9110, section 5.6.2).
    static var token: CharacterClass { CharacterClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }
    /// The octets of a host name as this load balancer takes it: letters, digits, `-`, `.`, `_` and `~`. The
    /// sub-delimiters and percent escapes that RFC 3986 allows beside them name no host in DNS, and are refused.
    static var hostName: CharacterClass { CharacterClass(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
    /// Unreserved octets (RFC 3986, section 2.3).
    static var unreserved: CharacterClass { CharacterClass(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
    /// The octets of a path that need no escape: unreserved ones, sub-delimiters, `:`, `@` and the slash (RFC 3986,
    /// section 3.3).
    static var path: CharacterClass { CharacterClass(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }
}
