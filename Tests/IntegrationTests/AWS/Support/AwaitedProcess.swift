import Synchronization

/// A process that a server is to signal once it calls: named after it was started, signalled once its moment has come,
/// whichever is first.
final class AwaitedProcess: Sendable {
    private struct State {
        var child: ChildProcess?
        var due: Int32?
    }

    private let state = Mutex(State())

    /// Signals the process, at once.
    func signal(_ number: Int32) {
        state.withLock { state in
            state.due = number
            state.child?.signal(number)
        }
    }

    func name(_ child: ChildProcess) {
        state.withLock { state in
            state.child = child
            if let due = state.due { child.signal(due) }
        }
    }

    /// What it has written to standard error.
    var errorText: String { state.withLock { $0.child }?.errorText ?? "" }
}
