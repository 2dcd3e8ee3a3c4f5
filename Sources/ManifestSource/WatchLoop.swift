import Glibc
import Synchronization

/// The loop of a watch: waits for the system's events on a thread of its own, and reports changes.
final class WatchLoop: Sendable {
    let stopSignal: StopSignal
    private let path: String
    private let descriptor: Int32
    private let state: Mutex<State>

    private struct State {
        var debouncer: ChangeDebouncer
        /// The watched directories by watch descriptor, each with the names that matter in it.
        var watches: [Int32: (path: String, names: WatchPlan.Names)] = [:]
        /// Whether some directory could not be watched, so that it is looked after at intervals.
        var isPolling = false
    }

    private static let pollingInterval: Duration = .seconds(1)
    private static let mask =
        UInt32(IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)
        | UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

    /// - Throws: ``SystemError`` where the system has no room for another watch.
    init(path: String, debouncer: ChangeDebouncer) throws(SystemError) {
        stopSignal = try StopSignal()
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(errno) }
        self.path = path
        state = Mutex(State(debouncer: debouncer))
        state.withLock { watch(&$0) }
    }

    deinit { close(descriptor) }

    /// Runs until the stop signal; calls `report` for each change.
    func run(report: () -> Void) {
        while true {
            var descriptors = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
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
            if isReadable { readEvents(&state) } else if state.isPolling { state.debouncer.noteChange(at: .now) }
            guard state.debouncer.fire(at: .now) else { return false }
            // What was made meanwhile is watched before the report, so that nothing falls between the two.
            watch(&state)
            return true
        }
    }

    /// The milliseconds until something is due; -1 for ever.
    private func timeout() -> Int32 {
        state.withLock { state in
            guard let deadline = state.debouncer.deadline else {
                return state.isPolling ? Self.milliseconds(Self.pollingInterval) : -1
            }
            return max(0, Self.milliseconds(ContinuousClock.now.duration(to: deadline)))
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let parts = duration.components
        return Int32(clamping: parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000 + 1)
    }

    // MARK: Watches

    /// Watches what the tree consists of now. Adding a watch for a directory that has one gives its descriptor again.
    private func watch(_ state: inout State) {
        var watches: [Int32: (path: String, names: WatchPlan.Names)] = [:]
        state.isPolling = false
        for (directory, names) in WatchPlan(root: path).directories {
            let watch = inotify_add_watch(descriptor, directory, Self.mask)
            guard watch >= 0 else {
                if errno != ENOENT, errno != ENOTDIR { state.isPolling = true }
                continue
            }
            watches[watch] = (directory, Self.union(names, watches[watch]?.names))
        }
        for watch in state.watches.keys where watches[watch] == nil { inotify_rm_watch(descriptor, watch) }
        state.watches = watches
    }

    private static func union(_ left: WatchPlan.Names, _ right: WatchPlan.Names?) -> WatchPlan.Names {
        switch (left, right) {
        case (_, nil): left
        case (.only(let some), .only(let others)?): .only(some.union(others))
        default: .manifests
        }
    }

    // MARK: Events

    private func readEvents(_ state: inout State) {
        let size = MemoryLayout<inotify_event>.size
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                while offset + size <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let end = offset + size + Int(event.len)
                    let name = bytes[(offset + size)..<end].prefix { $0 != 0 }
                    take(event, name: String(decoding: name, as: UTF8.self), &state)
                    offset = end
                }
            }
        }
    }

    private func take(_ event: inotify_event, name: String, _ state: inout State) {
        func has(_ flag: Int) -> Bool { event.mask & UInt32(flag) != 0 }
        let now = ContinuousClock.now
        // After an overflow anything may have changed.
        if has(Int(IN_Q_OVERFLOW)) { return state.debouncer.noteChange(at: now) }
        guard let watch = state.watches[event.wd] else { return }
        let isContent = has(Int(IN_MODIFY)) || has(Int(IN_CLOSE_WRITE))
        if name.isEmpty {
            // The directory itself is gone or was moved. IN_ATTRIB without a name is its own mode or times.
            return state.debouncer.noteChange(at: now)
        }
        guard Self.matters(name, in: watch.names, isContent: isContent) else { return }
        let file = "\(watch.path)/\(name)"
        if has(Int(IN_MODIFY)) {
            state.debouncer.noteWrite(to: file, at: now)
        } else if isContent || has(Int(IN_MOVED_TO)) || has(Int(IN_MOVED_FROM)) || has(Int(IN_DELETE)) {
            state.debouncer.noteClose(of: file, at: now)
        } else {
            state.debouncer.noteChange(at: now)
        }
    }

    /// Whether a change of a name can change what is loaded. Of a name that is no manifest's, only its coming and going
    /// counts, since it may be a directory or a link.
    private static func matters(_ name: String, in names: WatchPlan.Names, isContent: Bool) -> Bool {
        switch names {
        case .only(let names): names.contains(name)
        case .manifests where name.hasPrefix("."): name.hasPrefix("..") && !isContent
        case .manifests: DirectoryListing.isManifest(name) || !isContent
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
