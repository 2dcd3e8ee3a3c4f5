import Testing

@testable import DataPlane

@Suite("Timer wheel")
struct TimerWheelTests {
    /// A wheel with one node, and a clock that only the test moves.
    private final class Fixture {
        var wheel: TimerWheel
        let node: UnsafeMutablePointer<TimerNode>

        init(now: Int64) {
            wheel = TimerWheel(now: now)
            node = .allocate(capacity: 1)
            node.initialize(to: TimerNode(kind: .downstream, owner: nil))
        }

        deinit {
            wheel.remove(node)
            node.deallocate()
            wheel.deallocate()
        }

        /// Turns the wheel and tells whether the node came out.
        func expires(at now: Int64) -> Bool {
            wheel.advance(to: now)
            return wheel.popExpired() == node
        }
    }

    @Test("A limit is reached once, not before its time", arguments: [1, 31, 32, 1000, 16_384, 60_000, 3_600_000])
    func reached(after delay: Int64) {
        let fixture = Fixture(now: 5)
        fixture.wheel.set(fixture.node, deadline: 5 + delay)
        var now: Int64 = 5
        while now + 100 < 5 + delay {
            now += 100
            #expect(!fixture.expires(at: now))
        }
        #expect(fixture.expires(at: 5 + delay + 2 * TimerWheel.tickMilliseconds))
        #expect(fixture.wheel.popExpired() == nil)
    }

    @Test(
        "A wheel that stood still for longer than a round goes on where the time is",
        arguments: [15_000, 16_384, 17_000, 20_000, 200_000])
    func stoodStill(for pause: Int64) {
        let fixture = Fixture(now: 0)
        // Nothing is held during the pause, so nothing turns the wheel.
        fixture.wheel.advance(to: pause)
        fixture.wheel.set(fixture.node, deadline: pause + 60_000)
        #expect(!fixture.expires(at: pause + 1000))
        #expect(!fixture.expires(at: pause + 59_000))
        #expect(fixture.expires(at: pause + 61_000))
    }

    @Test("A limit beyond one round is found by a wheel that is turned late")
    func turnedLate() {
        let fixture = Fixture(now: 0)
        fixture.wheel.set(fixture.node, deadline: 75_000)
        #expect(!fixture.expires(at: 40_000))
        #expect(!fixture.expires(at: 74_000))
        #expect(fixture.expires(at: 76_000))
    }

    @Test("A limit that is moved away does not fire, and one that is taken off never does")
    func moved() {
        let fixture = Fixture(now: 0)
        fixture.wheel.set(fixture.node, deadline: 100)
        fixture.wheel.set(fixture.node, deadline: 30_000)
        #expect(!fixture.expires(at: 20_000))
        fixture.wheel.clear(fixture.node)
        #expect(!fixture.expires(at: 40_000))
    }
}
