import Glibc
import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A TLS client context")
struct TLSClientContextTests {
    let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let certificate: String
        var validDays = -1...30
        let serverName: String
        /// What the client ends with; nil for success.
        let label: String?

        var testDescription: String { "\(certificate) for \(serverName)" }
    }

    static let cases = [
        Case(certificate: "DNS:api.example", serverName: "api.example", label: nil),
        Case(certificate: "DNS:*.example.org", serverName: "api.example.org", label: nil),
        Case(certificate: "IP:10.1.2.3", serverName: "10.1.2.3", label: nil),
        Case(certificate: "IP:fd00::1", serverName: "fd00::1", label: nil),
        Case(certificate: "DNS:api.example", serverName: "API.example.", label: nil),
        Case(certificate: "DNS:api.example", serverName: "web.example", label: "certificate_name_mismatch"),
        Case(certificate: "DNS:*.example.org", serverName: "a.b.example.org", label: "certificate_name_mismatch"),
        Case(certificate: "DNS:a*.example.org", serverName: "api.example.org", label: "certificate_name_mismatch"),
        Case(certificate: "DNS:10.1.2.3", serverName: "10.1.2.3", label: "certificate_name_mismatch"),
        Case(
            certificate: "DNS:api.example", validDays: -9 ... -2, serverName: "api.example",
            label: "certificate_expired"),
        Case(
            certificate: "DNS:api.example", validDays: 2...9, serverName: "api.example",
            label: "certificate_not_yet_valid"),
    ]

    @Test("verifies chain, validity and name where it is asked to", arguments: cases)
    func verification(test: Case) throws {
        var listener = TestListener()
        listener.setDefault(try authority.issue(test.certificate, validDays: test.validDays))
        let server = try listener.context()
        let settings = BackendTLS(serverName: test.serverName, verify: true)
        let client = try TLSClientContext(settings, trustRoots: .pem(authority.pem))
        var pair = try StreamPair(server: server, client: client)
        let outcome = pair.handshake()
        #expect(outcome.client.failure?.label == test.label.map { "handshake_" + $0 })
        #expect((outcome.client == .done) == (test.label == nil))

        let trusting = try TLSClientContext(BackendTLS(serverName: test.serverName, verify: false))
        var unverified = try StreamPair(server: server, client: trusting)
        try unverified.connect()
    }

    @Test("refuses a certificate of an authority that it does not know")
    func unknownAuthority() throws {
        var listener = TestListener()
        listener.setDefault(try TestAuthority(name: "Stranger").issue("DNS:api.example"))
        let client = try TLSClientContext(
            BackendTLS(serverName: "api.example", verify: true), trustRoots: .pem(authority.pem))
        var pair = try StreamPair(server: try listener.context(), client: client)
        let failure = try #require(pair.handshake().client.failure)
        #expect(failure.label == "handshake_certificate_unknown_ca")
        #expect(failure.message == "the peer's certificate was refused: unable to get local issuer certificate")
    }

    @Test("starts from the system's trust roots", .enabled(if: TrustRootsFixture.isInstalled))
    func systemRoots() throws {
        var listener = TestListener()
        listener.setDefault(try authority.issue("DNS:api.example"))
        let client = try TLSClientContext(BackendTLS(serverName: "api.example", verify: true))
        var pair = try StreamPair(server: try listener.context(), client: client)
        #expect(pair.handshake().client.failure?.label == "handshake_certificate_unknown_ca")
    }

    @Test("sends the request's host where the pool names none, and never an address")
    func sentNames() throws {
        let server = try TestListener().context()
        for (configured, requested, sent) in [
            ("pool.example", "shop.example", "pool.example"), (nil, "shop.example", "shop.example"),
            (nil, "10.0.0.1", nil), (nil, "fd00::1", nil), (nil, nil, nil),
        ] as [(String?, String?, String?)] {
            let client = try TLSClientContext(BackendTLS(serverName: configured, verify: false))
            var pair = try StreamPair(server: server, client: client, serverName: requested)
            try pair.connect()
            let name = pair.server.serverName
            #expect(name == sent)
        }
    }

    @Test("does not verify without a name to verify")
    func noName() throws {
        let client = try TLSClientContext(BackendTLS(verify: true), trustRoots: .pem(authority.pem))
        let server = try TestListener().context()
        #expect(throws: TLSConfigurationError.self) { try StreamPair.attempt(server: server, client: client) }
    }

    @Test("refuses trust roots without a certificate")
    func badRoots() {
        #expect(throws: TLSConfigurationError.trustRootsUnreadable(detail: "no certificate in PEM form")) {
            try TLSClientContext(BackendTLS(serverName: "a", verify: true), trustRoots: .pem("nonsense"))
        }
    }

    @Test("calls a target that speaks plain HTTP what it is")
    func plainTarget() throws {
        let sockets = try SocketPair()
        var stream = try TLSStream(
            connecting: try TLSServerContextTests.client(), descriptor: sockets.server, buffers: TLSLoopBuffers())
        _ = stream.handshake()
        sockets.sendFromClient(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        let failure = try #require(stream.handshake().failure)
        #expect(failure.label == "handshake_not_tls")
        #expect(!failure.isPlainHTTP)
    }
}

enum TrustRootsFixture {
    /// Whether the machine has OpenSSL's directory of roots.
    static var isInstalled: Bool { access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0 }
}

extension StreamPair {
    /// Makes a pair and drops it: for what must throw.
    static func attempt(server: TLSServerContext, client: TLSClientContext) throws {
        _ = try StreamPair(server: server, client: client)
    }
}
