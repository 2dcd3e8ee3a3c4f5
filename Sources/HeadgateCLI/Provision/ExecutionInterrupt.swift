import Provisioning
import UnixSignals

/// Turns Ctrl-C into a request to finish the step in hand; a second one ends the process at once.
struct ExecutionInterrupt: Sendable {
    let console: Console

    func stopping<Result: Sendable>(
        _ body: @escaping @Sendable (StopSignal) async throws -> Result
    ) async throws -> Result {
        let stop = StopSignal()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                var requests = StopRequests()
                for await signal in signals {
                    if requests.isSecond(at: .now) { endProcess(signal) }
                    guard !stop.isStopped else { continue }
                    stop.stop()
                    console.error(
                        "\nStopping: the steps in hand are finished first. Once more ends the process at once; the next "
                            + "run picks up from what is there.\n")
                }
                return nil
            }
            group.addTask { try await body(stop) }
            defer { group.cancelAll() }
            // The signals never end by themselves: what yields a result first is the body.
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
