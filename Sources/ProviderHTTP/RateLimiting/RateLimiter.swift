import Synchronization

/// The token buckets of a transport, one per operation.
final class RateLimiter: Sendable {
    private let limits: RateLimits
    private let time: any TimeSource
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(limits: RateLimits, time: any TimeSource) {
        self.limits = limits
        self.time = time
    }

    /// Waits for the operation's turn.
    ///
    /// - Returns: false, with nothing taken, where the turn comes only after `deadline`.
    /// - Throws: `CancellationError`, with nothing taken.
    func admit(_ operation: String, before deadline: Duration) async throws -> Bool {
        let now = time.uptime
        let wait = withBucket(of: operation, at: now) { $0.take(at: now) }
        guard wait > .zero else { return true }
        guard now + wait < deadline else {
            giveBack(operation)
            return false
        }
        do {
            try await time.sleep(for: wait)
        } catch {
            giveBack(operation)
            throw error
        }
        return true
    }

    /// Takes note that the cloud asked for fewer calls of an operation.
    func throttled(_ operation: String, sent: Duration, pause: Duration?) {
        let now = time.uptime
        withBucket(of: operation, at: now) { $0.throttled(sent: sent, at: now, pause: pause) }
    }

    private func giveBack(_ operation: String) {
        let now = time.uptime
        withBucket(of: operation, at: now) { $0.giveBack(at: now) }
    }

    private func withBucket<Result: Sendable>(
        of operation: String, at now: Duration, _ body: (inout TokenBucket) -> Result
    ) -> Result {
        buckets.withLock { body(&$0[operation, default: TokenBucket(limit: limits[operation], at: now)]) }
    }
}
