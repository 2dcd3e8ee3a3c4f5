import ProviderHTTP
import Testing

@Suite("The token bucket of an operation")
struct TokenBucketTests {
    private static func bucket() -> TokenBucket {
        TokenBucket(limit: RateLimit(perSecond: 10, burst: 3), at: .zero)
    }

    private static func emptied() -> TokenBucket {
        var bucket = bucket()
        for _ in 0..<3 { _ = bucket.take(at: .zero) }
        return bucket
    }

    @Test("A burst goes out at once; further calls are spaced out in the order in which they came")
    func spacing() {
        var bucket = Self.bucket()
        let waits = (0..<6).map { _ in bucket.take(at: .zero) }
        #expect(
            waits == [.zero, .zero, .zero, .milliseconds(100), .milliseconds(200), .milliseconds(300)])
    }

    @Test("It fills up again with time, and no further than its burst")
    func refill() {
        var bucket = Self.emptied()
        #expect(bucket.take(at: .milliseconds(100)) == .zero)
        #expect(bucket.take(at: .milliseconds(100)) == .milliseconds(100))
        let waits = (0..<4).map { _ in bucket.take(at: .seconds(3600)) }
        #expect(waits == [.zero, .zero, .zero, .milliseconds(100)])
    }

    @Test("A token that is given back serves the next call")
    func givingBack() {
        var bucket = Self.emptied()
        #expect(bucket.take(at: .zero) == .milliseconds(100))
        bucket.giveBack(at: .zero)
        #expect(bucket.take(at: .zero) == .milliseconds(100))
    }

    @Test("Throttling empties it and halves the rate")
    func slowingDown() {
        var bucket = Self.bucket()
        bucket.throttled(sent: .zero, at: .zero, pause: nil)
        #expect(bucket.rate == 5)
        #expect(bucket.take(at: .zero) == .milliseconds(200))
        #expect(bucket.take(at: .zero) == .milliseconds(400))
    }

    @Test("Calls that were under way when it slowed down don't slow it down further")
    func oneSlowDownPerRound() {
        var bucket = Self.bucket()
        bucket.throttled(sent: .milliseconds(10), at: .milliseconds(20), pause: nil)
        bucket.throttled(sent: .milliseconds(15), at: .milliseconds(20), pause: nil)
        #expect(bucket.rate == 5)
        bucket.throttled(sent: .milliseconds(20), at: .milliseconds(20), pause: nil)
        #expect(bucket.rate == 2.5)
    }

    @Test("The rate never falls below a twentieth, and grows back within a minute")
    func recovery() {
        var bucket = Self.bucket()
        for _ in 0..<20 { bucket.throttled(sent: .zero, at: .zero, pause: nil) }
        #expect(bucket.rate == 0.5)
        _ = bucket.take(at: .seconds(30))
        #expect(bucket.rate == 5.5)
        _ = bucket.take(at: .seconds(60))
        #expect(bucket.rate == 10)
    }

    @Test("For as long as the cloud asks, nothing goes out")
    func pause() {
        var bucket = Self.bucket()
        bucket.throttled(sent: .zero, at: .seconds(1), pause: .seconds(5))
        #expect(bucket.take(at: .seconds(2)) == .seconds(4))
        #expect(bucket.take(at: .seconds(7)) == .zero)
    }

    @Test("A limit that would stop every call is raised to one that doesn't")
    func leastLimit() {
        let limit = RateLimit(perSecond: 0, burst: 0)
        #expect(limit.perSecond > 0)
        #expect(limit.burst == 1)
    }
}
