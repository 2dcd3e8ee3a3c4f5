import Synchronization

/// What runs that aren't interrupted do and leave.
final class Expectations: Sendable {
    enum Point: Hashable, Sendable {
        case start
        case after(Transition)
    }

    private let inventories = Mutex<[Point: [String]]>([:])
    private let counts = Mutex<[Transition: Int]>([:])

    func note(_ point: Point, _ inventory: [String], writes: Int = 0) {
        inventories.withLock { $0[point] = inventory }
        if case .after(let transition) = point { counts.withLock { $0[transition] = writes } }
    }

    func inventory(_ point: Point) -> [String]? { inventories.withLock { $0[point] } }

    /// How many calls write in a transition.
    func writes(of transition: Transition) -> Int { counts.withLock { $0[transition] ?? 0 } }

    /// The most that a transition has.
    var mostWrites: Int { counts.withLock { $0.values.max() ?? 1 } }
}
