/// Turns a burst of events into one report: when none came for a while, or when the first is a longer while ago, so
/// that a stream of events can't hold the report back for ever.
struct ChangeDebouncer {
    typealias Instant = ContinuousClock.Instant

    let quiet: Duration
    let longest: Duration
    private var first: Instant?
    private var last: Instant?
    /// The files that were written to and not yet closed, which would be read half-written.
    private var open: Set<String> = []

    init(quiet: Duration, longest: Duration) {
        self.quiet = quiet
        self.longest = longest
    }

    /// Takes note of an event.
    mutating func noteChange(at now: Instant) {
        first = first ?? now
        last = now
    }

    /// Takes note of a file that is being written to.
    mutating func noteWrite(to file: String, at now: Instant) {
        noteChange(at: now)
        open.insert(file)
    }

    /// Takes note of a file that was closed after it had been written to.
    mutating func noteClose(of file: String, at now: Instant) {
        noteChange(at: now)
        open.remove(file)
    }

    /// When to report; nil where there is nothing to report.
    var deadline: Instant? {
        guard let first, let last else { return nil }
        let limit = first + longest
        return open.isEmpty ? min(last + quiet, limit) : limit
    }

    /// Whether to report now; after a yes, it starts over.
    mutating func fire(at now: Instant) -> Bool {
        guard let deadline, now >= deadline else { return false }
        first = nil
        last = nil
        open = []
        return true
    }
}
