import LoadBalancerModel
import Routing
import Testing

/// Holds the table against a matcher that is slow and obvious, on random tables and requests.
struct RouteTablePropertyTests {
    @Test("A random table gives the winner of the reference for every request, and its explanation agrees")
    func equalsReference() throws {
        var random = SeededRandom()
        var decided = 0
        for _ in 0..<400 {
            let routes = (0..<random.below(24)).map { _ in Self.route(&random) }
            let table = try RouteTable(routes: routes)
            let reference = ReferenceMatcher(routes: routes)
            for _ in 0..<12 {
                let host = Self.requestHost(&random)
                let path = Self.requestPath(&random)
                let request = Self.request(&random)
                let expected = reference.match(host: host, path: path, request)
                let winner = table.match(host, path, request.described)
                if expected != nil { decided += 1 }
                guard winner == expected else {
                    Issue.record(
                        "\(host) \(path) \(request): \(String(describing: winner)) instead of \(String(describing: expected)) of \(routes.map(\.match)), \(random)"
                    )
                    return
                }
                let explanation = table.explain(host: host, path: path, request: request.described)
                guard Self.agrees(explanation, winner: winner, with: reference, host, path, request) else {
                    Issue.record("\(host) \(path) \(request): \(explanation) of \(routes.map(\.match)), \(random)")
                    return
                }
            }
        }
        // Of 4,800 requests about a third find a route; a generator that misses everything proves nothing.
        #expect(decided > 700, "\(random)")
    }

    /// Whether every verdict says what the reference says of that route alone.
    private static func agrees(
        _ explanation: RouteExplanation,
        winner: Int?,
        with reference: ReferenceMatcher,
        _ host: String,
        _ path: String,
        _ request: ReferenceRequest
    ) -> Bool {
        guard explanation.winner == winner, explanation.considered.count == reference.routes.count,
            Set(explanation.considered.map(\.route)).count == reference.routes.count
        else { return false }
        for candidate in explanation.considered {
            let matches = reference.takes(candidate.route, host: host, path: path, request)
            guard candidate.verdict.isMatch == matches, (candidate.verdict == .wins) == (candidate.route == winner)
            else { return false }
        }
        return true
    }

    private static let hosts: [String?] = [
        nil, nil, "a.com", "a.com", "b.a.com", "*.a.com", "*.b.a.com", "*.com", "c.org", "A.com", "a.com.", "[::1]",
    ]
    private static let elements = ["a", "b", "ab", "%41", "%2F", "é", "a.b", "."]
    private static let expressions = [
        "/a", "/a/(.*)", "/(a|b)", "/.*", "/a$", "/[ab]+/b", "/é", "/a.b", "/B", "/a/b", "/", "/x{2}",
    ]

    private static func rulePath(_ random: inout SeededRandom) -> String {
        let path = (0..<random.below(4)).map { _ in "/" + random.pick(elements) }.joined()
        return path.isEmpty || random.chance(oneIn: 4) ? path + "/" : path
    }

    private static func route(_ random: inout SeededRandom) -> Route {
        // One host in the list is left to expressions mostly, so that both modes occur.
        let host = random.pick(hosts)
        let path: PathMatch =
            switch random.below(20) {
            case 0: PathMatch(kind: .regularExpression, value: random.pick(expressions))
            case 1..<4 where host == "c.org": PathMatch(kind: .regularExpression, value: random.pick(expressions))
            case 4, 5: PathMatch(kind: .fallback)
            case 6..<12: PathMatch(kind: .exact, value: rulePath(&random))
            default: PathMatch(kind: .prefix, value: rulePath(&random))
            }
        var match = RouteMatch(host: host, path: path)
        if random.chance(oneIn: 4) {
            let kind = random.pick(ValueMatch.Kind.allCases)
            match.headers = [ValueMatch(name: "X-Canary", kind: kind, value: random.pick(["always", "a", "^.$"]))]
        }
        if random.chance(oneIn: 8) { match.methods = random.pick([["GET"], ["POST", "PUT"]]) }
        if random.chance(oneIn: 8) {
            match.queryParameters = [
                ValueMatch(name: "v", kind: random.pick([.exact, .present]), value: random.pick(["1", "a b"]))
            ]
        }
        if random.chance(oneIn: 8) {
            match.clientNetworks = random.pick([["10.0.0.0/8"], ["192.0.2.1", "2001:db8::/32"]])
        }
        return Route(match)
    }

    private static func requestHost(_ random: inout SeededRandom) -> String {
        let name = random.pick([
            "a.com", "b.a.com", "x.a.com", "x.b.a.com", "x.com", "com", ".a.com", "c.org", "d.org", "[::1]", "", "a",
        ])
        let cased = random.chance(oneIn: 4) ? name.uppercased() : name
        let dotted = random.chance(oneIn: 6) && !name.isEmpty && name.last != "]" ? cased + "." : cased
        return random.chance(oneIn: 4) ? dotted + ":8080" : dotted
    }

    private static func requestPath(_ random: inout SeededRandom) -> String {
        let elements = elements + ["A", "%c3%a9", "%2f", "B", "axb", "xx", "..", ""]
        let path = (0..<random.below(5)).map { _ in "/" + random.pick(elements) }.joined()
        return path.isEmpty || random.chance(oneIn: 4) ? path + "/" : path
    }

    private static func request(_ random: inout SeededRandom) -> ReferenceRequest {
        ReferenceRequest(
            method: random.pick(["GET", "POST"]), canary: random.pick([nil, "always", "a"]),
            version: random.pick([nil, "1", "a b"]), client: random.pick([nil, "10.1.2.3", "192.0.2.1", "2001:db8::5"]))
    }
}

/// What the random conditions ask about.
struct ReferenceRequest {
    var method: String
    var canary: String?
    var version: String?
    var client: String?

    var described: DescribedRequest {
        DescribedRequest(
            method: method, headers: canary.map { [("x-canary", $0)] } ?? [],
            query: version.map { "u=2&v=" + $0.replacing(" ", with: "+") } ?? "u", clientAddress: client)
    }
}
