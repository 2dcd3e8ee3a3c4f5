extension RequestHead {
    /// Takes in what a field says about the message, when its line has been read.
    @inline(__always)
    mutating func note(_ field: FieldRecord, in scanner: ByteScanner) throws(RequestRefusal) {
        switch field.known {
        case .host:
            guard !facts.hasHost else { throw .repeatedHost }
            facts.hasHost = true
            guard let host = HostAndPort(field.value, in: scanner) else { throw .invalidHost }
            self.host = host
        case .connection:
            facts.connection.read(field.value, in: scanner)
        case .contentLength:
            guard facts.contentLength == nil else { throw .repeatedContentLength }
            guard let length = parseContentLength(field.value, in: scanner) else { throw .invalidContentLength }
            facts.contentLength = length
        case .transferEncoding:
            try noteTransferEncoding(field.value, in: scanner)
        case .expect, .upgrade, .te:
            try noteRare(field, in: scanner)
        default:
            break
        }
    }

    private mutating func noteTransferEncoding(
        _ value: ByteRange, in scanner: ByteScanner
    ) throws(RequestRefusal) {
        guard !facts.hasTransferEncoding else { throw .repeatedTransferEncoding }
        facts.hasTransferEncoding = true
        // A coding has no case (RFC 9112, section 7), but another hop may think that it has, and then sees no body where
        // this one does: clients write it in lower case.
        guard !scanner.equals(value, "chunked") else { return }
        throw TransferCodings.isKnownAndEndsInChunked(value, in: scanner)
            ? .unsupportedTransferCoding : .invalidTransferEncoding
    }

    private mutating func noteRare(_ field: FieldRecord, in scanner: ByteScanner) throws(RequestRefusal) {
        switch field.known {
        case .expect:
            if scanner.matches(field.value, lowercased: "100-continue") {
                expectsContinue = true
            } else if version == .http11 {
                throw .unsupportedExpectation
            }
        case .upgrade:
            facts.hasUpgrade = true
            if scanner.contains("websocket", inList: field.value) { facts.upgradesToWebSocket = true }
        default:
            if scanner.contains("trailers", inList: field.value) { acceptsTrailers = true }
        }
    }

    /// Decides what depends on all fields, when the head is whole.
    @inline(__always)
    mutating func finish(_ scanner: ByteScanner) throws(RequestRefusal) {
        try settleHost(scanner)
        if facts.hasTransferEncoding {
            guard facts.contentLength == nil else { throw .ambiguousLength }
            guard version == .http11 else { throw .transferEncodingOnHTTP10 }
            framing = .chunked
        } else if let length = facts.contentLength, length > 0 {
            framing = .length(length)
        }
        let connection = facts.connection
        isPersistent = !connection.close && (version == .http11 || connection.keepAlive)
        if connection.nominations > 0 {
            guard connection.nominations <= ConnectionOptions.maximumNominations else {
                throw .tooManyConnectionOptions
            }
            fields.markNominated(in: scanner)
        }
        // An expectation without a body, or of HTTP/1.0, is void (RFC 9110, section 10.1.1).
        if version == .http10 || framing == .none { expectsContinue = false }
        if facts.hasUpgrade, connection.upgrade, version == .http11 {
            // The handshake is a GET without a body (RFC 6455, section 4.1).
            upgrade = facts.upgradesToWebSocket && method == .get && framing == .none ? .webSocket : .other
        }
    }

    /// A Host field stands in each HTTP/1.1 request (RFC 9112, section 3.2), and says the same as an absolute target.
    private mutating func settleHost(_ scanner: ByteScanner) throws(RequestRefusal) {
        guard let authority = facts.authority else {
            guard facts.hasHost || version == .http10 else { throw .missingHost }
            return
        }
        guard facts.hasHost else {
            guard version == .http10 else { throw .missingHost }
            host = authority
            return
        }
        let port = facts.authorityDefaultPort
        guard scanner.matchesIgnoringCase(authority.host, host.host), authority.port ?? port == host.port ?? port else {
            throw .hostMismatch
        }
    }
}

/// The registered transfer codings (RFC 9112, section 7).
enum TransferCodings {
    /// Whether a value other than `chunked` alone is a list of known codings that ends in `chunked`: a message that is
    /// right, but in a coding that isn't served here.
    static func isKnownAndEndsInChunked(_ value: ByteRange, in scanner: ByteScanner) -> Bool {
        var codings = 0
        var isKnown = true
        var endsInChunked = false
        scanner.forEachListElement(of: value) { coding in
            codings += 1
            // Chunked may stand at the end alone.
            if endsInChunked { isKnown = false }
            endsInChunked = scanner.equals(coding, "chunked")
            let isCompression =
                scanner.matches(coding, lowercased: "gzip") || scanner.matches(coding, lowercased: "deflate")
                || scanner.matches(coding, lowercased: "compress") || scanner.matches(coding, lowercased: "x-gzip")
                || scanner.matches(coding, lowercased: "x-compress")
            if !endsInChunked, !isCompression { isKnown = false }
            return isKnown
        }
        return isKnown && endsInChunked && codings > 1
    }
}
