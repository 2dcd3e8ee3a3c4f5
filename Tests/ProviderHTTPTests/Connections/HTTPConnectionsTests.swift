import Foundation
import ProviderHTTP
import Provisioning
import Testing

/// Against a server on loopback: what connections really do.
@Suite("Calls over connections", .timeLimit(.minutes(1)))
struct HTTPConnectionsTests {
    private static func transport(
        _ connections: HTTPConnections, configure: (inout TransportConfiguration) -> Void = { _ in }
    ) -> APITransport {
        var configuration = TransportConfiguration(time: SkippingTime(), chance: { 0 })
        configure(&configuration)
        return APITransport(
            configuration: configuration, signer: NumberedSigner(), errors: CodedErrors(), connections: connections)
    }

    /// Runs `body` with a server and a transport, whose time limits never end.
    private static func exchange<Result>(
        _ steps: [ScriptedServer.Step],
        configure: (inout TransportConfiguration) -> Void = { _ in },
        _ body: (ScriptedServer, APITransport) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(steps) { server in
            try await HTTPConnections.open(configuration: ConnectionConfiguration(userAgent: "headgate/test")) {
                try await body(server, Self.transport($0, configure: configure))
            }
        }
    }

    @Test("A call arrives as it was signed, and its answer comes back whole")
    func exchange() async throws {
        try await Self.exchange([.answer(200, headers: ["X-A: b"], body: "answer")]) { server, transport in
            var call = APICall.describing("\(server.url)path?a=b", body: "Action=DescribeRules")
            call.headers = [("X-Amz-Target", "t")]
            let response = try await transport.read(call)
            #expect(response.status == 200)
            #expect(response.first(name: "x-a") == "b")
            #expect(response.body == Array("answer".utf8))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST /path?a=b HTTP/1.1\r\n"))
            #expect(request.hasSuffix("\r\n\r\nAction=DescribeRules"))
            for field in ["X-Amz-Target: t", "Authorization: Key generation-1", "user-agent: headgate/test"] {
                #expect(request.contains("\r\n\(field)\r\n"), "\(request)")
            }
        }
    }

    @Test("A failure of the cloud is followed by another try")
    func serverFailure() async throws {
        try await Self.exchange([.answer(503), .answer(200)]) { server, transport in
            _ = try await transport.read(.describing(server.url))
            #expect(server.requests.count == 2)
        }
    }

    @Test("Throttling is waited out for as long as the cloud asks")
    func throttling() async throws {
        let time = SkippingTime()
        try await Self.exchange([.answer(429, headers: ["Retry-After: 7"]), .answer(200)]) {
            $0.time = time
        } _: { server, transport in
            _ = try await WritePermit.granting { try await transport.write(.creating(server.url), permit: $0) }
            #expect(server.requests.count == 2)
            #expect(time.waits.first == .seconds(7))
        }
    }

    @Test("Expired credentials are renewed and the call is sent again")
    func expiredCredentials() async throws {
        try await Self.exchange([.answer(403, body: "ExpiredToken: expired"), .answer(200)]) { server, transport in
            _ = try await transport.read(.describing(server.url))
            #expect(server.requests.last?.contains("Authorization: Key generation-2") == true)
        }
    }

    @Test("A connection that is refused is an error that names the endpoint")
    func refused() async throws {
        let port = try await ScriptedServer.unusedPort()
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let transport = Self.transport(connections)
            let error = await providerError {
                try await WritePermit.granting {
                    try await transport.write(.creating("http://127.0.0.1:\(port)/"), permit: $0)
                }
            }
            #expect(error?.kind == .unavailable)
            #expect(
                error?.message.hasPrefix("http://127.0.0.1:\(port) can't be reached: connection refused") == true,
                "\(error as Any)")
            #expect(error?.message.contains("5 tries") == true)
        }
    }

    @Test(
        "A connection that is lost before or amid the answer is followed by another try of what may be sent twice",
        arguments: [
            ScriptedServer.Step.resetAfter(""), .resetAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            .closeAfter(""), .closeAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        ])
    func lost(step: ScriptedServer.Step) async throws {
        try await Self.exchange([step, .answer(200)]) { server, transport in
            _ = try await transport.read(.describing(server.url))
            #expect(server.requests.count == 2)
        }
        try await Self.exchange([step, .answer(200)]) { server, transport in
            let error = await providerError {
                try await WritePermit.granting { try await transport.write(.creating(server.url), permit: $0) }
            }
            #expect(error?.kind == .unavailable)
            #expect(error?.message.contains("may have taken effect") == true, "\(error as Any)")
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "An answer that isn't there in time is given up",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
    func slow(beginning: String) async throws {
        let time = HeldTime()
        try await ScriptedServer.run([.bytes(beginning)]) { server in
            let connections = HTTPConnections(configuration: ConnectionConfiguration(), time: time)
            let transport = Self.transport(connections) { $0.retry = .never }
            async let error = providerError { try await transport.read(.describing(server.url)) }
            await server.untilRequested()
            await time.untilSomebodyWaits()
            time.advance(by: .seconds(30))
            #expect(await error?.kind == .unavailable)
            #expect(await error?.message == "\(server.url.dropLast()) didn't answer within 30000 ms")
            await connections.shutdown()
        }
    }

    @Test("A cancelled task leaves a slow answer at once")
    func cancellation() async throws {
        try await Self.exchange([.bytes("")]) { server, transport in
            let call = Task { [url = server.url] in try await transport.read(.describing(url)) }
            await server.untilRequested()
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }

    @Test("A page of HTML with status 500 ends in a clear error")
    func page() async throws {
        let step = ScriptedServer.Step.answer(
            500, headers: ["Content-Type: text/html"], body: "<!doctype html><title>500 Internal Server Error</title>")
        try await Self.exchange([step, step]) { server, transport in
            let error = await providerError {
                try await WritePermit.granting { try await transport.write(.creating(server.url), permit: $0) }
            }
            #expect(error?.kind == .unexpectedAnswer)
            #expect(error?.message.contains("\(server.url.dropLast()) answered with a page of HTML") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "An answer larger than it may be is an error, announced or not",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(String(repeating: "x", count: 2000))",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(String(repeating: "x", count: 2000))\r\n",
        ])
    func tooLarge(bytes: String) async throws {
        try await Self.exchange([.bytes(bytes), .bytes(bytes)]) {
            $0.answerSizeLimit = 1000
        } _: { server, transport in
            let error = await providerError { try await transport.read(.describing(server.url)) }
            #expect(error?.kind == .unexpectedAnswer)
            #expect(error?.message.contains("larger than 1000 bytes") == true, "\(error as Any)")
            #expect(server.requests.count == 1)
        }
    }

    @Test("An answer of the very size that is allowed is one")
    func justSmallEnough() async throws {
        try await Self.exchange([.answer(200, body: String(repeating: "x", count: 1000))]) {
            $0.answerSizeLimit = 1000
        } _: { server, transport in
            let response = try await transport.read(.describing(server.url))
            #expect(response.body.count == 1000)
        }
    }

    @Test("What isn't HTTP is an unexpected answer")
    func malformed() async throws {
        try await Self.exchange([.bytes("SSH-2.0-OpenSSH_9.6\r\n\r\n")]) { server, transport in
            let error = await providerError { try await transport.read(.describing(server.url)) }
            #expect(error?.kind == .unexpectedAnswer)
            #expect(error?.message.contains("is not one of HTTP") == true, "\(error as Any)")
        }
    }

    @Test("A redirect is not followed: what is signed is for its endpoint alone")
    func redirect() async throws {
        try await Self.exchange([.answer(302, headers: ["Location: /elsewhere"]), .answer(200)]) { server, transport in
            let error = await providerError { try await transport.read(.describing(server.url)) }
            #expect(error?.kind == .unexpectedAnswer)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A call that can't be sent as it is says why, and repeats no secret")
    func invalidCalls() async throws {
        try await Self.exchange([]) { server, transport in
            var call = APICall.describing(server.url)
            call.headers = [("X-Token", "secret\r\nInjected: yes")]
            let error = await providerError { try await transport.read(call) }
            #expect(error?.kind == .invalid)
            #expect(error?.message.contains("secret") == false)
            #expect(error?.message.contains("header field") == true, "\(error as Any)")
            let withoutURL = await providerError { try await transport.read(.describing("cloud.example")) }
            #expect(withoutURL?.kind == .invalid)
            #expect(withoutURL?.message.contains("URL") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("After the connections were closed calls fail, and closing again does nothing")
    func shutdown() async throws {
        try await ScriptedServer.run([.answer(200)]) { server in
            let connections = HTTPConnections(configuration: ConnectionConfiguration())
            await connections.shutdown()
            await connections.shutdown()
            let error = await providerError { try await Self.transport(connections).read(.describing(server.url)) }
            #expect(error?.kind == .invalid)
            #expect(error?.message.contains("the connections are closed") == true, "\(error as Any)")
        }
    }
}
