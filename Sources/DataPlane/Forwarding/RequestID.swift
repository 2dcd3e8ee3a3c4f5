/// The identifier of a request in logs and in `X-Request-Id`: 128 random bits, written as 32 hexadecimal digits.
struct RequestID: Equatable, Sendable {
    var high: UInt64
    var low: UInt64
}

/// Makes request identifiers: xoshiro256** seeded by the system, one per loop. They are unique, not secret.
struct RequestIDGenerator: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init() {
        var system = SystemRandomNumberGenerator()
        state = (system.next() | 1, system.next(), system.next(), system.next())
    }

    @inline(__always)
    mutating func next() -> RequestID {
        RequestID(high: word(), low: word())
    }

    @inline(__always)
    private mutating func word() -> UInt64 {
        let result = Self.rotated(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 &<< 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotated(state.3, by: 45)
        return result
    }

    @inline(__always)
    private static func rotated(_ word: UInt64, by count: UInt64) -> UInt64 {
        word &<< count | word &>> (64 &- count)
    }
}
