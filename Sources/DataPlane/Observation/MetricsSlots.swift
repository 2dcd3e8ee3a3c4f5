import Synchronization

/// Which slot of the counters belongs to which series. Slots are given out when configurations are compiled, and kept:
/// counters must not start again when a route comes back. Slot 0 is for all beyond the bound.
final class MetricsSlots: Sendable {
    private struct State {
        var routes: [String: Int] = [:]
        var pools: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func route(_ ingress: String) -> Int {
        state.withLock { MetricsSlots.slot(ingress, in: &$0.routes, limit: CounterLayout.routeSlots) }
    }

    func pool(_ name: String) -> Int {
        state.withLock { MetricsSlots.slot(name, in: &$0.pools, limit: CounterLayout.poolSlots) }
    }

    /// All series that have a slot of their own.
    var series: (routes: [String: Int], pools: [String: Int]) {
        state.withLock { ($0.routes, $0.pools) }
    }

    private static func slot(_ name: String, in slots: inout [String: Int], limit: Int) -> Int {
        if let slot = slots[name] { return slot }
        guard slots.count + 1 < limit else { return 0 }
        slots[name] = slots.count + 1
        return slots.count
    }
}
