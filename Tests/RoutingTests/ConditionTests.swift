import LoadBalancerModel
import Routing
import Testing

struct ConditionTests {
    /// Whether a route with these conditions takes a request.
    private static func takes(_ match: RouteMatch, _ request: DescribedRequest) throws -> Bool {
        try RouteTable(routes: [Route(match)]).match("h", "/", request) == 0
    }

    private static let root = PathMatch(kind: .prefix, value: "/")

    @Test(
        "A header condition holds for any line of that name",
        arguments: [
            (ValueMatch(name: "X-Canary", kind: .exact, value: "always"), ["always"], true),
            (ValueMatch(name: "X-Canary", kind: .exact, value: "always"), ["never", "always"], true),
            (ValueMatch(name: "X-Canary", kind: .exact, value: "always"), ["Always"], false),
            (ValueMatch(name: "X-Canary", kind: .exact, value: "always"), ["always2"], false),
            (ValueMatch(name: "X-Canary", kind: .exact, value: ""), [""], true),
            (ValueMatch(name: "X-Canary", kind: .exact, value: ""), [], false),
            (ValueMatch(name: "X-Canary", kind: .present), [""], true),
            (ValueMatch(name: "X-Canary", kind: .present), [], false),
            (ValueMatch(name: "X-Canary", kind: .regularExpression, value: "^v[0-9]+$"), ["v12"], true),
            (ValueMatch(name: "X-Canary", kind: .regularExpression, value: "^v[0-9]+$"), ["V12"], false),
            (ValueMatch(name: "X-Canary", kind: .regularExpression, value: "[0-9]"), ["abc1"], true),
            (ValueMatch(name: "X-Canary", kind: .regularExpression, value: "^$"), [""], true),
        ])
    func headers(condition: ValueMatch, values: [String], expected: Bool) throws {
        let request = DescribedRequest(headers: [("other", "always")] + values.map { ("x-CANARY", $0) })
        #expect(try Self.takes(RouteMatch(path: Self.root, headers: [condition]), request) == expected)
    }

    @Test(
        "A query condition compares decoded values",
        arguments: [
            ("v=1", ValueMatch(name: "v", kind: .exact, value: "1"), true),
            ("a=2&v=1&b", ValueMatch(name: "v", kind: .exact, value: "1"), true),
            ("v=2&v=1", ValueMatch(name: "v", kind: .exact, value: "1"), true),
            ("%76=%31", ValueMatch(name: "v", kind: .exact, value: "1"), true),
            ("v=a+b%20c", ValueMatch(name: "v", kind: .exact, value: "a b c"), true),
            ("v=1%", ValueMatch(name: "v", kind: .exact, value: "1%"), true),
            ("v=12", ValueMatch(name: "v", kind: .exact, value: "1"), false),
            ("v=1", ValueMatch(name: "v", kind: .exact, value: "12"), false),
            ("av=1", ValueMatch(name: "v", kind: .exact, value: "1"), false),
            ("v", ValueMatch(name: "v", kind: .present), true),
            ("v", ValueMatch(name: "v", kind: .exact, value: ""), true),
            ("=v", ValueMatch(name: "v", kind: .present), false),
            ("", ValueMatch(name: "v", kind: .present), false),
            ("&&v&", ValueMatch(name: "v", kind: .present), true),
            ("v=a%20b", ValueMatch(name: "v", kind: .regularExpression, value: "^a b$"), true),
            ("v=c", ValueMatch(name: "v", kind: .regularExpression, value: "^a"), false),
        ])
    func query(query: String, condition: ValueMatch, expected: Bool) throws {
        let match = RouteMatch(path: Self.root, queryParameters: [condition])
        #expect(try Self.takes(match, DescribedRequest(query: query)) == expected)
    }

    @Test(
        "Methods are compared with case, and any of them will do",
        arguments: [("GET", true), ("PUT", true), ("get", false), ("POST", false), ("GE", false), ("GET\nPUT", false)])
    func methods(method: String, expected: Bool) throws {
        let match = RouteMatch(path: Self.root, methods: ["GET", "PUT"])
        #expect(try Self.takes(match, DescribedRequest(method: method)) == expected)
    }

    @Test(
        "A client network takes the addresses in it",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.9.9.9/8", "10.1.1.1", true),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "203.0.113.9", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("2001:db8::1:0/112", "2001:db8::1:ffff", true), ("2001:db8::1:0/112", "2001:db8::2:0", false),
            ("::1", "::1", true), ("::1", "::2", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("::ffff:10.0.0.0/104", "11.1.2.3", false),
            ("192.0.2.128/25", "192.0.2.129", true), ("192.0.2.128/25", "192.0.2.127", false),
        ])
    func clientNetworks(network: String, client: String, expected: Bool) throws {
        let match = RouteMatch(path: Self.root, clientNetworks: ["198.51.100.0/24", network])
        #expect(try Self.takes(match, DescribedRequest(clientAddress: client)) == expected)
    }

    @Test("A client of unknown address is in no network")
    func unknownClient() throws {
        #expect(
            try !Self.takes(RouteMatch(path: Self.root, clientNetworks: ["0.0.0.0/0", "::/0"]), DescribedRequest()))
    }

    @Test(
        "A network that is none is refused",
        arguments: [
            "", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "a/8",
            "::ffff:1.2.3.4/80",
        ])
    func malformedNetwork(network: String) {
        #expect(throws: RouteTableError.invalidClientNetwork(route: 0, network: network)) {
            try RouteTable(routes: [Route(RouteMatch(path: Self.root, clientNetworks: [network]))])
        }
    }

    @Test("Where conditions fail, the next route of the path is asked, then the shorter path, then the default")
    func fallThrough() throws {
        let canary = ValueMatch(name: "canary", kind: .exact, value: "1")
        func route(_ kind: PathMatch.Kind, _ path: String, _ conditional: Bool) -> Route {
            Route(
                RouteMatch(
                    host: "h", path: PathMatch(kind: kind, value: path), headers: conditional ? [canary] : []))
        }
        let plain = DescribedRequest()
        let marked = DescribedRequest(headers: [("canary", "1")])
        let table = try RouteTable(routes: [
            route(.exact, "/a", true), route(.prefix, "/a", true), route(.prefix, "/a", false),
            route(.prefix, "/a/b", true),
            route(.fallback, "", true), route(.fallback, "", false),
        ])
        #expect(table.match("h", "/a", marked) == 0)
        #expect(table.match("h", "/a", plain) == 2)
        #expect(table.match("h", "/a/b", marked) == 3)
        #expect(table.match("h", "/a/b", plain) == 2)
        #expect(table.match("h", "/a/c", marked) == 1)
        #expect(table.match("h", "/z", marked) == 4)
        #expect(table.match("h", "/z", plain) == 5)
    }

    @Test("All conditions of a route must hold")
    func all() throws {
        let match = RouteMatch(
            path: Self.root, headers: [ValueMatch(name: "a", kind: .present)],
            queryParameters: [ValueMatch(name: "b", kind: .present)], methods: ["GET"], clientNetworks: ["::/0"])
        func request(_ method: String, _ header: String, _ query: String, _ client: String) -> DescribedRequest {
            DescribedRequest(method: method, headers: [(header, "")], query: query, clientAddress: client)
        }
        #expect(try Self.takes(match, request("GET", "a", "b", "::1")))
        #expect(try !Self.takes(match, request("PUT", "a", "b", "::1")))
        #expect(try !Self.takes(match, request("GET", "c", "b", "::1")))
        #expect(try !Self.takes(match, request("GET", "a", "c", "::1")))
        #expect(try !Self.takes(match, request("GET", "a", "b", "127.0.0.1")))
    }
}
