import Synchronization

/// A clock that goes on by being slept on: tests of what waits take no time.
package final class ManualClock: Clock, Sendable {
    package struct Instant: InstantProtocol, Sendable {
        package var offset: Duration

        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Instant(offset: .zero))
    private let onAdvance: @Sendable (Duration) -> Void

    /// - Parameter onAdvance: told of every step that the clock makes.
    package init(onAdvance: @escaping @Sendable (Duration) -> Void = { _ in }) {
        self.onAdvance = onAdvance
    }

    package var now: Instant { time.withLock { $0 } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let step = time.withLock { time -> Duration in
            let step = max(.zero, time.duration(to: deadline))
            time = time.advanced(by: step)
            return step
        }
        onAdvance(step)
        await Task.yield()
    }
}
