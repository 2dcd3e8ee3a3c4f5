import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Lowering to an Application Load Balancer")
struct ALBLoweringTests {
    private func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment = .standard
    ) throws -> Lowering<AWSResource> {
        try ALBLowering.lower(plan, in: environment)
    }

    // MARK: The graph

    @Test("The graph can be carried out, every resource is tagged, and names fit into what AWS allows")
    func graph() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/"), .test(nil, .fallback, pool: "api")]))
        let order = try lowering.graph.dependencyOrder()
        #expect(order.count == lowering.graph.count)
        for node in order {
            if case .targets = node.resource { continue }
            #expect(OwnershipTags(node.resource.tags)?.resource == node.reference)
            switch node.resource {
            case .loadBalancer(let spec): #expect(spec.name.count <= 32)
            case .targetGroup(let spec):
                #expect(spec.name.wholeMatch(of: #/[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/#) != nil)
                #expect(spec.tags["headgate.dev/serves"] == "load-balancer/main")
            default: break
            }
        }
    }

    @Test("The same plan gives the same graph, whatever the order of its pools")
    func isPure() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/"), .test("b.example.com", .prefix, "/x")])
        let first = try lower(plan)
        plan.pools.reverse()
        #expect(try lower(plan).graph == first.graph)
    }

    @Test("A rule follows the targets that it sends requests to")
    func followsTargets() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/x")]))
        let rule = try #require(rules(lowering, "http").first)
        #expect(rule.follows == [ResourceReference(type: "targets", name: "web")])
        #expect(rule.members == ["shop/front"])
        #expect(spec(rule).tags["headgate.dev/ingress"] == "shop/front")
    }

    private func rules(_ lowering: Lowering<AWSResource>, _ listener: String) -> [DesiredResource<AWSResource>] {
        let list = lowering.graph.precedence.first { $0.owner.name == listener }
        return (list?.members ?? []).compactMap { lowering.graph[$0] }
    }

    private func spec(_ node: DesiredResource<AWSResource>) -> RuleSpec {
        guard case .rule(let spec) = node.resource else { preconditionFailure("\(node.reference) is no rule") }
        return spec
    }

    @Test("Another backend changes one rule in place, another path makes one rule more")
    func stableRules() throws {
        let before = try lower(.test([.test("a.example.com", .prefix, "/x"), .test("a.example.com", .prefix, "/z")]))
        let changed = try lower(
            .test([.test("a.example.com", .prefix, "/x", pool: "api"), .test("a.example.com", .prefix, "/z")]))
        #expect(before.graph.precedence == changed.graph.precedence)
        let more = try lower(
            .test([
                .test("a.example.com", .prefix, "/x"), .test("a.example.com", .prefix, "/y"),
                .test("a.example.com", .prefix, "/z"),
            ]))
        for (old, new) in zip(before.graph.precedence, more.graph.precedence) {
            #expect(Set(new.members).subtracting(old.members).count == 1)
            #expect(Set(old.members).isSubset(of: new.members))
        }
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
        let http = rules(try lower(.test(routes)), "http")
        #expect(
            Self.titles(http) == [
                "x.b.example.com",
                "*.*.b.example.com & /status", "*.*.b.example.com", "?*.b.example.com & /b /b/*", "?*.b.example.com",
                "*.*.example.com & /status", "*.*.example.com", "?*.example.com",
                "/status",
            ])
        #expect(spec(http[2]).actions == spec(http[4]).actions)
        // What keeps requests away from the rules of a wildcard stays as long as they do.
        #expect(http.map(\.members)[1...2] == [["shop/status"], ["shop/front"]])
    }

    @Test("Wildcard hosts are expressions where rules run short, and where a route couldn't be had otherwise")
    func wildcardForms() throws {
        var environment = AWSEnvironment.standard
        environment.quotas.rulesPerLoadBalancer = 8
        let plan = LoadBalancerPlan.test([.test("*.example.com", .prefix, "/")])
        #expect(Self.titles(rules(try lower(plan, in: environment), "http")) == ["*.*.example.com", "?*.example.com"])
        environment.quotas.rulesPerLoadBalancer = 7
        let expression = HostExpression("*.example.com").text
        #expect(Self.titles(rules(try lower(plan, in: environment), "http")) == [expression])
        var demanding = plan
        demanding.routes[0].match.path.value = "/p"
        demanding.routes[0].match.headers = ["X-A", "X-B", "X-C"].map {
            ValueMatch(name: $0, kind: .present, value: "")
        }
        let lowering = try lower(demanding)
        #expect(lowering.quarantined.isEmpty)
        #expect(Self.titles(rules(lowering, "http")).allSatisfy { $0.hasPrefix(expression) })
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

    // MARK: Quarantine

    @Test(
        "An Ingress that AWS can't take is quarantined with the reason, and its neighbours stay",
        arguments: [
            (PathMatch(kind: .exact, value: "/" + String(repeating: "x", count: 128)), "ValueTooLong"),
            (PathMatch(kind: .regularExpression, value: #"/\p{L}"#), "UnsupportedExpression"),
            (PathMatch(kind: .regularExpression, value: "/(?i)x"), "UnsupportedExpression"),
        ])
    func quarantine(match: PathMatch, reason: String) throws {
        var bad = Route.test("b.example.com", .exact, "/", ingress: "shop/bad")
        bad.match.path = match
        let lowering = try lower(
            .test([
                .test("a.example.com", .prefix, "/"), bad, .test("b.example.com", .prefix, "/y", ingress: "shop/bad"),
            ]))
        #expect(lowering.quarantined.map(\.member) == ["shop/bad"])
        #expect(lowering.quarantined.map(\.reason) == [reason])
        #expect(rules(lowering, "http").count == 1)
        #expect(lowering.placement.keys.sorted() == ["shop/front"])
    }

    private static func many(_ count: Int) -> [Route] {
        (0..<count).map { number in
            let name = number < 10 ? "0\(number)" : "\(number)"
            return .test(
                "h\(name).example.com", .prefix, "/x", ingress: "shop/i\(name)",
                created: "2024-01-01T00:\(name.suffix(2)):00Z")
        }
    }

    @Test("Beyond a quota the newest Ingresses are quarantined")
    func quota() throws {
        let lowering = try lower(.test(Self.many(55)))
        #expect(lowering.quarantined.map(\.member) == ["shop/i50", "shop/i51", "shop/i52", "shop/i53", "shop/i54"])
        #expect(
            lowering.quarantined.allSatisfy { $0.reason == "QuotaExceeded" && $0.message.contains("110 rules of 100") })
        let rules = try #require(lowering.quotas.first { $0.name.hasPrefix("Rules") })
        #expect(rules.used == 100 && rules.allowed == 100)
    }

    @Test("Where the parameters allow it, hosts are spread over load balancers, and a new host moves none")
    func split() throws {
        let settings = ["split": "by-host", "certificateARNs": AWSEnvironment.certificateARN]
        let lowering = try lower(.test(Self.many(58), settings: settings))
        #expect(lowering.quarantined.isEmpty)
        #expect(lowering.fidelity.contains { $0.message.contains("spread over 2 load balancers") })
        #expect(Set(lowering.placement.values.flatMap(\.self)).count == 2)
        let order = try lowering.graph.dependencyOrder()
        #expect(order.count == lowering.graph.count)
        let more = try lower(.test(Self.many(59), settings: settings))
        for (ingress, place) in lowering.placement { #expect(more.placement[ingress] == place) }
    }

    // MARK: Listeners and certificates

    private func listener(_ name: String, _ lowering: Lowering<AWSResource>) -> ListenerSpec? {
        guard case .listener(let spec)? = lowering.graph[ResourceReference(type: "listener", name: name)]?.resource
        else {
            return nil
        }
        return spec
    }

    @Test("Without any certificate there is no HTTPS listener, and the report says so")
    func noCertificate() throws {
        let lowering = try lower(.test([.test("a.example.com", .prefix, "/")], settings: [:]))
        #expect(listener("https", lowering) == nil)
        #expect(listener("http", lowering) != nil)
        #expect(lowering.fidelity.contains { $0.message.contains("there is no listener on port 443") })
    }

    private static func certified(default isDefault: Bool) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")], settings: [:])
        let fingerprints = ["a", "b"].map { String(repeating: $0, count: 64) }
        plan.certificates = zip(fingerprints, ["a", "b"]).map { fingerprint, name in
            CertificateReference(
                fingerprint: fingerprint, secret: "shop/\(name)", hosts: ["\(name).example.com"],
                notAfter: "2030-01-01T00:00:00Z")
        }
        plan.listeners[1].tls = ListenerTLS(
            policy: TLSPolicy(minimumVersion: .tls13), defaultCertificate: isDefault ? fingerprints[1] : nil,
            certificates: [
                ServerNameBinding(host: "a.example.com", certificate: fingerprints[0]),
                ServerNameBinding(host: "b.example.com", certificate: fingerprints[1]),
            ])
        return plan
    }

    @Test("Certificates are imported one per Secret, the default one apart")
    func certificates() throws {
        let spec = try #require(listener("https", try lower(Self.certified(default: true))))
        #expect(spec.defaultCertificate == .resource(ResourceReference(type: "certificate", name: "shop/b")))
        #expect(spec.certificates == [.resource(ResourceReference(type: "certificate", name: "shop/a"))])
        #expect(spec.sslPolicy == "ELBSecurityPolicy-TLS13-1-3-2021-06")
    }

    @Test("Without a default certificate the first by host stands in, and the report says so")
    func standInCertificate() throws {
        let lowering = try lower(Self.certified(default: false))
        let spec = try #require(listener("https", lowering))
        #expect(spec.defaultCertificate == .resource(ResourceReference(type: "certificate", name: "shop/a")))
        #expect(lowering.fidelity.contains { $0.message.contains("get the certificate of the Secret shop/a") })
    }

    @Test("Every host that a certificate names gets that certificate", arguments: [true, false])
    func serverNames(hasDefault: Bool) throws {
        let plan = Self.certified(default: hasDefault)
        let spec = try #require(listener("https", try lower(plan)))
        let names = ([spec.defaultCertificate].compactMap(\.self) + spec.certificates).map(\.sortKey)
        let model = ALBCertificateModel(
            standard: names[0],
            certificates: plan.certificates.map { certificate in
                .init(name: "certificate/\(certificate.secret)", domains: certificate.hosts)
            }.filter { names.contains($0.name) })
        for binding in plan.listeners[1].tls?.certificates ?? [] {
            let secret = plan.certificates.first { $0.fingerprint == binding.certificate }?.secret ?? ""
            #expect(model.candidates(for: binding.host) == ["certificate/\(secret)"])
        }
        #expect(model.candidates(for: nil) == [names[0]])
        #expect(model.candidates(for: "other.test") == [names[0]])
    }

    @Test("A host's own TLS policy, or want of a certificate, is named")
    func ownPolicy() throws {
        var plan = Self.certified(default: true)
        plan.listeners[1].tls?.certificates[0].policy = TLSPolicy(minimumVersion: .tls12)
        plan.listeners[1].tls?.certificates[1].certificate = nil
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(
            messages.contains { $0.contains("a.example.com is served with TLS 1.3 instead of TLS 1.2 to 1.3") })
        #expect(messages.contains { $0.contains("b.example.com gets the certificate that fits its name") })
    }

    @Test("A certificate of ACM is found by host, and its own are no find")
    func discovery() throws {
        var environment = AWSEnvironment.standard
        environment.certificates = [
            .init(arn: "arn:aws:acm:1", domains: ["a.example.com"], isOurs: true),
            .init(arn: "arn:aws:acm:2", domains: ["*.example.com"], notAfter: "2040-01-01T00:00:00Z"),
            .init(arn: "arn:aws:acm:3", domains: ["a.example.com"], status: "EXPIRED"),
            .init(arn: "arn:aws:acm:4", domains: ["a.example.com"], notAfter: "2030-01-01T00:00:00Z"),
        ]
        let plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")], settings: ["certificateDiscovery": "true"])
        let spec = try #require(listener("https", try lower(plan, in: environment)))
        #expect(spec.defaultCertificate == .identifier("arn:aws:acm:4"))
        // A section that names no Secret leaves its hosts to the default certificate.
        var left = plan
        for index in left.listeners.indices {
            left.listeners[index].tls?.certificates = [ServerNameBinding(host: "a.example.com", certificate: nil)]
        }
        let found = try #require(listener("https", try lower(left, in: environment)))
        #expect(found.defaultCertificate == .identifier("arn:aws:acm:4"))
    }

    // MARK: Redirects

    @Test("A host that redirects to HTTPS takes two rules over plain HTTP, however many paths it has")
    func redirects() throws {
        let filters = RouteFilters(redirectToHTTPS: HTTPSRedirect())
        let routes = ["/a", "/b", "/"].map { Route.test("a.example.com", .prefix, $0, filters: filters) }
        let lowering = try lower(.test(routes))
        let plain = rules(lowering, "http").map { spec($0) }
        #expect(plain.count == 2)
        #expect(plain[0].conditions.contains(.pathPattern(["/.well-known/acme-challenge/*"])))
        #expect(
            plain[1].actions == [.redirect(.init(protocol: "HTTPS", port: "443", statusCode: 301))])
        #expect(rules(lowering, "https").count == 3)
        #expect(lowering.fidelity.contains { $0.object == "Ingress shop/front" && $0.message.contains("status 308") })
    }

    // MARK: Target groups

    @Test("A change of what AWS can't change in a target group gives it another name")
    func targetGroupNames() throws {
        func name(_ plan: LoadBalancerPlan) throws -> String? {
            let lowering = try lower(plan)
            guard
                case .targetGroup(let spec)? = lowering.graph[ResourceReference(type: "target-group", name: "web")]?
                    .resource
            else { return nil }
            return spec.name
        }
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        let before = try #require(try name(plan))
        plan.pools[0].healthCheck?.path = "/health"
        plan.pools[0].targets.append(Target(address: "10.0.0.11", port: 8080))
        #expect(try name(plan) == before)
        plan.pools[0].protocol = .https
        plan.pools[0].tls = BackendTLS()
        #expect(try name(plan) != before)
        plan.scheme = .internal
        #expect(try name(plan) != before)
    }

    @Test("Targets are registered where AWS takes them, and the report names the others")
    func targets() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].targets = [
            Target(address: "10.0.0.9", port: 1), Target(address: "172.16.0.1", port: 2),
            Target(address: "203.0.113.1", port: 3), Target(address: "db.internal", port: 4),
            Target(address: "2001:db8::1", port: 5), Target(address: "10.0.0.8", port: 6, state: .draining),
        ]
        let lowering = try lower(plan)
        guard case .targets(let spec)? = lowering.graph[ResourceReference(type: "targets", name: "web")]?.resource
        else {
            Issue.record("there are no targets")
            return
        }
        #expect(
            spec.targets == [
                .init(id: "10.0.0.9", port: 1), .init(id: "172.16.0.1", port: 2, availabilityZone: "all"),
            ])
        let messages = lowering.fidelity.filter { $0.object == "Ingress shop/front" }.map(\.message)
        for address in ["203.0.113.1", "db.internal"] {
            #expect(messages.contains { $0.contains(address) }, "\(address)")
        }
        #expect(messages.contains { $0.contains("1 with IPv6") })
    }

    @Test("Affinity makes a target group of its own, and is approximated")
    func affinity() throws {
        let filters = RouteFilters(affinity: SessionAffinity(cookieName: "session", maximumAgeSeconds: 600))
        let lowering = try lower(
            .test([.test("a.example.com", .prefix, "/x", filters: filters), .test("a.example.com", .prefix, "/")]))
        let node = lowering.graph[ResourceReference(type: "target-group", name: "web.sticky-600")]
        guard case .targetGroup(let spec)? = node?.resource else {
            Issue.record("there is no sticky target group")
            return
        }
        #expect(spec.attributes["stickiness.lb_cookie.duration_seconds"] == "600")
        #expect(lowering.graph[ResourceReference(type: "target-group", name: "web")] != nil)
        #expect(lowering.fidelity.contains { $0.severity == .approximated && $0.message.contains("AWSALB for 600 s") })
    }

    @Test("Affinity to pools is that of the action alone, and makes no target groups")
    func poolAffinity() throws {
        var plan = LoadBalancerPlan.test([
            .test("a.example.com", .prefix, "/", filters: RouteFilters(poolAffinitySeconds: 600))
        ])
        plan.pools.append(BackendPool(name: "next", targets: []))
        plan.routes[0].action = .forward([WeightedPool(pool: "web", weight: 9), WeightedPool(pool: "next", weight: 1)])
        #expect(try targetGroups(plan).mapValues { $0["stickiness.enabled"] } == ["web": "false", "next": "false"])
        #expect(try stickySeconds(plan) == 600)
        plan.routes[0].filters = RouteFilters(affinity: SessionAffinity(cookieName: "a"), poolAffinitySeconds: 0)
        #expect(try stickySeconds(plan) == nil)
        #expect(try Set(targetGroups(plan).keys) == ["web.sticky-86400", "next.sticky-86400"])
    }

    @Test("Attributes of target groups go before affinity")
    func stickinessOfAttributes() throws {
        var plan = LoadBalancerPlan.test([
            .test(
                "a.example.com", .prefix, "/",
                filters: RouteFilters(affinity: SessionAffinity(cookieName: "a", maximumAgeSeconds: 200)))
        ])
        plan.pools.append(BackendPool(name: "next", targets: []))
        plan.routes[0].action = .forward([WeightedPool(pool: "web"), WeightedPool(pool: "next")])
        for index in plan.pools.indices {
            plan.pools[index].settings = ["targetGroupAttributes.stickiness.enabled": "false"]
        }
        #expect(try targetGroups(plan).mapValues { $0["stickiness.enabled"] } == ["web": "false", "next": "false"])
        #expect(try stickySeconds(plan) == nil)
        #expect(try !lower(plan).fidelity.contains { $0.message.contains("session affinity") })
        plan.pools[0].settings = ["targetGroupAttributes.stickiness.lb_cookie.duration_seconds": "60"]
        let sticky = try #require(try targetGroups(plan)["web.sticky-200"])
        #expect(sticky["stickiness.enabled"] == "true" && sticky["stickiness.lb_cookie.duration_seconds"] == "60")
        #expect(try stickySeconds(plan) == 200)
    }

    @Test("Stickiness can be by a cookie of the application")
    func applicationCookie() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].settings = [
            "targetGroupAttributes.stickiness.enabled": "true",
            "targetGroupAttributes.stickiness.type": "app_cookie",
            "targetGroupAttributes.stickiness.app_cookie.cookie_name": "SESSION",
            "targetGroupAttributes.stickiness.app_cookie.duration_seconds": "60",
        ]
        let attributes = try #require(try targetGroups(plan)["web"])
        #expect(attributes["stickiness.type"] == "app_cookie")
        #expect(attributes["stickiness.app_cookie.cookie_name"] == "SESSION")
        #expect(attributes["stickiness.app_cookie.duration_seconds"] == "60")
    }

    @Test("A target without a health check of its own is healthy with 200, as AWS has it")
    func standardHealthCheck() throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.pools[0].healthCheck = nil
        let node = try lower(plan).graph[ResourceReference(type: "target-group", name: "web")]
        guard case .targetGroup(let spec)? = node?.resource else {
            Issue.record("there is no target group")
            return
        }
        #expect(spec.healthCheck.successCodes == "200")
    }

    private func targetGroups(_ plan: LoadBalancerPlan) throws -> [String: [String: String]] {
        try lower(plan).graph.resources.reduce(into: [:]) { groups, node in
            if case .targetGroup(let spec) = node.resource { groups[node.reference.name] = spec.attributes }
        }
    }

    private func stickySeconds(_ plan: LoadBalancerPlan) throws -> Int? {
        let actions = try lower(plan).graph.resources.compactMap { node -> RuleAction? in
            guard case .rule(let spec) = node.resource else { return nil }
            return spec.actions.first
        }
        let durations = actions.compactMap { action -> Int? in
            guard case .forward(let forward) = action else { return nil }
            return forward.stickinessSeconds
        }
        return durations.first
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

    @Test("A pool without targets has the family that it is going to have, else the one that stands, else IPv4")
    func emptyPools() throws {
        func family(_ family: IPFamily?, standing: String?, dualstack: Bool = true) throws -> String? {
            var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
            plan.addressing.family = dualstack ? .dualstack : .ipv4
            plan.pools[0].targets = []
            plan.pools[0].addressFamily = family
            var environment = AWSEnvironment.standard
            let group = ResourceReference(type: "target-group", name: "web")
            if let standing, case .targetGroup(var spec)? = try lower(plan).graph[group]?.resource {
                spec.ipAddressType = standing
                environment.standing = StandingResources(
                    ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(spec))]))
            }
            guard case .targetGroup(let spec)? = try lower(plan, in: environment).graph[group]?.resource else {
                return nil
            }
            return spec.ipAddressType
        }
        #expect(try family(nil, standing: nil) == "ipv4")
        #expect(try family(nil, standing: "ipv6") == "ipv6")
        #expect(try family(.ipv6, standing: nil) == "ipv6")
        #expect(try family(.ipv4, standing: "ipv6") == "ipv4")
        #expect(try family(.ipv6, standing: nil, dualstack: false) == "ipv4")
    }

    @Test("A target group that a load balancer of others uses is replaced under another name")
    func lentTargetGroup() throws {
        let plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        let group = ResourceReference(type: "target-group", name: "web")
        func spec(_ environment: AWSEnvironment) throws -> TargetGroupSpec? {
            guard case .targetGroup(let spec)? = try lower(plan, in: environment).graph[group]?.resource else {
                return nil
            }
            return spec
        }
        var lent = try #require(try spec(.standard))
        let name = lent.name
        lent.loadBalancer = .identifier("arn:theirs")
        var environment = AWSEnvironment.standard
        environment.standing = StandingResources(
            ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(lent))]))
        #expect(try spec(environment)?.name != name)
        lent.loadBalancer = .resource(ResourceReference(type: "load-balancer", name: "main"))
        environment.standing = StandingResources(
            ObservedGraph(resources: [.init(reference: group, identifier: "a", resource: .targetGroup(lent))]))
        #expect(try spec(environment)?.name == name)
    }

    // MARK: The report

    @Test(
        "The report says which check targets get without one that is asked for",
        arguments: [
            ("HTTP1", "an answer to / with the status 200"),
            ("GRPC", "an answer to /AWS.ALB/healthcheck with a gRPC status from 0 to 99"),
        ])
    func standardCheck(version: String, text: String) throws {
        var plan = LoadBalancerPlan.test(
            [.test("a.example.com", .prefix, "/")],
            settings: ["backendProtocolVersion": version, "certificateARNs": AWSEnvironment.certificateARN])
        for index in plan.pools.indices { plan.pools[index].healthCheck = nil }
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(messages.contains { $0.contains(text) }, "\(messages)")
    }

    @Test(
        "The report says that a port in the Host field may be compared, where clients send one", arguments: [80, 8080])
    func otherPorts(port: Int) throws {
        var plan = LoadBalancerPlan.test([.test("a.example.com", .prefix, "/")])
        plan.listeners[0].port = port
        let messages = try lower(plan).fidelity.map(\.message)
        #expect(messages.contains { $0.contains("the port of a Host field") } == (port == 8080))
    }

    // MARK: Scale

    @Test("A thousand Ingresses on one load balancer are lowered, where the quota allows them")
    func thousand() throws {
        var environment = AWSEnvironment.standard
        environment.quotas.rulesPerLoadBalancer = 5000
        let routes = (0..<1000).map { number in
            Route.test("h\(number).example.com", .prefix, "/x", ingress: "shop/i\(number)")
        }
        let lowering = try lower(.test(routes), in: environment)
        #expect(lowering.quarantined.isEmpty)
        #expect(lowering.graph.precedence.map(\.members.count) == [1000, 1000])
        #expect(Set(rules(lowering, "http").map { spec($0).priority }).count == 1000)
    }
}
