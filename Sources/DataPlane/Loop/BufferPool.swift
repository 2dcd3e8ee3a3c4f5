import Glibc

/// A piece of memory from a ``BufferPool``.
struct Buffer {
    let base: UnsafeMutableRawPointer
    let capacity: Int
}

/// The buffers of one loop. Connections hold one only while bytes wait in it, so that an idle one costs none.
struct BufferPool {
    /// For heads and their rewritten forms.
    static let small = 8 * 1024
    /// For bodies: 64 KiB and the head before them in one read.
    static let large = 68 * 1024

    private static let smallKept = 1024
    private static let largeKept = 64

    private var smallList: UnsafeMutableRawPointer?
    private var smallCount = 0
    private var largeList: UnsafeMutableRawPointer?
    private var largeCount = 0

    @inline(__always)
    mutating func takeSmall() -> Buffer {
        guard let base = smallList else { return BufferPool.allocate(BufferPool.small) }
        smallList = base.load(as: UnsafeMutableRawPointer?.self)
        smallCount -= 1
        return Buffer(base: base, capacity: BufferPool.small)
    }

    @inline(__always)
    mutating func takeLarge() -> Buffer {
        guard let base = largeList else { return BufferPool.allocate(BufferPool.large) }
        largeList = base.load(as: UnsafeMutableRawPointer?.self)
        largeCount -= 1
        return Buffer(base: base, capacity: BufferPool.large)
    }

    /// A buffer of at least `capacity` bytes.
    mutating func take(atLeast capacity: Int) -> Buffer {
        if capacity <= BufferPool.small { return takeSmall() }
        if capacity <= BufferPool.large { return takeLarge() }
        return BufferPool.allocate(capacity)
    }

    @inline(__always)
    mutating func give(_ buffer: Buffer) {
        switch buffer.capacity {
        case BufferPool.small where smallCount < BufferPool.smallKept:
            buffer.base.storeBytes(of: smallList, as: UnsafeMutableRawPointer?.self)
            smallList = buffer.base
            smallCount += 1
        case BufferPool.large where largeCount < BufferPool.largeKept:
            buffer.base.storeBytes(of: largeList, as: UnsafeMutableRawPointer?.self)
            largeList = buffer.base
            largeCount += 1
        default:
            buffer.base.deallocate()
        }
    }

    mutating func deallocate() {
        while smallCount > 0 { takeSmall().base.deallocate() }
        while largeCount > 0 { takeLarge().base.deallocate() }
    }

    private static func allocate(_ capacity: Int) -> Buffer {
        Buffer(base: .allocate(byteCount: capacity, alignment: 64), capacity: capacity)
    }
}

/// Bytes that were received and not yet used: `begin ..< end` of a buffer that is held only while there are any.
///
/// Invariant: `lead <= begin <= end <= capacity - trail`; without a buffer all are 0. The room before and behind is for
/// the chunked coding's framing, which is written around the bytes where they lie.
struct ReceiveBuffer {
    static let lead = 16
    static let trail = 16

    private(set) var base: UnsafeMutableRawPointer?
    private(set) var capacity = 0
    private(set) var begin = 0
    private(set) var end = 0

    @inline(__always) var count: Int { end - begin }
    @inline(__always) var isEmpty: Bool { begin == end }
    @inline(__always) var space: Int { capacity - end }
    @inline(__always) var isHeld: Bool { base != nil }

    /// The bytes that wait.
    @inline(__always) var bytes: UnsafeMutableRawBufferPointer {
        guard let base else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: base + begin, count: end - begin)
    }

    /// The room behind the bytes that wait.
    @inline(__always) var room: UnsafeMutableRawBufferPointer {
        guard let base else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
    }

    @inline(__always) mutating func hold(_ buffer: Buffer) {
        base = buffer.base
        capacity = buffer.capacity - ReceiveBuffer.trail
        begin = ReceiveBuffer.lead
        end = ReceiveBuffer.lead
    }

    /// `count` bytes were written to ``room``.
    @inline(__always) mutating func filled(_ count: Int) {
        precondition(count >= 0 && count <= capacity - end)
        end += count
    }

    /// `count` of the bytes that wait are used up.
    @inline(__always) mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - begin)
        begin += count
    }

    /// Drops all but the first `count` of the bytes that wait.
    @inline(__always) mutating func truncate(_ count: Int) {
        precondition(count >= 0 && count <= end - begin)
        end = begin + count
    }

    /// Forgets all bytes and keeps the buffer.
    @inline(__always) mutating func reset() {
        begin = base == nil ? 0 : ReceiveBuffer.lead
        end = begin
    }

    /// Moves the bytes that wait to the start of the buffer.
    mutating func compact() {
        guard let base, begin > ReceiveBuffer.lead else { return }
        let count = end - begin
        if count > 0 { memmove(base + ReceiveBuffer.lead, base + begin, count) }
        begin = ReceiveBuffer.lead
        end = begin + count
    }

    /// Moves what waits into a buffer with room for at least `count` bytes.
    mutating func grow(to count: Int, from pool: inout BufferPool) {
        var larger = ReceiveBuffer()
        larger.hold(pool.take(atLeast: count + ReceiveBuffer.lead + ReceiveBuffer.trail))
        larger.append(UnsafeRawBufferPointer(bytes))
        release(to: &pool)
        self = larger
    }

    /// Copies bytes to ``room``, which must suffice.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= room.count)
        if bytes.count > 0 { room.copyMemory(from: bytes) }
        filled(bytes.count)
    }

    @inline(__always) mutating func release(to pool: inout BufferPool) {
        guard let base else { return }
        pool.give(Buffer(base: base, capacity: capacity + ReceiveBuffer.trail))
        self.base = nil
        capacity = 0
        begin = 0
        end = 0
    }
}
