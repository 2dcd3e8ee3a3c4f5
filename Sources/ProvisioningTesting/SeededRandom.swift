internal import Foundation

/// A generator whose seed is shown on failure. `PROVISIONING_TEST_SEED` gives another.
package struct SeededRandom: RandomNumberGenerator, Sendable, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    /// - Parameter seed: what it starts from where the environment says nothing.
    package init(_ seed: UInt64) {
        let given = ProcessInfo.processInfo.environment["PROVISIONING_TEST_SEED"].flatMap { UInt64($0) }
        self.seed = given ?? seed
        state = self.seed
    }

    package var description: String { "PROVISIONING_TEST_SEED=\(seed)" }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 up to, not including, `limit`.
    package mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    package mutating func chance(oneIn count: Int) -> Bool { below(count) == 0 }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
