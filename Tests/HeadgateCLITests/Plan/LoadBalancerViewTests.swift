import LoadBalancerModel
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
}
