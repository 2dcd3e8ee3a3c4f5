import Foundation

/// A generator whose seed is shown on failure. `ROUTING_TEST_SEED` repeats a run.
struct SeededRandom: RandomNumberGenerator, CustomStringConvertible {
    let seed: UInt64
    private var state: UInt64

    init() {
        let given = ProcessInfo.processInfo.environment["ROUTING_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0 ... .max)
        state = seed
    }

    var description: String { "ROUTING_TEST_SEED=\(seed)" }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 up to, not including, `limit`.
    mutating func below(_ limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &self)
    }

    mutating func chance(oneIn count: Int) -> Bool {
        below(count) == 0
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
