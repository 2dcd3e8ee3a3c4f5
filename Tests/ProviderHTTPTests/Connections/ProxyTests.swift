import ProviderHTTP
import Provisioning
import Testing

@Suite("Calls through a proxy", .timeLimit(.minutes(1)))
struct ProxyTests {
    private static func call(
        _ url: String, through server: ScriptedServer, credentials: String = ""
    ) async throws -> Result<APIResponse, ProviderError> {
        try await call(url, throughPort: server.port, credentials: credentials)
    }

    private static func call(
        _ url: String, throughPort port: Int, credentials: String = ""
    ) async throws -> Result<APIResponse, ProviderError> {
        let proxies = try ProxySettings(environment: ["http_proxy": "http://\(credentials)127.0.0.1:\(port)"])
        return try await HTTPConnections.open(configuration: ConnectionConfiguration(proxies: proxies)) { connections in
            let transport = APITransport(
                configuration: TransportConfiguration(retry: .never), signer: UnsignedRequests(),
                errors: StatusErrorDecoder(), connections: connections)
            do {
                return .success(try await transport.read(.describing(url)))
            } catch let error as ProviderError {
                return .failure(error)
            }
        }
    }

    @Test("The call goes through a tunnel, which is opened with the proxy's user and password")
    func tunnel() async throws {
        let steps = [ScriptedServer.Step.bytes("HTTP/1.1 200 OK\r\n\r\n"), .answer(200, body: "through")]
        try await ScriptedServer.run(steps) { server in
            let result = try await Self.call(
                "http://api.cloud.invalid/a", through: server, credentials: "user:pa%2Fss@")
            #expect(try result.get().body == Array("through".utf8))
            let connect = try #require(server.requests.first)
            #expect(connect.hasPrefix("CONNECT api.cloud.invalid:80 HTTP/1.1\r\n"))
            #expect(connect.lowercased().contains("proxy-authorization: basic dxnlcjpwys9zcw=="), "\(connect)")
            let request = try #require(server.requests.last)
            #expect(request.hasPrefix("POST /a HTTP/1.1\r\n"))
            #expect(!request.lowercased().contains("proxy-authorization"))
        }
    }

    @Test("A proxy that wants a password says so", arguments: [(407, "it wants a user and password"), (502, "")])
    func refusal(status: Int, reason: String) async throws {
        try await ScriptedServer.run([.answer(status)]) { server in
            let result = try await Self.call("http://api.cloud.invalid/a", through: server)
            let error = #expect(throws: ProviderError.self) { try result.get() }
            #expect(error?.kind == .unexpectedAnswer)
            #expect(error?.message.hasPrefix("the proxy on the way to http://api.cloud.invalid refused") == true)
            #expect(error?.message.contains(reason) == true)
        }
    }

    @Test("A proxy that can't be reached is named, without its password")
    func unreachable() async throws {
        // The port of the TCP port service multiplexer, which nobody runs.
        let result = try await Self.call("http://api.cloud.invalid/a", throughPort: 1, credentials: "user:secret@")
        let error = #expect(throws: ProviderError.self) { try result.get() }
        let message = error?.message ?? ""
        #expect(message.contains("connection refused by way of the proxy http://127.0.0.1:1"), "\(message)")
        #expect(!message.contains("secret"))
    }

    @Test("Loopback is reached without the proxy")
    func loopback() async throws {
        try await ScriptedServer.run([.answer(200)]) { proxy in
            try await ScriptedServer.run([.answer(200, body: "direct")]) { server in
                let result = try await Self.call(server.url, through: proxy)
                #expect(try result.get().body == Array("direct".utf8))
                #expect(proxy.requests.isEmpty)
            }
        }
    }
}
