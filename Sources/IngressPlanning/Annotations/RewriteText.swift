/// What may stand in the target of a rewrite.
enum RewriteText {
    /// Throws where a `$` is not followed by 1 to 9.
    static func requireGroups(_ text: String) throws(AnnotationValueError) {
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "$") {
            guard index + 1 < bytes.count, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[index + 1]) else {
                throw .malformed(hint: "Behind `$` stands the number of a group, 1 to 9; variables are not supported.")
            }
        }
    }

    /// Throws where a byte cannot stand in a path (RFC 3986, section 3.3).
    static func requirePathCharacters(_ text: String) throws(AnnotationValueError) {
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "%") {
                let digits = bytes[(index + 1)...].prefix(2)
                guard digits.count == 2, digits.allSatisfy(isHexadecimal) else {
                    throw .malformed(hint: "Behind `%` stand two hexadecimal digits.")
                }
            } else if !isPathByte(byte) {
                throw .malformed()
            }
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        TokenText.isAlphanumeric(byte) || "-._~!$&'()*+,;=:@/".utf8.contains(byte)
    }
}
