import Synchronization

/// Asks an execution to begin nothing more. What has begun is finished.
package final class StopSignal: Sendable {
    private let stopped = Mutex(false)

    package init() {}

    package func stop() {
        stopped.withLock { $0 = true }
    }

    package var isStopped: Bool {
        stopped.withLock { $0 }
    }
}
