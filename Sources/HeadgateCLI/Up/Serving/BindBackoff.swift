import DataPlane

/// When listeners that could not be bound are tried again: soon, and then after longer and longer pauses.
struct BindBackoff: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The first pause, which doubles from try to try.
    let first: Duration
    let longest: Duration
    private var pause: Duration
    private var missing: Set<ListenerAddress> = []
    /// When the next try is due; nil where nothing is missing.
    private(set) var due: Instant?

    init(first: Duration = .seconds(1), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
        pause = first
    }

    func isDue(at now: Instant) -> Bool { due.map { $0 <= now } ?? false }

    /// Takes note of what is missing, after a try or a change. What was not missing before begins with the first pause.
    ///
    /// - Returns: the time to wait for, where it is a new one.
    mutating func update(missing: Set<ListenerAddress>, at now: Instant) -> Instant? {
        let isNew = !missing.isSubset(of: self.missing)
        self.missing = missing
        guard !missing.isEmpty else {
            due = nil
            return nil
        }
        if isNew {
            pause = first
        } else {
            guard isDue(at: now) else { return nil }
            pause = min(pause * 2, longest)
        }
        due = now + pause
        return due
    }
}
