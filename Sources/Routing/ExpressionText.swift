/// The form of a path that expressions are matched against.
///
/// ingress-nginx matches expressions against the decoded path; so do we, as far as that loses nothing: escapes of
/// printable ASCII characters and of well-formed UTF-8 are decoded, so that `/café/(.*)` and `/a b` match what they look
/// like. Escapes of control characters, of `%`, `/` and `\`, and of octets that are not UTF-8, stay escapes in upper
/// case: a percent sign in this form always begins an escape, a slash always separates, and `.` matches every character.
enum ExpressionText {
    /// Whether a path in normal form is in this form as well, which is so where nothing is escaped.
    @inline(__always)
    static func isUnchanged(_ path: borrowing Span<UInt8>) -> Bool {
        var index = 0
        while index < path.count {
            if path[index] == Octet.percent { return false }
            index &+= 1
        }
        return true
    }

    /// The form of a path in normal form.
    static func decode(_ path: borrowing Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            guard path[index] == Octet.percent, let octet = Octet.escaped(in: path, at: index) else {
                text.append(path[index])
                index &+= 1
                continue
            }
            if octet >= 0x80 {
                index &+= decodeCharacter(path, at: index, first: octet, to: &text)
                continue
            }
            if staysEscaped(octet) {
                text.appendEscape(of: octet)
            } else {
                text.append(octet)
            }
            index &+= 3
        }
        return text
    }

    private static func staysEscaped(_ octet: UInt8) -> Bool {
        octet < 0x20 || octet == 0x7F || octet == Octet.percent || octet == Octet.slash || octet == Octet.backslash
    }

    /// Decodes the escapes of one character of UTF-8, or keeps the first escape, and returns the number of octets read.
    private static func decodeCharacter(
        _ path: borrowing Span<UInt8>,
        at index: Int,
        first: UInt8,
        to text: inout [UInt8]
    ) -> Int {
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var octets = [first]
        while octets.count < length, index &+ 3 * octets.count < path.count,
            path[index &+ 3 * octets.count] == Octet.percent,
            let octet = Octet.escaped(in: path, at: index &+ 3 * octets.count)
        {
            octets.append(octet)
        }
        guard octets.count == length, String(validating: octets, as: UTF8.self)?.unicodeScalars.count == 1 else {
            text.appendEscape(of: first)
            return 3
        }
        text.append(contentsOf: octets)
        return 3 * length
    }
}
