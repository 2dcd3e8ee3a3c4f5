import Glibc

/// Reads a body out of the bytes that a peer sends, as they come.
struct BodyReader {
    private enum Kind: UInt8 {
        case none, length, chunked, untilClose
    }

    private var kind = Kind.none
    private var remaining = 0
    private var decoder = ChunkedDecoder()
    /// Bytes of the body so far.
    private(set) var bodyBytes = 0
    /// All of the body has been read.
    private(set) var isComplete = true

    init() {}

    @inline(__always)
    init(_ framing: BodyFraming) {
        switch framing {
        case .none: break
        case .length(let count):
            kind = .length
            remaining = count
            isComplete = count == 0
        case .chunked:
            kind = .chunked
            isComplete = false
        case .untilClose:
            kind = .untilClose
            isComplete = false
        }
    }

    /// Whether the end of the connection is the end of the body.
    var endsWithConnection: Bool { kind == .untilClose }
    var isChunked: Bool { kind == .chunked }
    /// How much is known to be missing; nil where that is not known.
    var missingBytes: Int? { kind == .length ? remaining : isComplete ? 0 : nil }

    /// The connection has ended; whether the body is whole.
    mutating func end() -> Bool {
        if kind == .untilClose { isComplete = true }
        return isComplete
    }

    /// Takes as much of the body as the buffer holds. What is returned lies in the buffer, contiguous, and stays there
    /// until the buffer is written to; it is consumed. Of a chunked body it is what the chunks hold, moved together.
    ///
    /// - Parameter trailers: is filled when a chunked body ends; its offsets count from ``Piece/trailerBase``.
    @inline(__always)
    mutating func next(
        from buffer: inout ReceiveBuffer, trailers: inout FieldTable
    ) throws(ChunkedBodyError) -> Piece {
        switch kind {
        case .none: return Piece()
        case .length:
            let count = min(remaining, buffer.count)
            let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            buffer.consume(count)
            remaining -= count
            bodyBytes += count
            isComplete = remaining == 0
            return Piece(bytes: bytes)
        case .untilClose:
            let bytes = buffer.bytes
            buffer.consume(bytes.count)
            bodyBytes += bytes.count
            return Piece(bytes: bytes)
        case .chunked: return try nextChunks(from: &buffer, trailers: &trailers)
        }
    }

    private mutating func nextChunks(
        from buffer: inout ReceiveBuffer, trailers: inout FieldTable
    ) throws(ChunkedBodyError) -> Piece {
        var piece = Piece()
        while !buffer.isEmpty, !isComplete {
            let bytes = buffer.bytes
            switch try decoder.next(bytes.octets.span, trailers: &trailers) {
            case .data(let range):
                piece.append(bytes, range)
                buffer.consume(range.upperBound)
            case .incomplete(let consumed):
                buffer.consume(consumed)
                bodyBytes += piece.bytes.count
                return piece
            case .end(let consumed):
                piece.trailerBase = UnsafeRawBufferPointer(bytes)
                buffer.consume(consumed)
                isComplete = true
            }
        }
        bodyBytes += piece.bytes.count
        return piece
    }

    /// A part of a body.
    struct Piece {
        var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        /// What the offsets of trailers count from.
        var trailerBase: UnsafeRawBufferPointer?

        /// Puts the part of `buffer` behind what the piece has, moving it if it does not lie there.
        fileprivate mutating func append(_ buffer: UnsafeMutableRawBufferPointer, _ range: ByteRange) {
            guard let base = buffer.baseAddress else { return }
            let source = base + range.lowerBound
            guard let start = bytes.baseAddress else {
                bytes = UnsafeMutableRawBufferPointer(start: source, count: range.length)
                return
            }
            let destination = start + bytes.count
            if destination != source { memmove(destination, source, range.length) }
            bytes = UnsafeMutableRawBufferPointer(start: start, count: bytes.count + range.length)
        }
    }
}

/// The chunked coding (RFC 9112, section 7.1) written around bytes where they lie.
enum ChunkFraming {
    /// A size of up to 16 digits would not fit before the bytes; pieces are far smaller.
    private static let maximumPiece = 1 << 40

    /// Writes the size before `piece` and the line end behind it, and the last chunk if `isLast`.
    ///
    /// - Precondition: 16 bytes before the piece and 7 behind it may be written to. Before it lies a buffer's lead, or
    ///   what has been read before; behind it the framing that was read, or a buffer's trail.
    static func frame(_ piece: UnsafeMutableRawBufferPointer, isLast: Bool) -> UnsafeRawBufferPointer {
        guard let base = piece.baseAddress, piece.count > 0, piece.count < maximumPiece else {
            return UnsafeRawBufferPointer(piece)
        }
        var start = base - 2
        start.storeBytes(of: UInt16(littleEndian: 0x0A0D), as: UInt16.self)
        var size = piece.count
        while size > 0 {
            start -= 1
            let digit = UInt8(truncatingIfNeeded: size & 15)
            start.storeBytes(of: digit < 10 ? 0x30 + digit : 0x57 + digit, as: UInt8.self)
            size >>= 4
        }
        let end = base + piece.count
        end.copyMemory(from: "\r\n0\r\n\r\n", byteCount: isLast ? 7 : 2)
        return UnsafeRawBufferPointer(start: start, count: end - start + (isLast ? 7 : 2))
    }

    /// The last chunk without trailers.
    static let last: StaticString = "0\r\n\r\n"
}
