/// The files that something is writing to, as far as events tell: written to, and not closed since.
///
/// What such a file holds is neither its last content nor its next one, so it is not read until it is closed, renamed or
/// removed; nor for ever, since a file that is cut off by its path is closed by nobody.
struct WritesInProgress {
    typealias Instant = ContinuousClock.Instant

    /// How a file is written to.
    enum Pace: Hashable, Sendable {
        case usual
        /// For longer than a program takes that just writes it.
        case slow
    }

    private struct Write {
        var identity: FileIdentity
        var began: Instant
        var last: Instant
        var isSlow = false
    }

    /// How long after the last write a file counts as written, closed or not.
    let patience: Duration
    /// How long a write takes before it is worth a word.
    let notice: Duration
    private var writes: [String: Write] = [:]

    init(patience: Duration, notice: Duration) {
        self.patience = patience
        self.notice = notice
    }

    /// Takes note of a write to the file at `path`.
    ///
    /// - Parameter identity: Which file is there; nil where there is none any more.
    mutating func noteWrite(to path: String, at now: Instant, identity: @autoclosure () -> FileIdentity?) {
        if writes[path] != nil {
            writes[path]?.last = now
        } else if let identity = identity() {
            writes[path] = Write(identity: identity, began: now, last: now)
        }
    }

    /// Takes note that what is at `path` is as it is going to be, or is gone.
    ///
    /// - Parameter identity: Which file is there, since another path may have led to it when it was written to.
    mutating func noteEnd(of path: String, identity: @autoclosure () -> FileIdentity?) {
        writes[path] = nil
        guard !writes.isEmpty, let identity = identity() else { return }
        writes = writes.filter { $0.value.identity != identity }
    }

    /// When the next of them is slow, or is given up; nil where there is none.
    var deadline: Instant? { writes.values.map(deadline(of:)).min() }

    private func deadline(of write: Write) -> Instant {
        let end = write.last + patience
        return write.isSlow ? end : min(write.began + notice, end)
    }

    /// Takes note of the time.
    ///
    /// - Returns: Whether a file has become slow, or is to be read as it is.
    mutating func advance(to now: Instant) -> Bool {
        let due = writes.filter { deadline(of: $0.value) <= now }
        for (path, write) in due {
            writes[path]?.isSlow = true
            if write.last + patience <= now { writes[path] = nil }
        }
        return !due.isEmpty
    }

    /// The files that must not be read now.
    var files: [FileIdentity: Pace] {
        var files: [FileIdentity: Pace] = [:]
        for write in writes.values where files[write.identity] != .slow {
            files[write.identity] = write.isSlow ? .slow : .usual
        }
        return files
    }
}
