/// A part of a message, as an offset from the message's first byte. It holds no pointer: it stays true when the buffer
/// that holds the message moves, and `bytes.extracting(range.indices)` gives the bytes again.
struct ByteRange: Hashable, Sendable {
    var start: UInt32
    var count: UInt32

    static let empty = ByteRange(start: 0, count: 0)

    init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    @inline(__always)
    init(_ start: Int, _ end: Int) {
        assert(start >= 0 && end >= start)
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: end &- start)
    }

    var isEmpty: Bool { count == 0 }
    var lowerBound: Int { Int(start) }
    var upperBound: Int { Int(start) &+ Int(count) }
    var length: Int { Int(count) }
    var indices: Range<Int> { lowerBound..<upperBound }
}
