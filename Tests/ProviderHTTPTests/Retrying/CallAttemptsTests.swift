import ProviderHTTP
import Provisioning
import Testing

@Suite("The decision to send a call again")
struct CallAttemptsTests {
    private static let policy = RetryPolicy(
        tries: 4, triesWhenThrottled: 6, base: .milliseconds(100), baseWhenThrottled: .seconds(1), cap: .seconds(3))

    private static func failure(
        _ kind: ProviderError.Kind, _ effect: TryFailure.Effect = .none, transient: Bool = false,
        retryAfter: Int? = nil, clockDifference: Duration? = nil
    ) -> TryFailure {
        TryFailure(
            error: ProviderError(kind: kind, operation: "s:O", message: "m", retryAfterMilliseconds: retryAfter),
            effect: effect, isTransient: transient, clockDifference: clockDifference)
    }

    private static func attempts(isRepeatable: Bool = true, deadline: Duration = .seconds(1000)) -> CallAttempts {
        CallAttempts(policy: policy, isRepeatable: isRepeatable, deadline: deadline)
    }

    @Test(
        "What the cloud refuses for good is not sent again",
        arguments: [
            ProviderError.Kind.forbidden, .notFound, .alreadyExists, .inUse, .limitExceeded, .invalid,
            .unexpectedAnswer,
        ])
    func permanent(kind: ProviderError.Kind) {
        var attempts = Self.attempts()
        #expect(attempts.next(after: Self.failure(kind), at: .zero, chance: 1) == .giveUp(.permanent))
    }

    @Test("The ceiling of the waits doubles up to the cap, and chance draws below it")
    func fullJitter() {
        var attempts = Self.attempts()
        let throttled = Self.failure(.throttled)
        #expect(attempts.next(after: throttled, at: .zero, chance: 1) == .send(after: .seconds(1)))
        #expect(attempts.next(after: throttled, at: .zero, chance: 1) == .send(after: .seconds(2)))
        #expect(attempts.next(after: throttled, at: .zero, chance: 1) == .send(after: .seconds(3)))
        #expect(attempts.next(after: throttled, at: .zero, chance: 0.5) == .send(after: .milliseconds(1500)))
        #expect(attempts.next(after: throttled, at: .zero, chance: 0) == .send(after: .zero))
        #expect(attempts.next(after: throttled, at: .zero, chance: 1) == .giveUp(.tries))
    }

    @Test("Failures of the cloud have tries of their own")
    func transientTries() {
        var attempts = Self.attempts()
        let failed = Self.failure(.unavailable, .unknown, transient: true)
        #expect(attempts.next(after: failed, at: .zero, chance: 1) == .send(after: .milliseconds(100)))
        #expect(attempts.next(after: Self.failure(.throttled), at: .zero, chance: 1) == .send(after: .seconds(1)))
        #expect(attempts.next(after: failed, at: .zero, chance: 1) == .send(after: .milliseconds(200)))
        #expect(attempts.next(after: failed, at: .zero, chance: 1) == .send(after: .milliseconds(400)))
        #expect(attempts.next(after: failed, at: .zero, chance: 1) == .giveUp(.tries))
    }

    @Test("A call that must not take effect twice is sent again only where it certainly had none")
    func effects() {
        var attempts = Self.attempts(isRepeatable: false)
        let unsent = Self.failure(.unavailable, .none, transient: true)
        #expect(attempts.next(after: unsent, at: .zero, chance: 0) == .send(after: .zero))
        #expect(attempts.next(after: Self.failure(.throttled), at: .zero, chance: 0) == .send(after: .zero))
        let lost = Self.failure(.unavailable, .unknown, transient: true)
        #expect(attempts.next(after: lost, at: .zero, chance: 0) == .giveUp(.mayHaveTakenEffect))
    }

    @Test("The wait that the cloud asks for is kept in full, with a little jitter on top")
    func retryAfter() {
        var attempts = Self.attempts()
        let asked = Self.failure(.throttled, retryAfter: 7000)
        #expect(attempts.next(after: asked, at: .zero, chance: 1) == .send(after: .milliseconds(7100)))
        #expect(attempts.next(after: asked, at: .zero, chance: 0) == .send(after: .seconds(7)))
    }

    @Test("No wait goes past the time limit of the call")
    func timeLimit() {
        var attempts = Self.attempts(deadline: .seconds(10))
        let asked = Self.failure(.throttled, retryAfter: 4000)
        #expect(attempts.next(after: asked, at: .seconds(5), chance: 0) == .send(after: .seconds(4)))
        #expect(attempts.next(after: asked, at: .seconds(9), chance: 0) == .giveUp(.timeLimit))
    }

    @Test("Fresh credentials are asked for once")
    func refresh() {
        var attempts = Self.attempts(isRepeatable: false)
        let rejected = Self.failure(.unauthenticated)
        #expect(attempts.next(after: rejected, at: .zero, chance: 0) == .refreshCredentials)
        #expect(attempts.next(after: rejected, at: .zero, chance: 0) == .giveUp(.permanent))
    }

    @Test("A clock that is off is put right once, before fresh credentials are asked for")
    func clock() {
        var attempts = Self.attempts()
        let skewed = Self.failure(.unauthenticated, clockDifference: .seconds(-900))
        #expect(attempts.next(after: skewed, at: .zero, chance: 0) == .adjustClock(by: .seconds(-900)))
        #expect(attempts.next(after: skewed, at: .zero, chance: 0) == .refreshCredentials)
        #expect(attempts.next(after: skewed, at: .zero, chance: 0) == .giveUp(.permanent))
    }

    @Test("A clock that is off by little is not to blame")
    func clockTolerance() {
        var attempts = Self.attempts()
        let close = Self.failure(.unauthenticated, clockDifference: .seconds(60))
        #expect(attempts.next(after: close, at: .zero, chance: 0) == .refreshCredentials)
    }

    @Test("The policy that never sends again never does")
    func never() {
        var attempts = CallAttempts(policy: .never, isRepeatable: true, deadline: .seconds(100))
        #expect(attempts.next(after: Self.failure(.throttled), at: .zero, chance: 0) == .giveUp(.tries))
        let lost = Self.failure(.unavailable, .unknown, transient: true)
        #expect(attempts.next(after: lost, at: .zero, chance: 0) == .giveUp(.tries))
    }
}
