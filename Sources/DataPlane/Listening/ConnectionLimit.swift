import Synchronization

/// The number of client connections over all loops, held below a limit.
final class ConnectionLimit: Sendable {
    private let open = Atomic<Int>(0)
    private let limit: Atomic<Int>

    init(limit: Int) {
        self.limit = Atomic(limit)
    }

    /// Sets another limit. Connections above it stay.
    func setLimit(_ limit: Int) {
        self.limit.store(limit, ordering: .relaxed)
    }

    /// Counts a connection; false where there is no room for it.
    func admit() -> Bool {
        let before = open.wrappingAdd(1, ordering: .relaxed).oldValue
        guard before < limit.load(ordering: .relaxed) else {
            open.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// A connection that was admitted is gone.
    func leave() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
