import Synchronization

/// Sends messages to all loops.
final class LoopBroadcast: Sendable {
    private let mailboxes = Mutex<[Mailbox]>([])

    func connect(_ mailboxes: [Mailbox]) {
        self.mailboxes.withLock { $0 = mailboxes }
    }

    /// Which targets were reported as unfit.
    let health = HealthBoard()

    func send(_ message: LoopMessage) {
        if case .health(let target, let isHealthy) = message { health.note(target, isHealthy: isHealthy) }
        for mailbox in mailboxes.withLock({ $0 }) { mailbox.send(message) }
    }
}
