import Synchronization
import Testing

@testable import HeadgateCLI

@Suite("Progress of several load balancers")
struct ProgressQueueTests {
    private final class Screen: Sendable {
        private let texts = Mutex<[String]>([])

        var shown: String { texts.withLock { $0.joined(separator: " ") } }

        func show(_ text: String) { texts.withLock { $0.append(text) } }
    }

    @Test("It is shown one after the other, that of the first one as it happens")
    func order() {
        let screen = Screen()
        let queue = ProgressQueue { screen.show($0) }
        queue.show("b1", of: 1)
        queue.show("a1", of: 0)
        #expect(screen.shown == "a1")
        queue.show("c1", of: 2)
        queue.finish(2)
        queue.show("b2", of: 1)
        queue.show("a2", of: 0)
        #expect(screen.shown == "a1 a2")
        queue.finish(0)
        #expect(screen.shown == "a1 a2 b1 b2")
        queue.show("b3", of: 1)
        queue.finish(1)
        #expect(screen.shown == "a1 a2 b1 b2 b3 c1")
    }
}
