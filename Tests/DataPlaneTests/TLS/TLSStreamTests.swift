import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A TLS stream")
struct TLSStreamTests {
    let authority: TestAuthority
    let server: TLSServerContext
    let client: TLSClientContext

    init() throws {
        authority = try TestAuthority()
        var listener = TestListener()
        listener.setDefault(try authority.issue("DNS:shop.example"))
        server = try listener.context()
        client = try TLSClientContext(
            BackendTLS(serverName: "shop.example", verify: true), trustRoots: .pem(authority.pem))
    }

    @Test func `carries bytes both ways after a verified handshake`() throws {
        var pair = try StreamPair(server: server, client: client)
        try pair.connect()
        let agreed = (pair.client.version, pair.client.applicationProtocol)
        #expect(agreed == (.tls13, .http11))
        let request = pair.client.write("ping")
        #expect(request == .bytes(4))
        let received = pair.server.readBytes().bytes
        #expect(received == Array("ping".utf8))
    }
}
