import Glibc
import Synchronization

/// The loop of a watch: waits for the system's events on a thread of its own, and reports changes.
final class WatchLoop: Sendable {
    let stopSignal: StopSignal
    private let inotify: Inotify
    private let state: Mutex<State>

    private struct State {
        var debouncer: ChangeDebouncer
        var tree: WatchedTree
    }

    private static let pollingInterval: Duration = .seconds(1)

    /// - Throws: ``SystemError`` where the system has no room for another watch.
    init(path: String, debouncer: ChangeDebouncer) throws(SystemError) {
        stopSignal = try StopSignal()
        inotify = try Inotify()
        var tree = WatchedTree(root: path, inotify: inotify)
        tree.refresh()
        state = Mutex(State(debouncer: debouncer, tree: tree))
    }

    /// Runs until the stop signal; calls `report` for each change.
    func run(report: () -> Void) {
        while true {
            var descriptors = [
                pollfd(fd: inotify.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&descriptors, 2, timeout())
            if count < 0, errno != EINTR { return }
            if descriptors[1].revents != 0 { return }
            if step(isReadable: count > 0 && descriptors[0].revents != 0) { report() }
        }
    }

    /// Takes in what happened; true where it is time to report.
    private func step(isReadable: Bool) -> Bool {
        state.withLock { state in
            if isReadable {
                for change in state.tree.changes() { state.debouncer.note(change, at: .now) }
            } else if state.tree.isIncomplete {
                state.debouncer.noteChange(at: .now)
            }
            guard state.debouncer.fire(at: .now) else { return false }
            // What was made meanwhile is watched before the report, so that nothing falls between the two.
            state.tree.refresh()
            return true
        }
    }

    /// The milliseconds until something is due; -1 for ever.
    private func timeout() -> Int32 {
        state.withLock { state in
            guard let deadline = state.debouncer.deadline else {
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

extension ChangeDebouncer {
    /// Takes note of a change of the tree.
    fileprivate mutating func note(_ change: WatchedTree.Change, at now: Instant) {
        switch change {
        case .write(let file): noteWrite(to: file, at: now)
        case .complete(let file): noteClose(of: file, at: now)
        case .other: noteChange(at: now)
        }
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
