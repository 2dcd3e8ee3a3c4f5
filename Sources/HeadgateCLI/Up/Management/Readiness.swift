import Synchronization

/// Whether the process is ready for requests, as `/readyz` tells.
final class Readiness: Sendable {
    enum State: Sendable, Hashable {
        /// No plan is served yet.
        case starting
        case serving
        /// Requests under way are finished, new ones are not taken.
        case stopping
    }

    private let current = Mutex(State.starting)

    var state: State { current.withLock { $0 } }

    /// A plan is served; without effect once the process is stopping.
    func serve() {
        current.withLock { state in
            if state == .starting { state = .serving }
        }
    }

    /// The process is stopping; nothing is ready from here on.
    func stop() {
        current.withLock { $0 = .stopping }
    }
}
