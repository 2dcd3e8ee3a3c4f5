import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct AWSBackendAnnotationTests {
    private static let prefix = "alb.ingress.kubernetes.io/"

    private func read(_ name: String, _ text: String) -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        AnnotationTable.read(.annotated([Self.prefix + name: text]))
    }

    @Test(arguments: [
        ("target-type", "instance", ["targetType": "instance"]),
        ("target-node-labels", "pool=web, edge=true", ["targetNodeLabels": "edge=true,pool=web"]),
        ("backend-protocol-version", "GRPC", ["backendProtocolVersion": "GRPC"]),
        ("healthcheck-protocol", "HTTPS", ["healthCheckProtocol": "HTTPS"]),
        (
            "target-group-attributes", "stickiness.enabled=true,slow_start.duration_seconds=30",
            [
                "targetGroupAttributes.stickiness.enabled": "true",
                "targetGroupAttributes.slow_start.duration_seconds": "30",
            ]
        ),
    ])
    func `What one provider alone knows becomes a setting of it`(
        name: String, text: String, expected: [String: String]
    ) {
        let (settings, diagnostics) = read(name, text)
        #expect(settings.backend.provider == expected)
        #expect(diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("target-group-attributes", "stickiness"), ("healthcheck-protocol", "TCP"), ("healthcheck-port", "0"),
        ("healthcheck-port", "a b"), ("healthcheck-path", "healthz"), ("healthcheck-interval-seconds", "3"),
        ("healthcheck-interval-seconds", "15s"), ("healthcheck-timeout-seconds", "121"),
        ("healthy-threshold-count", "1"), ("unhealthy-threshold-count", "11"), ("success-codes", "500"),
        ("success-codes", "200,"), ("success-codes", "300-200"), ("success-codes", "0-200"),
    ])
    func `A malformed value is ignored with a warning that names it`(name: String, text: String) throws {
        let (settings, diagnostics) = read(name, text)
        #expect(settings.backend == BackendSettings() && settings.backendProtocol == nil)
        let found = try #require(diagnostics.first)
        #expect(found.reason == "InvalidAnnotation" && found.severity == .warning)
        #expect(found.field == "metadata.annotations[\(Self.prefix)\(name)]")
        #expect(found.message.contains(text) && found.remedy?.isEmpty == false)
    }

    @Test(arguments: [
        ("target-type", "pod"), ("target-node-labels", "pool"), ("backend-protocol", "GRPC"),
        ("backend-protocol-version", "HTTP3"),
    ])
    func `Of what is spoken to targets a malformed value leaves the Ingress out`(name: String, text: String) throws {
        let (settings, diagnostics) = read(name, text)
        #expect(settings.balancer.unmet.map(\.key) == [Self.prefix + name])
        #expect(settings.balancer.unmet.first?.guarded == nil)
        let found = try #require(diagnostics.first)
        #expect(found.reason == "InvalidAnnotation" && found.severity == .error)
        #expect(found.message.contains(text) && found.message.contains("elsewhere the annotation is ignored"))
    }

    // MARK: Pools

    private func plan(
        ingress: [String: String], service: [String: String] = [:], spec: String = "{provider: {name: aws}}"
    ) throws -> Planned {
        let annotated = service.map { "    \(Self.prefix)\($0.key): '\($0.value)'" }.joined(separator: "\n")
        let named = Manifests.service("shop/web", portName: "http").replacing(
            "metadata: {name: web, namespace: shop}",
            with: "metadata:\n  name: web\n  namespace: shop\n"
                + (service.isEmpty ? "" : "  annotations:\n\(annotated)"))
        return try Planned([
            Manifests.ingressClass(spec: spec), named,
            Manifests.ingress(
                "shop/front",
                annotations: Dictionary(uniqueKeysWithValues: ingress.map { (Self.prefix + $0.key, $0.value) }),
                rules: [("a.example.com", ["Prefix / web:80"])]),
        ])
    }

    @Test func `A health check has that controller's defaults where nothing else is said`() throws {
        let pool = try #require(try plan(ingress: ["healthcheck-path": "/up"]).plan().pools.first)
        #expect(
            pool.healthCheck
                == HealthCheck(
                    path: "/up", intervalMilliseconds: 15_000, timeoutMilliseconds: 5000, healthyThreshold: 2,
                    unhealthyThreshold: 2, statusCodes: "200"))
        #expect(try plan(ingress: [:]).plan().pools.first?.healthCheck == nil)
    }

    @Test func `Every part of a health check can be said`() throws {
        let planned = try plan(ingress: [
            "healthcheck-port": "9000", "healthcheck-interval-seconds": "20", "healthcheck-timeout-seconds": "7",
            "healthy-threshold-count": "3", "unhealthy-threshold-count": "4", "success-codes": "200-299, 404",
        ])
        #expect(
            try planned.plan().pools.first?.healthCheck
                == HealthCheck(
                    port: 9000, intervalMilliseconds: 20_000, timeoutMilliseconds: 7000, healthyThreshold: 3,
                    unhealthyThreshold: 4, statusCodes: "200-299,404"))
        #expect(planned.findings.isEmpty)
    }

    @Test func `It stands on the health check of the class`() throws {
        let spec = "{provider: {name: aws}, healthCheck: {path: /class, interval: 30s, port: 81}}"
        let check = try plan(ingress: ["healthcheck-port": "traffic-port"], spec: spec).plan().pools.first?.healthCheck
        #expect(check?.path == "/class" && check?.intervalMilliseconds == 30_000 && check?.port == nil)
    }

    @Test func `A named port is that of the targets behind it`() throws {
        #expect(try plan(ingress: ["healthcheck-port": "http"]).plan().pools.first?.healthCheck?.port == 8080)
    }

    @Test func `A named port that the Service lacks costs no route, and is told where it is written`() throws {
        let field = "metadata.annotations[\(Self.prefix)healthcheck-port]"
        let ofIngress = try plan(ingress: ["healthcheck-port": "metrics", "healthcheck-path": "/up"])
        #expect(try ofIngress.answer("a.example.com", "/") == "shop.web.80")
        #expect(try ofIngress.plan().pools.first?.healthCheck?.port == nil)
        #expect(ofIngress.findings == ["warning HealthCheckPortNotFound shop/front \(field)"])
        #expect(try ofIngress.finding("HealthCheckPortNotFound").message.contains("no port named 'metrics'"))
        let ofService = try plan(ingress: ["healthcheck-port": "9000"], service: ["healthcheck-port": "metrics"])
        #expect(try ofService.plan().pools.first?.healthCheck?.port == 9000)
        #expect(ofService.findings == ["warning HealthCheckPortNotFound shop/web \(field)"])
    }

    @Test(arguments: [
        ("stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=SESSION", true),
        ("stickiness.enabled=true,stickiness.type=app_cookie", false),
        ("stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=AWSALBAPP-0", false),
    ])
    func `A cookie of the application has a name of its own`(text: String, isValid: Bool) {
        let (settings, diagnostics) = read("target-group-attributes", text)
        #expect(diagnostics.isEmpty == isValid && settings.backend.provider.isEmpty != isValid)
    }

    @Test func `What a Service says goes before what its Ingress says`() throws {
        let planned = try plan(
            ingress: [
                "backend-protocol": "HTTP", "healthcheck-path": "/ingress", "healthy-threshold-count": "5",
                "target-group-attributes": "a=1,b=1",
            ],
            service: ["backend-protocol": "HTTPS", "healthcheck-path": "/service", "target-group-attributes": "b=2"])
        let pool = try #require(try planned.plan().pools.first)
        #expect(pool.protocol == .https)
        #expect(pool.healthCheck?.path == "/service" && pool.healthCheck?.healthyThreshold == 5)
        #expect(pool.settings == ["targetGroupAttributes.a": "1", "targetGroupAttributes.b": "2"])
        #expect(planned.findings.isEmpty)
    }

    @Test func `What is wrong with a Service's annotations is told of the Service, once`() throws {
        let planned = try plan(
            ingress: [:], service: ["healthcheck-path": "up", "scheme": "internal", "auth-scope": "openid"])
        #expect(
            planned.findings == [
                "warning UnsupportedAnnotation shop/web metadata.annotations[\(Self.prefix)auth-scope]",
                "warning InvalidAnnotation shop/web metadata.annotations[\(Self.prefix)healthcheck-path]",
                "warning AnnotationNotApplicable shop/web metadata.annotations[\(Self.prefix)scheme]",
            ])
    }

    @Test func `A Service that asks for authentication leaves its Ingresses out`() throws {
        let planned = try plan(ingress: [:], service: ["auth-type": "oidc"])
        #expect(try planned.plan().routes.isEmpty && planned.plan().withheld?.count == 1)
        let found = try planned.finding("UnsupportedAnnotation")
        #expect(found.object.kind == "Ingress" && found.severity == .error)
        #expect(found.message.contains("The Service shop/web") && found.message.contains("auth-type"))
        #expect(try plan(ingress: [:], service: ["auth-type": "none"]).plan().withheld == nil)
        #expect(try plan(ingress: [:], service: ["auth-type": "oidc"], spec: "{}").plan().withheld == nil)
    }

    @Test func `Codes of gRPC are the provider's`() throws {
        let pool = try #require(
            try plan(ingress: ["backend-protocol-version": "GRPC", "success-codes": "0,12"]).plan().pools.first)
        #expect(pool.settings == ["backendProtocolVersion": "GRPC", "healthCheckCodes": "0,12"])
        #expect(pool.healthCheck == nil)
        let checked = try plan(ingress: ["backend-protocol-version": "GRPC", "healthy-threshold-count": "3"])
        #expect(try checked.plan().pools.first?.healthCheck?.path == "/AWS.ALB/healthcheck")
    }

    @Test(
        arguments: [
            (["success-codes": "0"], ["backend-protocol-version": "GRPC"], "{provider: {name: aws}}"),
            (["backend-protocol-version": "GRPC"], ["success-codes": "0"], "{provider: {name: aws}}"),
            (
                ["success-codes": "12"], ["backend-protocol-version": "GRPC", "success-codes": "0"],
                "{provider: {name: aws}}"
            ),
            (["success-codes": "0"], [:], "{provider: {name: aws, settings: {backendProtocolVersion: GRPC}}}"),
        ] as [([String: String], [String: String], String)])
    func `Codes of gRPC and the version of the protocol may stand on different objects`(
        ingress: [String: String], service: [String: String], spec: String
    ) throws {
        let pool = try #require(try plan(ingress: ingress, service: service, spec: spec).plan().pools.first)
        #expect(pool.settings?["healthCheckCodes"] == "0")
        #expect(pool.settingFields?["healthCheckCodes"] != nil && pool.healthCheck == nil)
    }

    @Test func `A Service of HTTP leaves codes of its Ingress to the health check`() throws {
        let pool = try #require(
            try plan(
                ingress: ["success-codes": "200-299", "backend-protocol-version": "GRPC"],
                service: ["backend-protocol-version": "HTTP1"]
            ).plan().pools.first)
        #expect(pool.settings == ["backendProtocolVersion": "HTTP1"])
        #expect(pool.settingFields?.keys.sorted() == ["backendProtocolVersion"])
        #expect(pool.healthCheck?.statusCodes == "200-299")
    }

    @Test func `Another provider gets none of the settings, and the Ingress is told`() throws {
        let planned = try plan(
            ingress: ["target-type": "ip", "backend-protocol": "HTTPS", "healthcheck-path": "/up"], spec: "{}")
        let pool = try #require(try planned.plan().pools.first)
        #expect(pool.settings == nil && pool.protocol == .https && pool.healthCheck?.path == "/up")
        let found = try planned.finding("AnnotationNotApplicable")
        #expect(found.message.contains("target-type is") && found.severity == .info)
    }
}
