import Testing

@testable import ProviderHTTP

@Suite("The rate limiter")
struct RateLimiterTests {
    private static let limits = RateLimits(
        standard: RateLimit(perSecond: 1, burst: 1), byOperation: ["s:Fast": RateLimit(perSecond: 100, burst: 2)])

    @Test("Each operation has its own bucket, by its own measure")
    func buckets() async throws {
        let time = SkippingTime()
        let limiter = RateLimiter(limits: Self.limits, time: time)
        for operation in ["s:Fast", "s:Fast", "s:A", "s:B"] {
            #expect(try await limiter.admit(operation, before: .seconds(10)))
        }
        #expect(time.waits.isEmpty)
        #expect(try await limiter.admit("s:Fast", before: .seconds(10)))
        #expect(try await limiter.admit("s:A", before: .seconds(10)))
        #expect(time.waits == [.milliseconds(10), .milliseconds(990)])
    }

    @Test("A turn that would come too late is refused, and takes nothing from those who come after")
    func tooLate() async throws {
        let time = SkippingTime()
        let limiter = RateLimiter(limits: Self.limits, time: time)
        #expect(try await limiter.admit("s:A", before: .seconds(1)))
        #expect(try await !limiter.admit("s:A", before: .milliseconds(500)))
        #expect(try await limiter.admit("s:A", before: .seconds(10)))
        #expect(time.waits == [.seconds(1)])
    }

    @Test("Whoever is cancelled while waiting leaves the turn to the next")
    func cancellation() async throws {
        let time = HeldTime()
        let limiter = RateLimiter(limits: Self.limits, time: time)
        #expect(try await limiter.admit("s:A", before: .seconds(100)))
        let waiting = Task { try await limiter.admit("s:A", before: .seconds(100)) }
        await time.untilSomebodyWaits()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        time.advance(by: .seconds(1))
        #expect(try await limiter.admit("s:A", before: .seconds(100)))
    }
}
