/// Turns a burst of events into one report: when none came for a while, or when the first is a longer while ago, so
/// that a stream of events can't hold the report back for ever.
struct ChangeDebouncer {
    typealias Instant = ContinuousClock.Instant

    let quiet: Duration
    let longest: Duration
    private var first: Instant?
    private var last: Instant?

    init(quiet: Duration, longest: Duration) {
        self.quiet = quiet
        self.longest = longest
    }

    /// Takes note of an event.
    mutating func noteChange(at now: Instant) {
        first = first ?? now
        last = now
    }

    /// When to report; nil where there is nothing to report.
    var deadline: Instant? {
        guard let first, let last else { return nil }
        return min(last + quiet, first + longest)
    }

    /// Whether to report now; after a yes, it starts over.
    mutating func fire(at now: Instant) -> Bool {
        guard let deadline, now >= deadline else { return false }
        first = nil
        last = nil
        return true
    }
}
