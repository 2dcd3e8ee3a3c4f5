import Synchronization

/// What rounds are due for. Of several that wait for one round none is lost.
final class RoundTriggers: Sendable {
    enum Trigger: Sendable {
        /// The manifests changed, or are to be planned anew.
        case change
        /// Listeners are to be tried again.
        case retry
    }

    private let raised = Mutex<Set<Trigger>>([])
    /// Yields where something was raised.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func raise(_ trigger: Trigger) {
        raised.withLock { _ = $0.insert(trigger) }
        signal.yield()
    }

    /// What was raised since it was last asked.
    func take() -> Set<Trigger> {
        raised.withLock { raised in
            let all = raised
            raised = []
            return all
        }
    }
}
