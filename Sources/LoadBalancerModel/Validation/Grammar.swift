/// The forms that strings of a plan must have.
enum Grammar {
    /// 1 to 32 lower-case letters, digits and hyphens, none of them at an end.
    static func isLoadBalancerName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && isLabel(text[...])
    }

    /// A DNS label in lower case (RFC 1123, section 2.1), of any length.
    static func isLabel(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// A host name in lower case, or `*.` and one.
    static func isHostPattern(_ text: String) -> Bool {
        let domain = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !domain.isEmpty && text.utf8.count <= 253
            && domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    static func isSHA256(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// RFC 3339 in UTC with seconds.
    static func isTimestamp(_ text: String) -> Bool {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        return text.utf8.count == form.count
            && zip(text.utf8, form).allSatisfy { byte, expected in
                expected == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == expected
            }
    }

    /// A token of HTTP (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy { isAlphanumeric($0) || (0x41...0x5A).contains($0) || marks.contains($0) }
    }

    /// Text that may stand in a header field without ending it.
    static func isFieldValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    /// A list of status codes and ranges such as `200-299,301`.
    static func isStatusCodeList(_ text: String) -> Bool {
        !text.isEmpty
            && text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
                let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
                return (1...2).contains(bounds.count) && bounds.allSatisfy { (100...599).contains($0) }
                    && bounds[0] <= bounds[bounds.count - 1]
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
