internal import COpenSSL

/// What a handshake, a flush or a shutdown came to.
package enum TLSProgress: Hashable, Sendable {
    case done
    /// Call again when the socket is readable.
    case wantRead
    /// Call again when the socket is writable.
    case wantWrite
    case failed(TLSFailure)
}

/// What a read came to.
package enum TLSReadResult: Hashable, Sendable {
    /// So many bytes were decrypted into the buffer, at least one.
    case bytes(Int)
    /// Read again when the socket is readable.
    case wantRead
    /// Read again when the socket is writable.
    case wantWrite
    /// The peer sends nothing more. Unclean is an end of the TCP connection without `close_notify` (RFC 8446, section
    /// 6.1): what came before may be truncated.
    case closed(clean: Bool)
    case failed(TLSFailure)
}

/// What a write came to.
package enum TLSWriteResult: Hashable, Sendable {
    /// So many bytes were taken. They are encrypted and sent, or wait in the stream (``TLSStream/hasPendingOutput``).
    case bytes(Int)
    /// Nothing was taken: what was written before still waits. Write again when the socket is writable.
    case wantWrite
    case failed(TLSFailure)
}

/// TLS over a non-blocking stream socket, on the side of the server or of the client.
///
/// The stream does not own the descriptor: it stays open until after the stream is gone, and whoever owns it closes it.
/// All calls come from the thread of the loop that owns the buffers. Nothing is allocated by ``read(into:)`` and
/// ``write(_:)`` but OpenSSL's record buffers, which it frees when they are empty.
///
/// A failure is final: every later call reports the same one.
package struct TLSStream: ~Copyable {
    /// Owned. Its BIO points to `transport`.
    let ssl: OpaquePointer
    /// Owned, initialized until `deinit`, and freed after `ssl`.
    private let transport: UnsafeMutablePointer<TLSTransport>
    private let buffers: TLSLoopBuffers
    let side: Side
    private var failure: TLSFailure?

    /// Takes ownership of `ssl`, also when it throws.
    init(
        ssl: OpaquePointer, descriptor: Int32, buffers: TLSLoopBuffers, retaining side: Side
    ) throws(TLSConfigurationError) {
        let transport = UnsafeMutablePointer<TLSTransport>.allocate(capacity: 1)
        transport.initialize(to: TLSTransport(descriptor: descriptor, records: buffers.records))
        guard let bio = TLSTransport.makeBIO(over: transport) else {
            SSL_free(ssl)
            transport.deinitialize(count: 1)
            transport.deallocate()
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        SSL_set_bio(ssl, bio, bio)
        self.ssl = ssl
        self.transport = transport
        self.buffers = buffers
        self.side = side
    }

    deinit {
        // Without this, OpenSSL takes the missing exchange of close_notify for a reason not to resume the session, a rule
        // that TLS 1.1 has dropped (RFC 4346, section 7.2.1). A failure leaves its mark.
        if failure == nil { SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        SSL_free(ssl)
        transport.pointee.discard()
        transport.deinitialize(count: 1)
        transport.deallocate()
    }

    /// Whether records wait for the socket to be writable: call ``flush()`` then. Before the connection is closed,
    /// this must be false, or its last bytes are lost.
    package var hasPendingOutput: Bool { transport.pointee.hasUnsent }

    /// Whether another read would find nothing until the socket becomes readable again. Saves the system call that
    /// says so, also under edge-triggered notification; but where epoll has reported `EPOLLRDHUP` or `EPOLLHUP`, read on:
    /// the end of the connection gives no further edge.
    ///
    /// False once a read has come upon the end behind the bytes that it handed out: the next read tells of it.
    package var isInputDrained: Bool {
        transport.pointee.isDrained && SSL_has_pending(ssl) == 0 && !hasFoundEnd
    }

    private var hasFoundEnd: Bool {
        failure != nil || transport.pointee.reachedEnd || SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0
    }

    /// Carries the handshake on. Must be done before anything is read or written.
    package mutating func handshake() -> TLSProgress {
        if let failure { return .failed(failure) }
        OpenSSLErrors.discardStale()
        let result = SSL_do_handshake(ssl)
        let outcome = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, result)
        transport.pointee.flush()
        switch outcome {
        case SSL_ERROR_NONE:
            if transport.pointee.errorCode != 0 { return .failed(fail(.handshake, outcome: SSL_ERROR_SYSCALL)) }
            if case .client(_, let slot?) = side { slot.keepRenewedSession(of: ssl) }
            // Reading releases the record buffers that it empties, a handshake does not.
            SSL_free_buffers(ssl)
            return .done
        case SSL_ERROR_WANT_READ: return hasPendingOutput ? .wantWrite : .wantRead
        case SSL_ERROR_WANT_WRITE: return .wantWrite
        default: return .failed(fail(.handshake, outcome: outcome))
        }
    }

    /// Decrypts into `buffer` what has arrived: of several records as many as fit.
    package mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> TLSReadResult {
        if let failure { return .failed(failure) }
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return .bytes(0) }
        OpenSSLErrors.discardStale()
        var total = 0
        repeat {
            var count = 0
            let result = SSL_read_ex(ssl, base + total, buffer.count - total, &count)
            guard result == 1 else {
                let ending = readEnding(outcome: SSL_get_error(ssl, result))
                // What has been read is handed out first: the end is found again by the next call.
                return total > 0 ? .bytes(total) : ending
            }
            total += count
        } while total < buffer.count && SSL_has_pending(ssl) == 1
        // An answer to a key update (RFC 8446, section 4.6.3).
        if !buffers.records.pointee.isEmpty { transport.pointee.flush() }
        return .bytes(total)
    }

    /// Encrypts and sends up to 64 KiB of `bytes` in full records.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) -> TLSWriteResult {
        if let ending = prepareToWrite() { return ending }
        let taken = encrypt(bytes, limit: TLSLoopBuffers.recordsPerWrite * TLSLoopBuffers.recordSize)
        return finishWriting(taken)
    }

    /// Encrypts and sends `head` and `body` as if they were one: a small body shares the record of its head.
    ///
    /// - Returns: how many bytes were taken of both together, those of `head` first.
    package mutating func write(
        head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) -> TLSWriteResult {
        guard !body.isEmpty, head.count < TLSLoopBuffers.recordSize else {
            return write(head.isEmpty ? body : head)
        }
        if let ending = prepareToWrite() { return ending }
        let shared = min(body.count, TLSLoopBuffers.recordSize - head.count)
        let record = UnsafeMutableRawBufferPointer(rebasing: buffers.plaintext[..<(head.count + shared)])
        record.copyMemory(from: head)
        UnsafeMutableRawBufferPointer(rebasing: record[head.count...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: body[..<shared]))
        var taken = encrypt(UnsafeRawBufferPointer(record), limit: record.count)
        if taken == record.count, shared < body.count {
            taken += encrypt(
                UnsafeRawBufferPointer(rebasing: body[shared...]),
                limit: (TLSLoopBuffers.recordsPerWrite - 1) * TLSLoopBuffers.recordSize)
        }
        return finishWriting(taken)
    }

    /// Sends what waits for the socket.
    package mutating func flush() -> TLSProgress {
        if let failure { return .failed(failure) }
        transport.pointee.flush()
        if transport.pointee.errorCode != 0 { return .failed(fail(.write, outcome: SSL_ERROR_SYSCALL)) }
        return hasPendingOutput ? .wantWrite : .done
    }

    /// Says `close_notify` and does not wait for the peer's. After a failure, or before the end of the handshake, there
    /// is nothing to say.
    package mutating func shutdown() -> TLSProgress {
        guard failure == nil, SSL_is_init_finished(ssl) == 1 else { return .done }
        if SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0 {
            OpenSSLErrors.discardStale()
            if SSL_shutdown(ssl) < 0 { ERR_clear_error() }
        }
        return flush()
    }
}

extension TLSStream {
    /// Sends what waits; what the write comes to where nothing may be added.
    private mutating func prepareToWrite() -> TLSWriteResult? {
        if let failure { return .failed(failure) }
        guard hasPendingOutput else {
            OpenSSLErrors.discardStale()
            return nil
        }
        switch flush() {
        case .failed(let failure): return .failed(failure)
        case .wantRead, .wantWrite: return .wantWrite
        case .done:
            OpenSSLErrors.discardStale()
            return nil
        }
    }

    /// Turns bytes into records in the loop's buffer, which has room for all that `limit` allows. Notes a failure.
    private mutating func encrypt(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Int {
        guard let base = bytes.baseAddress, !bytes.isEmpty, failure == nil else { return 0 }
        var written = 0
        let result = SSL_write_ex(ssl, base, min(bytes.count, limit), &written)
        if result != 1 { _ = fail(.write, outcome: SSL_get_error(ssl, result)) }
        return written
    }

    private mutating func finishWriting(_ taken: Int) -> TLSWriteResult {
        transport.pointee.flush()
        if failure == nil, transport.pointee.errorCode != 0 { _ = fail(.write, outcome: SSL_ERROR_SYSCALL) }
        if let failure { return .failed(failure) }
        return .bytes(taken)
    }

    private mutating func readEnding(outcome: Int32) -> TLSReadResult {
        transport.pointee.flush()
        switch outcome {
        case SSL_ERROR_WANT_READ: return .wantRead
        case SSL_ERROR_WANT_WRITE: return .wantWrite
        case SSL_ERROR_ZERO_RETURN: return .closed(clean: !transport.pointee.reachedEnd)
        default: return .failed(fail(.read, outcome: outcome))
        }
    }

    /// Makes a failure final.
    private mutating func fail(_ phase: TLSFailure.Phase, outcome: Int32) -> TLSFailure {
        let state = transport.pointee
        let reported: TLSFailure
        if phase == .handshake, SSL_is_server(ssl) == 1, let first = state.firstByte,
            FirstBytes(first: first) == .plainHTTP
        {
            reported = TLSFailure(phase: phase, cause: .plainHTTP)
        } else if outcome == SSL_ERROR_SSL {
            reported = .fromErrorQueue(phase: phase, ssl: ssl)
        } else if state.errorCode != 0 {
            reported = TLSFailure(phase: phase, cause: .system(code: state.errorCode))
        } else {
            reported = TLSFailure(phase: phase, cause: state.reachedEnd ? .closed : .library(code: 0))
        }
        ERR_clear_error()
        failure = reported
        return reported
    }
}

extension TLSStream {
    /// Which end of the connection a stream is. Keeps alive what callbacks of OpenSSL reach by address.
    enum Side {
        case server(TLSServerContext)
        case client(TLSClientContext, TLSSessionSlot?)
    }
}
