import Synchronization

/// Shows the progress of several things that go on at once as if one came after the other: that of the first which isn't
/// finished as it happens, that of those behind it once it is their turn.
final class ProgressQueue: Sendable {
    private struct State {
        /// The one whose progress is shown as it happens.
        var current = 0
        var waiting: [Int: [String]] = [:]
        var finished: Set<Int> = []
    }

    private let state = Mutex(State())
    private let output: @Sendable (String) -> Void

    init(_ output: @escaping @Sendable (String) -> Void) { self.output = output }

    /// Shows a text of the thing with a number from 0, now or in its turn.
    func show(_ text: String, of number: Int) {
        state.withLock { state in
            if number == state.current {
                output(text)
            } else {
                state.waiting[number, default: []].append(text)
            }
        }
    }

    /// Lets the next one have its turn.
    func finish(_ number: Int) {
        state.withLock { state in
            state.finished.insert(number)
            while state.finished.contains(state.current) {
                state.current += 1
                for text in state.waiting.removeValue(forKey: state.current) ?? [] { output(text) }
            }
        }
    }
}
