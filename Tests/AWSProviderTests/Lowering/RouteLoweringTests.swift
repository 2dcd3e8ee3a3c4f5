import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Lowering of routes to rules")
struct RouteLoweringTests {
    private func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment = .standard
    ) throws -> Lowering<AWSResource> {
        try ALBLowering.lower(plan, in: environment)
    }

    // MARK: Conditions

    @Test(
        "Paths become conditions",
        arguments: [
            (PathMatch.Kind.exact, "/p", RuleCondition.pathPattern(["/p"])),
            (.prefix, "/p", .pathPattern(["/p", "/p/*"])),
            (.prefix, "/p/", .pathPattern(["/p", "/p/*"])),
            (.exact, "/a,b", .pathExpressions(["^/a,b$"])),
            (.prefix, "/a(b)", .pathExpressions([#"^/a\(b\)(/.*)?$"#])),
            (.exact, "/a*", .pathExpressions([#"^/a\*$"#])),
            (.pattern, "/img/*.p?g", .pathPattern(["/img/*.p?g"])),
            (.pattern, "/a,b/*", .pathExpressions(["^/a,b/.*$"])),
            (.expression, "/v[0-9]$", .pathExpressions(["^.*/v[0-9]$"])),
            (.expression, "^/Api/", .pathExpressions(["^/Api/.*$"])),
            (.regularExpression, "/api/v[0-9]+", .pathExpressions(["^/[Aa][Pp][Ii]/[Vv][0-9]+.*$"])),
            (.regularExpression, "/a|/b$", .pathExpressions(["^(?:/[Aa]|/[Bb]$).*$"])),
            (.regularExpression, "/x[a-c]$", .pathExpressions(["^/[Xx][ABCabc]$"])),
        ])
    func paths(kind: PathMatch.Kind, path: String, condition: RuleCondition) throws {
        let conditions = RouteConditions(quotas: AWSQuotas(), wildcards: .patterns)
        #expect(try conditions.path(PathMatch(kind: kind, value: path), isExpression: false).condition == condition)
    }

    @Test(
        "Hosts become conditions",
        arguments: [
            ("a.example.com", RuleCondition.hostHeader(["a.example.com"])),
            ("*.example.com", .hostHeader(["?*.example.com"])),
            ("*.b.d1", .hostHeaderExpressions([#"^[^.]+\.[Bb]\.[Dd]1(:[0-9]+)?$"#])),
            ("lan", .hostHeaderExpressions(["^[Ll][Aa][Nn](:[0-9]+)?$"])),
            ("a.xn--p1ai", .hostHeaderExpressions([#"^[Aa]\.[Xx][Nn]--[Pp]1[Aa][Ii](:[0-9]+)?$"#])),
        ])
    func hosts(host: String, condition: RuleCondition) throws {
        #expect(try RouteConditions(quotas: AWSQuotas(), wildcards: .patterns).host(.host(host)) == condition)
    }

    @Test("Where rules run short a wildcard host becomes an expression")
    func wildcardExpression() throws {
        let conditions = RouteConditions(quotas: AWSQuotas(), wildcards: .expressions)
        #expect(try conditions.host(.host("*.b.de")) == .hostHeaderExpressions([#"^[^.]+\.[Bb]\.[Dd][Ee](:[0-9]+)?$"#]))
    }

    @Test("Conditions with too many values are spread over rules, within all limits")
    func splitting() throws {
        let networks = (0..<12).map { "10.\($0).0.0/16" }
        let split = try ConditionSplitting(quotas: AWSQuotas()).split([
            .hostHeader(["a.example.com"]), .pathPattern(["/p", "/p/*"]), .sourceIP(networks),
        ])
        #expect(split.allSatisfy { rule in rule.reduce(0) { $0 + $1.values.count } <= 5 })
        let seen = split.flatMap { rule in
            rule.flatMap { condition in condition.title == "source-ip" ? condition.values : [] }
        }
        #expect(Set(seen) == Set(networks))
    }

    @Test("However conditions are spread, no rule has more wildcards than AWS takes")
    func splittingWildcards() throws {
        let splitting = ConditionSplitting(quotas: AWSQuotas())
        let headers = ["X-A", "X-B"].map { RuleCondition.httpHeader(name: $0, values: ["*"]) }
        let path = RuleCondition.pathPattern(["/p", "/p/*"])
        let split = try splitting.split([.hostHeader(["?*.example.com"]), path] + headers)
        #expect(split.allSatisfy { rule in rule.flatMap(\.values).joined().count { "*?".contains($0) } <= 5 })
        #expect(throws: RouteRefusal.self) {
            try splitting.split([.hostHeader(["?*.example.com"]), path] + headers + headers)
        }
    }

    @Test("Conditions on hosts and on any parameter become those of AWS")
    func hostsAndParameters() throws {
        let match = RouteMatch(
            path: PathMatch(kind: .prefix, value: "/"),
            headers: [ValueMatch(name: "Host", kind: .regularExpression, value: "^x[0-9]\\.test$")],
            queryParameters: [ValueMatch(name: "", kind: .exact, value: "1")])
        let further = try RouteConditions(quotas: AWSQuotas(), wildcards: .patterns).further(match)
        #expect(
            further.conditions == [
                .hostHeaderExpressions(["^[Xx][0-9]\\.[Tt][Ee][Ss][Tt]$"]), .queryString([.init(key: nil, value: "1")]),
            ])
        #expect(further.differences.contains { $0.contains("any name") })
    }

    @Test(
        "Redirects to the host of the request become those of AWS",
        arguments: [
            ("https://www.#{host}", "HTTPS", "www.#{host}", "443"),
            ("//#{host}:8443", "#{protocol}", "#{host}", "8443"),
        ])
    func redirectsToOwnHost(authority: String, protocol: String, host: String, port: String) throws {
        let context = ListenerContext(name: "http", port: 80, isSecure: false, httpsPort: 443)
        let answer = OwnAnswers(listener: context).redirect(
            Redirect(statusCode: 301, location: "/", keepsPath: true, authority: authority))
        guard case .redirect(let redirect) = answer.action else {
            Issue.record("it is no redirect")
            return
        }
        #expect(redirect.protocol == `protocol` && redirect.host == host && redirect.port == port)
        #expect(redirect.path == "/#{path}" && answer.unsupported.isEmpty)
    }

    // MARK: Wildcard hosts

    private static func titles(_ nodes: [DesiredResource<AWSResource>]) -> [String] {
        nodes.map { node in
            guard case .rule(let rule) = node.resource else { return "" }
            return rule.conditions.map { $0.values.joined(separator: " ") }.joined(separator: " & ")
        }
    }

    @Test("Names below a wildcard host go where names without rules go, behind what covers them")
    func belowWildcards() throws {
        let routes: [Route] = [
            .test("x.b.example.com", .prefix, "/"), .test("*.b.example.com", .prefix, "/b"),
            .test("*.example.com", .prefix, "/"), .test(nil, .exact, "/status", ingress: "shop/status"),
            .test(nil, .fallback, pool: "api", ingress: "shop/rest"),
        ]
        let http = try lower(.test(routes)).rules(of: "http")
        #expect(
            Self.titles(http) == [
                "x.b.example.com",
                "*.*.b.example.com & /status", "*.*.b.example.com", "?*.b.example.com & /b /b/*", "?*.b.example.com",
                "*.*.example.com & /status", "*.*.example.com", "?*.example.com",
                "/status", "/*",
            ])
        #expect(http[2].rule.actions == http[4].rule.actions)
        #expect(http.map(\.members)[1...2] == [["shop/status"], ["shop/rest"]])
    }

    @Test("Wildcard hosts are expressions where rules run short, and where a route couldn't be had otherwise")
    func wildcardForms() throws {
        var environment = AWSEnvironment.standard
        environment.quotas.rulesPerLoadBalancer = 8
        let plan = LoadBalancerPlan.test([.test("*.example.com", .prefix, "/")])
        let patterns = try lower(plan, in: environment)
        #expect(Self.titles(patterns.rules(of: "http")) == ["*.*.example.com", "?*.example.com"])
        environment.quotas.rulesPerLoadBalancer = 7
        let expression = HostExpression("*.example.com").text
        #expect(Self.titles(try lower(plan, in: environment).rules(of: "http")) == [expression])
        var demanding = plan
        demanding.routes[0].match.path.value = "/p"
        demanding.routes[0].match.headers = ["X-A", "X-B", "X-C"].map {
            ValueMatch(name: $0, kind: .present, value: "")
        }
        let lowering = try lower(demanding)
        #expect(lowering.quarantined.isEmpty)
        #expect(Self.titles(lowering.rules(of: "http")).allSatisfy { $0.hasPrefix(expression) })
    }

    // MARK: Rewrites

    @Test(
        "A prefix that is replaced on a host with expressions is told to AWS where its length is fixed",
        arguments: [
            ("/api", "/v2", "^/[Aa][Pp][Ii](.*)$", "/v2$1"), ("/api/", "/", "^/[Aa][Pp][Ii]/?(.*)$", "/$1"),
            ("^/1.0/", "/v2", "^/1[^?]0(.*)$", "/v2$1"), ("/", "/v2", "^(.*)$", "/v2$1"),
        ])
    func replacedPrefix(expression: String, value: String, wanted: String, replacement: String) throws {
        let rewrite = PathRewrite(kind: .replacePrefix, value: value)
        let match = PathMatch(kind: .regularExpression, value: expression)
        let transform = try RouteTransform(rewrite, match: match, isExpression: true).transform
        #expect(transform == RuleTransform(kind: .urlRewrite, expression: wanted, replacement: replacement))
    }

    @Test(
        "A prefix of no fixed length, or with an end that may be a slash, is refused",
        arguments: ["/a+", "/.*", "/a[^b]"])
    func unfixedPrefix(expression: String) {
        let rewrite = PathRewrite(kind: .replacePrefix, value: "/v2")
        let match = PathMatch(kind: .regularExpression, value: expression)
        let refusal = #expect(throws: RouteRefusal.self) {
            try RouteTransform(rewrite, match: match, isExpression: true)
        }
        #expect(refusal?.reason == "UnsupportedRewrite")
    }

    // MARK: Redirects

    @Test("A host that redirects to HTTPS takes two rules over plain HTTP, however many paths it has")
    func redirects() throws {
        let filters = RouteFilters(redirectToHTTPS: HTTPSRedirect())
        let routes = ["/a", "/b", "/"].map { Route.test("a.example.com", .prefix, $0, filters: filters) }
        let lowering = try lower(.test(routes))
        let plain = lowering.rules(of: "http").map { $0.rule }
        #expect(plain.count == 2)
        #expect(plain[0].conditions.contains(.pathPattern(["/.well-known/acme-challenge/*"])))
        #expect(
            plain[1].actions == [.redirect(.init(protocol: "HTTPS", port: "443", statusCode: 301))])
        #expect(lowering.rules(of: "https").count == 3)
        #expect(lowering.fidelity.contains { $0.object == "Ingress shop/front" && $0.message.contains("status 308") })
    }

    @Test("Of redirects that are left out, the rule that takes the rest is of the Ingress whose they are")
    func ownersOfRedirects() throws {
        let filters = RouteFilters(redirectToHTTPS: HTTPSRedirect(includesChallenges: true))
        func plain(_ routes: [Route]) throws -> [[String]] {
            try lower(.test(routes)).rules(of: "http").map { $0.members + ["\($0.rule.conditions.count)"] }
        }
        let path = Route.test("a.example.com", .prefix, "/a", ingress: "shop/a", filters: filters)
        let root = Route.test("a.example.com", .prefix, "/", ingress: "shop/b", filters: filters)
        let fallback = Route.test(nil, .fallback, ingress: "shop/c", filters: filters)
        let hostless = Route.test(nil, .prefix, "/a", ingress: "shop/b", filters: filters)
        #expect(try plain([path, root]) == [["shop/a", "2"], ["shop/b", "1"]])
        #expect(try plain([path, hostless, fallback]) == [["shop/a", "1"], ["shop/b", "1"], ["shop/c", "1"]])
    }
}
