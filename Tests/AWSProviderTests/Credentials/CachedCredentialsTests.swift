import Foundation
import Synchronization
import Testing

@testable import AWSProvider

/// A clock that a test sets.
private final class SetClock: Sendable {
    private let seconds = Mutex<TimeInterval>(0)

    var now: Date { seconds.withLock { TestMachine.now.addingTimeInterval($0) } }

    func advance(by interval: TimeInterval) {
        seconds.withLock { $0 += interval }
    }
}

/// Gives what the test has laid out, one after the other.
private final class ScriptedSource: AWSCredentialsSource {
    typealias Step = @Sendable () async throws -> CredentialsFinding

    let name = "script"
    private let steps: Mutex<[Step]>
    private let count = Mutex(0)

    init(_ steps: [Step]) {
        self.steps = Mutex(steps)
    }

    var fetches: Int { count.withLock { $0 } }

    func find() async throws -> CredentialsFinding {
        count.withLock { $0 += 1 }
        let step = try #require(steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }, "one fetch too many")
        return try await step()
    }
}

private func keys(_ id: String, minutes: Double? = nil) -> CredentialsFinding {
    .found(
        AWSCredentials(
            accessKeyID: id, secretAccessKey: RedactedString("s"),
            expiration: minutes.map { TestMachine.now.addingTimeInterval($0 * 60) }, source: "script"))
}

private let failure = CredentialsError(source: "script", problem: "out of order", remedy: "wait")

@Suite("Cached credentials", .timeLimit(.minutes(1)))
struct CachedCredentialsTests {
    private let clock = SetClock()

    private func cache(_ source: ScriptedSource) -> CachedCredentials {
        CachedCredentials(source, now: { [clock] in clock.now })
    }

    @Test("that last are fetched once")
    func lasting() async throws {
        let source = ScriptedSource([{ keys("A") }])
        let cache = cache(source)
        #expect(try await cache.current().accessKeyID == "A")
        clock.advance(by: 1e9)
        #expect(try await cache.current().accessKeyID == "A")
        #expect(source.fetches == 1)
    }

    @Test("are fetched anew ahead of their end")
    func ahead() async throws {
        let source = ScriptedSource([{ keys("A", minutes: 60) }, { keys("B", minutes: 120) }])
        let cache = cache(source)
        #expect(try await cache.current().accessKeyID == "A")
        clock.advance(by: 54 * 60)
        #expect(try await cache.current().accessKeyID == "A")
        clock.advance(by: 60)
        #expect(try await cache.current().accessKeyID == "B")
        #expect(source.fetches == 2)
    }

    @Test("that can't be fetched ahead of their end go on being used, and are tried for again after a while")
    func failureAhead() async throws {
        let source = ScriptedSource([{ keys("A", minutes: 60) }, { throw failure }, { keys("B", minutes: 120) }])
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 55 * 60)
        #expect(try await cache.current().accessKeyID == "A")
        clock.advance(by: 59)
        #expect(try await cache.current().accessKeyID == "A")
        #expect(source.fetches == 2)
        clock.advance(by: 1)
        #expect(try await cache.current().accessKeyID == "B")
    }

    @Test("that are about to end are not handed out when none can be fetched")
    func failureAtTheEnd() async throws {
        let source = ScriptedSource([{ keys("A", minutes: 60) }, { throw failure }, { keys("B", minutes: 120) }])
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 59 * 60)
        await #expect(throws: failure) { try await cache.current() }
        #expect(try await cache.current().accessKeyID == "B")
    }

    @Test("are fetched by one of many callers, and the others get the same")
    func oneFetch() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let source = ScriptedSource([
            {
                start.finish()
                for await _ in gate {}
                return keys("A", minutes: 60)
            }
        ])
        let cache = cache(source)
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await cache.current().accessKeyID }
            for await _ in started {}
            for _ in 0..<20 { group.addTask { try await cache.current().accessKeyID } }
            open.finish()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: "A", count: 21))
        #expect(source.fetches == 1)
    }

    @Test("are fetched by another caller where the one that fetches is cancelled")
    func cancelledFetch() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let source = ScriptedSource([
            {
                start.finish()
                try await Task.sleep(for: .seconds(3600))
                return keys("never")
            }, { keys("B") },
        ])
        let cache = cache(source)
        let first = Task { try await cache.current() }
        for await _ in started {}
        let second = Task { try await cache.current() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try await second.value.accessKeyID == "B")
    }

    @Test("that AWS refused are fetched anew, once for all calls that were refused together")
    func rejected() async throws {
        let source = ScriptedSource([
            { keys("A", minutes: 60) }, { keys("B", minutes: 60) }, { keys("B", minutes: 60) },
        ])
        let cache = cache(source)
        _ = try await cache.current()
        #expect(try await cache.renewAfterRejection())
        #expect(try await cache.renewAfterRejection())
        #expect(source.fetches == 2)
        #expect(try await cache.current().accessKeyID == "B")
        clock.advance(by: 60)
        #expect(try await !cache.renewAfterRejection())
        #expect(source.fetches == 3)
    }

    @Test("that AWS refused and nobody can renew fail")
    func rejectedForGood() async throws {
        let source = ScriptedSource([{ keys("A") }, { throw failure }])
        let cache = cache(source)
        _ = try await cache.current()
        await #expect(throws: failure) { try await cache.renewAfterRejection() }
    }

    @Test("of a source that isn't configured are an error with its reason")
    func absent() async throws {
        let cache = cache(ScriptedSource([{ .absent("nothing is set") }]))
        let error = try await #require(throws: CredentialsError.self) { try await cache.current() }
        #expect(error.problem == "nothing is set")
    }
}

@Suite("The state of cached credentials")
struct CachedCredentialsStateTests {
    private let now = TestMachine.now

    private func credentials(_ id: String, seconds: TimeInterval) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: id, secretAccessKey: RedactedString("s"), expiration: now.addingTimeInterval(seconds),
            source: "test")
    }

    @Test("ahead of the end one caller fetches and the others go on with what there is")
    func others() {
        var state = CachedCredentials.StateMachine(timing: .standard)
        let first = credentials("A", seconds: 200)
        guard case .fetch(nil) = state.request(at: now) else { Issue.record("no fetch at first"); return }
        guard case .wait = state.request(at: now) else { Issue.record("a second fetch at first"); return }
        _ = state.finish(.success(first), at: now.addingTimeInterval(-60))
        guard case .fetch(first) = state.request(at: now) else { Issue.record("no fetch ahead"); return }
        guard case .use(first) = state.request(at: now) else { Issue.record("a second fetch ahead"); return }
        let late = now.addingTimeInterval(150)
        guard case .wait = state.request(at: late) else { Issue.record("nobody waits at the end"); return }
    }

    @Test("while refused credentials are renewed, nobody gets them")
    func refused() {
        var state = CachedCredentials.StateMachine(timing: .standard)
        let refused = credentials("A", seconds: 3600)
        _ = state.request(at: now)
        _ = state.finish(.success(refused), at: now)
        guard case .fetch = state.reject(at: now) else { Issue.record("no fetch"); return }
        guard case .wait = state.request(at: now) else { Issue.record("the refused ones are used"); return }
        guard case .wait = state.reject(at: now) else { Issue.record("a second fetch"); return }
        _ = state.finish(.success(credentials("B", seconds: 3600)), at: now)
        guard case .answered(true) = state.reject(at: now) else { Issue.record("renewed twice"); return }
    }
}
