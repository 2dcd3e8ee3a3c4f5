import Provisioning
import Synchronization

/// What an execution said.
final class EventLog: Sendable {
    private let events = Mutex<[ExecutionEvent]>([])

    func append(_ event: ExecutionEvent) { events.withLock { $0.append(event) } }

    /// How often it was said that a step waits.
    var waits: Int {
        events.withLock { $0.count { if case .waiting = $0 { true } else { false } } }
    }
}
