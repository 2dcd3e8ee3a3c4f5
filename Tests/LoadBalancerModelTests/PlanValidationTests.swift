import Testing

@testable import LoadBalancerModel

@Suite("Plan validation")
struct PlanValidationTests {
    /// A change that breaks one rule, and the path at which the violation must be reported.
    struct Breakage: Sendable, CustomTestStringConvertible {
        var path: String
        var change: @Sendable (inout LoadBalancerPlan) -> Void
        var testDescription: String { path }

        init(_ path: String, _ change: @escaping @Sendable (inout LoadBalancerPlan) -> Void) {
            self.path = path
            self.change = change
        }
    }

    static let breakages: [Breakage] = [
        Breakage("$.apiVersion") { $0.apiVersion = "plan.headgate.dev/v0" },
        Breakage("$.kind") { $0.kind = "Plan" },
        Breakage("$.name") { $0.name = "Web" },
        Breakage("$.name") { $0.name = String(repeating: "a", count: 33) },
        Breakage("$.name") { $0.name = "web-" },
        Breakage("$.identity.cluster") { $0.identity.cluster = "" },
        Breakage("$.provider.name") { $0.provider.name = "" },
        Breakage("$.listeners[1].name") { $0.listeners[1].name = "http" },
        Breakage("$.listeners[0].port") { $0.listeners[0].port = 0 },
        Breakage("$.listeners[0].port") { $0.listeners[0].port = 65536 },
        Breakage("$.listeners[0].tls") { $0.listeners[0].tls = ListenerTLS() },
        Breakage("$.listeners[1].tls") { $0.listeners[1].tls = nil },
        Breakage("$.listeners[1].port") {
            $0.listeners[1].port = 80
            $0.listeners[1].addresses = []
        },
        Breakage("$.listeners[1].port") {
            $0.listeners[1].port = 80
            $0.listeners[1].addresses = ["127.0.0.1"]
        },
        Breakage("$.listeners[1].port") {
            $0.listeners[0].addresses = ["127.0.0.1"]
            $0.listeners[1].port = 80
            $0.listeners[1].addresses = ["192.0.2.1", "0.0.0.0"]
        },
        Breakage("$.listeners[0].addresses[1]") { $0.listeners[0].addresses = ["::1", "0:0:0:0:0:0:0:1"] },
        Breakage("$.listeners[1].tls.policy") { $0.listeners[1].tls?.policy.maximumVersion = .tls12 },
        Breakage("$.listeners[1].tls.defaultCertificate") { $0.listeners[1].tls?.defaultCertificate = "f" },
        Breakage("$.listeners[1].tls.certificates[0].host") { $0.listeners[1].tls?.certificates[0].host = "*" },
        Breakage("$.listeners[1].tls.certificates[0].certificate") {
            $0.listeners[1].tls?.certificates[0].certificate = "f"
        },
        Breakage("$.listeners[1].tls.certificates[1].policy") {
            $0.listeners[1].tls?.certificates[1].policy = TLSPolicy(minimumVersion: .tls13, maximumVersion: .tls12)
        },
        Breakage("$.listeners[1].tls.certificates[1].host") {
            $0.listeners[1].tls?.certificates[1].host = "*.shop.example"
        },
        Breakage("$.certificates[1].fingerprint") { $0.certificates.append($0.certificates[0]) },
        Breakage("$.certificates[0].notAfter") { $0.certificates[0].notAfter = "tomorrow" },
        Breakage("$.routes[0].match.host") { $0.routes[0].match.host = "Shop.example" },
        Breakage("$.routes[0].match.host") { $0.routes[0].match.host = "a..b" },
        Breakage("$.routes[0].match.path.value") { $0.routes[0].match.path.value = "cart" },
        Breakage("$.routes[2].match.path.value") { $0.routes[2].match.path.value = "" },
        Breakage("$.routes[4].match.path.value") { $0.routes[4].match.path.value = "/" },
        Breakage("$.routes[0].match.headers[0].name") { $0.routes[0].match.headers[0].name = "a b" },
        Breakage("$.routes[0].match.queryParameters[0].name") { $0.routes[0].match.queryParameters[0].name = "" },
        Breakage("$.routes[0].match.methods[0]") { $0.routes[0].match.methods[0] = "G T" },
        Breakage("$.routes[0].filters.redirectToHTTPS.statusCode") {
            $0.routes[0].filters.redirectToHTTPS?.statusCode = 200
        },
        Breakage("$.routes[0].filters.redirectToHTTPS.port") { $0.routes[0].filters.redirectToHTTPS?.port = 0 },
        Breakage("$.routes[0].filters.maximumRequestBodyBytes") { $0.routes[0].filters.maximumRequestBodyBytes = -1 },
        Breakage("$.routes[0].filters.timeouts.connectMilliseconds") {
            $0.routes[0].filters.timeouts.connectMilliseconds = 0
        },
        Breakage("$.routes[0].filters.affinity.cookieName") { $0.routes[0].filters.affinity?.cookieName = "a;b" },
        Breakage("$.routes[0].filters.secureResponseHeaders[0].value") {
            $0.routes[0].filters.secureResponseHeaders[0].value = "a\r\nb"
        },
        Breakage("$.routes[0].action.pools") { $0.routes[0].action = .forward([]) },
        Breakage("$.routes[0].action.pools[0].pool") { $0.routes[0].action = .forward([WeightedPool(pool: "none")]) },
        Breakage("$.routes[0].action.pools[0].weight") {
            $0.routes[0].action = .forward([WeightedPool(pool: "cart", weight: -1)])
        },
        Breakage("$.routes[1].action.redirect.statusCode") {
            $0.routes[1].action = .redirect(Redirect(statusCode: 304, location: "/"))
        },
        Breakage("$.routes[1].action.redirect.location") {
            $0.routes[1].action = .redirect(Redirect(statusCode: 302, location: "/\r\nx: y"))
        },
        Breakage("$.routes[2].action.response.statusCode") {
            $0.routes[2].action = .fixedResponse(FixedResponse(statusCode: 100))
        },
        Breakage("$.routes[3].action.site.site") { $0.routes[3].action = .staticSite(StaticSiteAction(site: "none")) },
        Breakage("$.pools[0].tls") { $0.pools[0].tls = nil },
        Breakage("$.pools[1].name") { $0.pools[1].name = "bucket" },
        Breakage("$.pools[1].targets[1]") { $0.pools[1].targets[1].address = "10.0.0.1" },
        Breakage("$.pools[1].targets[0].port") { $0.pools[1].targets[0].port = -1 },
        Breakage("$.pools[1].targets[0].weight") { $0.pools[1].targets[0].weight = -1 },
        Breakage("$.pools[1].healthCheck.statusCodes") { $0.pools[1].healthCheck?.statusCodes = "399-200" },
        Breakage("$.pools[1].healthCheck.path") { $0.pools[1].healthCheck?.path = "healthz" },
        Breakage("$.pools[1].healthCheck.healthyThreshold") { $0.pools[1].healthCheck?.healthyThreshold = 0 },
        Breakage("$.staticSites[0].files[0].path") { $0.staticSites[0].files[0].path = "../secret" },
        Breakage("$.staticSites[0].files[0].digest") { $0.staticSites[0].files[0].digest = "x" },
        Breakage("$.attributes.timeouts.idleMilliseconds") { $0.attributes.timeouts.idleMilliseconds = -5 },
        Breakage("$.attributes.limits.maximumConnections") { $0.attributes.limits.maximumConnections = 0 },
    ]

    @Test("The sample plan is valid")
    func validPlan() {
        #expect(samplePlan.validate() == [])
    }

    @Test("A broken rule is reported at its path", arguments: breakages)
    func brokenRule(breakage: Breakage) {
        var plan = samplePlan
        breakage.change(&plan)
        #expect(plan.validate().map(\.path).contains(breakage.path))
    }

    @Test("All violations are returned, not only the first")
    func allViolations() {
        var plan = samplePlan
        plan.name = ""
        plan.routes[0].match.host = "UPPER"
        plan.attributes.limits.maximumConnections = -1
        let paths = plan.validate().map(\.path)
        #expect(paths == ["$.name", "$.routes[0].match.host", "$.attributes.limits.maximumConnections"])
    }

    @Test("A violation shows its value and what would be right")
    func violationText() {
        var plan = samplePlan
        plan.routes[0].match.path.value = "cart"
        #expect(
            plan.validate().map(\.description) == [
                "$.routes[0].match.path.value: \"cart\" is not an absolute path: it must start with \"/\""
            ])
    }
}
