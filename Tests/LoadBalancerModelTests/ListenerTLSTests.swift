import Testing

@testable import LoadBalancerModel

@Suite("TLS settings of a listener")
struct ListenerTLSTests {
    private static let old = TLSPolicy(maximumVersion: .tls12)
    private static let tls = ListenerTLS(
        policy: TLSPolicy(minimumVersion: .tls13),
        certificates: [
            ServerNameBinding(host: "*.shop.example", certificate: nil, policy: old),
            ServerNameBinding(host: "new.shop.example", certificate: nil),
            ServerNameBinding(host: "old.example", certificate: nil, policy: old),
        ])

    @Test(
        "The exact name decides alone, then the wildcard over its first label, then the listener",
        arguments: [
            ("old.example", "old.example", old), ("a.shop.example", "*.shop.example", old),
            ("new.shop.example", "new.shop.example", tls.policy), ("a.b.shop.example", nil, tls.policy),
            ("shop.example", nil, tls.policy), (".shop.example", nil, tls.policy), ("other", nil, tls.policy),
            (nil, nil, tls.policy),
        ] as [(String?, String?, TLSPolicy)])
    func lookup(name: String?, host: String?, policy: TLSPolicy) {
        #expect(name.flatMap(Self.tls.binding)?.host == host)
        #expect(Self.tls.policy(for: name) == policy)
    }

    @Test("A policy is described by its versions")
    func description() {
        #expect("\(TLSPolicy())" == "TLS 1.2 to 1.3")
    }
}
