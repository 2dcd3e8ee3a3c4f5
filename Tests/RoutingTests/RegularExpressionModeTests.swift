import LoadBalancerModel
import Routing
import Testing

struct RegularExpressionModeTests {
    private static func table(_ paths: [String]) throws -> RouteTable {
        try RouteTable(routes: paths.map { Route(host: "h", .regularExpression, $0) })
    }

    @Test(
        "Paths match without case, from the start, and any further",
        arguments: [
            ("/foo", true), ("/FOO", true), ("/foo/bar", true), ("/foobar", true), ("/fo", false), ("/x/foo", false),
        ])
    func prefix(path: String, matches: Bool) throws {
        #expect(try Self.table(["/foo"]).match("h", path) == (matches ? 0 : nil))
    }

    @Test("The longest expression is tried first, then the greater one, then the first route")
    func order() throws {
        // The documentation of ingress-nginx gives these three, and this order.
        let documented = try Self.table(["/foo/bar", "/foo/bar/", "/foo/bar/(.+)"])
        #expect(documented.match("h", "/foo/bar/1") == 2)
        #expect(documented.match("h", "/foo/bar/") == 1)
        #expect(documented.match("h", "/foo/bar") == 0)
        let warning = try Self.table(["/foo/bar/bar", "/foo/bar/[A-Z0-9]{3}"])
        #expect(warning.match("h", "/foo/bar/bar") == 1)
        let equalLength = try Self.table(["/(a|b)", "/[abc]", "/[abc]"])
        #expect(equalLength.match("h", "/a") == 1)
        #expect(equalLength.match("h", "/c") == 1)
    }

    @Test("An alternation is anchored as a whole")
    func alternation() throws {
        let table = try Self.table(["/a|/b"])
        #expect(table.match("h", "/b/x") == 0)
        #expect(table.match("h", "/x/b") == nil)
    }

    @Test("Prefix and Exact routes of such a host are read as expressions")
    func mixed() throws {
        let table = try RouteTable(routes: [
            Route(host: "h", .prefix, "/v1.0"), Route(host: "h", .exact, "/exact"),
            Route(host: "h", .regularExpression, "/x/(.*)"), Route(host: "other", .prefix, "/v1.0"),
        ])
        #expect(table.match("h", "/V1x0-beta") == 0)
        #expect(table.match("h", "/exactly") == 1)
        #expect(table.match("other", "/v1x0") == nil)
    }

    @Test(
        "Expressions see decoded text, as far as that loses nothing",
        arguments: [
            ("/caf\u{e9}$", "/caf%C3%A9", true), ("/caf\u{e9}$", "/caf\u{e9}", true),
            ("/CAF\u{c9}$", "/caf%c3%a9", true),
            ("/a b$", "/a%20b", true), ("/a\\?b$", "/a%3Fb", true), ("/a/b", "/a%2Fb", false),
            ("/a.*b$", "/a%2Fb", true),
            ("/a.{3}b$", "/a%2Fb", true), ("/a.*b$", "/a%0Ab", true), ("/a%25b$", "/a%25b", true),
            ("/a.*b$", "/a%FFb", true), ("/a%FFb$", "/a%ffb", true), ("/a.b$", "/a%F0%9F%98%80b", true),
            ("/a%F0%9Fb", "/a%f0%9fb", true), ("/%C3%A9", "/%C3%A9", false), ("/a.b", "/a%ED%A0%80b", false),
        ])
    func decoded(expression: String, path: String, matches: Bool) throws {
        #expect(try Self.table([expression]).match("h", path) == (matches ? 0 : nil))
        #expect(try Self.table([expression, "/zzz/(.*)"]).match("h", path) == (matches ? 0 : nil))
    }

    @Test("A default takes what no expression does")
    func fallback() throws {
        let table = try RouteTable(routes: [Route(.fallback), Route(host: "h", .regularExpression, "/a")])
        #expect(table.match("h", "/b") == 0)
        #expect(table.match("h", "/a") == 1)
    }

    @Test("Where the conditions of an expression's routes fail, later expressions are asked")
    func conditions() throws {
        let long = Route(
            RouteMatch(host: "h", path: PathMatch(kind: .regularExpression, value: "/a/(.*)"), methods: ["POST"]))
        let table = try RouteTable(routes: [long, Route(host: "h", .regularExpression, "/a")])
        #expect(table.match("h", "/a/x", DescribedRequest(method: "GET")) == 1)
        #expect(table.match("h", "/a/x", DescribedRequest(method: "POST")) == 0)
    }

    @Test("A thousand expressions on a host give the same winner as one by one")
    func many() throws {
        let paths = (0..<1_000).map { "/service-\($0)/(v[0-9]+)/(.*)" } + ["/service-(.*)", "/.*"]
        let table = try Self.table(paths)
        for index in stride(from: 0, to: 1_000, by: 83) {
            #expect(table.match("h", "/service-\(index)/v2/x") == index)
        }
        #expect(table.match("h", "/service-5000/v2/x") == 1_000)
        #expect(table.match("h", "/other") == 1_001)
    }

    @Test("Several threads match on one table at once")
    func concurrent() async throws {
        let table = try Self.table((0..<200).map { "/service-\($0)/(v[0-9]+)/(.*)" } + ["/.*"])
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<400).count { number in
                        let index = (number * 31 + task) % 250
                        let expected = index < 200 ? index : 200
                        return table.match("h", "/Service-\(index)/v\(number)/caf%C3%A9") != expected
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("An expression that would take too much memory is refused")
    func tooLarge() {
        #expect {
            try RouteTable(routes: [Route(host: "h", .regularExpression, "/((a{100}){100}){100}")])
        } throws: { error in
            guard case .invalidExpression(0, let reason)? = error as? RouteTableError else { return false }
            return reason.message.contains("repetition") || reason.message.contains("too large")
        }
    }

    @Test("Planning takes paths as they are")
    func expression() {
        #expect(RegularExpressionMode.expression(path: "/v1.0/(.*)", pathType: "Exact") == "/v1.0/(.*)")
        #expect(RegularExpressionMode.expression(path: "", pathType: nil) == "/")
    }
}
