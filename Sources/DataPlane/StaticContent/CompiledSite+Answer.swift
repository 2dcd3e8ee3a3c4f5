extension CompiledSite {
    /// The answer to a request (RFC 9110, sections 13, 14 and 15).
    ///
    /// - Parameters:
    ///   - path: The path of the request in normal form.
    ///   - mountPath: The path of the route; what stands behind it names the file.
    ///   - redirectsDirectories: Whether a directory asked for without the slash at its end is a redirect to the path with
    ///     it, so that relative links work. Off where the route would not match that path: then it is the index document.
    func answer(
        to head: borrowing RequestHead, of bytes: Span<UInt8>, path: Span<UInt8>, mountPath: Span<UInt8>,
        redirectsDirectories: Bool = true
    ) -> ContentAnswer {
        let isHead = head.method == .head
        guard head.method == .get || isHead else {
            return ShortAnswers.answer(405, lines: "Allow: GET, HEAD\r\n")
        }
        let rest = SitePath.rest(of: path, behind: mountPath)
        let isMountWithoutSlash = rest.isEmpty && path.count > 0 && path[path.count - 1] != UInt8(ascii: "/")
        switch lookup(path.extracting(rest)) {
        case .document where isMountWithoutSlash && redirectsDirectories:
            return redirect(head, bytes, path: path)
        case .document(let index):
            return answer(with: self[index], head, bytes)
        case .directoryWithoutSlash:
            guard redirectsDirectories else {
                return indexAnswer(to: head, bytes, path: path, mountPath: mountPath)
            }
            return redirect(head, bytes, path: path)
        case .nothing:
            guard let notFoundDocument else { return ShortAnswers.answer(404, sendsBody: !isHead) }
            return ContentAnswer(
                statusCode: 404,
                lines: Array("Content-Type: ".utf8) + notFoundDocument.contentType + Array("\r\n".utf8),
                body: .single(BodyPiece(notFoundDocument.content)), sendsBody: !isHead)
        }
    }

    /// The index document of a directory asked for without its slash.
    private func indexAnswer(
        to head: borrowing RequestHead, _ bytes: Span<UInt8>, path: Span<UInt8>, mountPath: Span<UInt8>
    ) -> ContentAnswer {
        var directory: [UInt8] = []
        for index in SitePath.rest(of: path, behind: mountPath) { directory.append(path[index]) }
        if !directory.isEmpty { directory.append(UInt8(ascii: "/")) }
        guard case .document(let index) = lookup(directory.span) else { return ShortAnswers.answer(404) }
        return answer(with: self[index], head, bytes)
    }

    /// A redirect to the path with a slash behind it, and the query as it came.
    private func redirect(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, path: Span<UInt8>
    ) -> ContentAnswer {
        var lines = Array("Location: ".utf8)
        for index in path.indices { lines.append(path[index]) }
        lines.append(UInt8(ascii: "/"))
        if let query = head.query {
            lines.append(UInt8(ascii: "?"))
            for index in query.indices {
                let byte = bytes[index]
                guard byte >= 0x80 else {
                    lines.append(byte)
                    continue
                }
                lines += [
                    UInt8(ascii: "%"), Hexadecimal.upperCaseDigit(byte >> 4), Hexadecimal.upperCaseDigit(byte & 0xF),
                ]
            }
        }
        lines += [0x0D, 0x0A]
        return ShortAnswers.answer(301, lines: lines, sendsBody: head.method != .head)
    }

    private func answer(
        with document: Document, _ head: borrowing RequestHead, _ bytes: Span<UInt8>
    ) -> ContentAnswer {
        let isHead = head.method == .head
        let tag = document.entityTag.span
        if EntityTags.matches(tag, in: .ifMatch, of: head, bytes, weakly: false) == false {
            return ShortAnswers.answer(412, sendsBody: !isHead)
        }
        if EntityTags.matches(tag, in: .ifNoneMatch, of: head, bytes, weakly: true) == true {
            return ContentAnswer(statusCode: 304, prepared: document.tagFields, body: .empty)
        }
        // RFC 9110, section 14.2: ranges are of GET; an If-Range that doesn't match, dates included, voids them.
        if head.method == .get, head.fields.contains(.range),
            EntityTags.matches(tag, in: .ifRange, of: head, bytes, weakly: false) != false,
            let answer = rangeAnswer(document, head, bytes)
        {
            return answer
        }
        return ContentAnswer(
            statusCode: 200, prepared: document.fields, body: .single(BodyPiece(document.content)), sendsBody: !isHead)
    }

    // MARK: Ranges

    /// The answer to a `Range` field; nil where it is to be ignored.
    private func rangeAnswer(
        _ document: Document, _ head: borrowing RequestHead, _ bytes: Span<UInt8>
    ) -> ContentAnswer? {
        let size = document.content.count
        var field: ByteRange?
        for index in 0..<head.fields.count where head.fields[index].known == .range {
            guard field == nil else { return nil }
            field = head.fields[index].value
        }
        guard let field else { return nil }
        let requested = bytes.withUnsafeBufferPointer { buffer in
            ByteScanner(buffer).map { RequestedRanges(field, of: size, in: $0) } ?? .ignored
        }
        switch requested {
        case .ignored:
            return nil
        case .unsatisfiable:
            return ShortAnswers.answer(416, lines: Array("Content-Range: bytes */\(size)\r\n".utf8))
        case .satisfiable(let ranges) where ranges.count == 1:
            return ContentAnswer(
                statusCode: 206, prepared: document.fields, lines: Self.contentRange(ranges[0], size),
                body: .single(BodyPiece(document.content, ranges[0])))
        case .satisfiable(let ranges):
            return multipart(document, ranges)
        }
    }

    private static func contentRange(_ range: Range<Int>, _ size: Int) -> [UInt8] {
        Array("Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)\r\n".utf8)
    }

    /// Several ranges as `multipart/byteranges` (RFC 9110, section 14.6).
    private func multipart(_ document: Document, _ ranges: [Range<Int>]) -> ContentAnswer {
        var random = SystemRandomNumberGenerator()
        let word: UInt64 = random.next()
        let boundary = "headgate-\(String(word, radix: 16))"
        var pieces: [BodyPiece] = []
        for range in ranges {
            let start =
                Array("\r\n--\(boundary)\r\nContent-Type: ".utf8) + document.contentType + Array("\r\n".utf8)
                + Self.contentRange(range, document.content.count) + Array("\r\n".utf8)
            pieces.append(BodyPiece(ByteStorage(start)))
            pieces.append(BodyPiece(document.content, range))
        }
        pieces.append(BodyPiece(ByteStorage(Array("\r\n--\(boundary)--\r\n".utf8))))
        return ContentAnswer(
            statusCode: 206, prepared: document.tagFields,
            lines: Array("Content-Type: multipart/byteranges; boundary=\(boundary)\r\n".utf8),
            body: .multiple(pieces))
    }
}

/// Answers of one line of text that says what their status says.
enum ShortAnswers {
    private static let bodies: [Int: ByteStorage] = {
        var bodies: [Int: ByteStorage] = [:]
        for code in 300...599 {
            let reason = "\(StatusCode.reason(code))"
            if !reason.isEmpty { bodies[code] = ByteStorage(Array("\(code) \(reason)\n".utf8)) }
        }
        return bodies
    }()

    private static let typeLine = ByteStorage(Array("Content-Type: text/plain; charset=utf-8\r\n".utf8))

    /// - Parameter lines: Further field lines, each with its line end.
    static func answer(_ statusCode: Int, lines: [UInt8] = [], sendsBody: Bool = true) -> ContentAnswer {
        guard let body = bodies[statusCode] else {
            return ContentAnswer(statusCode: statusCode, lines: lines, body: .empty)
        }
        return ContentAnswer(
            statusCode: statusCode, prepared: typeLine, lines: lines, body: .single(BodyPiece(body)),
            sendsBody: sendsBody)
    }

    static func answer(_ statusCode: Int, lines: StaticString) -> ContentAnswer {
        answer(statusCode, lines: lines.withUTF8Buffer { Array($0) })
    }
}
