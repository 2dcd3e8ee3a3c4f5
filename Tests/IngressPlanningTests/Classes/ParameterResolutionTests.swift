import Foundation
import LoadBalancerModel
import Testing

@testable import IngressPlanning
@testable import KubernetesModel

@Suite struct ParameterResolutionTests {
    private static let web = [
        Manifests.service("shop/web"), Manifests.ingress("shop/web", defaultBackend: "web:80"),
    ]

    private static func parameters(_ kind: String, namespace: String?, spec: String) -> String {
        let place = namespace.map { ", namespace: \($0)" } ?? ""
        return kind == "ConfigMap"
            ? """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: edge\(place)}
            data: \(spec)
            """
            : """
            apiVersion: headgate.dev/v1alpha1
            kind: \(kind)
            metadata: {name: edge\(place)}
            spec: \(spec)
            """
    }

    @Test(arguments: [
        (
            "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: edge}",
            parameters("ClusterIngressParameters", namespace: nil, spec: "{scheme: internal}")
        ),
        (
            "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: edge, scope: Cluster}",
            parameters("ClusterIngressParameters", namespace: nil, spec: "{scheme: internal}")
        ),
        (
            "{apiGroup: headgate.dev, kind: IngressParameters, name: edge, scope: Namespace, namespace: infra}",
            parameters("IngressParameters", namespace: "infra", spec: "{scheme: internal}")
        ),
        (
            "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}",
            parameters("ConfigMap", namespace: "infra", spec: "{scheme: internal}")
        ),
    ])
    func `Parameters of every kind and scope are in force`(reference: String, object: String) throws {
        let planned = try Planned([Manifests.ingressClass(parameters: reference), object] + Self.web)
        #expect(try planned.plan().scheme == .internal)
        #expect(planned.findings.isEmpty)
    }

    @Test(arguments: [
        (
            "{apiGroup: k8s.example.com, kind: ClusterIngressParameters, name: edge}", "ForeignParametersGroup",
            "apiGroup"
        ),
        ("{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: missing}", "ParametersNotFound", "name"),
        ("{apiGroup: headgate.dev, kind: IngressParameters, name: edge}", "UnsupportedParametersKind", "kind"),
        ("{kind: ConfigMap, name: edge, scope: Namespace, namespace: elsewhere}", "ParametersNotFound", "name"),
        (
            "{apiGroup: k8s.example.com, kind: IngressParameters, name: edge, scope: Namespace, namespace: infra}",
            "ForeignParametersGroup", "apiGroup"
        ),
        (
            "{apiGroup: headgate.dev, kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}",
            "UnsupportedParametersKind", "kind"
        ),
    ])
    func `Without parameters that can be used nothing of the class is planned`(
        reference: String, reason: String, field: String
    ) throws {
        let objects = [
            Self.parameters("ClusterIngressParameters", namespace: nil, spec: "{}"),
            Self.parameters("ConfigMap", namespace: "infra", spec: "{}"),
        ]
        let planned = try Planned([Manifests.ingressClass(parameters: reference)] + objects + Self.web)
        #expect(planned.result.plans.isEmpty)
        #expect(
            planned.findings == [
                "error ParametersNotResolved shop/web spec.ingressClassName",
                "error \(reason) headgate spec.parameters.\(field)",
            ])
        #expect(planned.result.memory == ParametersMemory())
    }

    @Test(arguments: [
        "{apiGroup: k8s.example.com, kind: ClusterIngressParameters, name: edge}",
        "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: missing}",
        "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: invalid}",
    ])
    func `The last good parameters stay in force while routes go on`(reference: String) throws {
        let first = try Planned([Manifests.ingressClass(spec: "{scheme: internal}")] + Self.web)
        var spec = IngressParametersSpec()
        spec.listeners = []
        let invalid = ClusterIngressParameters(metadata: ObjectMeta(name: "invalid"), spec: spec)
        let later = try Planned(
            [Manifests.ingressClass(parameters: reference), Manifests.service("shop/new")] + Self.web + [
                Manifests.ingress("shop/new", rules: [("new.example", ["Prefix / new:80"])])
            ], objects: [.clusterIngressParameters(invalid)], memory: first.result.memory)
        #expect(try later.plan().scheme == .internal)
        #expect(try later.answer("new.example", "/") == "shop.new.80")
        #expect(later.result.memory == first.result.memory)
        let findings = later.result.diagnostics.filter { $0.object.kind == "IngressClass" }
        #expect(findings.map(\.severity) == [.warning])
        #expect(!later.result.diagnostics.contains { $0.object.kind == "Ingress" })
    }

    @Test func `A class that is gone takes its last good parameters with it`() throws {
        let first = try Planned([Manifests.ingressClass(spec: "{scheme: internal}")] + Self.web)
        #expect(first.result.memory.lastGood(ofClass: "headgate")?.scheme == .internal)
        let gone = try Planned(Self.web, memory: first.result.memory)
        #expect(gone.result.memory == ParametersMemory())
    }

    @Test func `A ConfigMap that is wrong says where`() throws {
        let reference = "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}"
        let planned = try Planned(
            [
                Manifests.ingressClass(parameters: reference),
                Self.parameters("ConfigMap", namespace: "infra", spec: "{scheme: sideways}"),
            ] + Self.web)
        #expect(planned.result.plans.isEmpty)
        let finding = try #require(planned.result.diagnostics.first { $0.object.kind == "ConfigMap" })
        #expect(finding.field == "data.scheme")
        #expect(finding.message.contains("sideways"))
    }

    @Test func `Every parameter ends in the plan`() throws {
        let spec = """
            {provider: {name: software, settings: {zone: eu}}, scheme: internal,
             addressing: {family: dualstack, addresses: [192.0.2.1]},
             listeners: [{name: tls, protocol: HTTPS, port: 8443, addresses: [127.0.0.1]}, {name: plain, protocol: HTTP, port: 8080}],
             tls: {minimumVersion: "1.3"}, redirectToHTTPS: {enabled: true, statusCode: 301, port: 9443},
             algorithm: least-requests, affinity: {type: cookie, cookieName: sticky, maximumAge: 1h},
             healthCheck: {path: /health, port: 9000, interval: 2s, timeout: 1s, healthyThreshold: 1, unhealthyThreshold: 4, statusCodes: "200"},
             timeouts: {connect: 1s, read: 2s, send: 3s, requestHead: 4s, requestBody: 5s, idle: 6s},
             limits: {maximumRequestBody: 1Mi, maximumRequestHead: 16Ki, maximumConnections: 100},
             accessLog: {format: common}, tags: {team: edge}, mergeSlashes: false}
            """
        let planned = try Planned([
            Manifests.ingressClass(spec: spec), Manifests.service("shop/web"),
            Manifests.ingress("shop/web", rules: [("a.example", ["Prefix / web:80"])], tls: ["{hosts: [a.example]}"]),
        ])
        let plan = try planned.plan()
        let route = try plan.route(of: "shop/web")
        let pool = try plan.pool("shop.web.80")
        #expect(plan.provider == ProviderSelection(name: "software", settings: ["zone": "eu"]))
        #expect(plan.scheme == .internal)
        #expect(plan.addressing == Addressing(family: .dualstack, addresses: ["192.0.2.1"]))
        #expect(plan.listenerSource == .parameters)
        #expect(
            plan.listeners == [
                Listener(name: "plain", protocol: .http, port: 8080),
                Listener(
                    name: "tls", protocol: .https, port: 8443, addresses: ["127.0.0.1"],
                    tls: ListenerTLS(
                        policy: TLSPolicy(minimumVersion: .tls13),
                        certificates: [ServerNameBinding(host: "a.example", certificate: nil)])),
            ])
        #expect(route.filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 9443))
        #expect(pool.algorithm == .leastRequests)
        #expect(route.filters.affinity == SessionAffinity(cookieName: "sticky", maximumAgeSeconds: 3600))
        #expect(
            pool.healthCheck
                == HealthCheck(
                    path: "/health", port: 9000, intervalMilliseconds: 2000, timeoutMilliseconds: 1000,
                    healthyThreshold: 1, unhealthyThreshold: 4, statusCodes: "200"))
        #expect(
            route.filters.timeouts
                == RouteTimeouts(connectMilliseconds: 1000, readMilliseconds: 2000, sendMilliseconds: 3000))
        #expect(
            plan.attributes
                == LoadBalancerAttributes(
                    timeouts: ListenerTimeouts(
                        requestHeadMilliseconds: 4000, idleMilliseconds: 6000, requestBodyMilliseconds: 5000),
                    limits: LoadBalancerLimits(
                        maximumRequestBodyBytes: 1 << 20, maximumRequestHeadBytes: 16 << 10, maximumConnections: 100),
                    accessLog: AccessLogSettings(format: .common), mergeSlashes: false, tags: ["team": "edge"]))
    }

    @Test(arguments: [true, false])
    func `Invalid parameters of a ConfigMap are an error, whether the last good ones hold or not`(hasLastGood: Bool)
        throws
    {
        let reference = "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}"
        func planned(_ spec: String, memory: ParametersMemory = ParametersMemory()) throws -> Planned {
            try Planned(
                [
                    Manifests.ingressClass(parameters: reference),
                    Self.parameters("ConfigMap", namespace: "infra", spec: spec),
                ] + Self.web, memory: memory)
        }
        let good = try planned("{scheme: internal}").result
        #expect(!good.hasInvalidParameters)
        let bad = try planned("{scheme: bogus}", memory: hasLastGood ? good.memory : ParametersMemory())
        #expect(bad.result.hasInvalidParameters)
        #expect(try bad.finding("UnsupportedValue").severity == .error)
        #expect(try bad.finding("InvalidParameters").severity == (hasLastGood ? .warning : .error))
        #expect(bad.result.plans.map(\.scheme) == (hasLastGood ? [.internal] : []))
    }

    @Test func `A misspelt scheme in a ConfigMap makes the parameters invalid`() throws {
        let reference = "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}"
        let planned = try Planned(
            [
                Manifests.ingressClass(parameters: reference),
                Self.parameters("ConfigMap", namespace: "infra", spec: "{schem: internal}"),
            ] + Self.web)
        #expect(planned.result.plans.isEmpty)
        let finding = try planned.finding("UnknownField")
        #expect(finding.severity == .error)
        #expect(finding.field == "data.schem")
        #expect(finding.message.hasSuffix("Write scheme, or remove the field."))
        #expect(planned.result.claimed.keys.map(\.description) == ["shop/web"])
    }

    @Test func `The remedy of a question ends in one mark`() throws {
        let reference = "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}"
        let planned = try Planned(
            [
                Manifests.ingressClass(parameters: reference),
                Self.parameters("ConfigMap", namespace: "infra", spec: "{algoritm: round-robin}"),
            ] + Self.web)
        let finding = try planned.finding("UnknownField")
        #expect(finding.severity == .warning)
        #expect(finding.message.hasSuffix("did you mean algorithm?"))
    }

    @Test func `Without parameters a load balancer has the defaults`() throws {
        let plan = try Planned([Manifests.ingressClass()] + Self.web).plan()
        #expect(plan.provider == ProviderSelection(name: "software"))
        #expect(plan.scheme == .internetFacing)
        #expect(plan.addressing == Addressing())
        #expect(plan.listenerSource == .standard)
        #expect(plan.listeners.map(\.port) == [80, 443])
        #expect(plan.listeners.map(\.protocol) == [.http, .https])
        #expect(plan.attributes == LoadBalancerAttributes())
        #expect(try plan.route(of: "shop/web").filters == RouteFilters())
    }
}
