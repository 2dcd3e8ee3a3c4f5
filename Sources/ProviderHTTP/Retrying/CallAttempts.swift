import Provisioning

/// Decides, after each failure of one call, whether it is sent again and when.
///
/// A pure state machine: time and chance are given to it.
package struct CallAttempts: Sendable {
    /// What to do after a failure.
    package enum Decision: Hashable, Sendable {
        /// Send the call again after this wait.
        case send(after: Duration)
        /// Get fresh credentials, and send the call again at once.
        case refreshCredentials
        /// Sign with a clock that is this much ahead of the one used, and send the call again at once.
        case adjustClock(by: Duration)
        /// Report the failure, for this reason.
        case giveUp(Reason)
    }

    /// Why a call isn't sent again.
    package enum Reason: Hashable, Sendable {
        /// It would fail the same way.
        case permanent
        /// It may have taken effect, and must not take effect twice.
        case mayHaveTakenEffect
        /// It was sent as often as the policy allows.
        case tries
        /// The wait would end after the call's time limit.
        case timeLimit
    }

    /// Clouds refuse signatures that are off by more than five minutes or so; a smaller difference is no reason to
    /// think that the clock is at fault.
    static let clockTolerance = Duration.seconds(240)

    private let policy: RetryPolicy
    private let isRepeatable: Bool
    private let deadline: Duration
    private var transientFailures = 0
    private var throttlings = 0
    private var hasRefreshed = false
    private var hasAdjustedClock = false

    /// - Parameters:
    ///   - isRepeatable: whether the call may be sent again when it is unknown if it took effect.
    ///   - deadline: the uptime by which the call must be over.
    package init(policy: RetryPolicy, isRepeatable: Bool, deadline: Duration) {
        self.policy = policy
        self.isRepeatable = isRepeatable
        self.deadline = deadline
    }

    /// Takes note of a failure.
    ///
    /// - Parameters:
    ///   - now: the uptime.
    ///   - chance: a number from 0 to 1, drawn evenly.
    package mutating func next(after failure: TryFailure, at now: Duration, chance: Double) -> Decision {
        if failure.error.kind == .unauthenticated {
            return afterRejectedCredentials(failure)
        }
        if failure.error.kind == .throttled {
            throttlings += 1
            guard throttlings < policy.triesWhenThrottled else { return .giveUp(.tries) }
            let ceiling = policy.ceiling(base: policy.baseWhenThrottled, failures: throttlings)
            return wait(ceiling: ceiling, failure, at: now, chance: chance)
        }
        guard failure.isTransient else { return .giveUp(.permanent) }
        guard isRepeatable || failure.effect == .none else { return .giveUp(.mayHaveTakenEffect) }
        transientFailures += 1
        guard transientFailures < policy.tries else { return .giveUp(.tries) }
        let ceiling = policy.ceiling(base: policy.base, failures: transientFailures)
        return wait(ceiling: ceiling, failure, at: now, chance: chance)
    }

    private mutating func afterRejectedCredentials(_ failure: TryFailure) -> Decision {
        if !hasAdjustedClock, let difference = failure.clockDifference,
            difference > Self.clockTolerance || difference < .zero - Self.clockTolerance
        {
            hasAdjustedClock = true
            return .adjustClock(by: difference)
        }
        guard !hasRefreshed else { return .giveUp(.permanent) }
        hasRefreshed = true
        return .refreshCredentials
    }

    /// A wait that the cloud asks for is kept in full, and jitter added to it: whoever was told the same comes back then.
    private func wait(ceiling: Duration, _ failure: TryFailure, at now: Duration, chance: Double) -> Decision {
        let jitter = ceiling * min(max(chance, 0), 1)
        let asked = failure.error.retryAfterMilliseconds.map { Duration.milliseconds(max($0, 0)) }
        let delay = asked.map { $0 + min(jitter, policy.base) } ?? jitter
        return now + delay < deadline ? .send(after: delay) : .giveUp(.timeLimit)
    }
}
