extension ResponseHead: HeadReading {
    mutating func parse(
        _ scanner: ByteScanner, _ method: RequestMethod, _ limits: HeadLimits
    ) throws(ResponseFault) -> HeadProgress {
        if stage == .start {
            guard try parseStatusLine(scanner, limits) else { return .incomplete }
            stage = .fields
        }
        if stage == .fields {
            guard try readFields(scanner, limits) else { return .incomplete }
            stage = .done
            try finish(method, scanner)
        }
        return .complete(byteCount: lineStart)
    }

    /// Reads the status line (RFC 9112, section 4). The space before an absent reason phrase may be missing, as many
    /// servers leave it out. False where the line isn't whole yet.
    private mutating func parseStatusLine(
        _ scanner: ByteScanner, _ limits: HeadLimits
    ) throws(ResponseFault) -> Bool {
        let limit = min(scanner.count, limits.maximumHeadBytes)
        guard limit >= 14 else {
            try checkShortStatusLine(scanner, limit)
            return false
        }
        switch scanner.word(at: 0) {
        case 0x312E_312F_5054_5448: version = .http11
        case 0x302E_312F_5054_5448: version = .http10
        default:
            guard scanner.equals(ByteRange(0, 5), "HTTP/") else { throw .invalidStatusLine }
            throw .unsupportedVersion
        }
        guard scanner[8] == UInt8(ascii: " ") else { throw .invalidStatusLine }
        let code = ByteRange(9, 12)
        guard let status = parseContentLength(code, in: scanner), (100...999).contains(status) else {
            throw .invalidStatusCode
        }
        guard scanner[12] == UInt8(ascii: " ") || scanner[12] == 0x0D else { throw .invalidStatusCode }
        let startOfReason = scanner[12] == 0x0D ? 12 : 13
        let end = scanner.endOfFieldValue(from: max(startOfReason, scanned), to: limit)
        guard end &+ 1 < limit else {
            if end < limit, scanner[end] != 0x0D { throw Self.invalidByte(scanner[end]) }
            guard scanner.count < limits.maximumHeadBytes else { throw .headTooLarge }
            scanned = end
            return false
        }
        guard scanner[end] == 0x0D, scanner[end &+ 1] == 0x0A else { throw Self.invalidByte(scanner[end]) }
        statusCode = status
        reason = ByteRange(startOfReason, end)
        lineStart = end &+ 2
        return true
    }

    private static func invalidByte(_ byte: UInt8) -> ResponseFault {
        switch byte {
        case 0x0D: .bareCarriageReturn
        case 0x0A: .bareLineFeed
        default: .controlCharacter
        }
    }

    /// Refuses what can't become a status line without waiting for more of it.
    private func checkShortStatusLine(_ scanner: ByteScanner, _ limit: Int) throws(ResponseFault) {
        let prefix: StaticString = "HTTP/"
        for index in 0..<min(limit, 5) where scanner[index] != prefix.utf8Start[index] { throw .invalidStatusLine }
    }

    // MARK: What the fields say

    @inline(__always)
    mutating func note(_ field: FieldRecord, in scanner: ByteScanner) throws(ResponseFault) {
        switch field.known {
        case .connection:
            connection.read(field.value, in: scanner)
        case .contentLength:
            guard statedLength == nil else { throw .repeatedContentLength }
            guard let length = parseContentLength(field.value, in: scanner) else { throw .invalidContentLength }
            statedLength = length
        case .transferEncoding:
            guard !hasTransferEncoding, scanner.matches(field.value, lowercased: "chunked") else {
                throw .invalidTransferEncoding
            }
            hasTransferEncoding = true
        case .upgrade:
            if scanner.contains("websocket", inList: field.value) { upgradesToWebSocket = true }
        default:
            break
        }
    }

    /// Decides how the body ends (RFC 9112, section 6.3).
    @inline(__always)
    private mutating func finish(_ method: RequestMethod, _ scanner: ByteScanner) throws(ResponseFault) {
        if hasTransferEncoding {
            guard statedLength == nil else { throw .ambiguousLength }
            guard version == .http11 else { throw .invalidTransferEncoding }
        }
        if method == .head || statusCode < 200 || statusCode == 204 || statusCode == 304 {
            framing = .none
        } else if hasTransferEncoding {
            framing = .chunked
        } else if let statedLength {
            framing = statedLength == 0 ? .none : .length(statedLength)
        } else {
            framing = .untilClose
        }
        isPersistent =
            !connection.close && (version == .http11 || connection.keepAlive) && framing != .untilClose
            && !switchesProtocols
        if connection.nominations > 0 {
            guard connection.nominations <= ConnectionOptions.maximumNominations else {
                throw .tooManyConnectionOptions
            }
            fields.markNominated(in: scanner)
        }
    }
}
