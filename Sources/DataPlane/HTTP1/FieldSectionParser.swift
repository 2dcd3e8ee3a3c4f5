/// What is wrong with a field line.
enum FieldLineError: Error, CaseIterable, Sendable {
    case bareCarriageReturn, bareLineFeed, controlCharacter
    case emptyName, invalidName, spaceBeforeColon, folded
    case sectionTooLarge
}

/// Reads the field lines of a head or of trailers (RFC 9112, section 5), one at a time, strictly.
struct FieldSectionParser {
    enum Line {
        /// The line isn't whole; its bytes before `scanned` are right.
        case incomplete(scanned: Int)
        case field(FieldRecord, next: Int)
        /// The empty line that ends the section.
        case end(next: Int)
    }

    private let scanner: ByteScanner
    private let limit: Int
    private let isFull: Bool
    private let names = FieldNameIndex.shared

    /// `limits` count from the first byte of the scanner.
    @inline(__always)
    init(_ scanner: ByteScanner, _ limits: HeadLimits) {
        self.init(scanner, maximumBytes: limits.maximumHeadBytes)
    }

    @inline(__always)
    init(_ scanner: ByteScanner, maximumBytes: Int) {
        self.scanner = scanner
        limit = min(scanner.count, maximumBytes)
        isFull = scanner.count >= maximumBytes
    }

    /// Reads the line that starts at `start`, of which the bytes before `scanned` were found right before.
    @inline(__always)
    func next(_ start: Int, _ scanned: Int) throws(FieldLineError) -> Line {
        guard start < limit else { return try incomplete(start) }
        let endOfName = scanner.endOfFieldName(from: start, to: limit)
        guard endOfName < limit else { return try incomplete(start) }
        guard endOfName > start, scanner[endOfName] == UInt8(ascii: ":") else {
            return try endOrRefusal(start, endOfName)
        }
        guard endOfName &- start <= FieldRecord.maximumNameLength else { throw .sectionTooLarge }
        let name = ByteRange(start, endOfName)
        let known = names.field(named: name, in: scanner)
        var endsHere = FieldSet.hopByHop.contains(known)
        if known == .other {
            guard scanner.firstIndex(notIn: .token, from: start, to: endOfName) == endOfName else {
                throw .invalidName
            }
            endsHere = names.isUnderscoreAlias(name, in: scanner)
        }
        let endOfValue = scanner.endOfFieldValue(from: max(endOfName &+ 1, scanned), to: limit)
        guard endOfValue &+ 1 < limit else {
            if endOfValue < limit, scanner[endOfValue] != 0x0D { throw invalidByte(endOfValue) }
            return try incomplete(endOfValue)
        }
        guard scanner[endOfValue] == 0x0D, scanner[endOfValue &+ 1] == 0x0A else { throw invalidByte(endOfValue) }
        let record = FieldRecord(
            known: known, name: name, value: scanner.trimmed(endOfName &+ 1, endOfValue),
            isHopByHop: endsHere
        )
        return .field(record, next: endOfValue &+ 2)
    }

    /// The end of the section, or what is wrong with a line that has no name.
    private func endOrRefusal(_ start: Int, _ index: Int) throws(FieldLineError) -> Line {
        let byte = scanner[index]
        if index == start {
            switch byte {
            case 0x0D:
                guard start &+ 1 < limit else { return try incomplete(start) }
                guard scanner[start &+ 1] == 0x0A else { throw .bareCarriageReturn }
                return .end(next: start &+ 2)
            case 0x20, 0x09: throw .folded
            case UInt8(ascii: ":"): throw .emptyName
            default: throw byte == 0x0A ? .bareLineFeed : .controlCharacter
            }
        }
        switch byte {
        case 0x20, 0x09: throw .spaceBeforeColon
        case 0x0D: throw .invalidName
        case 0x0A: throw .bareLineFeed
        default: throw .controlCharacter
        }
    }

    private func invalidByte(_ index: Int) -> FieldLineError {
        switch scanner[index] {
        case 0x0D: .bareCarriageReturn
        case 0x0A: .bareLineFeed
        default: .controlCharacter
        }
    }

    private func incomplete(_ scanned: Int) throws(FieldLineError) -> Line {
        guard !isFull else { throw .sectionTooLarge }
        return .incomplete(scanned: scanned)
    }
}
