import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct InspectedCertificateHostsTests {
    private func certificate(_ hosts: [String]) -> InspectedCertificate {
        InspectedCertificate(
            reference: CertificateReference(fingerprint: "", secret: "", hosts: hosts, notAfter: ""),
            material: CertificateMaterial(certificateChainPEM: "", privateKey: PrivateKeyPEM("")),
            notBefore: TestClock.now, notAfter: TestClock.now, findings: []
        )
    }

    @Test(arguments: [
        ("a.example.com", "a.example.com"), ("A.Example.com", "a.example.COM"), ("a.example.com", "a.example.com."),
        ("*.example.com", "a.example.com"), ("*.example.com", "*.example.com"), ("*.EXAMPLE.com", "a.example.com."),
        ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:0DB8:0:0::1"), ("2001:db8::1", "[2001:db8::1]"),
        ("localhost", "localhost"),
    ])
    func `A certificate covers`(name: String, host: String) {
        #expect(certificate(["other.test", name]).covers(host: host))
    }

    @Test(arguments: [
        ("a.example.com", "b.example.com"), ("a.example.com", "*.example.com"), ("example.com", "a.example.com"),
        ("*.example.com", "example.com"), ("*.example.com", "a.b.example.com"), ("*.example.com", ".example.com"),
        ("*.example.com", "*.b.example.com"), ("*.a.example.com", "*.example.com"),
        ("a*.example.com", "ab.example.com"),
        ("*", "localhost"), ("*.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.2"), ("*.example.com", ""),
        ("a.*.com", "a.example.com"),
    ])
    func `A certificate does not cover`(name: String, host: String) {
        #expect(!certificate([name]).covers(host: host))
    }
}
