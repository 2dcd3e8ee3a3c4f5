/// Spaces out the calls of one operation, and more so after the cloud asked for fewer.
///
/// A value to which the time is given. Callers take their token at once and wait for as long as they are told, so that
/// they are served in the order in which they came. Throttling halves the rate and empties the bucket; the rate then
/// grows back in a straight line, to what was configured within ``recovery``.
package struct TokenBucket: Sendable {
    /// How long the rate takes from nothing to its full measure.
    package static let recovery = Duration.seconds(60)
    /// The rate never falls below this part of its full measure.
    package static let leastPart = 0.05

    package let limit: RateLimit
    /// Calls per second that are allowed at present.
    package private(set) var rate: Double
    /// Below zero where callers wait.
    private var tokens: Double
    private var updated: Duration
    private var pausedUntil: Duration
    private var slowedAt: Duration?

    package init(limit: RateLimit, at now: Duration) {
        self.limit = limit
        self.rate = limit.perSecond
        self.tokens = limit.burst
        self.updated = now
        self.pausedUntil = now
    }

    /// Takes a token: how long the caller must wait before its call.
    package mutating func take(at now: Duration) -> Duration {
        update(to: now)
        tokens -= 1
        let turn = tokens >= 0 ? Duration.zero : .seconds(-tokens / rate)
        return max(turn, pausedUntil - now, .zero)
    }

    /// Gives a token back whose call was not sent.
    package mutating func giveBack(at now: Duration) {
        update(to: now)
        tokens = min(tokens + 1, limit.burst)
    }

    /// Slows down, as the cloud asked for fewer calls.
    ///
    /// - Parameters:
    ///   - sent: when the call was sent. A call that was under way when the bucket last slowed down tells nothing new.
    ///   - pause: for how long the cloud asked to send nothing.
    package mutating func throttled(sent: Duration, at now: Duration, pause: Duration?) {
        update(to: now)
        if let pause { pausedUntil = max(pausedUntil, now + pause) }
        if let slowedAt, sent < slowedAt { return }
        slowedAt = now
        rate = max(rate / 2, limit.perSecond * Self.leastPart)
        tokens = min(tokens, 0)
    }

    private mutating func update(to now: Duration) {
        let elapsed = max((now - updated).inSeconds, 0)
        updated = max(updated, now)
        tokens = min(tokens + elapsed * rate, limit.burst)
        rate = min(rate + elapsed / Self.recovery.inSeconds * limit.perSecond, limit.perSecond)
    }
}
