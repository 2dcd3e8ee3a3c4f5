import Synchronization
import Testing

@testable import AWSProvider

@Suite("Things done at once")
struct ConcurrentlyTests {
    /// How many are under way, and how many were at most.
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock { $0.most } }

        func begin() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }
    }

    @Test("They are never more than the limit, and what comes of them is in their order", arguments: [1, 3, 50])
    func limited(limit: Int) async throws {
        let gauge = Gauge()
        let results = try await concurrently(Array(0..<40), limit: limit) { number in
            gauge.begin()
            defer { gauge.end() }
            for _ in 0..<(40 - number) { await Task.yield() }
            return number * 2
        }
        #expect(results == (0..<40).map { $0 * 2 })
        #expect((1...limit).contains(gauge.most))
    }

    @Test("One that fails ends them all")
    func failure() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await concurrently(Array(0..<40), limit: 4) { number in
                if number == 7 { throw Failure() }
            }
        }
    }
}
