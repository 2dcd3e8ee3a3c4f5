/// What a redirect to HTTPS depends on.
enum HTTPSRedirection {
    /// Whether the path, in normal form, is one of ACME's HTTP challenge (RFC 8555, section 8.3), which is answered over
    /// plain HTTP wherever everything else is redirected.
    static func isExempt(path: Span<UInt8>) -> Bool {
        let prefix: StaticString = "/.well-known/acme-challenge/"
        guard path.count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount where path[index] != prefix.utf8Start[index] { return false }
        return true
    }
}

extension HeadWriter {
    /// `Location` for the redirect of a request to HTTPS: its host, the port unless it is 443, path and query as they came.
    /// Nothing in it can end the line: hosts are letters, digits and a few marks, targets hold no control characters, and
    /// raw octets are percent-encoded. False, with nothing written, for a request without a host.
    mutating func writeHTTPSLocation(_ head: borrowing RequestHead, of bytes: Span<UInt8>, port: UInt16) -> Bool {
        guard !head.host.host.isEmpty else { return false }
        write("Location: https://")
        write(head.host.host, of: bytes)
        if port != 443 {
            write(UInt8(ascii: ":"))
            writeDecimal(Int(port))
        }
        if head.path.isEmpty {
            write(UInt8(ascii: "/"))
        } else if head.targetNeedsEncoding {
            writeEncodingRawOctets(bytes.extracting(head.path.indices), encodesBackslash: true)
        } else {
            write(head.path, of: bytes)
        }
        writeQuery(head, of: bytes)
        writeLineEnd()
        return true
    }

    /// `Location` with a value that was made elsewhere: what may not stand in a URI reference (controls, spaces, quotes,
    /// angle brackets, octets beyond ASCII) becomes percent escapes.
    mutating func writeLocation(_ value: Span<UInt8>) {
        write("Location: ")
        for index in value.indices {
            let byte = value[index]
            let needsEscape =
                byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<")
                || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\\")
            if needsEscape { writePercentEscape(byte) } else { write(byte) }
        }
        writeLineEnd()
    }
}

/// The replacement of the prefix that a route matched.
enum PrefixReplacement {
    /// What the path becomes: `replacement`, a slash, and what stands behind the prefix. `path` is in normal form and
    /// starts with the elements of `prefix`; a trailing slash of either text doesn't count, and the result is never empty:
    /// `/old/a` with `/old` → `/new` gives `/new/a`, `/old` gives `/new`, `/old/` gives `/new/`.
    ///
    /// The result replaces what `output` holds, whose storage is used again.
    static func apply(
        prefix: Span<UInt8>, replacement: Span<UInt8>, to path: Span<UInt8>, output: inout [UInt8]
    ) {
        output.removeAll(keepingCapacity: true)
        let prefixLength = length(withoutTrailingSlash: prefix)
        for index in 0..<length(withoutTrailingSlash: replacement) { output.append(replacement[index]) }
        if path.count > prefixLength {
            if path[prefixLength] != UInt8(ascii: "/") { output.append(UInt8(ascii: "/")) }
            for index in prefixLength..<path.count { output.append(path[index]) }
        }
        if output.isEmpty { output.append(UInt8(ascii: "/")) }
    }

    private static func length(withoutTrailingSlash text: Span<UInt8>) -> Int {
        var length = text.count
        while length > 0, text[length - 1] == UInt8(ascii: "/") { length -= 1 }
        return length
    }
}
