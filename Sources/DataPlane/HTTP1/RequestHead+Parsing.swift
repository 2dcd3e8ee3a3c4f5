extension RequestHead: HeadReading {
    mutating func parse(_ scanner: ByteScanner, _ limits: HeadLimits) throws(RequestRefusal) -> HeadProgress {
        if stage == .start {
            guard try parseRequestLine(scanner, limits) else { return .incomplete }
            stage = .fields
        }
        if stage == .fields {
            guard try readFields(scanner, limits) else { return .incomplete }
            stage = .done
            try finish(scanner)
        }
        return .complete(byteCount: lineStart)
    }

    // MARK: The request line

    /// Reads the request line and the empty line that may stand before it (RFC 9112, section 2.2). False where it isn't
    /// whole yet.
    private mutating func parseRequestLine(
        _ scanner: ByteScanner, _ limits: HeadLimits
    ) throws(RequestRefusal) -> Bool {
        let limit = min(scanner.count, limits.maximumHeadBytes)
        guard try skipEmptyLine(scanner) else { return false }
        let start = lineStart
        guard start < limit else { return false }

        var index = start
        let endOfMethod = min(limit, start &+ RequestMethod.maximumLength &+ 1)
        while index < endOfMethod, CharacterClass.token.contains(scanner[index]) { index &+= 1 }
        guard index < limit else { return try targetIncomplete(scanner, limits) }
        guard index < endOfMethod else { throw .methodTooLong }
        guard scanner[index] == UInt8(ascii: " "), index > start else {
            throw Self.invalidByte(scanner[index], otherwise: index == start ? .invalidStartOfMessage : .invalidMethod)
        }
        methodName = ByteRange(start, index)

        let startOfTarget = index &+ 1
        let targetLimit = min(limit, startOfTarget &+ limits.maximumTargetBytes &+ 1)
        let endOfTarget = scanner.endOfTarget(from: max(startOfTarget, scanned), to: targetLimit)
        guard endOfTarget < targetLimit else {
            if targetLimit < limit || endOfTarget &- startOfTarget > limits.maximumTargetBytes { throw .targetTooLong }
            scanned = endOfTarget
            return try targetIncomplete(scanner, limits)
        }
        guard scanner[endOfTarget] == UInt8(ascii: " "), endOfTarget > startOfTarget else {
            throw Self.invalidByte(scanner[endOfTarget], otherwise: .invalidTarget)
        }
        target = ByteRange(startOfTarget, endOfTarget)

        guard try parseVersion(at: endOfTarget &+ 1, scanner, limit) else {
            return try targetIncomplete(scanner, limits)
        }
        method = RequestMethod(methodName, in: scanner)
        try readTarget(scanner)
        return true
    }

    /// What a byte that doesn't belong in the request line is refused as.
    private static func invalidByte(_ byte: UInt8, otherwise: RequestRefusal) -> RequestRefusal {
        switch byte {
        case 0x0A: .bareLineFeed
        case 0x0D where otherwise != .invalidStartOfMessage: .invalidVersion
        case 0x00..<0x20, 0x7F: otherwise == .invalidStartOfMessage ? otherwise : .controlCharacter
        default: otherwise
        }
    }

    /// False: more bytes are needed. A request line that fills the head's limit is too long.
    private func targetIncomplete(_ scanner: ByteScanner, _ limits: HeadLimits) throws(RequestRefusal) -> Bool {
        guard scanner.count < limits.maximumHeadBytes else { throw .targetTooLong }
        return false
    }

    /// Steps over one CRLF before the request line; a second one is refused. False where more bytes are needed to tell.
    private mutating func skipEmptyLine(_ scanner: ByteScanner) throws(RequestRefusal) -> Bool {
        guard lineStart == 0, scanner.count > 0, scanner[0] == 0x0D else { return true }
        guard scanner.count > 1 else { return false }
        guard scanner[1] == 0x0A else { throw .bareCarriageReturn }
        guard scanner.count > 2 else { return false }
        lineStart = 2
        return true
    }

    /// Reads the version and the end of the line. False where the line isn't whole yet.
    private mutating func parseVersion(
        at start: Int, _ scanner: ByteScanner, _ limit: Int
    ) throws(RequestRefusal) -> Bool {
        if start &+ 10 <= limit {
            // "HTTP/1.1" as a word, and CRLF behind it.
            let word = scanner.word(at: start)
            if scanner[start &+ 8] == 0x0D, scanner[start &+ 9] == 0x0A {
                if word == 0x312E_312F_5054_5448 {
                    version = .http11
                    lineStart = start &+ 10
                    return true
                }
                if word == 0x302E_312F_5054_5448 {
                    version = .http10
                    lineStart = start &+ 10
                    return true
                }
            }
        }
        return try parseUnusualVersion(at: start, scanner, limit)
    }

    /// The same, byte by byte: for lines that aren't whole yet or are wrong.
    private func parseUnusualVersion(
        at start: Int, _ scanner: ByteScanner, _ limit: Int
    ) throws(RequestRefusal) -> Bool {
        let prefix: StaticString = "HTTP/"
        for offset in 0..<10 {
            let index = start &+ offset
            guard index < limit else { return false }
            let byte = scanner[index]
            let isRight =
                switch offset {
                case 0..<5: byte == prefix.utf8Start[offset]
                case 5, 7: byte &- 0x30 < 10
                case 6: byte == UInt8(ascii: ".")
                case 8: byte == 0x0D
                default: byte == 0x0A
                }
            if !isRight {
                if byte == 0x0A { throw .bareLineFeed }
                if offset == 9 { throw .bareCarriageReturn }
                throw byte < 0x20 && byte != 0x0D || byte == 0x7F ? .controlCharacter : .invalidVersion
            }
        }
        throw .unsupportedVersion
    }

    // MARK: The target

    private mutating func readTarget(_ scanner: ByteScanner) throws(RequestRefusal) {
        guard method != .connect else { throw .connectNotSupported }
        let start = target.lowerBound
        let end = target.upperBound
        switch scanner[start] {
        case UInt8(ascii: "/"):
            targetForm = .origin
            splitTarget(from: start, scanner)
        case UInt8(ascii: "*"):
            guard target.count == 1, method == .options else { throw .invalidTarget }
            targetForm = .asterisk
            path = .empty
        default:
            targetForm = .absolute
            let authority = try readAbsoluteForm(scanner)
            splitTarget(from: authority.upperBound, scanner)
            if method == .options, path.isEmpty, query == nil { targetForm = .asterisk }
        }
        targetNeedsEncoding =
            scanner.firstNonASCII(from: start, to: end) < end
            || scanner.firstIndex(of: UInt8(ascii: "\\"), from: path.lowerBound, to: path.upperBound) < path.upperBound
    }

    private mutating func splitTarget(from start: Int, _ scanner: ByteScanner) {
        let end = target.upperBound
        let mark = scanner.firstIndex(of: UInt8(ascii: "?"), from: start, to: end)
        path = ByteRange(start, mark)
        query = mark < end ? ByteRange(mark &+ 1, end) : nil
    }

    /// Reads scheme and authority of an absolute form (RFC 9112, section 3.2.2) and keeps the authority to be compared
    /// with the Host field.
    private mutating func readAbsoluteForm(_ scanner: ByteScanner) throws(RequestRefusal) -> ByteRange {
        let start = target.lowerBound
        let schemeEnd: Int
        let defaultPort: UInt16
        if target.count > 7, scanner.matches(ByteRange(start, start &+ 7), lowercased: "http://") {
            schemeEnd = start &+ 7
            defaultPort = 80
        } else if target.count > 8, scanner.matches(ByteRange(start, start &+ 8), lowercased: "https://") {
            schemeEnd = start &+ 8
            defaultPort = 443
        } else {
            throw .invalidTarget
        }
        var end = schemeEnd
        while end < target.upperBound, scanner[end] != UInt8(ascii: "/"), scanner[end] != UInt8(ascii: "?") {
            end &+= 1
        }
        let range = ByteRange(schemeEnd, end)
        guard let authority = HostAndPort(range, in: scanner) else { throw .invalidTarget }
        facts.authority = authority
        facts.authorityDefaultPort = defaultPort
        return range
    }
}
