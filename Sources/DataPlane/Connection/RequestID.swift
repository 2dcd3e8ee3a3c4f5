/// The number that a request is known by in logs and at the backends: 128 bits, 32 hexadecimal digits.
struct RequestID {
    var high: UInt64 = 0
    var low: UInt64 = 0
}

/// What a loop keeps for the request at hand.
struct LoopScratch {
    /// The normal form of the path, where it differs from the path that came.
    var path: [UInt8] = []
    /// The target after a rewrite, or the value of a Location field.
    var target: [UInt8] = []
    var date: DateField
    private var random: (UInt64, UInt64)

    init(unixSeconds: Int) {
        path.reserveCapacity(4096)
        target.reserveCapacity(4096)
        date = DateField(unixSeconds: unixSeconds)
        var generator = SystemRandomNumberGenerator()
        random = (generator.next() | 1, generator.next())
    }

    /// The next request's number (xoroshiro128+): unlikely to occur twice, no secret.
    @inline(__always)
    mutating func nextRequestID() -> RequestID {
        RequestID(high: nextRandom(), low: nextRandom())
    }

    @inline(__always)
    private mutating func nextRandom() -> UInt64 {
        let (s0, s1) = random
        let result = s0 &+ s1
        let mixed = s1 ^ s0
        random = ((s0 &<< 24 | s0 &>> 40) ^ mixed ^ (mixed &<< 16), mixed &<< 37 | mixed &>> 27)
        return result
    }
}
