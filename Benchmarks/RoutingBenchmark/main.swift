import LoadBalancerModel
import Routing

/// Measures what a lookup costs with few routes and with many. Run it in release mode:
///
///     swift run -c release RoutingBenchmark

/// One table and the requests that are put to it.
struct Workload {
    var name: String
    var table: RouteTable
    var requests: [(host: [UInt8], path: [UInt8])]

    /// `count` routes, five to a host where there are that many, and requests that hit each of 1,024 of them in turn.
    init(name: String, routes count: Int, hosts: Int, path: (Int) -> PathMatch, request: (Int) -> String) throws {
        self.name = name
        let routes = (0..<count).map { index in
            Route(
                match: RouteMatch(host: "shop-\(index % hosts).example.com", path: path(index)),
                action: .fixedResponse(FixedResponse(statusCode: 200)))
        }
        table = try RouteTable(routes: routes)
        requests = (0..<1_024).map { number in
            let index = number * 7919 % count
            return (Array("shop-\(index % hosts).example.com".utf8), Array(request(index).utf8))
        }
    }

    /// The nanoseconds of one lookup, as the mean of a round.
    func nanosecondsPerLookup(lookups: Int = 1 << 17) -> Double {
        var hits = 0
        let duration = ContinuousClock().measure {
            for number in 0..<lookups {
                let request = requests[number & 1_023]
                if table.match(host: request.host.span, path: request.path.span, request: PlainRequest()) != nil {
                    hits += 1
                }
            }
        }
        precondition(hits == lookups, "every request has a route")
        return duration / .nanoseconds(1) / Double(lookups)
    }
}

/// The nanoseconds of the check that a path is in normal form.
func nanosecondsPerCheck(_ path: String, checks: Int = 1 << 20, rounds: Int = 7) -> Double {
    let octets = Array(path.utf8)
    var buffer: [UInt8] = []
    var least = Double.infinity
    let clock = ContinuousClock()
    for _ in 0..<rounds {
        var normal = 0
        let duration = clock.measure {
            for _ in 0..<checks where PathNormalizer.normalize(octets.span, into: &buffer) != .invalid(.leavesRoot) {
                normal += 1
            }
        }
        precondition(normal == checks)
        least = min(least, duration / .nanoseconds(1) / Double(checks))
    }
    return least
}

func report(_ name: String, _ nanoseconds: Double) {
    let padding = String(repeating: " ", count: max(1, 56 - name.count))
    print("\(name)\(padding)\((nanoseconds * 10).rounded() / 10) ns")
}

func prefix(_ index: Int) -> PathMatch { PathMatch(kind: .prefix, value: "/api/v\(index % 5)/orders-\(index)") }
func expression(_ index: Int) -> PathMatch {
    PathMatch(kind: .regularExpression, value: "/api/v\(index % 5)/orders-\(index)(/|$)(.*)")
}
func request(_ index: Int) -> String { "/api/v\(index % 5)/orders-\(index)/items/4711" }

let workloads = try [
    Workload(name: "10 routes on 2 hosts", routes: 10, hosts: 2, path: prefix, request: request),
    Workload(name: "10,000 routes on 2,000 hosts", routes: 10_000, hosts: 2_000, path: prefix, request: request),
    Workload(name: "10,000 routes on 1 host", routes: 10_000, hosts: 1, path: prefix, request: request),
    Workload(name: "5 expressions on 1 host", routes: 5, hosts: 1, path: expression, request: request),
    Workload(name: "500 expressions on 1 host", routes: 500, hosts: 1, path: expression, request: request),
]
// Rounds are interleaved, and the least of each counts: disturbances only ever add.
var least = workloads.map { _ in Double.infinity }
for _ in 0..<40 {
    for (index, workload) in workloads.enumerated() {
        least[index] = min(least[index], workload.nanosecondsPerLookup())
    }
}
for (workload, nanoseconds) in zip(workloads, least) {
    report(workload.name, nanoseconds)
}
report("normal form: a path of 37 octets that is in it", nanosecondsPerCheck("/api/v3/orders-12345/items/4711.json~"))
report("normal form: a path that must be rewritten", nanosecondsPerCheck("/api/./v3//orders-%31/items/../4711"))
