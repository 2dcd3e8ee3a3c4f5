import LoadBalancerModel
import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("A load balancer for people")
struct LoadBalancerViewTests {
    @Test("A server name shows its certificate, or that it is generated, and a policy that is not the listener's")
    func serverNames() {
        let fingerprint = String(repeating: "0a", count: 32)
        let tls = ListenerTLS(
            defaultCertificate: fingerprint,
            certificates: [
                ServerNameBinding(host: "*.example", certificate: fingerprint),
                ServerNameBinding(host: "a.example", certificate: nil),
                ServerNameBinding(
                    host: "b.example", certificate: fingerprint, policy: TLSPolicy(minimumVersion: .tls13)),
            ])
        let plan = LoadBalancerPlan(
            name: "web", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "web"),
            listeners: [Listener(name: "https", protocol: .https, port: 443, tls: tls)],
            certificates: [
                CertificateReference(
                    fingerprint: fingerprint, secret: "web/tls", hosts: [], notAfter: "2030-01-31T00:00:00Z")
            ])
        let lines = LoadBalancerView(style: TextStyle(isEnabled: false)).lines(plan, mark: nil)
        let start = lines.firstIndex { $0.hasPrefix("      https") } ?? lines.endIndex
        #expect(
            lines[start...].prefix(5) == [
                "      https  https  :443  TLS 1.2 to 1.3",
                "        *.example       web/tls                 valid until 2030-01-31T00:00:00Z",
                "        a.example       self-signed, generated",
                "        b.example       web/tls                 valid until 2030-01-31T00:00:00Z  TLS 1.3",
                "        any other name  web/tls                 valid until 2030-01-31T00:00:00Z",
            ])
    }

    @Test("A listener at a cloud shows its security policy there, and the certificates that the cloud chooses from")
    func served() {
        let arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
        let names = (1...6).map { "\($0).example" }
        let plan = LoadBalancerPlan(
            name: "web", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "web"),
            listeners: [
                Listener(name: "https", protocol: .https, port: 443, tls: ListenerTLS()),
                Listener(name: "more", protocol: .https, port: 8443, tls: ListenerTLS()),
            ])
        let served = [
            ServedListener(
                name: "https", securityPolicy: "ELBSecurityPolicy-2016-08",
                certificates: [
                    ServedCertificate(source: "web/tls", names: ["web.example"], notAfter: "2030-01-31T00:00:00Z"),
                    ServedCertificate(source: arn, names: names), ServedCertificate(source: "arn:b", names: []),
                ]), ServedListener(name: "more"),
        ]
        let lines = LoadBalancerView(style: TextStyle(isEnabled: false)).lines(plan, mark: nil, served: served)
        let start = lines.firstIndex { $0.hasPrefix("      https") } ?? lines.endIndex
        let padded = { (text: String) in text + String(repeating: " ", count: 55 - text.count) }
        let until = String(repeating: " ", count: 46) + "valid until 2030-01-31T00:00:00Z"
        #expect(
            lines[start...].prefix(6) == [
                "      https  https  :443   ELBSecurityPolicy-2016-08",
                "        \(padded("web.example"))web/tls\(until)",
                "        \(padded("1.example, 2.example, 3.example, 4.example and 2 more"))\(arn)",
                "        \(padded("its names"))arn:b",
                "        \(padded("any other name"))web/tls\(until)",
                "      more   https  :8443  not made, for want of a certificate",
            ])
    }
}
