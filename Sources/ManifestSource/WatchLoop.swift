import Glibc
import Synchronization

/// The loop of a watch: waits for the system's events on a thread of its own, and reports changes.
final class WatchLoop: Sendable {
    let stopSignal: StopSignal
    private let doorbell: Doorbell
    private let inotify: Inotify
    private let state: Mutex<State>

    private struct State {
        var debouncer: ChangeDebouncer
        var writes: WritesInProgress
        var tree: WatchedTree
        var hasEnded = false
    }

    private static let pollingInterval: Duration = .seconds(1)

    /// - Throws: ``SystemError`` where the system has no room for another watch.
    init(path: String, timing: WatchTiming) throws(SystemError) {
        stopSignal = try StopSignal()
        doorbell = try Doorbell()
        inotify = try Inotify()
        var tree = WatchedTree(root: path, inotify: inotify)
        tree.refresh()
        state = Mutex(
            State(
                debouncer: ChangeDebouncer(quiet: timing.quiet, longest: timing.longest),
                writes: WritesInProgress(patience: timing.patience, notice: timing.notice), tree: tree))
    }

    /// Runs until the stop signal; calls `report` for each change.
    func run(report: () -> Void) {
        defer { state.withLock { $0.hasEnded = true } }
        while true {
            var descriptors = [
                pollfd(fd: inotify.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: doorbell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&descriptors, nfds_t(descriptors.count), timeout())
            if count < 0, errno != EINTR { return }
            if descriptors[1].revents != 0 { return }
            if descriptors[2].revents != 0 { doorbell.clear() }
            if step(hasTimedOut: count == 0) { report() }
        }
    }

    /// The files that are being written to at this moment. From any thread.
    func filesBeingWritten() -> [FileIdentity: WritesInProgress.Pace] {
        state.withLock { state in
            guard !state.hasEnded else { return [:] }
            // The loop would wait for events that are taken already.
            if Self.takeEvents(&state) { doorbell.ring() }
            return state.writes.files
        }
    }

    /// Takes in what happened; true where it is time to report.
    private func step(hasTimedOut: Bool) -> Bool {
        state.withLock { state in
            if hasTimedOut, state.tree.isIncomplete { state.debouncer.noteChange(at: .now) }
            Self.takeEvents(&state)
            let now = ContinuousClock.now
            // What is to be read as it is, or to be told, is no change that others may follow.
            let isDue = state.writes.advance(to: now)
            guard state.debouncer.fire(at: now) || isDue else { return false }
            // What was made meanwhile is watched before the report, so that nothing falls between the two.
            state.tree.refresh()
            return true
        }
    }

    /// Takes in the system's events; false where there are none.
    @discardableResult
    private static func takeEvents(_ state: inout State) -> Bool {
        let changes = state.tree.changes()
        let now = ContinuousClock.now
        for change in changes {
            switch change {
            case .write(let file):
                state.writes.noteWrite(to: file, at: now, identity: FileIdentity(path: file))
            case .complete(let file):
                state.writes.noteEnd(of: file, identity: FileIdentity(path: file))
                state.debouncer.noteChange(at: now)
            case .other: state.debouncer.noteChange(at: now)
            }
        }
        return !changes.isEmpty
    }

    /// The milliseconds until something is due; -1 for ever.
    private func timeout() -> Int32 {
        state.withLock { state in
            guard let deadline = [state.debouncer.deadline, state.writes.deadline].compactMap(\.self).min() else {
                return state.tree.isIncomplete ? Self.milliseconds(Self.pollingInterval) : -1
            }
            return max(0, Self.milliseconds(ContinuousClock.now.duration(to: deadline)))
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let parts = duration.components
        return Int32(clamping: parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000 + 1)
    }
}

/// A signal that ends a loop which waits in `poll`: the reading end of a pipe, whose writing end is closed by it.
final class StopSignal: Sendable {
    /// Becomes readable with the signal.
    let descriptor: Int32
    private let writingEnd: Mutex<Int32?>

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        descriptor = ends[0]
        writingEnd = Mutex(ends[1])
    }

    deinit {
        send()
        close(descriptor)
    }

    func send() {
        writingEnd.withLock { end in
            if let descriptor = end { close(descriptor) }
            end = nil
        }
    }
}

/// Wakes a loop that waits in `poll`: a pipe that something is put into.
final class Doorbell: Sendable {
    /// Becomes readable when it is rung, until it is cleared.
    let descriptor: Int32
    private let writingEnd: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writingEnd = ends[1]
    }

    deinit {
        close(descriptor)
        close(writingEnd)
    }

    /// A pipe that is full is readable, too.
    func ring() {
        var byte: UInt8 = 0
        _ = write(writingEnd, &byte, 1)
    }

    func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
