/// What the TLS streams of one event loop share: room to gather plaintext in, and room for the records on their way to
/// the socket. Each call on a stream leaves both empty, so that connections that are idle hold neither.
///
/// Not Sendable: it belongs to the loop's thread, as the streams do.
package final class TLSLoopBuffers {
    /// The largest plaintext of a record (RFC 8446, section 5.1).
    static let recordSize = 16_384
    /// How much plaintext a single call of ``TLSStream/write(_:)`` turns into records at most.
    static let recordsPerWrite = 4

    /// ``recordSize`` bytes, where a head and a small body become one record.
    let plaintext: UnsafeMutableRawBufferPointer
    /// Where records gather. Behind a pointer of its own, because OpenSSL's callbacks reach it from C.
    let records: UnsafeMutablePointer<RecordBuffer>

    package init() {
        plaintext = .allocate(byteCount: Self.recordSize, alignment: 64)
        // A record adds less than 64 bytes; the rest is for handshake messages between them.
        let capacity = Self.recordsPerWrite * (Self.recordSize + 64) + 4096
        records = .allocate(capacity: 1)
        records.initialize(to: RecordBuffer(capacity: capacity))
    }

    deinit {
        plaintext.deallocate()
        records.pointee.storage.deallocate()
        records.deinitialize(count: 1)
        records.deallocate()
    }
}

/// Records that wait for the end of the call that makes them, to go out in one system call.
///
/// Invariant: the first `count` bytes of `storage` are initialized, `count <= storage.count`.
struct RecordBuffer {
    let storage: UnsafeMutableRawBufferPointer
    var count = 0

    init(capacity: Int) {
        storage = .allocate(byteCount: capacity, alignment: 64)
    }

    var isEmpty: Bool { count == 0 }
    var room: Int { storage.count - count }

    /// Appends as much as there is room for, and returns how much that was.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        let length = min(bytes.count, room)
        guard length > 0, let source = bytes.baseAddress else { return 0 }
        UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + length)])
            .copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
        count += length
        return length
    }
}
