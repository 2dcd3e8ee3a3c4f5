import Synchronization

/// A counter that one thread advances and others read.
///
/// The store is a plain one: with a single writer no read-modify-write is needed.
struct Counter: ~Copyable {
    private let value = Atomic<UInt64>(0)

    init() {}

    @inline(__always)
    func add(_ amount: UInt64 = 1) {
        value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    @inline(__always)
    func subtract(_ amount: UInt64 = 1) {
        value.store(value.load(ordering: .relaxed) &- amount, ordering: .relaxed)
    }

    @inline(__always)
    var current: UInt64 { value.load(ordering: .relaxed) }
}

/// A fixed number of counters.
///
/// Sendable: the memory lives as long as the value, and each counter may be read from any thread.
final class CounterArray: @unchecked Sendable {
    private let counters: UnsafeMutablePointer<Counter>
    let count: Int

    init(count: Int) {
        self.count = count
        counters = .allocate(capacity: count)
        for index in 0..<count { (counters + index).initialize(to: Counter()) }
    }

    deinit {
        counters.deinitialize(count: count)
        counters.deallocate()
    }

    /// The counters for the one thread that writes them.
    var pointer: UnsafeMutablePointer<Counter> { counters }

    func current(_ index: Int) -> UInt64 { counters[index].current }
}

/// Where each counter of a loop stands in its array. All are laid out in one piece of memory that a loop writes and
/// ``MetricsCollector`` reads.
struct CounterLayout: Sendable {
    /// Counters that stand once, in the order of their raw values.
    enum Single: Int, CaseIterable {
        case bytesReceived, bytesSent, connectionsRefused, misdirectedRequests, clientsLeft
        case tlsHandshakes, tlsHandshakesResumed, tlsHandshakeFailures
        case upstreamActive, upstreamIdle, accessLogDropped, durationMicroseconds
    }

    enum Listener: Int, CaseIterable {
        case accepted, active, status1, status2, status3, status4, status5
    }

    enum Pool: Int, CaseIterable {
        case requests, connects, connectFailures, retries
    }

    /// What was refused before a route was looked for.
    enum Refusal {
        case head(RequestRefusal)
        case invalidPath, plainHTTP

        /// Short, constant names, in the order of the counters.
        static let labels = RequestRefusal.allCases.map(\.label) + ["invalid-path", "plain-http"]

        var index: Int {
            switch self {
            case .head(let refusal): RequestRefusal.allCases.firstIndex(of: refusal) ?? 0
            case .invalidPath: RequestRefusal.allCases.count
            case .plainHTTP: RequestRefusal.allCases.count + 1
            }
        }
    }

    /// Upper bounds of the duration histogram in microseconds.
    static let bounds: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000, 30_000_000,
    ]
    /// Series beyond the bound are counted together in slot 0.
    static let routeSlots = 1024
    static let poolSlots = 2048

    let listenerCount: Int

    var histogramBase: Int { Single.allCases.count }
    var listenerBase: Int { histogramBase + CounterLayout.bounds.count + 1 }
    var routeBase: Int { listenerBase + listenerCount * Listener.allCases.count }
    var poolBase: Int { routeBase + CounterLayout.routeSlots * 5 }
    var refusalBase: Int { poolBase + CounterLayout.poolSlots * Pool.allCases.count }
    var total: Int { refusalBase + Refusal.labels.count }
}

/// The counters of one loop, as the loop writes them.
struct LoopCounters {
    private let base: UnsafeMutablePointer<Counter>
    private let histogram: UnsafeMutablePointer<Counter>
    private let listeners: UnsafeMutablePointer<Counter>
    private let routes: UnsafeMutablePointer<Counter>
    private let pools: UnsafeMutablePointer<Counter>
    private let refusals: UnsafeMutablePointer<Counter>

    init(_ array: CounterArray, _ layout: CounterLayout) {
        base = array.pointer
        histogram = base + layout.histogramBase
        listeners = base + layout.listenerBase
        routes = base + layout.routeBase
        pools = base + layout.poolBase
        refusals = base + layout.refusalBase
    }

    @inline(__always)
    func add(_ counter: CounterLayout.Single, _ amount: UInt64 = 1) { base[counter.rawValue].add(amount) }

    @inline(__always)
    func subtract(_ counter: CounterLayout.Single) { base[counter.rawValue].subtract() }

    @inline(__always)
    func add(_ counter: CounterLayout.Listener, listener: Int) {
        listeners[listener * CounterLayout.Listener.allCases.count + counter.rawValue].add()
    }

    @inline(__always)
    func closed(listener: Int) {
        let index = listener * CounterLayout.Listener.allCases.count + CounterLayout.Listener.active.rawValue
        listeners[index].subtract()
    }

    @inline(__always)
    func add(_ counter: CounterLayout.Pool, pool slot: Int) {
        pools[slot * CounterLayout.Pool.allCases.count + counter.rawValue].add()
    }

    func refused(_ refusal: CounterLayout.Refusal) { refusals[refusal.index].add() }

    /// A request was answered: by listener, by route, and in the histogram.
    @inline(__always)
    func answered(status: Int, listener: Int, routeSlot: Int?, microseconds: Int64) {
        let statusClass = min(max(status / 100, 1), 5) - 1
        let first = CounterLayout.Listener.status1.rawValue
        listeners[listener * CounterLayout.Listener.allCases.count + first + statusClass].add()
        if let routeSlot { routes[routeSlot * 5 + statusClass].add() }
        var bucket = 0
        let bounds = CounterLayout.bounds
        while bucket < bounds.count, microseconds > bounds[bucket] { bucket += 1 }
        histogram[bucket].add()
        base[CounterLayout.Single.durationMicroseconds.rawValue].add(UInt64(max(0, microseconds)))
    }
}
