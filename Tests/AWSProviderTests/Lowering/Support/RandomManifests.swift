import AWSProvider
import LoadBalancerModel
import ProvisioningTesting

/// A few Ingresses at random: what they share makes them meet often.
struct RandomManifests {
    private(set) var yaml = ""
    private var seenPaths: [String] = ["/"]

    private static let hosts: [String?] = [
        nil, "a.example.com", "b.example.com", "*.example.com", "*.b.example.com", "x.b.example.com", "intranet",
        "n.example.c0m", "*.x.b.example.com", "u.v.b.example.com", "*.example.c0m",
    ]
    private static let elements = ["a", "b", "ab", "a.b", "a+b", "c,d", "A", "~x", "e(f)", "v1", "é"]
    private static let expressions = [
        "/a", "/a/(.*)", "/(a|b)(/|$)(.*)", "/.*", "/", "/v[0-9]+/x", "/[^/]+/b", "/a$", "/a|/b", "/A.b", "/(.*)",
        "/.well-known/(.*)", "/x{2,3}", "/\\\\d+/(\\\\w+)",
    ]
    private static let patterns = [
        "/*", "/a/*", "/a*", "/*/x", "/*b", "/v?/x", "/a/*.b", "/e(f)/*", "/.well-known/*", "/?",
    ]
    private static let targets = [
        "/$1", "/", "/x/$2", "/$3", "/y?k=$1", "/z?", "https://other.example.com/new", "/a/$1/b",
    ]

    init(_ random: inout SeededRandom) {
        for number in 0..<(1 + random.below(4)) { add(number, &random) }
        for number in 0..<4 { yaml += Manifests.service("s\(number)", number) }
    }

    private mutating func add(_ number: Int, _ random: inout SeededRandom) {
        var annotations: [String] = []
        let usesExpressions = random.chance(oneIn: 5)
        if usesExpressions {
            annotations.append("headgate.dev/use-regex: \"true\"")
            if random.chance(oneIn: 2) {
                annotations.append("nginx.ingress.kubernetes.io/rewrite-target: \"\(random.pick(Self.targets))\"")
            }
        } else if random.chance(oneIn: 6) {
            annotations.append("headgate.dev/replace-prefix: \(random.pick(["/", "/new", "/new/"]))")
        }
        let usesPatterns = !usesExpressions && random.chance(oneIn: 4)
        if usesPatterns { annotations.append("alb.ingress.kubernetes.io/target-type: ip") }
        if random.chance(oneIn: 4) { annotations.append("headgate.dev/redirect-to-https: \"true\"") }
        if random.chance(oneIn: 6) { annotations.append("headgate.dev/affinity: cookie") }
        if random.chance(oneIn: 8) { annotations.append("headgate.dev/max-request-body-size: 1Mi") }
        yaml +=
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\(number)\n  namespace: shop\n"
        yaml += "  creationTimestamp: \"2024-01-0\(number + 1)T00:00:00Z\"\n"
        if !annotations.isEmpty { yaml += "  annotations:\n" + annotations.map { "    \($0)\n" }.joined() }
        yaml += "spec:\n"
        let hasDefault = random.chance(oneIn: 3)
        if hasDefault { yaml += "  defaultBackend: {service: {name: s\(random.below(5)), port: {number: 80}}}\n" }
        let rules = random.below(4) + (hasDefault ? 0 : 1)
        if rules > 0 { yaml += "  rules:\n" }
        for _ in 0..<rules { addRule(usesExpressions, usesPatterns, &random) }
    }

    private mutating func addRule(_ usesExpressions: Bool, _ usesPatterns: Bool, _ random: inout SeededRandom) {
        let host = random.pick(Self.hosts)
        yaml += "  - \(host.map { "host: \"\($0)\"\n    " } ?? "")http:\n      paths:\n"
        for _ in 0..<(1 + random.below(4)) {
            let isPattern = usesPatterns && random.chance(oneIn: 2)
            let path =
                usesExpressions
                ? random.pick(Self.expressions) : isPattern ? random.pick(Self.patterns) : path(&random)
            let type =
                usesExpressions || isPattern ? "ImplementationSpecific" : random.pick(["Exact", "Prefix", "Prefix"])
            seenPaths.append(String(path.prefix { !"(|$[\\{*?".contains($0) }))
            yaml +=
                "      - {path: \"\(path)\", pathType: \(type), backend: {service: {name: s\(random.below(5)), port: {number: 80}}}}\n"
        }
    }

    private func path(_ random: inout SeededRandom) -> String {
        if random.chance(oneIn: 10) { return "/.well-known/acme-challenge" + random.pick(["", "/", "/token"]) }
        let path = (0..<random.below(4)).map { _ in "/" + random.pick(Self.elements) }.joined()
        return path.isEmpty || random.chance(oneIn: 5) ? path + "/" : path
    }

    // MARK: Plans

    /// The plans, with further conditions on some routes: Ingress has no field for them, plans do.
    mutating func plans(_ random: inout SeededRandom) -> [LoadBalancerPlan] {
        Manifests.plans(yaml).map { plan in
            var plan = plan
            plan.provider.settings = random.chance(oneIn: 3) ? [:] : ["certificateARNs": AWSEnvironment.certificateARN]
            var routes: [Route] = []
            for route in plan.routes {
                if random.chance(oneIn: 6), route.match.path.kind != .fallback {
                    var conditional = route
                    conditional.match = Self.conditional(route.match, &random)
                    if let pool = plan.pools.randomElement(using: &random)?.name {
                        conditional.action = .forward([WeightedPool(pool: pool)])
                    }
                    routes.append(conditional)
                }
                routes.append(Self.varied(route, plan.pools.map(\.name), &random))
            }
            plan.routes = routes
            return plan
        }
    }

    private static func varied(_ route: Route, _ pools: [String], _ random: inout SeededRandom) -> Route {
        var route = route
        guard random.chance(oneIn: 8), pools.count > 1 else { return route }
        switch random.below(3) {
        case 0:
            route.action = .forward([WeightedPool(pool: pools[0], weight: 3), WeightedPool(pool: pools[1], weight: 1)])
        case 1: route.action = .fixedResponse(FixedResponse(statusCode: 403, body: "No.\n"))
        default:
            route.action = .redirect(
                Redirect(
                    statusCode: random.pick([301, 302, 307, 308]),
                    location: random.pick(["https://new.example.com/x?a=b", "/moved?", "http://plain.example.com"])))
        }
        return route
    }

    private static func conditional(_ match: RouteMatch, _ random: inout SeededRandom) -> RouteMatch {
        var match = match
        if random.chance(oneIn: 2) {
            let kind = random.pick(ValueMatch.Kind.allCases)
            match.headers = [
                ValueMatch(
                    name: "X-Canary", kind: kind, value: kind == .present ? "" : random.pick(["always", "1*", "^.$"]))
            ]
        }
        if random.chance(oneIn: 3) {
            match.methods = random.pick([["GET"], ["POST", "PUT"], ["GET", "HEAD", "POST", "PUT", "DELETE"]])
        }
        if random.chance(oneIn: 4) {
            match.queryParameters = [ValueMatch(name: "v", kind: random.pick([.exact, .present]), value: "1")]
        }
        if random.chance(oneIn: 4) {
            match.clientNetworks = random.pick([
                ["192.0.2.0/24"],
                ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.51.100.7", "203.0.113.0/24", "192.0.2.1"],
            ])
        }
        return match
    }

    // MARK: Requests

    func request(_ random: inout SeededRandom) -> ALBRequest {
        let host = random.pick([
            "a.example.com", "b.example.com", "c.example.com", "x.b.example.com", "y.b.example.com", "intranet",
            "example.com",
            "n.example.c0m", "u.v.b.example.com", "other.test", "A.Example.COM", "b.example.com:8080", "c.example.com.",
            "u.x.b.example.com", "t.u.x.b.example.com", "S.T.U.X.B.EXAMPLE.COM:80", "X.B.example.com",
            "p.q.example.com",
            "m.n.example.c0m", ".example.com", ".b.example.com", "..example.com", "a..example.com", ".x.b.example.com",
            "x..b.example.com", "xb.example.com",
        ])
        let stem = random.chance(oneIn: 3) ? path(&random) : random.pick(seenPaths)
        let suffix = random.pick(["", "", "/", "/x", "/x/y", "x", "/token", "/b", "/%2e", "%41", "/12/w"])
        let query = random.pick(["", "", "?v=1", "?u=2&v=1", "?v", "?V=1"])
        var path = stem.replacing("é", with: "%C3%A9") + suffix
        if !path.hasPrefix("/") { path = "/" + path }
        return ALBRequest(
            method: random.pick(["GET", "POST", "DELETE", "OPTIONS"]), host: host, target: path + query,
            headers: random.chance(oneIn: 2)
                ? [] : [.init(name: "x-canary", value: random.pick(["always", "Always", "1*", "12", "a"]))],
            sourceIP: random.pick(["192.0.2.1", "10.1.2.3", "198.51.100.7", "2001:db8::1"]))
    }
}
