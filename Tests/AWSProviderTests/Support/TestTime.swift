import Foundation
import ProviderHTTP
import Synchronization

/// Time that goes on by being slept on; the date is the machine's, for signatures are held against it.
final class TestTime: TimeSource {
    private let elapsed = Mutex(Duration.zero)

    var date: Date { Date() }
    var uptime: Duration { elapsed.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        elapsed.withLock { $0 += max(duration, .zero) }
        await Task.yield()
    }
}
