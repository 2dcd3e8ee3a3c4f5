import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct RegularExpressionHostTests {
    private static let base = [
        Manifests.ingressClass(), Manifests.service("shop/a"), Manifests.service("shop/b"), Manifests.service("shop/c"),
    ]
    private static let nginx = "nginx.ingress.kubernetes.io"

    private static func ingress(
        _ name: String, _ annotations: [String: String] = [:], _ paths: [String], host: String = "x.example"
    ) -> String {
        Manifests.ingress(
            name,
            annotations: Dictionary(uniqueKeysWithValues: annotations.map { ("\(nginx)/\($0.key)", $0.value) }),
            rules: [(host, paths)])
    }

    @Test(arguments: [["use-regex": "true"], ["rewrite-target": "/$2"]])
    func `One Ingress brings the mode to all paths of the host, and to no other host`(
        annotations: [String: String]
    ) throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", annotations, ["ImplementationSpecific /api(/|$)(.*) a:80"]),
                Self.ingress("shop/b", [:], ["Prefix /web b:80", "Exact /exact b:80"]),
                Self.ingress("shop/c", [:], ["Prefix /web c:80"], host: "y.example"),
            ])
        let plan = try planned.plan()
        #expect(
            plan.routes.filter { $0.match.host == "x.example" }.map(\.match.path) == [
                PathMatch(kind: .regularExpression, value: "/api(/|$)(.*)"),
                PathMatch(kind: .regularExpression, value: "/exact"),
                PathMatch(kind: .regularExpression, value: "/web"),
            ])
        #expect(try plan.answer("x.example", "/API/x") == "shop.a.80")
        #expect(try plan.answer("x.example", "/Webfoo") == "shop.b.80")
        #expect(try plan.answer("x.example", "/EXACTLY") == "shop.b.80")
        #expect(try plan.answer("x.example", "/x/web") == "404")
        #expect(try plan.answer("y.example", "/webfoo") == "404")
        #expect(planned.findings == ["warning RegularExpressionHost shop/b spec.rules"])
        #expect(try planned.finding("RegularExpressionHost").message.contains("shop/a"))
    }

    @Test(arguments: [
        ["use-regex": "false"], ["rewrite-target": "/app"], ["rewrite-target": "/app", "use-regex": "false"],
    ])
    func `A rewrite to the path itself brings no expressions`(annotations: [String: String]) throws {
        let plan = try Planned(Self.base + [Self.ingress("shop/a", annotations, ["Prefix /app a:80"])]).plan()
        #expect(plan.routes.map(\.match.path) == [PathMatch(kind: .prefix, value: "/app")])
        #expect(plan.routes.map(\.filters.rewrite) == [nil])
    }

    @Test func `The longest expression is tried first`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a", ["use-regex": "true"],
                    ["ImplementationSpecific /foo/bar/bar a:80", "ImplementationSpecific /foo/bar/[A-Z0-9]{3} b:80"])
            ])
        #expect(try planned.answer("x.example", "/foo/bar/bar") == "shop.b.80")
    }

    @Test func `A Prefix beside an Exact of another Ingress takes what is below it, as in ingress-nginx`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", ["use-regex": "true"], ["ImplementationSpecific /x/.* a:80"]),
                Self.ingress("shop/b", [:], ["Exact /foo b:80"]),
                Self.ingress("shop/c", [:], ["Prefix /foo c:80"]),
            ])
        #expect(try planned.answer("x.example", "/foo") == "shop.b.80")
        #expect(try planned.answer("x.example", "/foo/bar") == "shop.c.80")
        #expect(try planned.answer("x.example", "/foobar") == "shop.b.80")
    }

    @Test func `The same expression twice is a conflict whatever the types`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", ["use-regex": "true"], ["ImplementationSpecific /foo a:80"]),
                Self.ingress("shop/b", ["use-regex": "true"], ["Prefix /foo b:80", "Prefix /foo/ b:80"]),
            ])
        #expect(planned.findings == ["warning PathConflict shop/b spec.rules[0].http.paths[0]"])
        #expect(try planned.plan().routes.map(\.match.path.value) == ["/foo/", "/foo"])
    }

    @Test func `An expression that does not compile is told and leaves the others alone`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a", ["use-regex": "true"],
                    ["ImplementationSpecific /a(?=b) a:80", "ImplementationSpecific /b.* b:80"])
            ])
        #expect(planned.findings == ["error InvalidRegularExpression shop/a spec.rules[0].http.paths[0].path"])
        #expect(try planned.answer("x.example", "/bcd") == "shop.b.80")
        #expect(try planned.answer("x.example", "/ab") == "404")
    }

    // MARK: Rewrites

    @Test(arguments: [
        ("/$2", "ImplementationSpecific /api(/|$)(.*) a:80", PathRewrite(kind: .template, value: "/$2")),
        ("/", "Prefix /testpath a:80", PathRewrite(kind: .template, value: "/")),
        ("new", "Prefix /testpath a:80", PathRewrite(kind: .template, value: "/new")),
    ])
    func `A rewrite target becomes a template`(target: String, path: String, rewrite: PathRewrite) throws {
        let plan = try Planned(Self.base + [Self.ingress("shop/a", ["rewrite-target": target], [path])]).plan()
        #expect(try plan.route(of: "shop/a").filters.rewrite == rewrite)
    }

    @Test func `A rewrite target that is a URL answers 302`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a", ["rewrite-target": "https://new.example/$1"], ["ImplementationSpecific /old/(.*) a:80"])
            ])
        #expect(try planned.answer("x.example", "/old/1") == "302 https://new.example/$1")
        #expect(try planned.plan().route(of: "shop/a").filters.rewrite == nil)
    }

    @Test func `A prefix that is replaced on a host with expressions is matched as it is written`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", ["use-regex": "true"], ["ImplementationSpecific /x/.* a:80"]),
                Manifests.ingress(
                    "shop/b", annotations: ["headgate.dev/replace-prefix": "/v2"],
                    rules: [("x.example", ["Prefix /api/ b:80"])]),
            ])
        let route = try planned.plan().route(of: "shop/b")
        #expect(route.match.path == PathMatch(kind: .regularExpression, value: "/api/"))
        #expect(route.filters.rewrite == PathRewrite(kind: .replacePrefix, value: "/v2"))
    }

    /// ingress-nginx sorts the paths of a host by their length as they are written, whatever is done with them.
    @Test(arguments: ["headgate.dev/replace-prefix", "nginx.ingress.kubernetes.io/rewrite-target"])
    func `What is done with a path takes no part in the order of paths`(annotation: String) throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a", ["use-regex": "true"], ["ImplementationSpecific /a a:80", "Prefix /web/b a:80"]),
                Manifests.ingress(
                    "shop/b", annotations: [annotation: "/new"],
                    rules: [("x.example", ["Prefix / b:80", "Prefix /web b:80"])]),
            ])
        let plan = try planned.plan()
        #expect(plan.routes.map(\.match.path.value) == ["/web/b", "/web", "/a", "/"])
        for (path, pool) in [("/a", "shop.a.80"), ("/web/b", "shop.a.80"), ("/web", "shop.b.80"), ("/x", "shop.b.80")] {
            #expect(try plan.answer("x.example", path) == pool, "\(path)")
        }
    }

    @Test func `A default backend gets the path as it came`() throws {
        let plan = try Planned(
            Self.base + [
                Manifests.ingress(
                    "shop/a", annotations: ["\(Self.nginx)/rewrite-target": "/$2"],
                    rules: [("x.example", ["ImplementationSpecific /api(/|$)(.*) a:80"])], defaultBackend: "b:80")
            ]
        ).plan()
        let route = try #require(try plan.route("x.example", "/other"))
        #expect(route.summary == "shop.b.80")
        #expect(route.filters.rewrite == nil)
    }

    @Test(arguments: [
        ("ImplementationSpecific /api/(.*) a:80", "/api"), ("ImplementationSpecific /(a|b) a:80", "/"),
        ("Prefix /plain a:80", "/plain"),
    ])
    func `The affinity cookie is for the paths that the rule takes`(path: String, cookiePath: String) throws {
        let plan = try Planned(
            Self.base + [Self.ingress("shop/a", ["use-regex": "true", "affinity": "cookie"], [path])]
        ).plan()
        #expect(
            try plan.route(of: "shop/a").filters.affinity
                == SessionAffinity(cookieName: "INGRESSCOOKIE", cookiePath: cookiePath))
    }
}
