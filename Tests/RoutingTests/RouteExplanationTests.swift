import LoadBalancerModel
import Routing
import Testing

struct RouteExplanationTests {
    private static let routes = [
        Route(host: "shop.example.com", .prefix, "/"),
        Route(host: "shop.example.com", .prefix, "/products"),
        Route(host: "shop.example.com", .prefix, "/products/"),
        Route(host: "shop.example.com", .exact, "/products"),
        Route(host: "shop.example.com", .prefix, "/cart"),
        Route(host: "shop.example.com", .fallback),
        Route(host: "*.example.com", .prefix, "/products"),
        Route(.prefix, "/"),
        Route(.fallback),
        Route(host: "other.org", .prefix, "/"),
        Route(
            RouteMatch(
                host: "shop.example.com", path: PathMatch(kind: .prefix, value: "/products"),
                headers: [ValueMatch(name: "X-Canary", kind: .exact, value: "1")], methods: ["PUT", "POST"])),
    ]

    @Test("Every route gets the verdict that fits")
    func verdicts() throws {
        let explanation = try RouteTable(routes: Self.routes).explain(
            host: "SHOP.example.com:443", path: "/x/../products?id=1")
        #expect(explanation.winner == 3)
        #expect(explanation.host == "shop.example.com")
        #expect(explanation.path == "/products")
        #expect(explanation.matchedHost == "shop.example.com")
        #expect(explanation.isHostKnown)
        #expect(!explanation.usesExpressions)
        let expected: [RouteExplanation.Candidate] = [
            .init(route: 3, verdict: .wins),
            .init(route: 0, verdict: .shorterPath(winner: 3)),
            .init(route: 1, verdict: .exactFirst(winner: 3)),
            .init(route: 2, verdict: .exactFirst(winner: 3)),
            .init(route: 5, verdict: .defaultNotReached(winner: 3)),
            .init(route: 8, verdict: .defaultNotReached(winner: 3)),
            .init(route: 4, verdict: .pathDoesNotMatch),
            .init(route: 10, verdict: .conditionFails(.method(allowed: ["PUT", "POST"]))),
            .init(route: 6, verdict: .lessSpecificHost(decides: "shop.example.com")),
            .init(route: 7, verdict: .lessSpecificHost(decides: "shop.example.com")),
            .init(route: 9, verdict: .hostDoesNotMatch),
        ]
        #expect(explanation.considered == expected)
    }

    @Test("The condition that fails is named, and a claim that came second")
    func conditionsAndClaims() throws {
        let table = try RouteTable(routes: Self.routes)
        let failed = table.explain(
            host: "shop.example.com", path: "/products/1", request: DescribedRequest(method: "PUT"))
        #expect(failed.winner == 1)
        #expect(failed.considered.contains(.init(route: 2, verdict: .claimedBefore(winner: 1))))
        #expect(failed.considered.contains(.init(route: 10, verdict: .conditionFails(.header(name: "x-canary")))))
        let met = table.explain(
            host: "shop.example.com", path: "/products/1",
            request: DescribedRequest(method: "PUT", headers: [("X-Canary", "1")]))
        #expect(met.considered.contains(.init(route: 10, verdict: .claimedBefore(winner: 1))))
    }

    @Test("Defaults are told apart")
    func defaults() throws {
        let own = try RouteTable(routes: [Route(.fallback), Route(host: "a.com", .fallback)]).explain(
            host: "a.com", path: "/")
        #expect(
            own.considered == [.init(route: 1, verdict: .wins), .init(route: 0, verdict: .hostDefaultFirst(winner: 1))])
        let none = try RouteTable(routes: [Route(host: "a.com", .prefix, "/x")]).explain(host: "b.com", path: "/x")
        #expect(none.winner == nil)
        #expect(!none.isHostKnown)
        #expect(none.considered == [.init(route: 0, verdict: .hostDoesNotMatch)])
    }

    @Test("Of two expressions the later is named so")
    func expressions() throws {
        let table = try RouteTable(routes: [
            Route(host: "h", .regularExpression, "/a"), Route(host: "h", .regularExpression, "/a/(.*)"),
            Route(host: "h", .regularExpression, "/a/(.*)"), Route(host: "h", .prefix, "/b"),
        ])
        let explanation = table.explain(host: "h", path: "/a/x")
        #expect(explanation.usesExpressions)
        #expect(
            explanation.considered == [
                .init(route: 1, verdict: .wins), .init(route: 0, verdict: .laterExpression(winner: 1)),
                .init(route: 2, verdict: .claimedBefore(winner: 1)), .init(route: 3, verdict: .pathDoesNotMatch),
            ])
    }

    @Test("A path that has no normal form is explained as such")
    func invalidRequest() throws {
        let explanation = try RouteTable(routes: [Route(.prefix, "/")]).explain(host: "h", path: "/../x")
        #expect(explanation.winner == nil)
        #expect(explanation.path == nil)
        #expect(explanation.failure == .leavesRoot)
        #expect(explanation.considered == [.init(route: 0, verdict: .requestInvalid)])
    }

    @Test(
        "Verdicts read as what a person would say",
        arguments: [
            (RouteVerdict.shorterPath(winner: 3), "matches, but the path of route 3 is longer"),
            (.hostDoesNotMatch, "host does not match"),
            (.lessSpecificHost(decides: "a.com"), "host matches, but the more specific a.com decides"),
            (.conditionFails(.header(name: "x-a")), "host and path match, but the header x-a does not match"),
            (
                .conditionFails(.clientNetwork(allowed: ["10.0.0.0/8", "::1"])),
                "host and path match, but the client's address is not in 10.0.0.0/8 or ::1"
            ),
        ])
    func descriptions(verdict: RouteVerdict, expected: String) {
        #expect("\(verdict)" == expected)
    }
}
