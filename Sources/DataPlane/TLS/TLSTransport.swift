internal import COpenSSL
internal import Glibc

/// The socket under a TLS stream, as OpenSSL sees it: reads go to the socket at once and into OpenSSL's own buffer,
/// writes gather in the loop's ``RecordBuffer`` and leave in one system call at the end of the stream's call.
///
/// For responses of several records this costs a fifth less than OpenSSL's own socket BIO, which writes each record by
/// itself. It leaves no room for kernel TLS, which OpenSSL 3.0 offers on its socket BIO only and which pays where files
/// go out by `sendfile`: here, bodies come from memory.
///
/// Records that the socket doesn't take at once are copied into a buffer of the connection, which exists only as long
/// as it holds any. While it does, no further plaintext is accepted, which bounds it to one call's records.
struct TLSTransport {
    let descriptor: Int32
    let records: UnsafeMutablePointer<RecordBuffer>
    /// What the socket has not taken yet: the bytes from `unsentStart` on. Nil when there is nothing.
    private var unsent: UnsafeMutableRawBufferPointer?
    private var unsentStart = 0
    /// The first byte that the peer sent.
    private(set) var firstByte: UInt8?
    /// The peer has closed its side of the TCP connection.
    private(set) var reachedEnd = false
    /// The last read took all that the socket had: another one would find nothing until the socket is readable again.
    private(set) var isDrained = false
    /// The error of the socket that ended its use; 0 while there is none.
    private(set) var errorCode: Int32 = 0

    init(descriptor: Int32, records: UnsafeMutablePointer<RecordBuffer>) {
        self.descriptor = descriptor
        self.records = records
    }

    var hasUnsent: Bool { unsent != nil }

    /// Frees what was not sent.
    mutating func discard() {
        unsent?.deallocate()
        unsent = nil
        unsentStart = 0
    }

    /// Receives into OpenSSL's buffer: the number of bytes, 0 at the end, -1 where the socket has nothing or fails.
    mutating func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard errorCode == 0 else { return -1 }
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 {
                if firstByte == nil { firstByte = buffer[0] }
                isDrained = count < buffer.count
                return count
            }
            isDrained = true
            if count == 0 {
                reachedEnd = true
                return 0
            }
            let code = errno
            if code == EINTR { continue }
            if code != EAGAIN { errorCode = code }
            return -1
        }
    }

    /// Takes records from OpenSSL: how many bytes, -1 where there is no room before the socket is writable again.
    mutating func gather(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard errorCode == 0 else { return -1 }
        if records.pointee.room < bytes.count { flush() }
        guard !hasUnsent, errorCode == 0 else { return -1 }
        return records.pointee.append(bytes)
    }

    /// Sends what an earlier call left and what this one gathered. The loop's buffer is empty afterwards.
    mutating func flush() {
        if let unsent {
            let rest = UnsafeRawBufferPointer(rebasing: unsent[unsentStart...])
            unsentStart += send(rest)
            if errorCode != 0 || unsentStart == unsent.count { discard() }
        }
        guard !records.pointee.isEmpty else { return }
        let gathered = UnsafeRawBufferPointer(rebasing: records.pointee.storage[..<records.pointee.count])
        records.pointee.count = 0
        guard !hasUnsent else { return keep(gathered) }
        let sent = send(gathered)
        if sent < gathered.count, errorCode == 0 { keep(UnsafeRawBufferPointer(rebasing: gathered[sent...])) }
    }

    /// Sends until all is gone, the socket is full, or it fails; returns how much went.
    private mutating func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count, errorCode == 0 {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if count >= 0 {
                sent += count
                continue
            }
            let code = errno
            if code == EAGAIN { break }
            if code != EINTR { errorCode = code }
        }
        return sent
    }

    /// Appends to what waits for the socket.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let earlier = unsent.map { UnsafeRawBufferPointer(rebasing: $0[unsentStart...]) }
        let merged = UnsafeMutableRawBufferPointer.allocate(
            byteCount: (earlier?.count ?? 0) + bytes.count, alignment: 16)
        if let earlier { merged.copyMemory(from: earlier) }
        UnsafeMutableRawBufferPointer(rebasing: merged[(earlier?.count ?? 0)...]).copyMemory(from: bytes)
        discard()
        unsent = merged
    }
}

extension TLSTransport {
    /// A BIO over the transport. It borrows `state`, which must outlive it.
    static func makeBIO(over state: UnsafeMutablePointer<TLSTransport>) -> OpaquePointer? {
        guard let method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, state)
        BIO_set_init(bio, 1)
        return bio
    }

    /// The callbacks of the BIO. A constant of the process; OpenSSL only reads it.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        let kind = BIO_get_new_index() | Int32(BIO_TYPE_SOURCE_SINK)
        guard let method = BIO_meth_new(kind, "headgate socket") else { return nil }
        BIO_meth_set_read(method) { bio, bytes, count in
            guard let state = TLSTransport.state(of: bio), count > 0 else { return 0 }
            headgate_BIO_clear_retry_flags(bio)
            let received = state.pointee.receive(into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
            if received < 0, state.pointee.errorCode == 0 { headgate_BIO_set_retry_read(bio) }
            return Int32(truncatingIfNeeded: received)
        }
        BIO_meth_set_write(method) { bio, bytes, count in
            guard let state = TLSTransport.state(of: bio), count > 0 else { return 0 }
            headgate_BIO_clear_retry_flags(bio)
            let taken = state.pointee.gather(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            if taken < 0, state.pointee.errorCode == 0 { headgate_BIO_set_retry_write(bio) }
            return Int32(truncatingIfNeeded: taken)
        }
        BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_EOF: TLSTransport.state(of: bio)?.pointee.reachedEnd == true ? 1 : 0
            // The stream flushes at the end of its call.
            case BIO_CTRL_FLUSH: 1
            default: 0
            }
        }
        return method
    }()

    private static func state(of bio: OpaquePointer?) -> UnsafeMutablePointer<TLSTransport>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: TLSTransport.self)
    }
}
