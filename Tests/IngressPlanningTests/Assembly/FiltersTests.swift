import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct FiltersTests {
    private static func ingress(
        _ name: String = "shop/web", _ annotations: [String: String] = [:], host: String = "a.example",
        tls: [String] = ["{hosts: [a.example]}"]
    ) -> String {
        Manifests.ingress(name, annotations: annotations, rules: [(host, ["Prefix / web:80"])], tls: tls)
    }

    private static func filters(_ spec: String, _ ingress: String) throws -> RouteFilters {
        try Planned([Manifests.ingressClass(spec: spec), Manifests.service("shop/web"), ingress]).plan()
            .route(of: "shop/web").filters
    }

    private static let force = ["nginx.ingress.kubernetes.io/force-ssl-redirect": "true"]
    private static let on = ["nginx.ingress.kubernetes.io/ssl-redirect": "true"]
    private static let off = ["nginx.ingress.kubernetes.io/ssl-redirect": "false"]
    private static let native = ["headgate.dev/redirect-to-https": "true"]
    private static let nativeOff = ["headgate.dev/redirect-to-https": "false"]

    @Test(arguments: [
        ("{}", [:], true, nil as HTTPSRedirect?),
        ("{}", on, true, HTTPSRedirect()),
        ("{}", on, false, nil),
        ("{}", force, false, HTTPSRedirect()),
        ("{}", native, true, HTTPSRedirect()),
        ("{redirectToHTTPS: true}", [:], true, HTTPSRedirect()),
        ("{redirectToHTTPS: true}", [:], false, nil),
        ("{redirectToHTTPS: true}", off, true, nil),
        ("{redirectToHTTPS: true}", nativeOff, true, nil),
        (
            "{redirectToHTTPS: {enabled: true, statusCode: 301, port: 8443}}", [:], true,
            HTTPSRedirect(statusCode: 301, port: 8443)
        ),
        ("{redirectToHTTPS: {enabled: false, port: 8443}}", on, true, HTTPSRedirect(port: 8443)),
        ("{compatibility: ingress-nginx}", [:], true, HTTPSRedirect()),
        ("{compatibility: ingress-nginx}", [:], false, nil),
        ("{compatibility: ingress-nginx}", off, true, nil),
        ("{compatibility: ingress-nginx, redirectToHTTPS: false}", [:], true, nil),
        ("{listeners: [{name: a, protocol: HTTP, port: 80}], redirectToHTTPS: true}", [:], true, nil),
        ("{listeners: [{name: a, protocol: HTTP, port: 80}]}", force, true, HTTPSRedirect(port: 443)),
        ("{listeners: [{name: a, protocol: HTTPS, port: 8443}]}", on, true, HTTPSRedirect()),
    ])
    func `Plain HTTP is redirected where parameters, an annotation or the profile ask for it`(
        spec: String, annotations: [String: String], hasTLS: Bool, expected: HTTPSRedirect?
    ) throws {
        let ingress = Self.ingress("shop/web", annotations, tls: hasTLS ? ["{hosts: [a.example]}"] : [])
        #expect(try Self.filters(spec, ingress).redirectToHTTPS == expected)
    }

    @Test(arguments: [
        ("a.example", "{hosts: [a.example]}", true), ("a.example", "{hosts: ['*.example']}", true),
        ("b.a.example", "{hosts: ['*.example']}", false), ("a.example", "{hosts: [b.example]}", false),
        ("a.example", "{secretName: any}", true), ("", "{secretName: any}", true), ("", "{hosts: [a.example]}", false),
    ])
    func `A host has TLS where a section names it or names no host at all`(
        host: String, section: String, hasTLS: Bool
    ) throws {
        let filters = try Self.filters("{redirectToHTTPS: true}", Self.ingress(host: host, tls: [section]))
        #expect((filters.redirectToHTTPS != nil) == hasTLS)
    }

    @Test func `The section of another Ingress counts, the annotation of another does not`() throws {
        let plan = try Planned([
            Manifests.ingressClass(spec: "{redirectToHTTPS: true}"), Manifests.service("shop/web"),
            Self.ingress("shop/tls", Self.off, host: "b.example"), Self.ingress("shop/web", tls: []),
        ]).plan()
        #expect(try plan.route(of: "shop/web").filters.redirectToHTTPS == HTTPSRedirect())
        #expect(try plan.route(of: "shop/tls").filters.redirectToHTTPS == nil)
    }

    @Test func `The default backend of a host is redirected as its paths are`() throws {
        let plan = try Planned([
            Manifests.ingressClass(spec: "{redirectToHTTPS: true}"), Manifests.service("shop/web"),
            Self.ingress(), Manifests.ingress("shop/z", defaultBackend: "web:80"),
        ]).plan()
        let fallbacks = plan.routes.filter { $0.match.path.kind == .fallback }
        #expect(fallbacks.map(\.match.host) == [nil])
        let other = try Planned([
            Manifests.ingressClass(spec: "{redirectToHTTPS: true}"), Manifests.service("shop/web"),
            Manifests.ingress("shop/web", rules: [("a.example", ["Prefix /p web:80"])], tls: ["{hosts: [a.example]}"]),
            Manifests.ingress("shop/z", defaultBackend: "web:80"),
        ]).plan()
        #expect(try #require(try other.route("a.example", "/other")).filters.redirectToHTTPS == HTTPSRedirect())
        #expect(try #require(try other.route("b.example", "/other")).filters.redirectToHTTPS == nil)
    }

    // MARK: ingress-nginx

    @Test func `The ingress-nginx profile brings that controller's defaults`() throws {
        let plan = try Planned([
            Manifests.ingressClass(spec: "{compatibility: ingress-nginx, affinity: {type: cookie}}"),
            Manifests.service("shop/web"), Self.ingress(), Self.ingress("shop/plain", host: "b.example", tls: []),
        ]).plan()
        let secure = try plan.route(of: "shop/web").filters
        #expect(
            plan.attributes
                == LoadBalancerAttributes(
                    timeouts: ListenerTimeouts(
                        requestHeadMilliseconds: 60_000, idleMilliseconds: 75_000, requestBodyMilliseconds: 60_000),
                    limits: LoadBalancerLimits(maximumRequestBodyBytes: 1_048_576),
                    defaults: CompatibilityDefaults(
                        controller: "ingress-nginx",
                        timeouts: ListenerTimeouts(
                            requestHeadMilliseconds: 60_000, idleMilliseconds: 75_000, requestBodyMilliseconds: 60_000),
                        limits: LoadBalancerLimits(maximumRequestBodyBytes: 1_048_576),
                        routeTimeouts: RouteTimeouts(
                            connectMilliseconds: 5000, readMilliseconds: 60_000, sendMilliseconds: 60_000))))
        #expect(
            secure.timeouts
                == RouteTimeouts(connectMilliseconds: 5000, readMilliseconds: 60_000, sendMilliseconds: 60_000))
        #expect(
            secure.secureResponseHeaders == [
                HeaderValue(name: "Strict-Transport-Security", value: "max-age=31536000; includeSubDomains")
            ])
        #expect(secure.affinity?.cookieName == "INGRESSCOOKIE")
        #expect(try plan.route(of: "shop/plain").filters.secureResponseHeaders.isEmpty)
    }

    @Test func `Parameters win over the profile, and annotations over parameters`() throws {
        let spec = """
            {compatibility: ingress-nginx, timeouts: {connect: 1s, read: 2s}, limits: {maximumRequestBody: 5},
             affinity: {type: cookie, cookieName: own}}
            """
        let filters = try Self.filters(
            spec,
            Self.ingress(
                "shop/web",
                [
                    "nginx.ingress.kubernetes.io/proxy-connect-timeout": "7",
                    "nginx.ingress.kubernetes.io/proxy-body-size": "2m",
                ]))
        #expect(
            filters.timeouts
                == RouteTimeouts(connectMilliseconds: 7000, readMilliseconds: 2000, sendMilliseconds: 60_000))
        #expect(filters.maximumRequestBodyBytes == 2 << 20)
        #expect(filters.affinity == SessionAffinity(cookieName: "own"))
    }
}
