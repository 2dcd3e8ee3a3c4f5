extension HeadWriter {
    /// The request line with the target as it came, its raw octets percent-encoded. Absolute forms become origin forms
    /// (RFC 9112, section 3.2.1).
    mutating func writeRequestLine(_ head: borrowing RequestHead, of bytes: Span<UInt8>) {
        write(head.methodName, of: bytes)
        write(UInt8(ascii: " "))
        if head.targetForm == .asterisk {
            write(UInt8(ascii: "*"))
        } else {
            if head.path.isEmpty { write(UInt8(ascii: "/")) }
            if head.targetNeedsEncoding {
                writeEncodingRawOctets(bytes.extracting(head.path.indices), encodesBackslash: true)
            } else {
                write(head.path, of: bytes)
            }
            writeQuery(head, of: bytes)
        }
        write(" HTTP/1.1\r\n")
    }

    /// The request line with `path` in place of the path that came, percent-encoded where it must be, and the query as it
    /// came. A path without a leading slash gets one.
    mutating func writeRequestLine(_ head: borrowing RequestHead, of bytes: Span<UInt8>, path: Span<UInt8>) {
        write(head.methodName, of: bytes)
        write(UInt8(ascii: " "))
        if path.isEmpty || path[0] != UInt8(ascii: "/") { write(UInt8(ascii: "/")) }
        writeEncodedPath(path)
        writeQuery(head, of: bytes)
        write(" HTTP/1.1\r\n")
    }

    /// `?` and the query as it came, where there is one.
    mutating func writeQuery(_ head: borrowing RequestHead, of bytes: Span<UInt8>) {
        guard let query = head.query else { return }
        write(UInt8(ascii: "?"))
        if head.targetNeedsEncoding {
            writeEncodingRawOctets(bytes.extracting(query.indices), encodesBackslash: false)
        } else {
            write(query, of: bytes)
        }
    }

    /// The fields that are about the message and this connection, and the end of the head: length, `Expect`, `TE`,
    /// `Upgrade`.
    ///
    /// - Parameter expectsContinue: Whether upstream is asked for a 100 (Continue) as the client asked.
    mutating func endRequest(_ head: borrowing RequestHead, expectsContinue: Bool) {
        switch head.framing {
        case .length(let length): writeField("Content-Length", decimal: length)
        case .chunked: write("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose:
            // RFC 9110, section 8.6: where the method gives a body a meaning, its absence is stated.
            switch head.method {
            case .post, .put, .patch: write("Content-Length: 0\r\n")
            default: if head.fields.contains(.contentLength) { write("Content-Length: 0\r\n") }
            }
        }
        if expectsContinue { write("Expect: 100-continue\r\n") }
        if head.upgrade == .webSocket {
            write("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        } else if head.acceptsTrailers {
            write("TE: trailers\r\nConnection: TE\r\n")
        }
        writeLineEnd()
    }

    /// The client's fields that pass this hop, and `Max-Forwards` of what it has been counted down to (RFC 9110, section
    /// 7.6.2). A request whose count has run out must not come here.
    @inline(__always)
    mutating func writeClientFields(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, from client: ClientConnection
    ) {
        var excluded = Self.proxyFields(of: client)
        if head.method == .options, case .hops(let count) = head.maxForwards(in: bytes) {
            excluded.insert(.maxForwards)
            writeField("Max-Forwards", decimal: count - 1)
        }
        writeEndToEndFields(head.fields, of: bytes, excluding: excluded)
    }

    /// The fields of a request that the load balancer writes itself and never copies, and `Proxy`, which backends in the
    /// manner of CGI take for the setting `HTTP_PROXY` of their own outgoing requests (httpoxy, CVE-2016-5385 and others).
    static var rewrittenRequestFields: FieldSet {
        FieldSet(
            bits: KnownField.host.bit | KnownField.contentLength.bit | KnownField.expect.bit | KnownField.proxy.bit)
    }
}
