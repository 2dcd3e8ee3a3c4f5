import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A TLS server context with policies by server name")
struct ServerNamePolicyTests {
    private static let old = TLSPolicy(maximumVersion: .tls12)
    private static let new = TLSPolicy(minimumVersion: .tls13)
    private static let refused = "handshake_unsupported_protocol"

    /// Names with either policy and the listener's, which is `policy`.
    private static func listener(_ policy: TLSPolicy = TLSPolicy()) -> TestListener {
        var listener = TestListener()
        listener.settings.policy = policy
        listener.bind("new.test", policy: new)
        listener.bind("old.test", policy: old)
        listener.bind("own.test", policy: nil)
        listener.bind("*.new.test", policy: new)
        listener.bind("own.new.test", policy: nil)
        return listener
    }

    static let handshakes: [(name: String?, client: TLSVersion, policy: TLSPolicy?)] = [
        ("new.test", .tls13, new), ("new.test", .tls12, nil), ("NEW.test.", .tls12, nil),
        ("old.test", .tls12, old), ("old.test", .tls13, nil),
        ("a.new.test", .tls13, new), ("a.new.test", .tls12, nil),
        ("own.test", .tls12, TLSPolicy()), ("own.test", .tls13, TLSPolicy()),
        ("own.new.test", .tls12, TLSPolicy()), ("a.b.new.test", .tls12, TLSPolicy()),
        ("unknown.test", .tls12, TLSPolicy()), (nil, .tls12, TLSPolicy()), (nil, .tls13, TLSPolicy()),
    ]

    @Test("keeps to the policy that the name chooses, else to the listener's", arguments: handshakes)
    func handshake(name: String?, client: TLSVersion, policy: TLSPolicy?) throws {
        var pair = try StreamPair(
            server: try Self.listener().context(), client: try TLSServerContextTests.client(sending: name))
        pair.client.restrictVersion(to: client)
        let before = pair.server.policy
        #expect(before == nil)
        let outcome = pair.handshake()
        guard let policy else {
            #expect(outcome.server.failure?.label == Self.refused)
            #expect(outcome.client.failure?.label == "handshake_peer_alert_protocol_version")
            return
        }
        #expect(outcome == (.done, .done))
        let chosen = pair.server.policy
        #expect(chosen == policy)
        let ofClient = pair.client.policy
        #expect(ofClient == nil)
    }

    @Test(
        "widens a listener's policy for a name as well as it narrows it",
        arguments: [(old, TLSVersion.tls13, "new.test", "old.test"), (new, .tls12, "old.test", "new.test")])
    func widening(policy: TLSPolicy, version: TLSVersion, name: String, other: String) throws {
        for (name, isAccepted) in [(name, true), (other, false), (nil, false)] as [(String?, Bool)] {
            var pair = try StreamPair(
                server: try Self.listener(policy).context(), client: try TLSServerContextTests.client(sending: name))
            pair.client.restrictVersion(to: version)
            let outcome = pair.handshake()
            #expect(outcome.server.failure?.label == (isAccepted ? nil : Self.refused), "\(name ?? "no name")")
        }
    }

    @Test("leaves the other connections of the context as they are")
    func neighbours() throws {
        let context = try Self.listener().context()
        for (name, version) in [("new.test", TLSVersion.tls13), ("old.test", .tls12), ("own.test", .tls13)] {
            var pair = try StreamPair(server: context, client: try TLSServerContextTests.client(sending: name))
            try pair.connect()
            let agreed = pair.server.version
            #expect(agreed == version)
        }
    }

    @Test("resumes a session under the policy of its name, and never one of a version that it excludes now")
    func resumption() throws {
        let keys = try SessionTicketKeys()
        let client = try TLSServerContextTests.client(sending: "a.test")
        let session = TLSSessionSlot()
        func connect(_ policy: TLSPolicy) throws -> (isResumed: Bool, version: TLSVersion?, policy: TLSPolicy?) {
            var listener = TestListener()
            listener.bind("a.test", policy: policy)
            var pair = try StreamPair(server: try listener.context(keys: keys), client: client, session: session)
            try pair.connect()
            return (pair.server.isResumed, pair.server.version, pair.server.policy)
        }
        #expect(try connect(Self.old) == (false, .tls12, Self.old))
        #expect(try connect(Self.old) == (true, .tls12, Self.old))
        #expect(try connect(Self.new) == (false, .tls13, Self.new))
    }

    @Test("answers a name without a certificate with the generated one, also below a wildcard and beside a default one")
    func generated() throws {
        let authority = try TestAuthority()
        let wildcard = try authority.issue("DNS:*.shop.test")
        var listener = TestListener()
        listener.setDefault(try authority.issue("DNS:default.test"))
        listener.bind("*.shop.test", to: wildcard)
        listener.bind("broken.shop.test", policy: nil)
        let generated = try ServerCertificate.selfSignedDefault().fingerprint
        for (name, expected) in [("broken.shop.test", generated), ("other.shop.test", wildcard.fingerprint)] {
            var pair = try StreamPair(
                server: try listener.context(), client: try TLSServerContextTests.client(sending: name))
            try pair.connect()
            let shown = pair.client.peerFingerprint
            #expect(shown == expected)
        }
    }

    @Test("answers the host of a certificate that can't be used with the default one, also below a wildcard")
    func unusable() throws {
        let authority = try TestAuthority()
        let broken = try authority.issue("DNS:broken.shop.test")
        let fallback = try authority.issue("DNS:default.test")
        var listener = TestListener()
        listener.setDefault(fallback)
        listener.bind("*.shop.test", to: try authority.issue("DNS:*.shop.test"))
        listener.bind("broken.shop.test", to: broken)
        listener.settings.certificates[1].policy = Self.new
        listener.materials[broken.fingerprint] = nil
        var pair = try StreamPair(
            server: try listener.context(), client: try TLSServerContextTests.client(sending: "broken.shop.test"))
        try pair.connect()
        let shown = (pair.client.peerFingerprint, pair.server.policy)
        #expect(shown == (fallback.fingerprint, Self.new))
    }

    @Test("refuses a policy of a name whose versions contradict each other")
    func contradiction() {
        var listener = TestListener()
        listener.bind("a.test", policy: TLSPolicy(minimumVersion: .tls13, maximumVersion: .tls12))
        #expect(
            throws: TLSConfigurationError.policyRefused(
                detail: "the minimum version 1.3 is above the maximum version 1.2")
        ) {
            try listener.context()
        }
    }
}

@Suite("The TLS policies of hosts")
struct HostPoliciesTests {
    private static let new = TLSPolicy(minimumVersion: .tls13)
    private static let policies = HostPolicies(
        ListenerTLS(certificates: [
            ServerNameBinding(host: "*.new.test", certificate: nil, policy: new),
            ServerNameBinding(host: "new.test", certificate: nil, policy: new),
            ServerNameBinding(host: "own.new.test", certificate: nil),
        ]))

    @Test(
        "are those of the names in a handshake, whatever the case, the port and a trailing dot",
        arguments: [
            ("new.test", new), ("NEW.test:8443", new), ("new.test.", new), ("a.new.test:443", new),
            ("own.new.test", TLSPolicy()), ("a.b.new.test", TLSPolicy()), ("test", TLSPolicy()), ("", TLSPolicy()),
            ("127.0.0.1:443", TLSPolicy()), ("[::1]:443", TLSPolicy()),
        ])
    func lookup(host: String, policy: TLSPolicy) {
        #expect(Self.policies.policy(of: Array(host.utf8).span) == policy)
    }

    @Test("need no lookup where all are the listener's")
    func uniform() {
        #expect(!Self.policies.isUniform)
        #expect(HostPolicies(ListenerTLS(policy: Self.new)).isUniform)
        let same = ServerNameBinding(host: "a", certificate: nil, policy: Self.new)
        #expect(HostPolicies(ListenerTLS(policy: Self.new, certificates: [same])).isUniform)
    }
}
