/// How often a call is sent again, and after how long.
///
/// Waits have full jitter: they are drawn evenly from nothing up to a ceiling that doubles with each try, so that
/// callers that failed together don't come back together
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
package struct RetryPolicy: Hashable, Sendable {
    /// How many times a call is sent at most where the cloud fails or can't be reached.
    package var tries: Int
    /// How many times a call is sent at most where the cloud asks for fewer calls.
    package var triesWhenThrottled: Int
    /// The ceiling of the first wait where the cloud fails.
    package var base: Duration
    /// The ceiling of the first wait where the cloud asks for fewer calls.
    package var baseWhenThrottled: Duration
    /// No wait is longer than this, but for one that the cloud asks for.
    package var cap: Duration

    package init(
        tries: Int = 5,
        triesWhenThrottled: Int = 12,
        base: Duration = .milliseconds(200),
        baseWhenThrottled: Duration = .milliseconds(500),
        cap: Duration = .seconds(20)
    ) {
        self.tries = tries
        self.triesWhenThrottled = triesWhenThrottled
        self.base = base
        self.baseWhenThrottled = baseWhenThrottled
        self.cap = cap
    }

    /// Sends every call once.
    package static let never = RetryPolicy(tries: 1, triesWhenThrottled: 1)

    /// The longest wait after a call has failed `failures` times for one reason.
    func ceiling(base: Duration, failures: Int) -> Duration {
        // 2^30 times any sensible base is past every cap; a larger shift would overflow.
        min(cap, base * (1 << min(max(failures, 1) - 1, 30)))
    }
}
