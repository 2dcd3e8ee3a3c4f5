/// Compares entity tags (RFC 9110, section 8.8.3).
enum EntityTags {
    /// Whether a field of the kind lists the tag or is `*`. Nil where no field of the kind is there.
    ///
    /// - Parameters:
    ///   - tag: A strong tag with its quotes.
    ///   - weakly: Whether a weak tag of the same text counts (RFC 9110, section 8.8.3.2).
    static func matches(
        _ tag: Span<UInt8>, in known: KnownField, of head: borrowing RequestHead, _ bytes: Span<UInt8>, weakly: Bool
    ) -> Bool? {
        guard head.fields.contains(known) else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            tag.withUnsafeBufferPointer { tag in
                guard let scanner = ByteScanner(buffer) else { return nil }
                var found = false
                for index in 0..<head.fields.count where head.fields[index].known == known {
                    let value = head.fields[index].value
                    if scanner.equals(value, "*") { return true }
                    scanner.forEachListElement(of: value) { element in
                        found = isSame(element, tag, in: scanner, weakly: weakly)
                        return !found
                    }
                    if found { return true }
                }
                return false
            }
        }
    }

    private static func isSame(
        _ element: ByteRange, _ tag: UnsafeBufferPointer<UInt8>, in scanner: ByteScanner, weakly: Bool
    ) -> Bool {
        var start = element.lowerBound
        if element.length > 2, scanner[start] == UInt8(ascii: "W"), scanner[start + 1] == UInt8(ascii: "/") {
            guard weakly else { return false }
            start += 2
        }
        guard element.upperBound - start == tag.count else { return false }
        for offset in 0..<tag.count where scanner[start + offset] != tag[offset] { return false }
        return true
    }
}
