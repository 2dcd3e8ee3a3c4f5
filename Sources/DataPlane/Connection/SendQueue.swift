import CLinux
import Glibc

/// Bytes on their way to a peer: a head, a piece of a body, and what ends it. Each part may be absent.
///
/// The queue does not own the memory. Invariant: what it refers to stays as it is until the queue is empty; whoever fills
/// it sees to that, and fills it again only then.
struct SendQueue {
    private var head = iovec()
    private var body = iovec()
    private var tail = iovec()

    @inline(__always) var isEmpty: Bool { head.iov_len == 0 && body.iov_len == 0 && tail.iov_len == 0 }
    @inline(__always) var count: Int { head.iov_len + body.iov_len + tail.iov_len }

    @inline(__always)
    mutating func setHead(_ bytes: UnsafeRawBufferPointer) { head = SendQueue.vector(bytes) }

    @inline(__always)
    mutating func setBody(_ bytes: UnsafeRawBufferPointer) { body = SendQueue.vector(bytes) }

    @inline(__always)
    mutating func setTail(_ bytes: UnsafeRawBufferPointer) { tail = SendQueue.vector(bytes) }

    /// Forgets everything, for a peer that is gone.
    mutating func removeAll() {
        head = iovec()
        body = iovec()
        tail = iovec()
    }

    /// One system call for all parts; the number of bytes that the socket took, or the negated errno.
    @inline(__always)
    func sendOnce(_ descriptor: Int32) -> Int {
        if body.iov_len == 0, tail.iov_len == 0 { return hg_send(descriptor, head.iov_base, head.iov_len) }
        if head.iov_len == 0, tail.iov_len == 0 { return hg_send(descriptor, body.iov_base, body.iov_len) }
        var vectors = (head, body, tail)
        return withUnsafePointer(to: &vectors) {
            $0.withMemoryRebound(to: iovec.self, capacity: 3) { hg_send_vector(descriptor, $0, 3) }
        }
    }

    /// The first two parts that hold anything.
    var firstTwo: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
        if head.iov_len > 0 { return (SendQueue.bytes(head), SendQueue.bytes(body.iov_len > 0 ? body : tail)) }
        if body.iov_len > 0 { return (SendQueue.bytes(body), SendQueue.bytes(tail)) }
        return (SendQueue.bytes(tail), UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// The first `count` bytes are sent.
    @inline(__always)
    mutating func sent(_ count: Int) {
        precondition(count <= self.count)
        var left = SendQueue.advance(&head, count)
        left = SendQueue.advance(&body, left)
        _ = SendQueue.advance(&tail, left)
    }

    @inline(__always)
    private static func advance(_ vector: inout iovec, _ count: Int) -> Int {
        let step = min(count, vector.iov_len)
        if step == 0 { return count }
        vector.iov_base = vector.iov_base.map { $0 + step }
        vector.iov_len -= step
        return count - step
    }

    @inline(__always)
    private static func vector(_ bytes: UnsafeRawBufferPointer) -> iovec {
        iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }

    @inline(__always)
    private static func bytes(_ vector: iovec) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len)
    }
}

extension UnsafeRawBufferPointer {
    /// The memory as octets.
    @inline(__always) var octets: UnsafeBufferPointer<UInt8> { bindMemory(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    /// The memory as octets.
    @inline(__always) var octets: UnsafeBufferPointer<UInt8> { UnsafeRawBufferPointer(self).octets }
}
