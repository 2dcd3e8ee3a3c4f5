import LoadBalancerModel
import Testing

@testable import IngressPlanning
@testable import KubernetesModel

@Suite struct ParameterValidationTests {
    private static let cluster = ObjectReference(kind: "ClusterIngressParameters", name: "edge")
    private static let namespaced = ObjectReference(kind: "IngressParameters", namespace: "infra", name: "edge")

    /// A case: a spec and the fields that are at fault.
    struct Violation: CustomTestStringConvertible, Sendable {
        var fields: [String]
        var change: @Sendable (inout IngressParametersSpec) -> Void
        var testDescription: String { fields.joined(separator: ", ") }
    }

    @Test(arguments: [
        Violation(fields: ["spec.provider.name"]) { $0.provider = ProviderParameters(name: "") },
        Violation(fields: ["spec.sharing.group"]) { $0.sharing = SharingParameters(mode: .group) },
        Violation(fields: ["spec.sharing.group"]) { $0.sharing = SharingParameters(mode: .class, group: "a") },
        Violation(fields: ["spec.listeners"]) { $0.listeners = [] },
        Violation(fields: ["spec.listeners[1].name", "spec.listeners[1].port"]) {
            $0.listeners = [
                ListenerParameters(name: "a", protocol: .http, port: 80),
                ListenerParameters(name: "a", protocol: .https, port: 80),
            ]
        },
        Violation(fields: ["spec.listeners[1].port"]) {
            $0.listeners = [
                ListenerParameters(name: "a", protocol: .http, port: 80),
                ListenerParameters(name: "b", protocol: .http, port: 80, addresses: ["127.0.0.1"]),
            ]
        },
        Violation(fields: ["spec.listeners[1].port"]) {
            $0.listeners = [
                ListenerParameters(name: "a", protocol: .http, port: 80, addresses: ["127.0.0.1"]),
                ListenerParameters(name: "b", protocol: .https, port: 80, addresses: ["192.0.2.1", "0.0.0.0"]),
            ]
        },
        Violation(fields: ["spec.listeners[0].addresses[1]"]) {
            $0.listeners = [
                ListenerParameters(name: "a", protocol: .http, port: 80, addresses: ["::1", "0:0:0:0:0:0:0:1"])
            ]
        },
        Violation(fields: []) {
            $0.listeners = [
                ListenerParameters(name: "a", protocol: .http, port: 80, addresses: ["127.0.0.1", "::"]),
                ListenerParameters(name: "b", protocol: .http, port: 80, addresses: ["127.0.0.2"]),
                ListenerParameters(name: "c", protocol: .http, port: 81, addresses: ["0.0.0.0"]),
            ]
        },
        Violation(fields: ["spec.listeners[0].name", "spec.listeners[0].port"]) {
            $0.listeners = [ListenerParameters(name: "", protocol: .http, port: 65_536)]
        },
        Violation(fields: ["spec.addressing.addresses[1]"]) {
            $0.addressing = AddressingParameters(family: .ipv4, addresses: ["192.0.2.1", "fd00::1"])
        },
        Violation(fields: ["spec.addressing.addresses[0]"]) {
            $0.addressing = AddressingParameters(family: .ipv6, addresses: ["192.0.2.1", "fd00::1"])
        },
        Violation(fields: []) {
            $0.addressing = AddressingParameters(family: .dualstack, addresses: ["192.0.2.1", "fd00::1"])
        },
        Violation(fields: ["spec.redirectToHTTPS.statusCode", "spec.redirectToHTTPS.port"]) {
            $0.redirectToHTTPS = RedirectParameters(statusCode: 200, port: 0)
        },
        Violation(fields: ["spec.affinity.cookieName", "spec.affinity.maximumAge"]) {
            $0.affinity = AffinityParameters(type: .cookie, cookieName: "a b", maximumAge: Milliseconds(-1))
        },
        Violation(
            fields: [
                "spec.healthCheck.path", "spec.healthCheck.port", "spec.healthCheck.interval",
                "spec.healthCheck.timeout", "spec.healthCheck.healthyThreshold", "spec.healthCheck.unhealthyThreshold",
                "spec.healthCheck.statusCodes",
            ]
        ) {
            $0.healthCheck = HealthCheckParameters(
                path: "health", port: 70_000, interval: Milliseconds(0), timeout: Milliseconds(-1),
                healthyThreshold: 0, unhealthyThreshold: 0, statusCodes: "300-200")
        },
        Violation(fields: ["spec.timeouts.connect", "spec.timeouts.idle"]) {
            $0.timeouts = TimeoutParameters(connect: Milliseconds(0), idle: Milliseconds(-5))
        },
        Violation(
            fields: [
                "spec.limits.maximumRequestBody", "spec.limits.maximumRequestHead", "spec.limits.maximumConnections",
            ]
        ) {
            $0.limits = LimitParameters(maximumRequestBody: -1, maximumRequestHead: 0, maximumConnections: 0)
        },
        Violation(fields: ["spec.tls.defaultCertificate.namespace", "spec.defaultBackend.namespace"]) {
            $0.tls = TLSParameters(defaultCertificate: SecretReference(name: "tls"))
            $0.defaultBackend = DefaultBackendParameters(service: "web", port: .number(80))
        },
    ])
    func `Every violation is found and named`(violation: Violation) {
        var spec = IngressParametersSpec()
        violation.change(&spec)
        #expect(ParameterValidation.violations(of: spec, source: Self.cluster).map(\.field) == violation.fields)
    }

    @Test func `Parameters of a namespace need not name it`() {
        var spec = IngressParametersSpec()
        spec.tls = TLSParameters(defaultCertificate: SecretReference(name: "tls"))
        spec.defaultBackend = DefaultBackendParameters(service: "web", port: .number(80))
        #expect(ParameterValidation.violations(of: spec, source: Self.namespaced).isEmpty)
    }

    @Test func `One address may be listened on at two ports, and one port at two addresses`() {
        var spec = IngressParametersSpec()
        spec.listeners = [
            ListenerParameters(name: "a", protocol: .http, port: 80, addresses: ["10.0.0.1"]),
            ListenerParameters(name: "b", protocol: .http, port: 80, addresses: ["10.0.0.2"]),
            ListenerParameters(name: "c", protocol: .http, port: 81, addresses: ["10.0.0.1"]),
        ]
        #expect(ParameterValidation.violations(of: spec, source: Self.cluster).isEmpty)
    }
}
