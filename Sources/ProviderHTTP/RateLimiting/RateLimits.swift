/// How often an operation may be called: a token bucket's measures.
package struct RateLimit: Hashable, Sendable {
    /// Calls per second, lasting.
    package var perSecond: Double
    /// Calls that may go out at once after a rest.
    package var burst: Double

    package init(perSecond: Double, burst: Double) {
        self.perSecond = max(perSecond, 0.01)
        self.burst = max(burst, 1)
    }
}

/// The rate limit of each operation. Every operation has a bucket of its own.
package struct RateLimits: Hashable, Sendable {
    /// For operations that aren't named.
    package var standard: RateLimit
    /// By `service:Operation`.
    package var byOperation: [String: RateLimit]

    package init(
        standard: RateLimit = RateLimit(perSecond: 10, burst: 20),
        byOperation: [String: RateLimit] = [:]
    ) {
        self.standard = standard
        self.byOperation = byOperation
    }

    package subscript(operation: String) -> RateLimit { byOperation[operation] ?? standard }
}
