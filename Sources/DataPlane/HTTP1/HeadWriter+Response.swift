extension HeadWriter {
    /// `HTTP/1.1 200 OK` with the registered reason phrase.
    mutating func writeStatusLine(_ code: Int) {
        if code == 200 {
            write("HTTP/1.1 200 OK\r\n")
            return
        }
        write("HTTP/1.1 ")
        writeDecimal(code)
        write(UInt8(ascii: " "))
        write(StatusCode.reason(code))
        writeLineEnd()
    }

    /// The status line of a response from upstream, with the reason phrase that it gave.
    mutating func writeStatusLine(_ head: borrowing ResponseHead, of bytes: Span<UInt8>) {
        write("HTTP/1.1 ")
        writeDecimal(head.statusCode)
        write(UInt8(ascii: " "))
        write(head.reason, of: bytes)
        writeLineEnd()
    }

    /// The fields of a response from upstream that pass this hop, and a `Date` where upstream gave none (RFC 9110, section
    /// 6.6.1). `excluded` are fields that the load balancer sets itself.
    mutating func writeResponseFields(
        _ head: borrowing ResponseHead, of bytes: Span<UInt8>, date: borrowing DateField,
        excluding excluded: FieldSet = FieldSet()
    ) {
        let framingFields = FieldSet(bits: excluded.bits | KnownField.contentLength.bit)
        writeEndToEndFields(head.fields, of: bytes, excluding: framingFields)
        if !head.isInterim, !head.switchesProtocols, !head.fields.contains(.date) { writeDate(date) }
    }

    mutating func writeDate(_ date: borrowing DateField) {
        write("Date: ")
        write(date.text.span)
        writeLineEnd()
    }

    /// The fields that are about the message and the client's connection, and the end of the head.
    ///
    /// - Parameters:
    ///   - framing: How the body goes to the client: of ``ResponseHead/downstreamFraming(for:)``.
    ///   - isPersistent: Whether the client's connection stays open behind the response.
    ///   - version: The version of the request; HTTP/1.0 is told where the connection stays open, HTTP/1.1 where it doesn't.
    mutating func endResponse(
        _ head: borrowing ResponseHead, framing: BodyFraming, isPersistent: Bool, version: HTTPVersion
    ) {
        if head.switchesProtocols {
            write("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            return
        }
        if head.isInterim {
            writeLineEnd()
            return
        }
        switch framing {
        case .length(let length): writeField("Content-Length", decimal: length)
        case .chunked: write("Transfer-Encoding: chunked\r\n")
        case .untilClose: break
        case .none:
            // RFC 9110, section 8.6: a 204 has none; to HEAD and in a 304 it is what a GET would get.
            if head.statusCode != 204, let length = head.statedLength {
                writeField("Content-Length", decimal: length)
            }
        }
        endConnection(isPersistent: isPersistent, version: version)
    }

    /// The `Connection` field where one is needed, and the end of the head.
    mutating func endConnection(isPersistent: Bool, version: HTTPVersion) {
        if !isPersistent {
            write("Connection: close\r\n")
        } else if version == .http10 {
            write("Connection: keep-alive\r\n")
        }
        writeLineEnd()
    }

    // MARK: Chunked bodies

    /// What stands before the bytes of a chunk. An empty chunk would end the body: write none.
    mutating func startChunk(byteCount: Int) {
        assert(byteCount > 0)
        writeHexadecimal(UInt64(byteCount))
        writeLineEnd()
    }

    /// What stands behind the bytes of a chunk.
    mutating func endChunk() {
        writeLineEnd()
    }

    /// The end of a chunked body without trailers.
    mutating func endChunkedBody() {
        write("0\r\n\r\n")
    }

    /// The end of a chunked body with the trailers that a ``ChunkedDecoder`` read.
    mutating func endChunkedBody(trailers: borrowing FieldTable, of bytes: Span<UInt8>) {
        write("0\r\n")
        writeEndToEndFields(trailers, of: bytes, excluding: FieldSet())
        writeLineEnd()
    }

    /// The most bytes that ``startChunk(byteCount:)`` writes.
    static var maximumChunkStartBytes: Int { 18 }
}

extension ResponseHead {
    /// How the body goes on to a client of the version: what upstream ends by closing is chunked to HTTP/1.1, and what is
    /// chunked ends by closing to HTTP/1.0, whose connection must not stay open then.
    func downstreamFraming(for version: HTTPVersion) -> BodyFraming {
        switch (framing, version) {
        case (.untilClose, .http11): .chunked
        case (.chunked, .http10): .untilClose
        default: framing
        }
    }
}
