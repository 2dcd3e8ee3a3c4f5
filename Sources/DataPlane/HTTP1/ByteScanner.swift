/// Reads the bytes of a message eight at a time.
///
/// Invariant: `base` points to `count` initialised bytes that nobody changes while the scanner exists. It is made inside
/// `Span.withUnsafeBufferPointer` alone and never outlives that call. Every read is below `count`: callers pass limits
/// that they clamped to it, which debug builds assert.
struct ByteScanner {
    private let base: UnsafePointer<UInt8>
    let count: Int

    /// `buffer` must stay valid for the life of the scanner.
    @inline(__always)
    init?(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let base = buffer.baseAddress else { return nil }
        self.base = base
        count = buffer.count
    }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        assert(index >= 0 && index < count)
        return base[index]
    }

    /// The eight bytes at `index`, the first one in the lowest octet.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        assert(index >= 0 && index &+ 8 <= count)
        return UInt64(
            littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
        )
    }

    @inline(__always)
    func halfWord(at index: Int) -> UInt32 {
        assert(index >= 0 && index &+ 4 <= count)
        return UInt32(
            littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt32.self)
        )
    }

    // MARK: Octets in a word

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// Marks the octets below `bound` (at most 128). The lowest mark is exact; marks above it may be false.
    @inline(__always)
    private static func below(_ word: UInt64, _ bound: UInt64) -> UInt64 {
        (word &- ones &* bound) & ~word & tops
    }

    /// Marks the octets that are `byte`. The lowest mark is exact.
    @inline(__always)
    private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        below(word ^ (ones &* byte), 1)
    }

    @inline(__always)
    private func scan(
        from start: Int, to limit: Int, word marks: (UInt64) -> UInt64, byte stops: (UInt8) -> Bool
    ) -> Int {
        assert(start >= 0 && limit <= count)
        var index = start
        while index &+ 8 <= limit {
            let found = marks(word(at: index))
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < limit {
            if stops(self[index]) { return index }
            index &+= 1
        }
        return index
    }

    // MARK: Searches

    /// The first octet that may not stand in a field value: a control character other than a tab, or DEL.
    @inline(__always)
    func endOfFieldValue(from start: Int, to limit: Int) -> Int {
        var index = start
        while true {
            index = scan(
                from: index, to: limit,
                word: { Self.below($0, 0x20) | Self.equal($0, 0x7F) },
                byte: { $0 < 0x20 || $0 == 0x7F }
            )
            guard index < limit, self[index] == UInt8(ascii: "\t") else { return index }
            index &+= 1
        }
    }

    /// The first colon, space or control character.
    @inline(__always)
    func endOfFieldName(from start: Int, to limit: Int) -> Int {
        scan(
            from: start, to: limit,
            word: { Self.below($0, 0x21) | Self.equal($0, 0x3A) },
            byte: { $0 < 0x21 || $0 == 0x3A }
        )
    }

    /// The first octet that may not stand in a request target: a space, a control character, DEL or `#`.
    @inline(__always)
    func endOfTarget(from start: Int, to limit: Int) -> Int {
        scan(
            from: start, to: limit,
            word: { Self.below($0, 0x21) | Self.equal($0, 0x7F) | Self.equal($0, 0x23) },
            byte: { $0 < 0x21 || $0 == 0x7F || $0 == 0x23 }
        )
    }

    /// The first `byte`, or `limit`.
    @inline(__always)
    func firstIndex(of byte: UInt8, from start: Int, to limit: Int) -> Int {
        scan(
            from: start, to: limit,
            word: { Self.equal($0, UInt64(byte)) },
            byte: { $0 == byte }
        )
    }

    /// The first octet that is not ASCII, or `limit`.
    @inline(__always)
    func firstNonASCII(from start: Int, to limit: Int) -> Int {
        scan(from: start, to: limit, word: { $0 & Self.tops }, byte: { $0 >= 0x80 })
    }

    /// The first octet that is not of the class, or `limit`.
    @inline(__always)
    func firstIndex(notIn characters: CharacterClass, from start: Int, to limit: Int) -> Int {
        assert(start >= 0 && limit <= count)
        var index = start
        while index < limit, characters.contains(self[index]) { index &+= 1 }
        return index
    }

    // MARK: Comparisons

    /// Whether the bytes are `text`, whose letters must be lower-case, without regard to case.
    @inline(__always)
    func matches(_ range: ByteRange, lowercased text: StaticString) -> Bool {
        guard range.length == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for offset in 0..<range.length {
            guard Self.lowercase(self[range.lowerBound &+ offset]) == expected[offset] else { return false }
        }
        return true
    }

    /// Whether the bytes are exactly `text`.
    @inline(__always)
    func equals(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard range.length == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for offset in 0..<range.length where self[range.lowerBound &+ offset] != expected[offset] { return false }
        return true
    }

    /// Whether the two parts are the same without regard to case.
    func matchesIgnoringCase(_ first: ByteRange, _ second: ByteRange) -> Bool {
        guard first.count == second.count else { return false }
        for offset in 0..<first.length
        where Self.lowercase(self[first.lowerBound &+ offset]) != Self.lowercase(self[second.lowerBound &+ offset]) {
            return false
        }
        return true
    }

    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// The part without the spaces and tabs at its ends.
    @inline(__always)
    func trimmed(_ start: Int, _ end: Int) -> ByteRange {
        var start = start
        var end = end
        while start < end, Self.isBlank(self[start]) { start &+= 1 }
        while end > start, Self.isBlank(self[end &- 1]) { end &-= 1 }
        return ByteRange(start, end)
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }

    /// Calls `body` with each element of a comma-separated list (RFC 9110, section 5.6.1) that is not empty, until it
    /// returns false. Commas in quoted strings do not separate.
    func forEachListElement(of list: ByteRange, _ body: (ByteRange) -> Bool) {
        var start = list.lowerBound
        var index = start
        var quoted = false
        while index < list.upperBound {
            let byte = self[index]
            if quoted {
                if byte == UInt8(ascii: "\\") {
                    index &+= 1
                } else if byte == UInt8(ascii: "\"") {
                    quoted = false
                }
            } else if byte == UInt8(ascii: "\"") {
                quoted = true
            } else if byte == UInt8(ascii: ",") {
                let element = trimmed(start, index)
                if !element.isEmpty, !body(element) { return }
                start = index &+ 1
            }
            index &+= 1
        }
        let last = trimmed(start, list.upperBound)
        if !last.isEmpty { _ = body(last) }
    }

    /// Whether an element of the list, up to its parameters, is `name`, whose letters must be lower-case.
    func contains(_ name: StaticString, inList list: ByteRange) -> Bool {
        var found = false
        forEachListElement(of: list) { element in
            let end = firstIndex(of: UInt8(ascii: ";"), from: element.lowerBound, to: element.upperBound)
            found = matches(trimmed(element.lowerBound, end), lowercased: name)
            return !found
        }
        return found
    }
}
