import Foundation
import ProviderHTTP
import Synchronization

/// The date at which the time of tests begins.
let testDate = Date(timeIntervalSince1970: 1_800_000_000)

/// Time in which every wait is over at once, and is written down.
final class SkippingTime: TimeSource {
    private let state = Mutex((now: Duration.zero, waits: [Duration]()))

    var uptime: Duration { state.withLock { $0.now } }

    var date: Date { testDate + Double(uptime.components.seconds) }

    var waits: [Duration] { state.withLock { $0.waits } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock {
            $0.now += duration
            $0.waits.append(duration)
        }
    }
}

/// Time that stands still until it is moved on.
final class HeldTime: TimeSource {
    private struct Sleeper {
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var lastID = 0
        var observers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var uptime: Duration { state.withLock { $0.now } }

    var date: Date { testDate + Double(uptime.components.seconds) }

    func sleep(for duration: Duration) async throws {
        let id = state.withLock {
            $0.lastID += 1
            return $0.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let observers: [CheckedContinuation<Void, Never>]? = state.withLock { state in
                    if state.cancelled.contains(id) { return nil }
                    state.sleepers[id] = Sleeper(end: state.now + duration, continuation: continuation)
                    defer { state.observers = [] }
                    return state.observers
                }
                guard let observers else { return continuation.resume(throwing: CancellationError()) }
                for observer in observers { observer.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock {
                $0.cancelled.insert(id)
                return $0.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns as soon as somebody waits.
    func untilSomebodyWaits() async {
        await withCheckedContinuation { continuation in
            let isWaiting = state.withLock {
                if $0.sleepers.isEmpty { $0.observers.append(continuation) }
                return !$0.sleepers.isEmpty
            }
            if isWaiting { continuation.resume() }
        }
    }

    /// Moves time on, and wakes whoever waited for no longer than that.
    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.end <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
