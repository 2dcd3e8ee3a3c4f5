/// What is wrong with a chunked body. As of a request it is answered 400 where an answer can still be given, as of a
/// response it ends the client's connection before the end of the body; in both cases neither connection is used again.
enum ChunkedBodyError: String, Error, CaseIterable, Sendable {
    case invalidSize = "invalid-chunk-size"
    case sizeTooLarge = "chunk-size-too-large"
    case invalidExtension = "invalid-chunk-extension"
    case extensionTooLong = "chunk-extension-too-long"
    case missingLineEnd = "missing-chunk-end"
    case invalidTrailer = "invalid-trailer"
    case forbiddenTrailer = "forbidden-trailer"
    case trailersTooLarge = "trailers-too-large"

    /// A short, constant name that is safe for logs and metrics.
    var label: String { rawValue }
}

/// Reads the chunked coding (RFC 9112, section 7.1) strictly, in place and as it comes.
struct ChunkedDecoder: Sendable {
    /// What a call found.
    enum Step: Equatable, Sendable {
        /// A part of the body stands at the range. All bytes up to its end are done with: the next call gets those behind.
        case data(ByteRange)
        /// There is nothing more without more bytes. So many bytes are done with; the next call gets those behind.
        case incomplete(consumed: Int)
        /// The body has ended, so many bytes from the first given one.
        case end(consumed: Int)
    }

    private enum State: Sendable {
        case sizeStart, size, blankAfterSize, `extension`, sizeLineFeed
        case data, dataCarriageReturn, dataLineFeed
        case trailers, done
    }

    private var state = State.sizeStart
    private var remaining = 0
    private var digits = 0
    private var extensionBytes = 0
    /// How much body has been given so far, in bytes.
    private(set) var bodyBytes = 0

    /// The most bytes of chunk extensions that a body may hold in total.
    static var maximumExtensionBytes: Int { 4096 }
    /// The longest trailer section. While it is incomplete its bytes stay with the caller, whose buffer must hold them.
    static var maximumTrailerBytes: Int { 8192 }

    init() {}

    var isDone: Bool { state == .done }

    /// Reads on. The `trailers`, which must be empty at first, are filled when the end is reached, with offsets into the
    /// bytes of that call. Fields that must not stand there are refused where they say something about the message's
    /// length, host or connection, and left out where they say anything else that belongs in a head (RFC 9110, section
    /// 6.5.1).
    mutating func next(_ bytes: Span<UInt8>, trailers: inout FieldTable) throws(ChunkedBodyError) -> Step {
        var index = 0
        let count = bytes.count
        while index < count {
            switch state {
            case .data:
                let length = min(remaining, count &- index)
                remaining &-= length
                bodyBytes &+= length
                if remaining == 0 { state = .dataCarriageReturn }
                return .data(ByteRange(index, index &+ length))
            case .trailers:
                return try readTrailers(bytes, from: index, into: &trailers)
            case .done:
                return .end(consumed: index)
            default:
                try readFraming(bytes[index])
                index &+= 1
            }
        }
        return state == .done ? .end(consumed: index) : .incomplete(consumed: index)
    }

    @inline(__always)
    private mutating func readFraming(_ byte: UInt8) throws(ChunkedBodyError) {
        switch state {
        case .sizeStart, .size:
            try readSize(byte)
        case .blankAfterSize:
            if byte == UInt8(ascii: ";") {
                state = .extension
            } else if !ByteScanner.isBlank(byte) {
                throw .invalidSize
            }
            try countExtension()
        case .extension:
            if byte == 0x0D {
                state = .sizeLineFeed
            } else if byte < 0x20 && byte != 0x09 || byte == 0x7F {
                throw .invalidExtension
            }
            try countExtension()
        case .sizeLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            state = remaining == 0 ? .trailers : .data
        case .dataCarriageReturn:
            guard byte == 0x0D else { throw .missingLineEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            state = .sizeStart
        case .data, .trailers, .done:
            break
        }
    }

    /// One digit of the size, or what ends it. Sizes have at most sixteen digits and fit an `Int`.
    @inline(__always)
    private mutating func readSize(_ byte: UInt8) throws(ChunkedBodyError) {
        if state == .sizeStart {
            remaining = 0
            digits = 0
        }
        if let digit = Hexadecimal.value(of: byte) {
            digits &+= 1
            guard digits <= 16, remaining <= Int.max >> 4 else { throw .sizeTooLarge }
            remaining = remaining &<< 4 | Int(digit)
            state = .size
            return
        }
        guard state == .size else { throw .invalidSize }
        switch byte {
        case 0x0D: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .extension
        case 0x20, 0x09: state = .blankAfterSize
        default: throw .invalidSize
        }
    }

    private mutating func countExtension() throws(ChunkedBodyError) {
        extensionBytes &+= 1
        guard extensionBytes <= Self.maximumExtensionBytes else { throw .extensionTooLong }
    }

    // MARK: Trailers

    /// Reads the whole trailer section, or nothing of it.
    private mutating func readTrailers(
        _ bytes: Span<UInt8>, from start: Int, into trailers: inout FieldTable
    ) throws(ChunkedBodyError) -> Step {
        let end = try bytes.withUnsafeBufferPointer { buffer throws(ChunkedBodyError) -> Int? in
            guard let scanner = ByteScanner(buffer) else { return nil }
            return try Self.parseTrailers(scanner, from: start, into: &trailers)
        }
        guard let end else {
            trailers.removeAll()
            return .incomplete(consumed: start)
        }
        state = .done
        return .end(consumed: end)
    }

    private static func parseTrailers(
        _ scanner: ByteScanner, from start: Int, into trailers: inout FieldTable
    ) throws(ChunkedBodyError) -> Int? {
        let section = FieldSectionParser(scanner, maximumBytes: start + maximumTrailerBytes)
        var position = start
        while true {
            let line: FieldSectionParser.Line
            do throws(FieldLineError) {
                line = try section.next(position, position)
            } catch {
                throw error == .sectionTooLarge ? .trailersTooLarge : .invalidTrailer
            }
            switch line {
            case .incomplete: return nil
            case .end(let next): return next
            case .field(let record, let next):
                guard !FieldSet.refusedTrailers.contains(record.known) else { throw .forbiddenTrailer }
                if !FieldSet.droppedTrailers.contains(record.known) { trailers.append(record) }
                guard trailers.count <= 64 else { throw .trailersTooLarge }
                position = next
            }
        }
    }
}

extension FieldSet {
    /// Fields of framing, routing and connection, which no trailer may hold.
    static var refusedTrailers: FieldSet {
        FieldSet(
            bits: hopByHop.bits | KnownField.contentLength.bit | KnownField.host.bit | KnownField.trailer.bit
                | KnownField.expect.bit
        )
    }

    /// Fields that mean nothing in a trailer, or that would say behind the load balancer's back what it says itself.
    static let droppedTrailers = FieldSet(
        .authorization, .cacheControl, .contentEncoding, .contentRange, .contentType, .cookie, .date, .expires,
        .forwarded, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .location, .maxForwards,
        .proxy, .range, .setCookie, .strictTransportSecurity, .vary, .via, .wwwAuthenticate, .xForwardedFor,
        .xForwardedHost, .xForwardedPort, .xForwardedPrefix, .xForwardedProto, .xForwardedScheme, .xForwardedServer,
        .xForwardedSSL, .xRealIP, .xRequestID
    )
}
