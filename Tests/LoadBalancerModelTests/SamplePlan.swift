@testable import LoadBalancerModel

/// A plan that uses every part of the document.
let samplePlan = LoadBalancerPlan(
    name: "web-4f1c",
    identity: LoadBalancerIdentity(cluster: "local", ingressClass: "web", group: "team-a"),
    provider: ProviderSelection(name: "software", settings: ["region": "here"]),
    scheme: .internal,
    addressing: Addressing(family: .dualstack, addresses: ["192.0.2.1"]),
    listeners: [
        Listener(name: "http", protocol: .http, port: 80),
        Listener(
            name: "https", protocol: .https, port: 443, addresses: ["192.0.2.1"],
            tls: ListenerTLS(
                policy: TLSPolicy(minimumVersion: .tls13),
                defaultCertificate: sampleDigest,
                certificates: [
                    ServerNameBinding(host: "*.shop.example", certificate: sampleDigest),
                    ServerNameBinding(host: "old.shop.example", certificate: nil, policy: TLSPolicy()),
                ])),
    ],
    listenerSource: .parameters,
    certificates: [
        CertificateReference(
            fingerprint: sampleDigest, secret: "web/tls", hosts: ["*.shop.example"], notAfter: "2030-01-31T00:00:00Z")
    ],
    routes: [
        Route(
            ingress: "web/shop", field: "spec.rules[0].http.paths[0]", pathType: "Prefix",
            created: "2026-01-01T00:00:00Z",
            match: RouteMatch(
                host: "*.shop.example", path: PathMatch(kind: .prefix, value: "/cart"),
                headers: [ValueMatch(name: "x-canary", kind: .exact, value: "1")],
                queryParameters: [ValueMatch(name: "v", kind: .present)],
                methods: ["GET"], clientNetworks: ["192.0.2.0/24"]),
            backend: .service(name: "web/cart", port: "http"),
            filters: RouteFilters(
                redirectToHTTPS: HTTPSRedirect(port: 8443),
                rewrite: PathRewrite(kind: .replacePrefix, value: "/"),
                maximumRequestBodyBytes: 1024,
                timeouts: RouteTimeouts(connectMilliseconds: 500, readMilliseconds: 1000, sendMilliseconds: 1000),
                affinity: SessionAffinity(cookieName: "route", cookiePath: "/", maximumAgeSeconds: 60),
                secureResponseHeaders: [HeaderValue(name: "strict-transport-security", value: "max-age=1")]),
            action: .forward([WeightedPool(pool: "cart", weight: 3)])),
        Route(
            match: RouteMatch(path: PathMatch(kind: .exact, value: "/old")),
            action: .redirect(Redirect(statusCode: 301, location: "https://new.example/"))),
        Route(
            match: RouteMatch(path: PathMatch(kind: .regularExpression, value: "/a/(.*)")),
            action: .fixedResponse(FixedResponse(statusCode: 500, body: "no", reason: "ServiceNotFound"))),
        Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/docs")),
            backend: .resource(apiGroup: "headgate.dev", kind: "StaticSite", name: "web/docs"),
            action: .staticSite(StaticSiteAction(site: "web/docs", mountPath: "/docs"))),
        Route(
            match: RouteMatch(path: PathMatch(kind: .fallback)),
            action: .storageBucket(
                StorageBucketAction(
                    pool: "bucket", host: "b.s3.example", keyPrefix: "/assets/", indexDocument: "index.html"))),
    ],
    pools: [
        BackendPool(
            name: "bucket", protocol: .https, tls: BackendTLS(serverName: "b.s3.example", verify: true),
            targets: [Target(address: "b.s3.example", port: 443)]),
        BackendPool(
            name: "cart", backend: .service(name: "web/cart", port: "http"), algorithm: .leastRequests,
            healthCheck: HealthCheck(path: "/healthz", port: 9000, statusCodes: "200,301-302"),
            targets: [
                Target(address: "10.0.0.1", port: 8080, weight: 2),
                Target(address: "10.0.0.2", port: 8080, state: .draining),
            ]),
    ],
    staticSites: [
        StaticSite(
            name: "web/docs", notFoundDocument: "404.html",
            files: [StaticFile(path: "404.html", contentType: "text/html", digest: sampleDigest, size: 3)])
    ],
    attributes: LoadBalancerAttributes(
        timeouts: ListenerTimeouts(
            requestHeadMilliseconds: 1, idleMilliseconds: 2, requestBodyMilliseconds: 3),
        limits: LoadBalancerLimits(
            maximumRequestBodyBytes: 0, maximumRequestHeadBytes: 1, maximumConnections: 2),
        accessLog: AccessLogSettings(format: .common),
        mergeSlashes: false,
        tags: ["team": "a"]))

let sampleDigest = String(repeating: "0a", count: 32)
