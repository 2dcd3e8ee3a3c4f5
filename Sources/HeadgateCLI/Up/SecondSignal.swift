import Logging
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the process at once when it is told a second time to stop.
struct SecondSignal: Sendable {
    let logger: Logger

    /// Runs `body`, which handles the first signal by itself.
    func guarding(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var requests = StopRequests()
                for await signal in signals where requests.isSecond(at: .now) {
                    logger.warning("second signal: ending at once")
                    endProcess(signal)
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            // The signals never end by themselves: what ends first is the body.
            try await group.next()
        }
    }
}

/// Ends the process at once, with the status of one that the signal ended, as a shell tells it.
func endProcess(_ signal: UnixSignal) -> Never {
    _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
}

/// Counts how often the process is told to stop. Wrappers such as timeout(1) send one signal to the process and to its
/// group, so that it arrives twice at once: that is one request.
struct StopRequests: Sendable {
    private static let onceWithin: Duration = .milliseconds(250)
    private var first: ContinuousClock.Instant?

    /// Whether a signal that arrives now asks a second time.
    mutating func isSecond(at now: ContinuousClock.Instant) -> Bool {
        guard let first else {
            first = now
            return false
        }
        return now - first >= Self.onceWithin
    }
}
