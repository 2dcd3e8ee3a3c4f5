import CLinux
import Synchronization

/// How other threads talk to a loop: a queue, and a descriptor that wakes the loop when something is in it.
final class Mailbox: Sendable {
    private let queue = Mutex<[LoopMessage]>([])
    /// The eventfd that the loop watches.
    let descriptor: Int32

    init() throws(EngineError) {
        descriptor = hg_eventfd()
        guard descriptor >= 0 else { throw .system(call: "eventfd", subject: "an event loop", code: -descriptor) }
    }

    deinit {
        hg_close(descriptor)
    }

    /// Hands a message to the loop. From any thread.
    func send(_ message: LoopMessage) {
        queue.withLock { $0.append(message) }
        hg_eventfd_signal(descriptor)
    }

    /// All messages that wait. Called by the loop alone.
    func drain() -> [LoopMessage] {
        hg_eventfd_clear(descriptor)
        return queue.withLock { messages in
            let waiting = messages
            messages = []
            return waiting
        }
    }
}
