import Foundation

extension CachedCredentials {
    /// What is known of the credentials, and who waits for them.
    struct StateMachine {
        typealias Waiter = CheckedContinuation<AWSCredentials?, any Error>

        private let timing: Timing
        private var credentials: AWSCredentials?
        private var isFetching = false
        /// The moment before which no attempt ahead of time is made.
        private var nextAttempt = Date.distantPast
        /// When credentials were last fetched because AWS had refused those before, and whether that gave others.
        private var lastRenewal: (date: Date, gaveOthers: Bool)?
        /// The credentials that AWS refused, while a fetch is under way for that.
        private var refused: AWSCredentials?
        private var isRenewing = false
        private var waiters: [Int: Waiter] = [:]
        private var cancelledWaiters: Set<Int> = []
        private var lastWaiter = 0

        init(timing: Timing) {
            self.timing = timing
        }

        enum Request {
            case use(AWSCredentials)
            /// The caller is the one that fetches; with a fallback, a failure of it isn't the caller's.
            case fetch(fallback: AWSCredentials?)
            case wait
        }

        /// What a caller that needs credentials at `now` is to do.
        mutating func request(at now: Date) -> Request {
            let usable = credentials.flatMap { refused == nil && life(of: $0, at: now) > timing.minimumLife ? $0 : nil }
            if let usable {
                let isDue = life(of: usable, at: now) <= timing.refreshAhead && now >= nextAttempt && !isFetching
                guard isDue else { return .use(usable) }
            }
            guard !isFetching else { return .wait }
            isFetching = true
            return .fetch(fallback: usable)
        }

        enum Rejection {
            /// Whether there are others now is known.
            case answered(Bool)
            case fetch
            case wait
        }

        /// What a caller whose credentials AWS refused is to do. Calls that were sent before a renewal are refused after
        /// it, so that a renewal answers for the refusals of a while.
        mutating func reject(at now: Date) -> Rejection {
            if let lastRenewal, now.timeIntervalSince(lastRenewal.date) < 10 {
                return .answered(lastRenewal.gaveOthers)
            }
            guard !isFetching else { return .wait }
            isFetching = true
            refused = credentials
            isRenewing = true
            return .fetch
        }

        struct Finished {
            let waiters: [Waiter]
            /// What the waiters are told: nil where one of them has to fetch in turn.
            let outcome: Result<AWSCredentials?, any Error>
        }

        /// Takes in what a fetch gave.
        mutating func finish(_ result: Result<AWSCredentials, any Error>, at now: Date) -> Finished {
            isFetching = false
            nextAttempt = now.addingTimeInterval(timing.pauseBetweenAttempts)
            defer {
                refused = nil
                isRenewing = false
                waiters = [:]
            }
            let waiting = Array(waiters.values)
            switch result {
            case .success(let fetched):
                if isRenewing {
                    lastRenewal = (now, refused.map { !fetched.areSameKeys(as: $0) } ?? true)
                }
                credentials = fetched
                return Finished(waiters: waiting, outcome: .success(fetched))
            case .failure(let error):
                return Finished(
                    waiters: waiting, outcome: error is CancellationError ? .success(nil) : .failure(error))
            }
        }

        mutating func nextWaiter() -> Int {
            lastWaiter += 1
            return lastWaiter
        }

        enum Refusal {
            /// The waiter's task was cancelled in the meantime.
            case cancelled
            /// The fetch ended in the meantime.
            case finished
        }

        /// Adds a waiter, unless there is nothing to wait for any more.
        mutating func add(_ waiter: Waiter, as id: Int) -> Refusal? {
            if cancelledWaiters.remove(id) != nil { return .cancelled }
            guard isFetching else { return .finished }
            waiters[id] = waiter
            return nil
        }

        /// Takes a waiter out again, or remembers that it isn't to be added.
        mutating func cancelWaiter(_ id: Int) -> Waiter? {
            if let waiter = waiters.removeValue(forKey: id) { return waiter }
            cancelledWaiters.insert(id)
            return nil
        }

        /// Forgets a waiter that has its answer.
        mutating func forgetWaiter(_ id: Int) {
            cancelledWaiters.remove(id)
        }

        private func life(of credentials: AWSCredentials, at now: Date) -> TimeInterval {
            credentials.expiration?.timeIntervalSince(now) ?? .infinity
        }
    }
}
