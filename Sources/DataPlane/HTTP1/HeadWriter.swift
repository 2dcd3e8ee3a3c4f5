/// Writes a message head into memory that was set aside for it.
///
/// What doesn't fit is not written at all and sets ``hasOverflowed``; nothing is written from there on, so a head is either
/// whole or known not to be. Invariant: `count` bytes of the memory are initialised, and `count` is at most its size.
struct HeadWriter: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes have been written.
    private(set) var count = 0
    /// Whether something did not fit.
    private(set) var hasOverflowed = false

    /// Writes to the start of `memory`, which must stay valid and untouched by others for the life of the writer.
    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// Makes room for so many bytes. Nil where there isn't any.
    @inline(__always)
    private mutating func reserve(_ length: Int) -> UnsafeMutableRawPointer? {
        guard !hasOverflowed, length <= memory.count &- count, let base = memory.baseAddress else {
            hasOverflowed = true
            return nil
        }
        defer { count &+= length }
        return base + count
    }

    // MARK: Bytes

    @inline(__always)
    mutating func write(_ byte: UInt8) {
        reserve(1)?.storeBytes(of: byte, as: UInt8.self)
    }

    @inline(__always)
    mutating func write(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)?.copyMemory(from: text.utf8Start, byteCount: length)
    }

    @inline(__always)
    mutating func write(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { write($0) }
    }

    /// Writes the part of a message.
    @inline(__always)
    mutating func write(_ range: ByteRange, of bytes: Span<UInt8>) {
        write(bytes.extracting(range.indices))
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, let place = reserve(bytes.count) else { return }
        place.copyMemory(from: base, byteCount: bytes.count)
    }

    mutating func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { write($0) }
    }

    @inline(__always)
    private mutating func write(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let base = buffer.baseAddress, let place = reserve(buffer.count) else { return }
        place.copyMemory(from: base, byteCount: buffer.count)
    }

    @inline(__always)
    mutating func writeLineEnd() {
        reserve(2)?.storeBytes(of: UInt16(littleEndian: 0x0A0D), as: UInt16.self)
    }

    // MARK: Numbers

    /// A number that is not negative, in decimal digits.
    mutating func writeDecimal(_ value: Int) {
        var rest = UInt64(max(0, value))
        var digits = 1
        var bound: UInt64 = 10
        while rest >= bound, digits < 19 {
            digits &+= 1
            bound &*= 10
        }
        guard let place = reserve(digits) else { return }
        for index in stride(from: digits &- 1, through: 0, by: -1) {
            place.storeBytes(of: 0x30 &+ UInt8(truncatingIfNeeded: rest % 10), toByteOffset: index, as: UInt8.self)
            rest /= 10
        }
    }

    /// A number in hexadecimal digits without leading zeros, as chunk sizes are written.
    mutating func writeHexadecimal(_ value: UInt64) {
        writeHexadecimal(value, digits: max(1, (67 &- value.leadingZeroBitCount) / 4))
    }

    /// The lowest `digits` hexadecimal digits of a number.
    mutating func writeHexadecimal(_ value: UInt64, digits: Int) {
        guard let place = reserve(digits) else { return }
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: value &>> UInt64(4 &* (digits &- 1 &- index))) & 0xF
            place.storeBytes(of: Hexadecimal.digit(digit), toByteOffset: index, as: UInt8.self)
        }
    }

    // MARK: Fields

    /// `name: value` and the line's end. The value must be free of line ends.
    @inline(__always)
    mutating func writeField(_ name: StaticString, _ value: StaticString) {
        write(name)
        write(": ")
        write(value)
        writeLineEnd()
    }

    @inline(__always)
    mutating func writeField(_ name: StaticString, _ value: Span<UInt8>) {
        write(name)
        write(": ")
        write(value)
        writeLineEnd()
    }

    mutating func writeField(_ name: StaticString, decimal value: Int) {
        write(name)
        write(": ")
        writeDecimal(value)
        writeLineEnd()
    }

    /// A field of a message, with name and value as they came.
    @inline(__always)
    mutating func writeField(_ field: FieldRecord, of bytes: Span<UInt8>) {
        write(field.name, of: bytes)
        writeColon()
        write(field.value, of: bytes)
        writeLineEnd()
    }

    @inline(__always)
    private mutating func writeColon() {
        reserve(2)?.storeBytes(of: UInt16(littleEndian: 0x203A), as: UInt16.self)
    }

    /// The fields of a message that pass this hop, in their order and spelling, but for those in `excluded`.
    @inline(__always)
    mutating func writeEndToEndFields(
        _ fields: borrowing FieldTable, of bytes: Span<UInt8>, excluding excluded: FieldSet
    ) {
        for index in 0..<fields.count {
            let field = fields[index]
            guard !field.isHopByHop, !excluded.contains(field.known) else { continue }
            writeField(field, of: bytes)
        }
    }

    // MARK: Percent-encoding

    /// A target or a part of one: octets beyond ASCII, and where `encodesBackslash` is set backslashes, become percent
    /// escapes; everything else stays as it is.
    mutating func writeEncodingRawOctets(_ bytes: Span<UInt8>, encodesBackslash: Bool) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte >= 0x80 || byte == UInt8(ascii: "\\") && encodesBackslash {
                writePercentEscape(byte)
            } else {
                write(byte)
            }
        }
    }

    /// A path made anew: every octet that may not stand in a path (RFC 3986, section 3.3) becomes a percent escape.
    /// Percent signs stay where they start an escape.
    mutating func writeEncodedPath(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            let byte = bytes[index]
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count
                && Hexadecimal.value(of: bytes[index + 1]) != nil && Hexadecimal.value(of: bytes[index + 2]) != nil
            if CharacterClass.path.contains(byte) || isEscape {
                write(byte)
            } else {
                writePercentEscape(byte)
            }
        }
    }

    mutating func writePercentEscape(_ byte: UInt8) {
        write(UInt8(ascii: "%"))
        write(Hexadecimal.upperCaseDigit(byte >> 4))
        write(Hexadecimal.upperCaseDigit(byte & 0xF))
    }
}
