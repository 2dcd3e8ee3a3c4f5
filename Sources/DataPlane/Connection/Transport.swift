import CLinux
import Glibc

/// What a read from a peer came to.
enum Received {
    case bytes(Int)
    /// Nothing now; an event will tell when there is.
    case nothing
    /// The peer sends nothing more. Over TLS unclean without a `close_notify`: what came may be truncated.
    case ended(clean: Bool)
    case failed
}

/// What a write to a peer came to.
enum Sent {
    /// The queue is empty and the socket has it all.
    case all
    /// The socket takes no more; an event will tell when it does.
    case blocked
    case failed
}

/// What TLS handshakes come to.
enum Handshake {
    case done
    case waiting
    case failed(TLSFailure)
}

/// A connected socket, in the clear or with TLS, and what is known of its readiness.
///
/// Readiness is remembered between events, because epoll reports edges: a flag that is set stays so until a call finds
/// the socket exhausted. A read that returns less than it had room for has exhausted it, unless the peer has ended.
struct Transport {
    private(set) var descriptor: Int32
    private(set) var tls: UnsafeMutablePointer<TLSStream>?
    private(set) var isReadable = false
    private(set) var isWritable = true
    /// The peer has closed its direction, or the connection failed: reads go on until they say so.
    private(set) var hasEnded = false

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Puts TLS on the connection.
    mutating func secure(with stream: consuming TLSStream) {
        let memory = UnsafeMutablePointer<TLSStream>.allocate(capacity: 1)
        memory.initialize(to: stream)
        tls = memory
    }

    /// Takes note of an event.
    @inline(__always)
    mutating func note(_ readiness: Readiness) {
        if readiness.readable { isReadable = true }
        if readiness.writable { isWritable = true }
        if readiness.ended { hasEnded = true }
    }

    /// Assumes that a read may find something, although no event said so.
    @inline(__always)
    mutating func assumeReadable() { isReadable = true }

    @inline(__always)
    mutating func receive(into room: UnsafeMutableRawBufferPointer) -> Received {
        if tls != nil { return receiveSecurely(into: room) }
        let count = hg_receive(descriptor, room.baseAddress, room.count)
        if count > 0 {
            if count < room.count, !hasEnded { isReadable = false }
            return .bytes(count)
        }
        isReadable = false
        if count == 0 { return .ended(clean: true) }
        return count == -Int(EAGAIN) ? .nothing : .failed
    }

    /// Sends what is queued, as much as the socket takes.
    @inline(__always)
    mutating func send(_ queue: inout SendQueue) -> Sent {
        if tls != nil { return sendSecurely(&queue) }
        while !queue.isEmpty {
            let count = queue.sendOnce(descriptor)
            if count < 0 {
                if count != -Int(EAGAIN) { return .failed }
                isWritable = false
                return .blocked
            }
            queue.sent(count)
        }
        return .all
    }

    mutating func handshake() -> Handshake {
        guard let tls else { return .done }
        switch tls.pointee.handshake() {
        case .done:
            // Application data may have come in the same packets.
            isReadable = true
            return .done
        case .wantRead:
            isReadable = hasEnded
            return .waiting
        case .wantWrite:
            isWritable = false
            return .waiting
        case .failed(let failure): return .failed(failure)
        }
    }

    /// Takes TLS off a connection that never spoke it.
    mutating func abandonTLS() {
        guard let tls else { return }
        tls.deinitialize(count: 1)
        tls.deallocate()
        self.tls = nil
        isReadable = true
    }

    /// Ends the sending direction: the peer reads an end after what was sent.
    mutating func shutdownWriting() {
        if let tls { _ = tls.pointee.shutdown() }
        _ = hg_shutdown_write(descriptor)
    }

    /// Closes the connection and frees its TLS state.
    ///
    /// - Parameter resetting: whether the peer must see that what it got is not the whole.
    mutating func close(resetting: Bool = false) {
        guard descriptor >= 0 else { return }
        if let tls {
            if !resetting { _ = tls.pointee.shutdown() }
            tls.deinitialize(count: 1)
            tls.deallocate()
            self.tls = nil
        }
        if resetting { hg_reset_on_close(descriptor) }
        hg_close(descriptor)
        descriptor = -1
        isReadable = false
        isWritable = false
    }

    private mutating func receiveSecurely(into room: UnsafeMutableRawBufferPointer) -> Received {
        guard let tls else { return .failed }
        switch tls.pointee.read(into: room) {
        case .bytes(let count):
            if tls.pointee.isInputDrained, !hasEnded { isReadable = false }
            return .bytes(count)
        case .wantRead:
            isReadable = false
            return .nothing
        case .wantWrite:
            isWritable = false
            isReadable = false
            return .nothing
        case .closed(let clean):
            isReadable = false
            return .ended(clean: clean)
        case .failed:
            isReadable = false
            return .failed
        }
    }

    private mutating func sendSecurely(_ queue: inout SendQueue) -> Sent {
        guard let tls else { return .failed }
        while !queue.isEmpty {
            let (first, second) = queue.firstTwo
            switch tls.pointee.write(head: first, body: second) {
            case .bytes(let count):
                queue.sent(count)
                if tls.pointee.hasPendingOutput {
                    isWritable = false
                    return .blocked
                }
            case .wantWrite:
                isWritable = false
                return .blocked
            case .failed: return .failed
            }
        }
        guard tls.pointee.hasPendingOutput else { return .all }
        switch tls.pointee.flush() {
        case .done: return .all
        case .wantRead, .wantWrite:
            isWritable = false
            return .blocked
        case .failed: return .failed
        }
    }
}
