/// Bytes that stay where they are for as long as someone holds the object: what a response queue points to.
///
/// Proof of Sendable: the memory is filled in `init`, before anyone else knows of it, never changed afterwards, and freed
/// in `deinit`, when nobody holds it any more.
final class ByteStorage: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
    }

    deinit { memory.deallocate() }

    var count: Int { memory.count }

    /// The bytes; valid while the object is held.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }
}

/// A part of stored bytes, which it keeps alive.
struct BodyPiece: Sendable {
    let storage: ByteStorage
    let range: Range<Int>

    init(_ storage: ByteStorage, _ range: Range<Int>? = nil) {
        self.storage = storage
        self.range = (range ?? 0..<storage.count).clamped(to: 0..<storage.count)
    }

    /// The bytes; valid while the piece is held.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage.bytes[range]) }
}

/// The body of an answer that the load balancer gives itself.
enum ContentBody: Sendable {
    case empty
    case single(BodyPiece)
    /// To be sent one behind the other.
    case multiple([BodyPiece])

    /// Its length in bytes.
    var count: Int {
        switch self {
        case .empty: 0
        case .single(let piece): piece.range.count
        case .multiple(let pieces): pieces.reduce(0) { $0 + $1.range.count }
        }
    }
}

/// An answer that the load balancer gives itself: what its head says, and its body.
struct ContentAnswer: Sendable {
    let statusCode: Int
    /// Field lines that were written beforehand, each with its line end.
    private let prepared: ByteStorage?
    /// Further field lines, each with its line end.
    private let lines: [UInt8]
    /// What `Content-Length` says; nil in a 304. To HEAD it is the length of what GET would get.
    let contentLength: Int?
    let body: ContentBody

    init(
        statusCode: Int, prepared: ByteStorage? = nil, lines: [UInt8] = [], body: ContentBody, sendsBody: Bool = true
    ) {
        self.statusCode = statusCode
        self.prepared = prepared
        self.lines = lines
        contentLength = statusCode == 304 ? nil : body.count
        self.body = sendsBody ? body : .empty
    }

    /// Writes the status line and all fields that are about the content. `Date`, `Connection` and the end of the head are
    /// the caller's: ``HeadWriter/writeDate(_:)``, ``HeadWriter/endConnection(isPersistent:version:)``.
    func writeHead(to writer: inout HeadWriter) {
        writer.writeStatusLine(statusCode)
        if let prepared { writer.write(prepared.bytes) }
        writer.write(lines)
        if let contentLength { writer.writeField("Content-Length", decimal: contentLength) }
    }
}
