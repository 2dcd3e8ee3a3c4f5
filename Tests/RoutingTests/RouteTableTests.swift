import LoadBalancerModel
import Routing
import Testing

struct RouteTableTests {
    @Test(
        "A host compares without case, port and trailing dot",
        arguments: [
            ("example.com", true), ("EXAMPLE.com", true), ("example.com:8080", true), ("example.com.", true),
            ("example.com.:8080", true), ("example.com:", true), ("example.com..", false), ("xexample.com", false),
            ("example.co", false), ("", false), (".", false), (":80", false), ("sub.example.com", false),
        ])
    func hostForms(host: String, matches: Bool) throws {
        for rule in ["example.com", "Example.COM", "example.com."] {
            let table = try RouteTable(routes: [Route(host: rule, .prefix, "/")])
            #expect(table.match(host, "/") == (matches ? 0 : nil), "rule \(rule)")
        }
    }

    @Test(
        "An IPv6 literal is a host, with or without a port",
        arguments: [
            ("[::1]", 0), ("[::1]:8080", 0), ("[2001:DB8::1]:443", 1), ("[::2]", nil), ("[::1", nil), ("::1", nil),
        ] as [(String, Int?)])
    func ipv6(host: String, expected: Int?) throws {
        let table = try RouteTable(routes: [
            Route(host: "[::1]", .prefix, "/"), Route(host: "2001:db8::1", .prefix, "/"),
        ])
        #expect(table.match(host, "/") == expected)
    }

    @Test(
        "A wildcard covers exactly one label",
        arguments: [
            ("a.foo.com", true), ("A.FOO.COM:80", true), ("a.foo.com.", true), ("foo.com", false), (".foo.com", false),
            ("a.b.foo.com", false), ("a.foo.com.evil.org", false), ("afoo.com", false), ("*.foo.com", true),
        ])
    func wildcard(host: String, matches: Bool) throws {
        let table = try RouteTable(routes: [Route(host: "*.foo.com", .prefix, "/")])
        #expect(table.match(host, "/") == (matches ? 0 : nil))
    }

    @Test("A host of octets that are not UTF-8 is no host of ours, and does no harm")
    func hostNotUTF8() throws {
        let table = try RouteTable(routes: [Route(host: "a.com", .prefix, "/"), Route(.prefix, "/")])
        #expect(table.match(host: [0xFF, 0xFE, UInt8(ascii: ".")], path: Array("/".utf8)) == 1)
        #expect(table.match(host: [UInt8](repeating: 0x80, count: 65_536), path: Array("/".utf8)) == 1)
    }

    @Test("The most specific host decides, also where none of its paths match")
    func noFallThrough() throws {
        let table = try RouteTable(routes: [
            Route(host: "a.foo.com", .prefix, "/x"), Route(host: "*.foo.com", .prefix, "/y"), Route(.prefix, "/"),
        ])
        #expect(table.match("a.foo.com", "/x") == 0)
        #expect(table.match("a.foo.com", "/y") == nil)
        #expect(table.match("b.foo.com", "/y") == 1)
        #expect(table.match("b.foo.com", "/z") == nil)
        #expect(table.match("foo.com", "/z") == 2)
    }

    @Test("Defaults: the host's own, then the one without a host, then none")
    func defaults() throws {
        let table = try RouteTable(routes: [
            Route(.fallback), Route(host: "a.com", .fallback), Route(host: "a.com", .exact, "/x"),
            Route(host: "b.com", .exact, "/x"), Route(host: "*.c.com", .fallback), Route(.prefix, "/open"),
        ])
        #expect(table.match("a.com", "/x") == 2)
        #expect(table.match("a.com", "/y") == 1)
        #expect(table.match("b.com", "/y") == 0)
        #expect(table.match("b.com", "/open") == 0)
        #expect(table.match("x.c.com", "/open") == 4)
        #expect(table.match("d.com", "/open") == 5)
        #expect(table.match("d.com", "/y") == 0)
        #expect(table.match("d.com", "*") == nil)
    }

    @Test("A target that is no path, such as *, reaches the default alone")
    func asterisk() throws {
        let table = try RouteTable(routes: [Route(.prefix, "/"), Route(.fallback)])
        #expect(table.match(host: Array("a".utf8).span, path: Array("*".utf8).span, request: PlainRequest()) == 1)
    }

    @Test("The order of routes decides among equals alone")
    func order() throws {
        let routes = [
            Route(host: "a.com", .prefix, "/"), Route(host: "a.com", .prefix, "/a"),
            Route(host: "a.com", .prefix, "/a/"),
            Route(host: "a.com", .prefix, "/a/b"), Route(host: "a.com", .exact, "/a/b"),
            Route(host: "a.com", .exact, "/a"),
        ]
        let table = try RouteTable(routes: routes)
        #expect(table.match("a.com", "/a/b") == 4)
        #expect(table.match("a.com", "/a/b/") == 3)
        #expect(table.match("a.com", "/a") == 5)
        #expect(table.match("a.com", "/a/") == 1)
        #expect(table.match("a.com", "/ab") == 0)
        let reversed = try RouteTable(routes: routes.reversed())
        #expect(reversed.match("a.com", "/a/") == 3)
        #expect(reversed.match("a.com", "/a/b") == 1)
    }

    @Test(
        "Rule and request meet in normal form, whichever way they are written",
        arguments: ["/caf%C3%A9", "/caf\u{e9}", "/caf%c3%a9", "/c%61f%C3%A9", "//caf\u{e9}", "/x/../caf\u{e9}"],
        ["/caf%C3%A9", "/caf\u{e9}", "/c%61f%c3%a9", "/./caf\u{e9}"])
    func normalForm(rule: String, request: String) throws {
        #expect(try RouteTable(routes: [Route(.exact, rule)]).match("a", request) == 0)
        #expect(try RouteTable(routes: [Route(.prefix, rule)]).match("a", request + "/x") == 0)
    }

    @Test("An encoded slash separates nothing")
    func encodedSlash() throws {
        let table = try RouteTable(routes: [Route(.prefix, "/a"), Route(.prefix, "/a/b"), Route(.prefix, "/a%2fb")])
        #expect(table.match("x", "/a%2Fb") == 2)
        #expect(table.match("x", "/a%2Fc") == nil)
        #expect(table.match("x", "/a/b") == 1)
    }

    @Test("Without merging, empty elements are elements")
    func withoutMerging() throws {
        let table = try RouteTable(
            routes: [Route(.prefix, "/a//b"), Route(.prefix, "/a/b"), Route(.exact, "/a//")], mergeSlashes: false)
        func match(_ path: String) -> Int? {
            let (host, path) = (Array("x".utf8), Array(path.utf8))
            return table.match(host: host.span, path: path.span, request: PlainRequest())
        }
        #expect(match("/a//b/c") == 0)
        #expect(match("/a/b") == 1)
        #expect(match("/a//") == 2)
        #expect(match("/a///b") == nil)
    }

    @Test("Long paths and many segments are matched")
    func longPaths() throws {
        let deep = String(repeating: "/a", count: 20_000)
        let long = "/" + String(repeating: "x", count: 65_000)
        let table = try RouteTable(routes: [
            Route(.prefix, "/"), Route(.prefix, deep), Route(.exact, long), Route(.prefix, "/a/a"),
        ])
        #expect(table.match("h", deep + "/b") == 1)
        #expect(table.match("h", deep.dropLast(2) + "/b") == 3)
        #expect(table.match("h", long) == 2)
        #expect(table.match("h", long + "x") == 0)
        #expect(table.match("h", String(long.dropLast())) == 0)
    }

    @Test("Thousands of routes on thousands of hosts are all found")
    func many() throws {
        let routes = (0..<10_000).map { Route(host: "host-\($0 % 2_000).example.com", .prefix, "/service-\($0)/v1") }
        let table = try RouteTable(routes: routes)
        for index in stride(from: 0, to: 10_000, by: 7) {
            #expect(table.match("host-\(index % 2_000).example.com", "/service-\(index)/v1/items?x=1") == index)
            #expect(table.match("host-\((index + 1) % 2_000).example.com", "/service-\(index)/v1/items") == nil)
        }
    }

    @Test("A rule whose path has no normal form is listed and harms no other")
    func unreachable() throws {
        let table = try RouteTable(routes: [Route(.prefix, "/a/../.."), Route(.prefix, "/a"), Route(.exact, "/b%00")])
        #expect(
            table.unreachableRoutes == [
                RouteTable.UnreachableRoute(route: 0, reason: .leavesRoot),
                RouteTable.UnreachableRoute(route: 2, reason: .nul(offset: 2)),
            ])
        #expect(table.match("h", "/a") == 1)
        #expect(table.match("h", "/") == nil)
        #expect(table.explain(host: "h", path: "/").considered.contains { $0.verdict == .pathUnreachable(.leavesRoot) })
    }

    @Test("An empty table takes nothing")
    func empty() throws {
        #expect(try RouteTable(routes: []).match("a.com", "/") == nil)
    }

    @Test(
        "What can't be read is refused with the route and the value",
        arguments: [
            (Route(host: "*", .prefix, "/"), RouteTableError.invalidHost(route: 1, host: "*")),
            (Route(host: "a.*.com", .prefix, "/"), .invalidHost(route: 1, host: "a.*.com")),
            (Route(host: "*.", .prefix, "/"), .invalidHost(route: 1, host: "*.")),
            (
                Route(.regularExpression, "/a(b"),
                .invalidExpression(route: 1, ExpressionError(expression: "/a(b", message: "missing ): /a(b"))
            ),
            (
                Route(RouteMatch(path: PathMatch(kind: .prefix, value: "/"), clientNetworks: ["10.0.0.0/33"])),
                .invalidClientNetwork(route: 1, network: "10.0.0.0/33")
            ),
            (
                Route(
                    RouteMatch(
                        path: PathMatch(kind: .prefix, value: "/"),
                        headers: [ValueMatch(name: "x", kind: .regularExpression, value: "[")])),
                .invalidExpression(route: 1, ExpressionError(expression: "[", message: "missing ]: ["))
            ),
        ])
    func refused(route: Route, error: RouteTableError) {
        #expect(throws: error) { try RouteTable(routes: [Route(host: "ok", .prefix, "/"), route]) }
        #expect("\(error)".hasPrefix("routes[1].match"))
    }
}
