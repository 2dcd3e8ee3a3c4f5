/// Recognises known field names by their length and up to four words of their letters in lower case.
///
/// The index is open-addressed memory that is filled once, before ``shared`` is first returned, and never changed or
/// freed: any thread may read it.
struct FieldNameIndex: @unchecked Sendable {
    // Proof of Sendable: `slots` points to immutable memory of static life, see above.
    private struct Slot {
        var first: UInt64
        var middle: UInt64
        var late: UInt64
        var last: UInt64
        var length: Int
        var field: KnownField
    }

    private static var mask: Int { 0xFF }
    private let slots: UnsafePointer<Slot>

    static let shared = FieldNameIndex()

    private init() {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: Self.mask + 1)
        slots.initialize(
            repeating: Slot(first: 0, middle: 0, late: 0, last: 0, length: 0, field: .other),
            count: Self.mask + 1
        )
        for field in KnownField.allCases where field != .other {
            field.name.withUTF8Buffer { name in
                guard let scanner = ByteScanner(name) else { return }
                let slot = Self.slot(of: ByteRange(0, name.count), in: scanner, field: field)
                var index = Self.hash(slot.first, slot.last, slot.length)
                while slots[index].length != 0 { index = (index + 1) & Self.mask }
                slots[index] = slot
            }
        }
        self.slots = UnsafePointer(slots)
    }

    /// The field that the name stands for. The name must hold no control characters: with those excluded, setting the
    /// case bit maps nothing but upper-case letters onto the letters, digits and hyphens of the known names, so a match
    /// also proves that the name is a token.
    @inline(__always)
    func field(named name: ByteRange, in scanner: ByteScanner) -> KnownField {
        let length = name.length
        guard length > 1, length <= 32 else { return .other }
        let wanted = Self.slot(of: name, in: scanner, field: .other)
        var index = Self.hash(wanted.first, wanted.last, length)
        while true {
            let slot = slots + index
            if slot.pointee.length == 0 { return .other }
            if slot.pointee.length == length, slot.pointee.first == wanted.first, slot.pointee.last == wanted.last,
                slot.pointee.middle == wanted.middle, slot.pointee.late == wanted.late
            {
                return slot.pointee.field
            }
            index = (index &+ 1) & Self.mask
        }
    }

    /// Whether a name that isn't known becomes a known one where underscores are read as hyphens. Backends in the manner
    /// of CGI (RFC 3875, section 4.1.18) take the two for the same field, so such a name is a way to smuggle a field past
    /// whoever strips or checks it.
    func isUnderscoreAlias(_ name: ByteRange, in scanner: ByteScanner) -> Bool {
        let start = name.lowerBound
        let length = name.length
        guard length > 1, length <= 32 else { return false }
        guard scanner.firstIndex(of: UInt8(ascii: "_"), from: start, to: name.upperBound) < name.upperBound else {
            return false
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { copy in
            for offset in 0..<length {
                let byte = scanner[start + offset]
                copy.initializeElement(at: offset, to: byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte)
            }
            guard let copied = ByteScanner(UnsafeBufferPointer(rebasing: copy[..<length])) else { return false }
            return field(named: ByteRange(0, length), in: copied) != .other
        }
    }

    @inline(__always)
    private static func hash(_ first: UInt64, _ last: UInt64, _ length: Int) -> Int {
        let mixed = (first ^ (last &<< 1) ^ UInt64(truncatingIfNeeded: length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 40) & mask
    }

    /// The name as words that overlap where its length is no multiple of eight.
    @inline(__always)
    private static func slot(of name: ByteRange, in scanner: ByteScanner, field: KnownField) -> Slot {
        let start = name.lowerBound
        let length = name.length
        let lowercase: UInt64 = 0x2020_2020_2020_2020
        guard length >= 8 else {
            let word = shortWord(at: start, length: length, in: scanner) | lowercase
            return Slot(first: word, middle: 0, late: 0, last: word, length: length, field: field)
        }
        return Slot(
            first: scanner.word(at: start) | lowercase,
            middle: length > 16 ? scanner.word(at: start &+ 8) | lowercase : 0,
            late: length > 24 ? scanner.word(at: start &+ 16) | lowercase : 0,
            last: scanner.word(at: start &+ length &- 8) | lowercase,
            length: length,
            field: field
        )
    }

    /// Fewer than eight bytes as a word that no other bytes of the same length have.
    @inline(__always)
    private static func shortWord(at start: Int, length: Int, in scanner: ByteScanner) -> UInt64 {
        if length >= 4 {
            return UInt64(scanner.halfWord(at: start))
                | UInt64(scanner.halfWord(at: start &+ length &- 4)) &<< 32
        }
        var word: UInt64 = 0
        for offset in 0..<length {
            word |= UInt64(scanner[start &+ offset]) &<< UInt64(8 &* offset)
        }
        return word
    }
}
