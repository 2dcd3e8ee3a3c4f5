package import Foundation
import Synchronization

/// Credentials that are kept while they last and fetched anew before they run out, by one caller at a time.
///
/// Within ``Timing/refreshAhead`` of their end one caller fetches while the others go on with what there is, and a
/// failure to fetch is no failure yet; within ``Timing/minimumLife`` of it all wait for the fetch.
package final class CachedCredentials: Sendable {
    /// When credentials are fetched anew.
    package struct Timing: Sendable {
        /// How long before the end the first attempt is made.
        package var refreshAhead: TimeInterval
        /// With less than this left, credentials aren't handed out any more, since a call takes a while.
        package var minimumLife: TimeInterval
        /// How long to wait after an attempt ahead of time that gave nothing new.
        package var pauseBetweenAttempts: TimeInterval

        package init(refreshAhead: TimeInterval, minimumLife: TimeInterval, pauseBetweenAttempts: TimeInterval) {
            self.refreshAhead = refreshAhead
            self.minimumLife = minimumLife
            self.pauseBetweenAttempts = pauseBetweenAttempts
        }

        /// Five minutes ahead, one minute at least, one minute between attempts.
        package static let standard = Timing(refreshAhead: 300, minimumLife: 60, pauseBetweenAttempts: 60)
    }

    private let source: any AWSCredentialsSource
    private let now: @Sendable () -> Date
    private let state: Mutex<StateMachine>

    /// - Parameters:
    ///   - source: Where the credentials come from.
    ///   - timing: When they are fetched anew.
    ///   - now: The clock that expirations are held against.
    package init(
        _ source: any AWSCredentialsSource, timing: Timing = .standard, now: @escaping @Sendable () -> Date
    ) {
        self.source = source
        self.now = now
        state = Mutex(StateMachine(timing: timing))
    }

    /// Credentials that are good for a call now.
    ///
    /// - Throws: ``CredentialsError`` where there are none.
    package func current() async throws -> AWSCredentials {
        while true {
            try Task.checkCancellation()
            switch state.withLock({ $0.request(at: now()) }) {
            case .use(let credentials): return credentials
            case .fetch(let fallback): return try await fetch(fallback: fallback)
            case .wait:
                if let credentials = try await waitForFetch() { return credentials }
            }
        }
    }

    /// Fetches credentials anew after AWS has refused the ones in use.
    ///
    /// - Returns: Whether there are others now. Calls that were refused together are all told of the same fetch.
    package func renewAfterRejection() async throws -> Bool {
        while true {
            try Task.checkCancellation()
            switch state.withLock({ $0.reject(at: now()) }) {
            case .answered(let hasOthers): return hasOthers
            case .fetch: _ = try await fetch(fallback: nil)
            case .wait: _ = try await waitForFetch()
            }
        }
    }

    private func fetch(fallback: AWSCredentials?) async throws -> AWSCredentials {
        let result: Result<AWSCredentials, any Error>
        do {
            switch try await source.find() {
            case .found(let credentials): result = .success(credentials)
            case .absent(let reason):
                result = .failure(
                    CredentialsError(
                        source: source.name, problem: reason, remedy: "configure it, or use another source"))
            }
        } catch {
            result = .failure(error)
        }
        let finished = state.withLock { $0.finish(result, at: now()) }
        for waiter in finished.waiters { waiter.resume(with: finished.outcome) }
        if let fallback, case .failure(let error) = result, !(error is CancellationError) { return fallback }
        return try result.get()
    }

    /// Waits for the fetch that another caller makes; nil where that caller was cancelled, so that someone else has to.
    private func waitForFetch() async throws -> AWSCredentials? {
        let id = state.withLock { $0.nextWaiter() }
        defer { state.withLock { $0.forgetWaiter(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refused = state.withLock { $0.add(continuation, as: id) }
                switch refused {
                case nil: break
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .finished: continuation.resume(returning: nil)
                }
            }
        } onCancel: {
            state.withLock { $0.cancelWaiter(id) }?.resume(throwing: CancellationError())
        }
    }
}
