import Synchronization

/// Sends messages to all loops.
final class LoopBroadcast: Sendable {
    private let mailboxes = Mutex<[Mailbox]>([])

    func connect(_ mailboxes: [Mailbox]) {
        self.mailboxes.withLock { $0 = mailboxes }
    }

    func send(_ message: LoopMessage) {
        for mailbox in mailboxes.withLock({ $0 }) { mailbox.send(message) }
    }
}
