import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct PathClaimsTests {
    private static let base = [
        Manifests.ingressClass(), Manifests.service("shop/a"), Manifests.service("shop/b"), Manifests.service("app/c"),
    ]

    private static func ingress(
        _ name: String, created: String? = nil, _ rules: [(String, [String])]
    ) -> String {
        Manifests.ingress(name, created: created, rules: rules)
    }

    // MARK: Conflicts

    @Test(arguments: [
        ("2026-01-02T00:00:00Z" as String?, "2026-01-01T00:00:00Z" as String?, "shop.b.80"),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "shop.a.80"),
        ("2026-01-01T00:00:00Z", nil, "shop.b.80"),
        (nil, "2026-01-01T00:00:00Z", "shop.a.80"),
        (nil, nil, "shop.a.80"),
        ("2019-12-31T22:00:00Z", "2020-01-01T00:00:00+05:00", "shop.b.80"),
        ("2020-01-01T00:00:00.9Z", "2020-01-01T00:00:01Z", "shop.a.80"),
        ("2020-01-01T00:00:00Z", "2019-12-31T16:00:00.5-08:00", "shop.a.80"),
    ])
    func `The older Ingress wins, then the lower namespace and name`(
        createdA: String?, createdB: String?, winner: String
    ) throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/b", created: createdB, [("x.example", ["Prefix / b:80"])]),
                Self.ingress("shop/a", created: createdA, [("x.example", ["Prefix / a:80"])]),
            ])
        #expect(try planned.answer("x.example", "/") == winner)
        let loser = winner == "shop.a.80" ? "b" : "a"
        let finding = try planned.finding("PathConflict")
        #expect(finding.severity == .warning)
        #expect(finding.object.name == loser)
        #expect(finding.field == "spec.rules[0].http.paths[0]")
        #expect(finding.message.contains("shop/\(loser == "a" ? "b" : "a")"))
    }

    @Test func `A lower namespace comes before a lower name`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", [("x.example", ["Prefix / a:80"])]),
                Self.ingress("app/z", [("x.example", ["Prefix / c:80"])]),
            ])
        #expect(try planned.answer("x.example", "/") == "app.c.80")
    }

    @Test(arguments: [
        ("Prefix /p a:80", "Prefix /p b:80", true),
        ("Prefix /p a:80", "Prefix /p/ b:80", true),
        ("Prefix /p/ a:80", "ImplementationSpecific /p b:80", true),
        ("ImplementationSpecific  a:80", "Prefix / b:80", true),
        ("Prefix /%70 a:80", "Prefix /p b:80", true),
        ("Exact /p a:80", "Exact /p b:80", true),
        ("Exact /p a:80", "Exact /p/ b:80", false),
        ("Exact /p a:80", "Prefix /p b:80", false),
        ("Prefix /p a:80", "Prefix /P b:80", false),
    ])
    func `Two paths are the same claim`(first: String, second: String, conflict: Bool) throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", [("x.example", [first])]), Self.ingress("shop/b", [("x.example", [second])]),
            ])
        #expect(planned.findings == (conflict ? ["warning PathConflict shop/b spec.rules[0].http.paths[0]"] : []))
        #expect(try planned.plan().routes.count == (conflict ? 1 : 2))
    }

    @Test func `Within one Ingress the first of two claims wins`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a",
                    [("x.example", ["Prefix /p a:80", "Prefix /p/ b:80"]), ("x.example", ["Prefix /p b:80"])])
            ])
        #expect(try planned.answer("x.example", "/p") == "shop.a.80")
        #expect(
            planned.findings == [
                "warning DuplicatePath shop/a spec.rules[0].http.paths[1]",
                "warning DuplicatePath shop/a spec.rules[1].http.paths[0]",
            ])
    }

    @Test func `The loser keeps its other paths`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", [("x.example", ["Prefix /p a:80"])]),
                Self.ingress("shop/b", [("x.example", ["Prefix /p b:80", "Prefix /q b:80"])]),
            ])
        #expect(try planned.answer("x.example", "/p") == "shop.a.80")
        #expect(try planned.answer("x.example", "/q") == "shop.b.80")
    }

    @Test func `A winner whose Service is missing stays the winner`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", [("x.example", ["Prefix /p missing:80"])]),
                Self.ingress("shop/b", [("x.example", ["Prefix /p b:80"])]),
            ])
        #expect(try planned.answer("x.example", "/p") == "500 ServiceNotFound")
        #expect(
            planned.findings == [
                "error ServiceNotFound shop/a spec.rules[0].http.paths[0].backend.service.name",
                "warning PathConflict shop/b spec.rules[0].http.paths[0]",
            ])
    }

    // MARK: Hosts and order

    @Test func `The paths of all Ingresses of a host are ordered together`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress("shop/a", [("x.example", ["Prefix / a:80", "Prefix /p/q/r a:80"])]),
                Self.ingress("shop/b", [("x.example", ["Prefix /p b:80", "Exact /p/q/r b:80"])]),
            ])
        let plan = try planned.plan()
        #expect(
            plan.routes.map { "\($0.match.path.kind.rawValue) \($0.match.path.value) \($0.summary)" } == [
                "Exact /p/q/r shop.b.80", "Prefix /p/q/r shop.a.80", "Prefix /p shop.b.80", "Prefix / shop.a.80",
            ])
        #expect(try plan.answer("x.example", "/p/q/r") == "shop.b.80")
        #expect(try plan.answer("x.example", "/p/q/r/s") == "shop.a.80")
        #expect(try plan.answer("x.example", "/p/q") == "shop.b.80")
        #expect(try plan.answer("x.example", "/") == "shop.a.80")
    }

    @Test func `Exact hosts come before wildcards, and wildcards before none`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a",
                    [
                        ("", ["Prefix / a:80"]), ("*.x.example", ["Prefix /w a:80"]),
                        ("b.x.example", ["Prefix /e b:80"]),
                        ("a.x.example", ["Prefix /e b:80"]),
                    ])
            ])
        let plan = try planned.plan()
        #expect(plan.routes.map(\.match.host) == ["a.x.example", "b.x.example", "*.x.example", nil])
        #expect(try plan.answer("a.x.example", "/e") == "shop.b.80")
        #expect(try plan.answer("A.X.example:8080", "/e") == "shop.b.80")
        #expect(try plan.answer("a.x.example", "/w") == "404")
        #expect(try plan.answer("c.x.example", "/w") == "shop.a.80")
        #expect(try plan.answer("c.x.example", "/") == "404")
        #expect(try plan.answer("d.c.x.example", "/") == "shop.a.80")
    }

    @Test func `A route says where it comes from`() throws {
        let planned = try Planned(
            Self.base + [
                Self.ingress(
                    "shop/a", created: "2026-01-01T00:00:00Z",
                    [("x.example", ["Prefix / a:80", "ImplementationSpecific /p/ a:80"])])
            ])
        let route = try #require(try planned.plan().route("x.example", "/p"))
        #expect(route.ingress == "shop/a")
        #expect(route.field == "spec.rules[0].http.paths[1]")
        #expect(route.pathType == "ImplementationSpecific")
        #expect(route.path == "/p/")
        #expect(route.match.path == PathMatch(kind: .prefix, value: "/p"))
        #expect(route.created == "2026-01-01T00:00:00Z")
        #expect(route.backend == .service(name: "shop/a", port: "80"))
    }

    @Test func `A path that reads like a pattern is compared as it stands, with a Warning`() throws {
        let planned = try Planned(
            Self.base + [Self.ingress("shop/a", [("x.example", ["ImplementationSpecific /p/(.*) a:80"])])])
        #expect(planned.findings == ["warning PathLooksLikeExpression shop/a spec.rules[0].http.paths[0].path"])
        #expect(try planned.answer("x.example", "/p/q") == "404")
    }
}
