import LoadBalancerModel
import Synchronization
import Testing

@testable import DataPlane

@Suite("Session tickets")
struct SessionTicketKeysTests {
    /// A clock that a test sets.
    final class ManualClock: Clock, Sendable {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private let time = Mutex(Duration.zero)

        var now: Instant { Instant(offset: time.withLock { $0 }) }
        var minimumResolution: Duration { .nanoseconds(1) }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
        func advance(hours: Int) { time.withLock { $0 += .seconds(3600 * hours) } }
    }

    let clock = ManualClock()

    func keys() throws -> SessionTicketKeys {
        try SessionTicketKeys(rotationInterval: .seconds(6 * 3600), ticketLifetime: .seconds(12 * 3600), clock: clock)
    }

    func listener(_ maximum: TLSVersion) throws -> TestListener {
        var listener = TestListener()
        listener.settings.policy.maximumVersion = maximum
        let authority = try TestAuthority()
        for host in ["a.example", "b.example"] { listener.bind(host, to: try authority.issue("DNS:\(host)")) }
        return listener
    }

    /// Connects and says whether the session was resumed, as both sides see it.
    static func connect(
        _ context: TLSServerContext, _ client: TLSClientContext, name: String?, slot: TLSSessionSlot
    ) throws -> Bool {
        var pair = try StreamPair(server: context, client: client, serverName: name, session: slot)
        try pair.connect()
        let resumed = (pair.server.isResumed, pair.client.isResumed)
        try #require(resumed.0 == resumed.1)
        let serverName = pair.server.serverName
        #expect(serverName == name)
        return resumed.0
    }

    @Test("resume sessions on other contexts with the same keys, and on no others", arguments: TLSVersion.allCases)
    func acrossContexts(version: TLSVersion) throws {
        let listener = try listener(version)
        let shared = try keys()
        let client = try TLSServerContextTests.client()
        let slot = TLSSessionSlot()
        #expect(try !Self.connect(listener.context(keys: shared), client, name: "a.example", slot: slot))
        #expect(slot.holdsSession)
        #expect(try Self.connect(listener.context(keys: shared), client, name: "a.example", slot: slot))
        #expect(try !Self.connect(listener.context(keys: keys()), client, name: "a.example", slot: slot))
    }

    @Test("resume after the certificate of the host has been replaced", arguments: TLSVersion.allCases)
    func renewedCertificate(version: TLSVersion) throws {
        let shared = try keys()
        let client = try TLSServerContextTests.client()
        let slot = TLSSessionSlot()
        #expect(try !Self.connect(listener(version).context(keys: shared), client, name: "a.example", slot: slot))
        #expect(try Self.connect(listener(version).context(keys: shared), client, name: "a.example", slot: slot))
    }

    @Test("never resume a session under another server name", arguments: TLSVersion.allCases)
    func otherName(version: TLSVersion) throws {
        let context = try listener(version).context(keys: keys())
        let client = try TLSServerContextTests.client()
        for other in ["b.example", "unknown.example", nil] {
            let slot = TLSSessionSlot()
            #expect(try !Self.connect(context, client, name: "a.example", slot: slot))
            #expect(try !Self.connect(context, client, name: other, slot: slot))
        }
    }

    static let ages: [(hours: Int, isResumed: Bool)] = [(0, true), (5, true), (6, true), (17, true), (18, false)]

    @Test("are honoured while their key is kept", arguments: TLSVersion.allCases, ages)
    func rotation(version: TLSVersion, age: (hours: Int, isResumed: Bool)) throws {
        let context = try listener(version).context(keys: keys())
        let client = try TLSServerContextTests.client()
        let slot = TLSSessionSlot()
        #expect(try !Self.connect(context, client, name: "a.example", slot: slot))
        clock.advance(hours: age.hours)
        #expect(try Self.connect(context, client, name: "a.example", slot: slot) == age.isResumed)
    }

    @Test("are renewed under the current key when they are used", arguments: TLSVersion.allCases)
    func renewal(version: TLSVersion) throws {
        let context = try listener(version).context(keys: keys())
        let client = try TLSServerContextTests.client()
        let slot = TLSSessionSlot()
        #expect(try !Self.connect(context, client, name: "a.example", slot: slot))
        for _ in 0..<6 {
            clock.advance(hours: 7)
            #expect(try Self.connect(context, client, name: "a.example", slot: slot))
        }
    }

    @Test("are there for each connection after the first", arguments: TLSVersion.allCases)
    func everyConnection(version: TLSVersion) throws {
        let context = try listener(version).context(keys: keys())
        let client = try TLSServerContextTests.client()
        let slot = TLSSessionSlot()
        let resumed = try (0..<6).map { _ in try Self.connect(context, client, name: "a.example", slot: slot) }
        #expect(resumed == [false, true, true, true, true, true])
    }

    @Test("resume from any number of threads at once while a key rotates")
    func threads() async throws {
        let context = try listener(.tls13).context(keys: keys())
        let client = try TLSServerContextTests.client()
        let resumed = try await withThrowingTaskGroup(of: Int.self) { group in
            for thread in 0..<4 {
                group.addTask {
                    let slot = TLSSessionSlot()
                    var resumed = 0
                    for round in 0..<50 {
                        if thread == 0, round % 5 == 4 { clock.advance(hours: 1) }
                        if try Self.connect(context, client, name: "a.example", slot: slot) { resumed += 1 }
                    }
                    return resumed
                }
            }
            return try await group.reduce(0, +)
        }
        // All but the first of each thread: the ten hours take the keys through a rotation and not out of their lifetime.
        #expect(resumed == 4 * 49)
    }

    @Test("change their key with the interval and keep it within")
    func currentKey() throws {
        let keys = try keys()
        let first = keys.sealingKey()
        clock.advance(hours: 5)
        #expect(keys.sealingKey() === first)
        clock.advance(hours: 1)
        let second = keys.sealingKey()
        #expect(second !== first)
        weak let dropped = first
        #expect(dropped != nil)
    }
}
