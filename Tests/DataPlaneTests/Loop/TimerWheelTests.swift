import Testing

@testable import DataPlane

struct TimerWheelTests {
    /// A wheel with nodes in memory of their own.
    private final class Bench {
        var wheel: TimerWheel
        let nodes: UnsafeMutablePointer<TimerNode>
        let count: Int

        init(now: Int64, nodes count: Int) {
            wheel = TimerWheel(now: now)
            self.count = count
            nodes = .allocate(capacity: count)
            for index in 0..<count {
                (nodes + index).initialize(
                    to: TimerNode(kind: .downstream, owner: UnsafeMutableRawPointer(bitPattern: index + 1)))
            }
        }

        deinit {
            for index in 0..<count { wheel.remove(nodes + index) }
            wheel.deallocate()
            nodes.deallocate()
        }

        /// The nodes that are due at `now`, in their order.
        func expired(at now: Int64) -> [Int] {
            wheel.advance(to: now)
            var found: [Int] = []
            while let node = wheel.popExpired() { found.append(node - nodes) }
            return found.sorted()
        }
    }

    @Test(arguments: [0, 1, 31, 32, 33, 64, 100, 1_000, 16_352, 16_384, 16_385, 17_000, 33_000])
    func `A limit fires once, not early and at most two ticks late`(offset: Int64) {
        let bench = Bench(now: 5_000, nodes: 1)
        bench.wheel.set(bench.nodes, deadline: 5_000 + offset)
        var fired: [Int64] = []
        for now in stride(from: Int64(5_000), to: 5_200 + offset, by: 11) where !bench.expired(at: now).isEmpty {
            fired.append(now - 5_000 - offset)
        }
        #expect(fired.count == 1)
        #expect(fired.allSatisfy { $0 >= 0 && $0 <= 2 * TimerWheel.tickMilliseconds + 11 })
    }

    @Test(arguments: [1, 100, 16_000, 16_384, 17_000, 100_000, 10_000_000])
    func `However long the loop slept, what is due fires and what is not stays`(sleep: Int64) {
        let bench = Bench(now: 0, nodes: 3)
        bench.wheel.set(bench.nodes, deadline: 50)
        bench.wheel.set(bench.nodes + 1, deadline: sleep + 60_000)
        bench.wheel.set(bench.nodes + 2, deadline: 20_000_000)
        var due = bench.expired(at: sleep)
        due += bench.expired(at: sleep + 200)
        #expect(due == [0])
        #expect(bench.expired(at: sleep + 60_200) == [1])
        #expect(bench.expired(at: 20_000_100) == [2])
    }

    @Test func `A limit that was moved away fires at its new time alone`() {
        let bench = Bench(now: 0, nodes: 1)
        bench.wheel.set(bench.nodes, deadline: 1_000)
        for time in stride(from: Int64(0), to: 40_000, by: 100) {
            #expect(bench.expired(at: time) == [])
            bench.wheel.set(bench.nodes, deadline: time + 1_000)
        }
        #expect(bench.expired(at: 41_000) == [0])
    }

    @Test func `A limit that was moved closer fires at its new time`() {
        let bench = Bench(now: 0, nodes: 1)
        bench.wheel.set(bench.nodes, deadline: 60_000)
        bench.wheel.set(bench.nodes, deadline: 100)
        #expect(bench.expired(at: 200) == [0])
        #expect(bench.expired(at: 70_000) == [])
    }

    @Test func `What is cleared or removed does not fire`() {
        let bench = Bench(now: 0, nodes: 2)
        bench.wheel.set(bench.nodes, deadline: 100)
        bench.wheel.set(bench.nodes + 1, deadline: 100)
        bench.wheel.clear(bench.nodes)
        bench.wheel.remove(bench.nodes + 1)
        #expect(bench.expired(at: 1_000) == [])
        #expect(bench.wheel.delay(from: 1_000) == nil)
    }

    @Test func `The delay leads to the next limit`() throws {
        let bench = Bench(now: 0, nodes: 1)
        #expect(bench.wheel.delay(from: 0) == nil)
        bench.wheel.set(bench.nodes, deadline: 5_000)
        var now: Int64 = 0
        var turns = 0
        while bench.expired(at: now).isEmpty {
            now += max(1, try #require(bench.wheel.delay(from: now)))
            turns += 1
        }
        #expect(now >= 5_000 && now < 5_100)
        #expect(turns <= 3)
    }
}
