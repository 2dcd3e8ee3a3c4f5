import CLinux
import Synchronization

/// How other threads talk to a loop: a queue, and a descriptor that wakes the loop when something is in it.
final class Mailbox: Sendable {
    private struct State {
        var messages: [LoopMessage] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// The eventfd that the loop watches.
    let descriptor: Int32

    init() throws(EngineError) {
        descriptor = hg_eventfd()
        guard descriptor >= 0 else { throw .system(call: "eventfd", subject: "an event loop", code: -descriptor) }
    }

    deinit {
        hg_close(descriptor)
    }

    /// Hands a message to the loop. From any thread. When the loop has ended the message counts as dealt with.
    func send(_ message: LoopMessage) {
        let isTaken = state.withLock { state in
            if !state.isClosed { state.messages.append(message) }
            return !state.isClosed
        }
        if isTaken { hg_eventfd_signal(descriptor) } else { message.acknowledge() }
    }

    /// All messages that wait. Called by the loop alone.
    func drain() -> [LoopMessage] {
        hg_eventfd_clear(descriptor)
        return take(closing: false)
    }

    /// Ends the mailbox: what waits in it and what is still sent counts as dealt with. Called by the loop at its end.
    func close() {
        for message in take(closing: true) { message.acknowledge() }
    }

    private func take(closing: Bool) -> [LoopMessage] {
        state.withLock { state in
            let waiting = state.messages
            state.messages = []
            state.isClosed = closing
            return waiting
        }
    }
}
