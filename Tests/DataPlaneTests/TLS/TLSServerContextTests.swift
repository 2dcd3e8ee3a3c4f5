import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A TLS server context")
struct TLSServerContextTests {
    let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    /// A client that takes any certificate.
    static func client(sending name: String? = nil) throws -> TLSClientContext {
        try TLSClientContext(BackendTLS(serverName: name, verify: false))
    }

    static let serverNames: [(sent: String?, fingerprintOf: String, host: String?)] = [
        ("shop.example", "exact", "shop.example"),
        ("SHOP.Example", "exact", "shop.example"),
        ("shop.example.", "exact", "shop.example"),
        ("www.shop.example", "wildcard", "*.shop.example"),
        ("api.shop.example", "api", "api.shop.example"),
        ("a.b.shop.example", "default", nil),
        ("example", "default", nil),
        ("other.test", "default", nil),
        (nil, "default", nil),
    ]

    @Test("chooses the certificate by server name: exact, wildcard over one label, default", arguments: serverNames)
    func serverName(sent: String?, fingerprintOf: String, host: String?) throws {
        let issued = [
            "exact": try authority.issue("DNS:shop.example"), "wildcard": try authority.issue("DNS:*.shop.example"),
            "api": try authority.issue("DNS:api.shop.example"), "default": try authority.issue("DNS:fallback"),
        ]
        var listener = TestListener()
        listener.bind("Shop.example", to: try #require(issued["exact"]))
        listener.bind("*.shop.example", to: try #require(issued["wildcard"]))
        listener.bind("api.shop.example", to: try #require(issued["api"]))
        listener.setDefault(try #require(issued["default"]))
        var pair = try StreamPair(server: try listener.context(), client: try Self.client(sending: sent))
        try pair.connect()
        let fingerprint = pair.client.peerFingerprint
        #expect(fingerprint == issued[fingerprintOf]?.fingerprint)
        let chosen = pair.server.certificateHost
        #expect(chosen == host)
        let name = pair.server.serverName
        #expect(name == sent.map(ServerNameIndex.normalized))
    }

    @Test("answers with a self-signed certificate where there is no default one, always the same")
    func generatedDefault() throws {
        var fingerprints: Set<String?> = []
        for _ in 0..<2 {
            var pair = try StreamPair(server: try TestListener().context(), client: try Self.client())
            try pair.connect()
            fingerprints.insert(pair.client.peerFingerprint)
        }
        #expect(fingerprints == [try ServerCertificate.selfSignedDefault().fingerprint])
    }

    @Test("answers the hosts of a certificate that can't be used with the default one")
    func unusableCertificate() throws {
        let broken = try authority.issue("DNS:broken.example")
        let fallback = try authority.issue("DNS:fallback")
        var listener = TestListener()
        listener.bind("broken.example", to: broken)
        listener.setDefault(fallback)
        listener.materials[broken.fingerprint]?.privateKey = PrivateKeyPEM("no key")
        let context = try listener.context()
        #expect(context.missingCertificates == [broken.fingerprint])
        var pair = try StreamPair(server: context, client: try Self.client(sending: "broken.example"))
        try pair.connect()
        let fingerprint = pair.client.peerFingerprint
        #expect(fingerprint == fallback.fingerprint)
    }

    @Test("serves an ECDSA and an RSA certificate of one host side by side")
    func twoKinds() throws {
        let ecdsa = try authority.issue("DNS:shop.example")
        let rsa = try authority.issue("DNS:shop.example", kind: .rsa(bits: 2048))
        var listener = TestListener()
        listener.bind("shop.example", to: rsa)
        listener.bind("shop.example", to: ecdsa)
        let context = try listener.context()
        var fingerprints: [String?] = []
        for algorithms in ["RSA-PSS+SHA256", "ECDSA+SHA256"] {
            var pair = try StreamPair(server: context, client: try Self.client(sending: "shop.example"))
            pair.client.restrictSignatureAlgorithms(to: algorithms)
            try pair.connect()
            fingerprints.append(pair.client.peerFingerprint)
        }
        #expect(fingerprints == [rsa.fingerprint, ecdsa.fingerprint])
    }

    static let policies: [(TLSPolicy, client: TLSVersion, label: String?)] = [
        (TLSPolicy(minimumVersion: .tls12, maximumVersion: .tls12), .tls12, nil),
        (TLSPolicy(minimumVersion: .tls12, maximumVersion: .tls12), .tls13, "handshake_unsupported_protocol"),
        (TLSPolicy(minimumVersion: .tls13, maximumVersion: .tls13), .tls13, nil),
        (TLSPolicy(minimumVersion: .tls13, maximumVersion: .tls13), .tls12, "handshake_unsupported_protocol"),
        (TLSPolicy(), .tls12, nil), (TLSPolicy(), .tls13, nil),
    ]

    @Test("keeps to the versions of the policy", arguments: policies)
    func policy(policy: TLSPolicy, client: TLSVersion, label: String?) throws {
        var listener = TestListener()
        listener.settings.policy = policy
        var pair = try StreamPair(server: try listener.context(), client: try Self.client())
        pair.client.restrictVersion(to: client)
        let outcome = pair.handshake()
        guard let label else {
            #expect(outcome == (.done, .done))
            return
        }
        #expect(outcome.server.failure?.label == label)
        #expect(outcome.client.failure?.label == "handshake_peer_alert_protocol_version")
    }

    @Test("refuses a policy whose versions contradict each other")
    func contradiction() throws {
        var listener = TestListener()
        listener.settings.policy = TLSPolicy(minimumVersion: .tls13, maximumVersion: .tls12)
        #expect(
            throws: TLSConfigurationError.policyRefused(
                detail: "the minimum version 1.3 is above the maximum version 1.2")
        ) {
            try listener.context()
        }
    }

    @Test(
        "speaks TLS 1.2 with forward secrecy and authenticated encryption only",
        arguments: ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256"])
    func weakCiphers(cipher: String) throws {
        var pair = try StreamPair(server: try TestListener().context(), client: try Self.client())
        pair.client.restrictVersion(to: .tls12)
        pair.client.restrictCiphers(to: cipher)
        let outcome = pair.handshake()
        #expect(outcome.server.failure?.label == "handshake_no_shared_cipher")
        #expect(outcome.client.failure?.label == "handshake_peer_alert_handshake_failure")
    }

    static let offers: [(offer: [String], chosen: ApplicationProtocol?, isAccepted: Bool)] = [
        (["http/1.1"], .http11, true), (["http/1.0"], .http10, true), (["h2", "http/1.1"], .http11, true),
        (["http/1.0", "http/1.1"], .http11, true), ([], nil, true), (["h2"], nil, false),
        (["acme-tls/1"], nil, false), (["http/1.10", "HTTP/1.1"], nil, false),
    ]

    @Test("negotiates the application protocol, and refuses a client that offers only others", arguments: offers)
    func applicationProtocols(offer: [String], chosen: ApplicationProtocol?, isAccepted: Bool) throws {
        var pair = try StreamPair(server: try TestListener().context(), client: try Self.client())
        pair.client.offer(offer)
        let outcome = pair.handshake()
        guard isAccepted else {
            #expect(outcome.client.failure?.label == "handshake_peer_alert_no_application_protocol")
            #expect(outcome.server.failure?.label == "handshake_no_application_protocol")
            return
        }
        #expect(outcome == (.done, .done))
        let agreed = (pair.server.applicationProtocol, pair.client.applicationProtocol)
        #expect(agreed == (chosen, chosen))
    }

    @Test("names the alert with which a client refuses the certificate")
    func refusedByClient() throws {
        let client = try TLSClientContext(
            BackendTLS(serverName: "localhost", verify: true), trustRoots: .pem(authority.pem))
        var pair = try StreamPair(server: try TestListener().context(), client: client)
        let outcome = pair.handshake()
        #expect(outcome.server.failure?.label == "handshake_peer_alert_unknown_ca")
        #expect(outcome.client.failure?.label == "handshake_certificate_self_signed")
    }

    @Test("keeps serving the connections that it has made when another takes its place")
    func replacement() throws {
        var listener = TestListener()
        listener.setDefault(try authority.issue("DNS:shop.example"))
        let keys = try SessionTicketKeys()
        var context: TLSServerContext? = try listener.context(keys: keys)
        weak let old = context
        var pair = try StreamPair(server: try #require(context), client: try Self.client())
        context = try listener.context(keys: keys)
        #expect(old != nil)
        try pair.connect()
        _ = pair.client.write("still here")
        let received = pair.server.readBytes().bytes
        #expect(received == Array("still here".utf8))
    }

    @Test("refuses renegotiation and keeps the connection")
    func renegotiation() throws {
        var pair = try StreamPair(server: try TestListener().context(), client: try Self.client())
        pair.client.restrictVersion(to: .tls12)
        try pair.connect()
        let isRequested = pair.client.renegotiate()
        try #require(isRequested)
        let started = pair.client.handshake()
        #expect(started == .wantRead)
        let refusing = pair.server.readBytes().result
        #expect(refusing == .wantRead)
        #expect(pair.client.handshake().failure?.label == "handshake_no_renegotiation")
        let answer = pair.server.write("still here")
        #expect(answer == .bytes(10))
    }
}
