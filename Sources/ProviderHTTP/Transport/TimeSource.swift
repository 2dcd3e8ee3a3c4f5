package import FoundationEssentials

/// The clocks that the transport goes by.
package protocol TimeSource: Sendable {
    /// The time of day, to sign for and to write down.
    var date: Date { get }
    /// Time that only ever goes forward, from an arbitrary beginning, to measure with.
    var uptime: Duration { get }
    /// Waits. Throws `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    private let beginning = ContinuousClock.now

    package init() {}

    package var date: Date { Date() }

    package var uptime: Duration { beginning.duration(to: .now) }

    package func sleep(for duration: Duration) async throws {
        try await ContinuousClock().sleep(for: duration)
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    var inMilliseconds: Int { Int((inSeconds * 1000).rounded()) }
}
