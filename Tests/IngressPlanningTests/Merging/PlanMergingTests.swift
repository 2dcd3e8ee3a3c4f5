import KubernetesModel
import LoadBalancerModel
import Testing
import X509

@testable import IngressPlanning

@Suite struct PlanMergingTests {
    private static let services = ["a", "b", "c"].map { Manifests.service("shop/\($0)") }
    private static let classes = [
        Manifests.ingressClass("one", isDefault: false), Manifests.ingressClass("two", isDefault: false),
    ]

    private static func ingress(
        _ name: String, _ className: String, created: String? = nil, annotations: [String: String] = [:],
        _ rules: [(String, [String])] = [], defaultBackend: String? = nil, tls: [String] = []
    ) -> String {
        Manifests.ingress(
            "shop/\(name)", className: className, created: created, annotations: annotations, rules: rules,
            defaultBackend: defaultBackend, tls: tls)
    }

    private struct Merged {
        var plan: LoadBalancerPlan
        var diagnostics: [Diagnostic]

        var findings: [String] { diagnostics.map(\.summary) }
    }

    /// Merges the plans of the manifests, and expects the same whatever their order.
    private static func merge(
        _ ingresses: String..., classes: [String] = classes, objects: [AnyKubernetesObject] = [],
        options: (inout PlannerOptions) -> Void = { _ in }
    ) throws -> Merged {
        let plans = try Planned(classes + services + ingresses, objects: objects, options: options).result.plans
        let merged = PlanMerging.merge(plans)
        let reversed = PlanMerging.merge(plans.reversed())
        #expect(merged.plan == reversed.plan)
        #expect(merged.diagnostics == reversed.diagnostics)
        #expect(merged.plan.validate().isEmpty, "\(merged.plan.validate())")
        return Merged(plan: merged.plan, diagnostics: merged.diagnostics)
    }

    // MARK: The whole

    @Test func `A single plan stays as it is`() throws {
        let plans = try Planned(Self.classes + Self.services + [Self.ingress("a", "one", defaultBackend: "a:80")])
            .result.plans
        #expect(PlanMerging.merge(plans).plan == plans.first)
    }

    @Test func `Hosts of one plan alone keep their routes as they are`() throws {
        let ingresses = [
            Self.ingress(
                "a", "one", annotations: ["nginx.ingress.kubernetes.io/use-regex": "true"],
                [("x.example", ["ImplementationSpecific /a(.*) a:80", "ImplementationSpecific /abc a:80"])]),
            Self.ingress("b", "two", [("y.example", ["Prefix /b b:80", "Exact /b b:80", "Prefix /b/long c:80"])]),
        ]
        let plans = try Planned(Self.classes + Self.services + ingresses).result.plans
        let expected = plans.flatMap(\.routes).sorted { ($0.match.host ?? "") < ($1.match.host ?? "") }
        #expect(expected.count == 5)
        #expect(PlanMerging.merge(plans).plan.routes == expected)
    }

    @Test func `No plan at all answers 404`() throws {
        let plan = PlanMerging.merge([]).plan
        #expect(plan.validate().isEmpty)
        #expect(plan.listeners.map(\.port) == [80, 443])
        #expect(try plan.answer("a.example", "/") == "404")
    }

    @Test func `Plans with listeners of their own are not merged`() throws {
        let own = Manifests.ingressClass(
            "two", isDefault: false, spec: "{listeners: [{name: a, protocol: HTTP, port: 81}]}")
        let plans = try Planned(
            [Self.classes[0], own] + Self.services + [
                Self.ingress("a", "one", defaultBackend: "a:80"), Self.ingress("b", "two", defaultBackend: "b:80"),
            ]
        ).result.plans
        let parts = PlanMerging.split(plans)
        #expect(parts.shared.map(\.identity.ingressClass) == ["one"])
        #expect(parts.ownListeners.map(\.identity.ingressClass) == ["two"])
    }

    // MARK: Paths

    @Test(arguments: [
        ("2026-01-02T00:00:00Z" as String?, "2026-01-01T00:00:00Z" as String?, "shop.b.80", "shop/a"),
        (nil, nil, "shop.a.80", "shop/b"),
    ])
    func `Between plans the older Ingress wins, then the lower name, and the loser keeps its other paths`(
        createdA: String?, createdB: String?, winner: String, loser: String
    ) throws {
        let merged = try Self.merge(
            Self.ingress("a", "two", created: createdA, [("x.example", ["Prefix /p a:80", "Prefix /p/a a:80"])]),
            Self.ingress("b", "one", created: createdB, [("x.example", ["Prefix /p b:80", "Exact /p b:80"])]))
        #expect(try merged.plan.answer("x.example", "/p/x") == winner)
        #expect(try merged.plan.answer("x.example", "/p/a") == "shop.a.80")
        #expect(try merged.plan.answer("x.example", "/p") == "shop.b.80")
        #expect(merged.findings == ["warning PathConflict \(loser) spec.rules[0].http.paths[0]"])
        #expect(merged.plan.routes.map(\.match.path.value) == ["/p/a", "/p", "/p"])
    }

    @Test func `Regular expressions of one plan hold for the host in all`() throws {
        let merged = try Self.merge(
            Self.ingress(
                "a", "one", annotations: ["nginx.ingress.kubernetes.io/rewrite-target": "/$1"],
                [("x.example", ["ImplementationSpecific /api/(.*) a:80"])]),
            Self.ingress(
                "b", "two", annotations: ["headgate.dev/replace-prefix": "/"],
                [("x.example", ["Prefix /Web b:80"]), ("y.example", ["Prefix /Web b:80"])]),
            Self.ingress("c", "two", [("x.example", ["ImplementationSpecific /(?=a c:80"])]))
        #expect(try merged.plan.answer("x.example", "/webx") == "shop.b.80")
        #expect(try merged.plan.answer("y.example", "/webx") == "404")
        let route = try #require(try merged.plan.route("x.example", "/web/x"))
        #expect(route.match.path == PathMatch(kind: .regularExpression, value: "/Web"))
        #expect(route.filters.rewrite == PathRewrite(kind: .replacePrefix, value: "/"))
        #expect(
            merged.findings == [
                "warning RegularExpressionHost shop/b spec.rules", "warning RegularExpressionHost shop/c spec.rules",
                "error InvalidRegularExpression shop/c spec.rules[0].http.paths[0].path",
            ])
    }

    // MARK: Default backends

    @Test func `Default backends are ranked over all plans`() throws {
        let merged = try Self.merge(
            Self.ingress("a", "one", [("x.example", ["Prefix /p a:80"])], defaultBackend: "a:80"),
            Self.ingress("b", "two", defaultBackend: "b:80"),
            Self.ingress("c", "two", [("y.example", ["Prefix /p c:80"])]))
        #expect(try merged.plan.answer("x.example", "/other") == "shop.a.80")
        #expect(try merged.plan.answer("y.example", "/other") == "shop.b.80")
        #expect(try merged.plan.answer("z.example", "/") == "shop.b.80")
        #expect(merged.findings.isEmpty)
        #expect(merged.plan.routes.filter { $0.match.path.kind == .fallback }.map(\.match.host) == ["x.example", nil])
    }

    @Test func `Among several of one rank the older wins, and the loser is told`() throws {
        let merged = try Self.merge(
            Self.ingress("a", "one", created: "2026-02-01T00:00:00Z", defaultBackend: "a:80"),
            Self.ingress("b", "two", created: "2026-01-01T00:00:00Z", defaultBackend: "b:80"))
        #expect(try merged.plan.answer("z.example", "/") == "shop.b.80")
        #expect(merged.findings == ["warning DefaultBackendConflict shop/a spec.defaultBackend"])
        let hosts = try Self.merge(
            Self.ingress("a", "one", [("x.example", ["Prefix /a a:80"])], defaultBackend: "a:80"),
            Self.ingress("b", "two", [("x.example", ["Prefix /b b:80"])], defaultBackend: "b:80"))
        #expect(try hosts.plan.answer("x.example", "/other") == "shop.a.80")
        #expect(hosts.findings.allSatisfy { $0 == "warning DefaultBackendConflict shop/b spec.defaultBackend" })
        #expect(!hosts.findings.isEmpty)
    }

    @Test func `The class's default backend gives way to that of an Ingress, the controller's to both`() throws {
        let classes = [
            Manifests.ingressClass(
                "one", isDefault: false, spec: "{defaultBackend: {namespace: shop, service: c, port: 80}}"),
            Self.classes[1],
        ]
        let controller: (inout PlannerOptions) -> Void = {
            $0.defaultBackend = try? DefaultBackend(parsing: "shop/b:80")
        }
        let rule = Self.ingress("a", "one", [("x.example", ["Prefix /a a:80"])])
        let other = Self.ingress("b", "two", [("y.example", ["Prefix /b b:80"])])
        let byClass = try Self.merge(rule, other, classes: classes, options: controller)
        #expect(try byClass.plan.answer("y.example", "/other") == "shop.c.80")
        let ingress = Self.ingress("z", "two", [("y.example", ["Prefix /b b:80"])], defaultBackend: "a:80")
        let byIngress = try Self.merge(rule, ingress, classes: classes, options: controller)
        #expect(try byIngress.plan.answer("x.example", "/other") == "shop.a.80")
    }

    @Test func `A host without any default stays 404, and hides wildcards`() throws {
        let merged = try Self.merge(
            Self.ingress("a", "one", [("x.example", [])]),
            Self.ingress("b", "two", [("*.example", ["Prefix / b:80"])]))
        #expect(try merged.plan.answer("x.example", "/") == "404")
        #expect(try merged.plan.answer("w.example", "/") == "shop.b.80")
    }

    // MARK: Pools and settings

    @Test func `A pool that differs keeps its settings under a name of its own`() throws {
        let classes = [
            Self.classes[0], Manifests.ingressClass("two", isDefault: false, spec: "{algorithm: least-requests}"),
        ]
        let merged = try Self.merge(
            Self.ingress("a", "one", [("x.example", ["Prefix / a:80"]), ("z.example", ["Prefix / b:80"])]),
            Self.ingress("b", "two", [("y.example", ["Prefix / a:80"])]), classes: classes)
        #expect(merged.plan.pools.count == 3)
        let one = try merged.plan.pool(try merged.plan.answer("x.example", "/"))
        let two = try merged.plan.pool(try merged.plan.answer("y.example", "/"))
        #expect(one.algorithm == .roundRobin)
        #expect(two.algorithm == .leastRequests)
        #expect(one.targets == two.targets)
    }

    @Test func `Settings that routes can have stay with the routes of their class`() throws {
        let classes = [
            Manifests.ingressClass(
                "one", isDefault: false, spec: "{limits: {maximumRequestBody: 1Ki}, timeouts: {read: 1s}}"),
            Self.classes[1],
        ]
        let merged = try Self.merge(
            Self.ingress("a", "one", [("x.example", ["Prefix / a:80"])]),
            Self.ingress("b", "two", [("y.example", ["Prefix / b:80"])]), classes: classes)
        #expect(try merged.plan.route(of: "shop/a").filters.maximumRequestBodyBytes == 1024)
        #expect(try merged.plan.route(of: "shop/a").filters.timeouts.readMilliseconds == 1000)
        #expect(try merged.plan.route(of: "shop/b").filters == RouteFilters())
        #expect(merged.plan.attributes.limits.maximumRequestBodyBytes == nil)
        #expect(merged.findings.isEmpty)
    }

    @Test func `Settings of the listeners are chosen, and the class whose own is not in force is told`() throws {
        let classes = [
            Manifests.ingressClass(
                "one", isDefault: false,
                spec: """
                    {timeouts: {requestHead: 1s, idle: 2s, requestBody: 3s}, scheme: internal, mergeSlashes: false,
                     limits: {maximumRequestHead: 1Ki, maximumConnections: 5}, accessLog: {format: json}}
                    """),
            Manifests.ingressClass(
                "two", isDefault: false,
                spec: """
                    {timeouts: {requestHead: 9s, idle: 9s, requestBody: 9s},
                     limits: {maximumRequestHead: 9Ki, maximumConnections: 9}, accessLog: {format: common}}
                    """),
        ]
        let merged = try Self.merge(
            Self.ingress("a", "one", [("x.example", ["Prefix / a:80"])]),
            Self.ingress("b", "two", [("y.example", ["Prefix / b:80"])]), classes: classes)
        #expect(
            merged.plan.attributes
                == LoadBalancerAttributes(
                    timeouts: ListenerTimeouts(
                        requestHeadMilliseconds: 9000, idleMilliseconds: 9000, requestBodyMilliseconds: 9000),
                    limits: LoadBalancerLimits(maximumRequestHeadBytes: 9 << 10, maximumConnections: 9),
                    accessLog: AccessLogSettings(format: .json), mergeSlashes: true))
        #expect(merged.plan.scheme == .internetFacing)
        #expect(
            merged.findings == [
                "spec.limits.maximumConnections", "spec.limits.maximumRequestHead", "spec.mergeSlashes", "spec.scheme",
                "spec.timeouts.idle", "spec.timeouts.requestBody", "spec.timeouts.requestHead",
            ].map { "warning SharedListenerSetting one \($0)" } + ["warning SharedListenerSetting two spec.accessLog"])
    }

    // MARK: Certificates

    @Test func `Certificates are put together, the older Ingress deciding about a host and the default`() throws {
        let authority = try TestAuthority()
        let secrets = try [
            ("one", "x.example"), ("two", "x.example"), ("d1", "d1.example"), ("d2", "d2.example"),
        ].map { name, host in AnyKubernetesObject.secret(try authority.issue(hosts: host).secret(name)) }
        let merged = try Self.merge(
            Self.ingress(
                "a", "one", created: "2026-02-01T00:00:00Z",
                [("x.example", ["Prefix /a a:80"]), ("a.example", ["Prefix / a:80"])],
                tls: ["{hosts: [x.example], secretName: one}", "{secretName: d1}"]),
            Self.ingress(
                "b", "two", created: "2026-01-01T00:00:00Z",
                [("x.example", ["Prefix /b b:80"]), ("b.example", ["Prefix / b:80"])],
                tls: ["{hosts: [x.example], secretName: two}", "{secretName: d2}"]), objects: secrets)
        let tls = try merged.plan.httpsListener
        let names = Dictionary(uniqueKeysWithValues: merged.plan.certificates.map { ($0.fingerprint, $0.secret) })
        #expect(names[tls.defaultCertificate ?? ""] == "shop/d2")
        #expect(
            tls.certificates.map { "\($0.host) \(names[$0.certificate ?? ""] ?? "")" } == [
                "a.example shop/d1", "x.example shop/two",
            ])
        #expect(
            merged.findings == [
                "warning CertificateConflict shop/a spec.tls", "warning DefaultCertificateConflict one spec.parameters",
            ])
    }
}
