import DataPlane
import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("When listeners are tried again")
struct BindBackoffTests {
    private let start = ContinuousClock.now
    private let one = ListenerAddress(protocol: .http, address: "127.0.0.1", port: 1)
    private let other = ListenerAddress(protocol: .http, address: "127.0.0.1", port: 2)

    @Test("Nothing is due while nothing is missing")
    func nothing() {
        var backoff = BindBackoff()
        let due = backoff.update(missing: [], at: start)
        #expect(due == nil)
        #expect(!backoff.isDue(at: start + .seconds(100)))
    }

    @Test("Pauses double up to the longest")
    func doubling() {
        var backoff = BindBackoff()
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<7 {
            guard let due = backoff.update(missing: [one], at: now) else { break }
            #expect(!backoff.isDue(at: now) && backoff.isDue(at: due))
            pauses.append(now.duration(to: due))
            now = due
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    }

    @Test("A change before the time changes nothing, unless something else is missing")
    func change() {
        var backoff = BindBackoff()
        let first = backoff.update(missing: [one], at: start)
        let second = first.flatMap { backoff.update(missing: [one], at: $0) }
        let now = start + .milliseconds(1_500)
        var due = backoff.update(missing: [one], at: now)
        #expect(due == nil)
        #expect(backoff.due == second)
        due = backoff.update(missing: [one, other], at: now)
        #expect(due == now + .seconds(1))
        due = backoff.update(missing: [], at: now)
        #expect(due == nil && backoff.due == nil)
        due = backoff.update(missing: [one], at: now)
        #expect(due == now + .seconds(1))
    }
}
