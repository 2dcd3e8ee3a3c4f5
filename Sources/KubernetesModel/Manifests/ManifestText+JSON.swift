extension ManifestText {
    /// `chunk` with the surrogate pairs of JSON (`\ud83d\ude00`) written as YAML's escapes of one character. Everything
    /// else of JSON is YAML already.
    static func rewritingSurrogatePairs(in chunk: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var copied = chunk.startIndex
        var index = chunk.startIndex
        while let slash = chunk[index...].firstIndex(of: UInt8(ascii: "\\")) {
            if let high = escapedUnit(at: slash, in: chunk), (0xD800...0xDBFF).contains(high),
                let low = escapedUnit(at: slash + 6, in: chunk), (0xDC00...0xDFFF).contains(low)
            {
                let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                let digits = String(value, radix: 16)
                result += chunk[copied..<slash]
                result += Array("\\U\(String(repeating: "0", count: 8 - digits.count))\(digits)".utf8)
                copied = slash + 12
                index = copied
            } else {
                index = Swift.min(slash + 2, chunk.endIndex)
            }
        }
        if copied == chunk.startIndex { return chunk }
        result += chunk[copied...]
        return result[...]
    }

    private static func escapedUnit(at index: Int, in bytes: ArraySlice<UInt8>) -> UInt32? {
        guard index + 6 <= bytes.endIndex, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }

    /// The values of a chunk that holds several JSON values one after another, as `kubectl` reads them.
    static func splitJSONValues(in chunk: Chunk) -> [Chunk] {
        var parts: [Chunk] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var line = chunk.firstLine
        var start: (index: Int, line: Int)?
        for index in chunk.bytes.indices {
            let byte = chunk.bytes[index]
            if byte == 0x0A { line += 1 }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0, start == nil { start = (index, line) }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0, let begun = start {
                    parts.append(Chunk(bytes: chunk.bytes[begun.index...index], firstLine: begun.line))
                    start = nil
                }
            default: break
            }
        }
        if let start { parts.append(Chunk(bytes: chunk.bytes[start.index...], firstLine: start.line)) }
        return parts
    }
}
