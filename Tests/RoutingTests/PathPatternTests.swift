import LoadBalancerModel
import Routing
import Testing

struct PathPatternTests {
    @Test(
        "A pattern is compared with the whole path and with regard to case",
        arguments: [
            ("/img/*.png", "/img/a.png", true), ("/img/*.png", "/img/x/a.png", true), ("/img/*.png", "/img/.png", true),
            ("/img/*.png", "/img/a.PNG", false), ("/img/*.png", "/img/a.pngx", false),
            ("/img/*.png", "/img/axpng", false), ("/foo*", "/foo", true), ("/foo*", "/foobar/x", true),
            ("/foo*", "/fo", false), ("/*/edit", "/a/b/edit", true), ("/*/edit", "/edit", false),
            ("/v?/x", "/v1/x", true), ("/v?/x", "/v/x", false), ("/v?/x", "/v12/x", false),
            ("/img/*", "/img/", true), ("/img/*", "/img", false), ("*/edit", "/a/edit", true),
            ("/a(b)*", "/a(b)c", true),
        ])
    func patterns(pattern: String, path: String, matches: Bool) throws {
        let table = try RouteTable(routes: [Route(host: "h", .pattern, pattern), Route(host: "h", .exact, "/other")])
        #expect(table.match("h", path) == (matches ? 0 : nil))
        #expect(table.match("h", "/other") == (pattern == "*" ? 0 : 1))
        #expect(table.explain(host: "h", path: path).winner == (matches ? 0 : nil))
    }

    @Test("An expression is searched for with regard to case, and leaves the other paths of its host what they are")
    func expressions() throws {
        let table = try RouteTable(routes: [
            Route(host: "h", .expression, "/v[0-9]+$"), Route(host: "h", .prefix, "/a.b"),
            Route(host: "h", .exact, "/c"),
        ])
        let expected = [
            ("/x/v12", 0), ("/v1", 0), ("/V1", nil), ("/v1/x", nil), ("/a.b/x", 1), ("/aXb", nil), ("/A.b", nil),
            ("/a.bc", nil), ("/c", 2), ("/c/", nil),
        ]
        for (path, route) in expected {
            #expect(table.match("h", path) == route, "\(path)")
            #expect(table.explain(host: "h", path: path).winner == route, "\(path)")
        }
    }

    @Test("The path that names most comes first, of as much an Exact one before a Prefix and a pattern")
    func precedence() throws {
        let routes = [
            Route(host: "h", .prefix, "/"), Route(host: "h", .pattern, "/img/*"),
            Route(host: "h", .pattern, "/img/*.png"),
            Route(host: "h", .prefix, "/img/large"), Route(host: "h", .exact, "/img/a.png"),
            Route(host: "h", .pattern, "/*/edit"), Route(host: "h", .prefix, "/img/"),
        ]
        let expected = [
            ("/x", 0), ("/img/x", 1), ("/img/b.png", 2), ("/img/large/b.png", 3), ("/img/a.png", 4), ("/a/edit", 5),
            ("/img/edit", 5), ("/img", 6), ("/img/large/edit", 3),
        ]
        for routes in [routes, routes.reversed()] {
            let table = try RouteTable(routes: routes)
            for (path, route) in expected {
                let index = routes.count == 0 ? nil : table.match("h", path)
                #expect(index.map { routes[$0].match.path } == self.path(route), "\(path)")
            }
        }
    }

    private func path(_ index: Int) -> PathMatch {
        [
            PathMatch(kind: .prefix, value: "/"), PathMatch(kind: .pattern, value: "/img/*"),
            PathMatch(kind: .pattern, value: "/img/*.png"), PathMatch(kind: .prefix, value: "/img/large"),
            PathMatch(kind: .exact, value: "/img/a.png"), PathMatch(kind: .pattern, value: "/*/edit"),
            PathMatch(kind: .prefix, value: "/img/"),
        ][index]
    }

    @Test("On a host in the mode of ingress-nginx a pattern is the expression that says it")
    func inExpressionMode() throws {
        let table = try RouteTable(routes: [
            Route(host: "h", .regularExpression, "/a"), Route(host: "h", .pattern, "/img/*.png"),
        ])
        #expect(table.match("h", "/img/x.png") == 1)
        #expect(table.match("h", "/img/x.pngx") == nil)
        #expect(table.match("h", "/abc") == 0)
    }

    @Test(
        "An expression for the host is found in its name, without port and case",
        arguments: [
            ("^.+\\.example\\.com$", "a.example.com", true), ("^.+\\.example\\.com$", "A.b.Example.com:8080", true),
            ("^.+\\.example\\.com$", "a.example.com.evil.org", false), ("EXAMPLE", "a.example.com.", true),
        ])
    func hosts(expression: String, host: String, matches: Bool) throws {
        let condition = ValueMatch(name: "Host", kind: .regularExpression, value: expression)
        let table = try RouteTable(routes: [
            Route(RouteMatch(path: PathMatch(kind: .prefix, value: "/"), headers: [condition]))
        ])
        #expect(table.match(host, "/", DescribedRequest()) == (matches ? 0 : nil))
    }

    @Test(
        "A parameter without a name is any",
        arguments: [("a=1", true), ("b=2&c=1", true), ("=1", true), ("1", false), ("a=12", false), ("", false)])
    func anyParameter(query: String, matches: Bool) throws {
        let condition = ValueMatch(name: "", kind: .exact, value: "1")
        let table = try RouteTable(routes: [
            Route(RouteMatch(path: PathMatch(kind: .prefix, value: "/"), queryParameters: [condition]))
        ])
        #expect(table.match("h", "/", DescribedRequest(query: query)) == (matches ? 0 : nil))
    }

    @Test(
        "A redirect can lead to a place on the host of the request",
        arguments: [
            ("https://www.#{host}", "/", true, "https://www.h.example/a/b?q=1"),
            ("//#{host}:8443", "/x?", false, "//h.example:8443/x"),
            ("//a.#{host}.b", "/", false, "//a.h.example.b/?q=1"),
        ])
    func redirects(authority: String, location: String, keepsPath: Bool, expected: String) throws {
        let redirect = try CompiledRedirect(
            Redirect(statusCode: 301, location: location, keepsPath: keepsPath, authority: authority),
            match: PathMatch(kind: .prefix, value: "/"))
        #expect(redirect.usesHost)
        var result: [UInt8] = []
        let (path, query, host) = (Array("/a/b".utf8), Array("q=1".utf8), Array("h.example".utf8))
        #expect(
            redirect.apply(path: path.span, query: query.span, host: host.span, into: &result) == .rewritten)
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }
}
