/// The text of a manifest file, checked to be text and cut at its document markers, so that a mistake that only
/// concerns one document can be told from one that makes the file unreadable.
struct ManifestText {
    /// A part of the file that starts at a document marker, or at the file's beginning.
    struct Chunk {
        var bytes: ArraySlice<UInt8>
        /// The line of the file that the part starts on, from 1.
        var firstLine: Int
    }

    struct Problem: Error {
        var reason: ManifestFinding.Reason
        var line: Int
        var column: Int
        var problem: String
        var remedy: String
    }

    var chunks: [Chunk] = []
    /// Whether the first character makes it JSON.
    var looksLikeJSON = false
    /// A character of the private use area that the file does not hold; stands in for the `*` of an alias.
    var aliasMark: Unicode.Scalar = "\u{E000}"
    /// Another one; marks the key of a mapping that holds it twice.
    var duplicateMark: Unicode.Scalar = "\u{E001}"

    init(_ bytes: [UInt8]) throws(Problem) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        try Self.checkText(bytes)
        try Self.checkSize(bytes)
        looksLikeJSON =
            switch bytes.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
            case UInt8(ascii: "{"), UInt8(ascii: "["): true
            default: false
            }
        let free = Self.unusedMarks(in: bytes)
        guard free.count == 2 else {
            throw Problem(
                reason: .tooComplex, line: 0, column: 0,
                problem: "uses every character of the private use area",
                remedy: "remove those that it does not need")
        }
        aliasMark = free[0]
        duplicateMark = free[1]
        chunks = Self.split(bytes)
    }

    private static func checkText(_ bytes: ArraySlice<UInt8>) throws(Problem) {
        let control = bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index < buffer.count {
                let byte = buffer[index]
                if (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D) || byte == 0x7F { return index }
                index += 1
            }
            return -1
        }
        if control >= 0 {
            let index = bytes.startIndex + control
            let code = String(bytes[index], radix: 16, uppercase: true)
            throw problem(
                at: index, in: bytes,
                "holds the control character 0x\(code.count == 1 ? "0" : "")\(code) and is not text")
        }
        let isValid = bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
        if !isValid {
            throw problem(at: firstInvalidUTF8(in: bytes), in: bytes, "is not UTF-8 text")
        }
    }

    private static func problem(at index: Int, in bytes: ArraySlice<UInt8>, _ text: String) -> Problem {
        let before = bytes[..<index]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? bytes.startIndex
        return Problem(
            reason: .notText, line: line, column: index - lineStart + 1, problem: text,
            remedy: "save the file as YAML or JSON in UTF-8, or move it out of the directory")
    }

    private static func firstInvalidUTF8(in bytes: ArraySlice<UInt8>) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            var decoder = Unicode.UTF8.ForwardParser()
            var rest = bytes[index...].makeIterator()
            guard case .valid(let scalar) = decoder.parseScalar(from: &rest) else { return index }
            index += scalar.count
        }
        return bytes.startIndex
    }

    /// Bounds the number of values, and so the memory that they take, before anything is built.
    private static func checkSize(_ bytes: ArraySlice<UInt8>) throws(Problem) {
        let count = bytes.withUnsafeBufferPointer { buffer in
            var count = 0
            var previous: UInt8 = 0
            var index = 0
            while index < buffer.count {
                let byte = buffer[index]
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"), 0x0A: count += 1
                case 0x20, 0x09:
                    if previous == UInt8(ascii: "-") || previous == UInt8(ascii: "?") || previous == UInt8(ascii: ":") {
                        count += 1
                    }
                default: break
                }
                previous = byte
                index += 1
            }
            return count
        }
        if count > ManifestLimits.values {
            throw Problem(
                reason: .tooComplex, line: 0, column: 0,
                problem: "describes more than \(ManifestLimits.values) values",
                remedy: "split it into several files")
        }
    }

    private static func unusedMarks(in bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        var used: Set<UInt32> = []
        var index = bytes.startIndex
        while let found = bytes[index...].firstIndex(where: { $0 == 0xEE || $0 == 0xEF }), found + 2 < bytes.endIndex {
            let value =
                UInt32(bytes[found] & 0x0F) << 12 | UInt32(bytes[found + 1] & 0x3F) << 6
                | UInt32(bytes[found + 2] & 0x3F)
            used.insert(value)
            index = found + 3
        }
        return Array(
            (UInt32(0xE000)...0xF8FF).lazy.filter { !used.contains($0) }.compactMap(Unicode.Scalar.init).prefix(2))
    }

    /// Cuts before each line that starts with `---`, which ends a document wherever it stands in it.
    private static func split(_ bytes: ArraySlice<UInt8>) -> [Chunk] {
        var chunks: [Chunk] = []
        var chunkStart = bytes.startIndex
        var chunkLine = 1
        var hasContent = false
        var lineStart = bytes.startIndex
        var line = 1
        while lineStart < bytes.endIndex {
            let lineEnd = bytes[lineStart...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.endIndex
            let text = bytes[lineStart..<lineEnd]
            if isMarker(text) {
                if hasContent {
                    chunks.append(Chunk(bytes: bytes[chunkStart..<lineStart], firstLine: chunkLine))
                    chunkStart = lineStart
                    chunkLine = line
                }
                hasContent = true
            } else if !hasContent {
                hasContent = !isBlankCommentOrDirective(text)
            }
            lineStart = lineEnd
            line += 1
        }
        if hasContent { chunks.append(Chunk(bytes: bytes[chunkStart...], firstLine: chunkLine)) }
        return chunks
    }

    private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-"), UInt8(ascii: "-")]) else { return false }
        guard line.count > 3 else { return true }
        let next = line[line.startIndex + 3]
        return next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
    }

    private static func isBlankCommentOrDirective(_ line: ArraySlice<UInt8>) -> Bool {
        if line.first == UInt8(ascii: "%") { return true }
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }) else {
            return true
        }
        return first == UInt8(ascii: "#")
    }
}
