import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct DefaultBackendsTests {
    private static let services = ["a", "b", "c", "d", "e"].map { Manifests.service("shop/\($0)") }
    private static let withClassDefault = Manifests.ingressClass(
        spec: "{defaultBackend: {namespace: shop, service: d, port: 80}}")

    private static func plan(
        classDefault: Bool = false, controllerDefault: Bool = false, _ ingresses: String...
    ) throws -> Planned {
        try Planned([classDefault ? withClassDefault : Manifests.ingressClass()] + services + ingresses) {
            $0.defaultBackend = controllerDefault ? try? DefaultBackend(parsing: "shop/e:80") : nil
        }
    }

    /// An Ingress with a rule for `x.example` and perhaps a default backend.
    private static func withRule(_ name: String, host: String = "x.example", created: String? = nil, _ backend: String?)
        -> String
    {
        Manifests.ingress(
            "shop/\(name)", created: created, rules: [(host, ["Prefix /\(name) \(name):80"])], defaultBackend: backend)
    }

    private static func withoutRules(_ name: String, created: String? = nil) -> String {
        Manifests.ingress("shop/\(name)", created: created, defaultBackend: "\(name):80")
    }

    // MARK: Ranks

    @Test func `The default backend of an Ingress with a rule for the host comes first`() throws {
        let planned = try Self.plan(
            classDefault: true, controllerDefault: true, Self.withRule("a", "a:80"), Self.withoutRules("b"),
            Self.withRule("c", host: "y.example", "c:80"))
        #expect(try planned.answer("x.example", "/other") == "shop.a.80")
        #expect(try planned.answer("y.example", "/other") == "shop.c.80")
        #expect(try planned.answer("z.example", "/other") == "shop.b.80")
        #expect(planned.findings.isEmpty)
    }

    @Test func `Then that of an Ingress without rules, even for hosts of others`() throws {
        let planned = try Self.plan(
            classDefault: true, Self.withRule("a", nil), Self.withRule("c", host: "y.example", "c:80"),
            Self.withoutRules("b"))
        #expect(try planned.answer("x.example", "/other") == "shop.b.80")
        #expect(try planned.answer("z.example", "/") == "shop.b.80")
    }

    @Test func `Then that of any other Ingress`() throws {
        let planned = try Self.plan(
            classDefault: true, Self.withRule("a", nil), Self.withRule("c", host: "y.example", "c:80"))
        #expect(try planned.answer("x.example", "/other") == "shop.c.80")
        #expect(try planned.answer("z.example", "/") == "shop.c.80")
    }

    @Test func `Then the class's, then the controller's, else 404`() throws {
        #expect(
            try Self.plan(classDefault: true, controllerDefault: true, Self.withRule("a", nil)).answer("z.example", "/")
                == "shop.d.80")
        #expect(try Self.plan(controllerDefault: true, Self.withRule("a", nil)).answer("z.example", "/") == "shop.e.80")
        #expect(try Self.plan(Self.withRule("a", nil)).answer("z.example", "/") == "404")
        #expect(try Self.plan(Self.withRule("a", nil)).answer("x.example", "/other") == "404")
    }

    @Test func `Rules without a host count as a host`() throws {
        let planned = try Self.plan(
            Self.withRule("a", host: "", "a:80"), Self.withoutRules("b"), Self.withRule("c", host: "y.example", nil))
        #expect(try planned.answer("anything.example", "/other") == "shop.a.80")
        #expect(try planned.answer("y.example", "/other") == "shop.b.80")
    }

    @Test func `A host without a default keeps its 404 beside rules without a host that have one`() throws {
        let planned = try Self.plan(
            classDefault: false, Self.withRule("a", host: "", nil), Self.withRule("c", host: "y.example", "c:80"))
        #expect(try planned.answer("y.example", "/other") == "shop.c.80")
        #expect(try planned.answer("anything.example", "/other") == "shop.c.80")
    }

    @Test func `A rule for a host without paths sends all of the host to the default backend`() throws {
        let planned = try Self.plan(
            Manifests.ingress(
                "shop/a", rules: [("x.example", []), ("*.example", ["Prefix / c:80"])], defaultBackend: "a:80"))
        #expect(try planned.answer("x.example", "/p") == "shop.a.80")
        #expect(try planned.answer("w.example", "/p") == "shop.c.80")
        let without = try Self.plan(
            Manifests.ingress("shop/a", rules: [("x.example", []), ("*.example", ["Prefix / c:80"])]))
        #expect(try without.answer("x.example", "/p") == "404")
        #expect(try without.answer("w.example", "/p") == "shop.c.80")
    }

    // MARK: Several of one rank

    @Test func `Among several with a rule for the host the older wins, and the loser is told`() throws {
        let planned = try Self.plan(
            Self.withRule("a", created: "2026-02-01T00:00:00Z", "a:80"),
            Self.withRule("b", created: "2026-01-01T00:00:00Z", "b:80"))
        #expect(try planned.answer("x.example", "/other") == "shop.b.80")
        let finding = try #require(planned.result.diagnostics.first { $0.message.contains("'x.example'") })
        #expect(finding.reason == "DefaultBackendConflict")
        #expect(finding.severity == .warning)
        #expect(finding.object.name == "a")
        #expect(finding.field == "spec.defaultBackend")
        #expect(finding.message.contains("shop/b"))
    }

    @Test func `Among several without rules the older wins, and the loser is told`() throws {
        let planned = try Self.plan(Self.withoutRules("a", created: "2026-02-01T00:00:00Z"), Self.withoutRules("b"))
        #expect(try planned.answer("x.example", "/") == "shop.b.80")
        #expect(planned.findings == ["warning DefaultBackendConflict shop/a spec.defaultBackend"])
    }

    // MARK: The routes

    @Test func `There is a route for a host only where its default is another one`() throws {
        let plan = try Self.plan(
            Self.withRule("a", "a:80"), Self.withRule("c", host: "y.example", nil), Self.withoutRules("b")
        ).plan()
        let fallbacks = plan.routes.filter { $0.match.path.kind == .fallback }
        #expect(fallbacks.map(\.match.host) == ["x.example", nil])
        #expect(fallbacks.map(\.fallbackRank) == [.host, .ingressWithoutRules])
        #expect(fallbacks.map(\.ingress) == ["shop/a", "shop/b"])
        #expect(fallbacks.map(\.field) == ["spec.defaultBackend", "spec.defaultBackend"])
        #expect(
            fallbacks.map(\.backend) == [.service(name: "shop/a", port: "80"), .service(name: "shop/b", port: "80")])
    }

    @Test func `A broken default backend answers 500 and stays the winner`() throws {
        let planned = try Self.plan(
            classDefault: true,
            Manifests.ingress("shop/a", rules: [("x.example", ["Prefix /a a:80"])], defaultBackend: "missing:80"))
        #expect(try planned.answer("x.example", "/") == "500 ServiceNotFound")
        #expect(planned.findings == ["error ServiceNotFound shop/a spec.defaultBackend.service.name"])
    }

    @Test func `A default backend of class or controller that is broken is told where it stands`() throws {
        let ingress = Manifests.ingress("shop/a", rules: [("x.example", ["Prefix /a a:80"])])
        let planned = try Planned([
            Manifests.ingressClass(spec: "{defaultBackend: {namespace: shop, service: missing, port: 80}}"),
            Self.services[0], ingress,
        ])
        #expect(planned.findings == ["error ServiceNotFound headgate spec.defaultBackend.service.name"])
        let flag = try Planned([Manifests.ingressClass(), Self.services[0], ingress]) {
            $0.defaultBackend = try? DefaultBackend(parsing: "shop/a:8080")
        }
        #expect(flag.findings == ["error ServicePortNotFound headgate --default-backend.service.port.number"])
    }

    @Test(
        arguments: [
            (nil, "404", []),
            ("shop/a:80", "shop.a.80", []),
            (
                "shop/missing:80", "500 ServiceNotFound",
                ["error ServiceNotFound headgate --default-backend.service.name"]
            ),
        ] as [(String?, String, [String])])
    func `Without any Ingress the controller's default backend answers, else 404`(
        flag: String?, answer: String, findings: [String]
    ) throws {
        let planned = try Planned([Manifests.ingressClass(), Self.services[0]]) {
            $0.defaultBackend = try? flag.map(DefaultBackend.init(parsing:))
        }
        #expect(planned.result.plans.isEmpty)
        #expect(try planned.result.idle.answer("any.example", "/") == answer)
        #expect(planned.findings == findings)
    }

    @Test func `A default backend of the controller is told to be broken even where it is never asked`() throws {
        let planned = try Planned([
            Manifests.ingressClass(), Self.services[0], Manifests.ingress("shop/a", defaultBackend: "a:80"),
        ]) { $0.defaultBackend = try? DefaultBackend(parsing: "shop/missing:80") }
        #expect(try planned.answer("any.example", "/") == "shop.a.80")
        #expect(planned.findings == ["error ServiceNotFound headgate --default-backend.service.name"])
    }
}

@Suite struct DefaultBackendSyntaxTests {
    @Test(arguments: [
        ("kube-system/not-found:80", ServicePortReference.number(80)), ("a/b:http", .name("http")),
    ])
    func `A default backend is read`(text: String, port: ServicePortReference) throws {
        let backend = try DefaultBackend(parsing: text)
        #expect("\(backend.service):\(backend.port)" == text)
        #expect(backend.port == port)
    }

    @Test(arguments: ["", "a", "a/b", "a/b:", "/b:80", "a/:80", "b:80", "a/b/c:80", "a/b:0", "a/b:65536", "a/b:80:81"])
    func `What is none says what one looks like`(text: String) {
        let error = #expect(throws: DefaultBackendSyntaxError.self) { try DefaultBackend(parsing: text) }
        #expect(error?.description.contains("NAMESPACE/SERVICE:PORT") == true)
    }
}
