/// A hash over octets whose parameters are drawn anew for every table, so that nobody can choose keys that collide.
struct SeededHash: Sendable {
    /// The state at the begin.
    let seed: UInt64
    /// Odd.
    let multiplier: UInt64

    init() {
        var generator = SystemRandomNumberGenerator()
        seed = generator.next()
        multiplier = generator.next() | 1
    }

    /// The state before the first octet of a key of the given kind.
    @inline(__always)
    func begin(_ kind: Int) -> UInt64 {
        (seed ^ UInt64(truncatingIfNeeded: kind)) &* multiplier
    }

    /// The state with `octet` added.
    @inline(__always)
    func add(_ octet: UInt8, to state: UInt64) -> UInt64 {
        (state ^ UInt64(octet)) &* multiplier
    }

    /// The hash of what was added. Multiplication carries upwards only: the upper half is mixed into the lower.
    @inline(__always)
    func finish(_ state: UInt64) -> UInt32 {
        let mixed = (state ^ state &>> 32) &* 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: mixed &>> 32)
    }
}
