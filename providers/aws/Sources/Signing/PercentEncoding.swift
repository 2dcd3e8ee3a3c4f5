/// The percent-encoding that AWS's signatures and query APIs use: everything but RFC 3986's unreserved characters,
/// with capital hexadecimal digits.
package enum PercentEncoding {
    /// The UTF-8 octets of `text`, encoded; a slash stays where `keepingSlashes` is set, as in a path.
    package static func encode(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        encode(text.utf8, keepingSlashes: keepingSlashes)
    }

    /// `octets`, encoded; a slash stays where `keepingSlashes` is set, as in a path.
    package static func encode(_ octets: some Sequence<UInt8>, keepingSlashes: Bool = false) -> String {
        var encoded: [UInt8] = []
        for octet in octets {
            if isUnreserved(octet) || (keepingSlashes && octet == UInt8(ascii: "/")) {
                encoded.append(octet)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(hexadecimalDigit(octet >> 4))
                encoded.append(hexadecimalDigit(octet & 0x0F))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `text` with each `%XX` replaced by its octet; a malformed escape stays as it is.
    package static func decode(_ text: some StringProtocol) -> [UInt8] {
        let octets = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            if octets[index] == UInt8(ascii: "%"), index + 2 < octets.count,
                let high = hexadecimalValue(octets[index + 1]), let low = hexadecimalValue(octets[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(octets[index])
                index += 1
            }
        }
        return decoded
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
