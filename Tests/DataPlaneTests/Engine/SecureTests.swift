import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct SecureTests {
    private static let request = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"

    @Test func `A request over TLS reaches the backend, which is told`() async throws {
        let backend = try TestBackend.named("over TLS")
        let filters = RouteFilters(
            redirectToHTTPS: HTTPSRedirect(),
            secureResponseHeaders: [HeaderValue(name: "Strict-Transport-Security", value: "max-age=1")])
        try await TestEngine.serving(.forwarding(to: [backend.port], filters: filters)) { engine in
            let client = try SecureClient(port: engine.https, serverName: "a.test")
            for _ in 0..<3 {
                let response = try client.request(Self.request)
                #expect(response.text == "over TLS")
                #expect(response["Strict-Transport-Security"] == "max-age=1")
            }
            #expect(backend.requests.first?["X-Forwarded-Proto"] == "https")
            #expect(backend.requests.first?["X-Forwarded-Port"] == "\(engine.https)")
            #expect(engine.balancer.metrics().tlsHandshakes == 1)
        }
    }

    @Test func `The server name picks the certificate, also after a change`() async throws {
        let authority = try TestAuthority()
        let issued = try ["a.test", "*.b.test", "default.test"].map { try authority.issue("DNS:\($0)") }
        let assets = PlanAssets(
            certificates: Dictionary(uniqueKeysWithValues: issued.map { ($0.fingerprint, $0.material) }))
        var tls = ListenerTLS(
            defaultCertificate: issued[2].fingerprint,
            certificates: [
                ServerNameBinding(host: "a.test", certificate: issued[0].fingerprint),
                ServerNameBinding(host: "*.b.test", certificate: issued[1].fingerprint),
            ])
        try await TestEngine.serving(.test([.forwarding("/")], pools: [.test([])], tls: tls), assets: assets) {
            engine in
            func shown(_ name: String) throws -> String? {
                try SecureClient(port: engine.https, serverName: name).peerFingerprint
            }
            #expect(try shown("a.test") == issued[0].fingerprint)
            #expect(try shown("x.b.test") == issued[1].fingerprint)
            #expect(try shown("other.test") == issued[2].fingerprint)
            let kept = try SecureClient(port: engine.https, serverName: "a.test")
            tls.certificates[0].certificate = issued[2].fingerprint
            let next = LoadBalancerPlan.test([.forwarding("/")], pools: [.test([])], tls: tls)
            try await engine.balancer.apply(plan: next, assets: assets)
            #expect(try shown("a.test") == issued[2].fingerprint)
            #expect(try kept.request(Self.request).status == 503)
        }
    }

    @Test(arguments: [0, 200, 20_000, 65_536, 3_000_000])
    func `Bodies of every size arrive whole over TLS on both sides`(size: Int) async throws {
        let backend = try TestBackend { socket, _ in
            while let request = try socket.receiveRequest() {
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
                try socket.send(request.body)
            }
        }
        // The inner load balancer is the TLS backend of the outer one.
        try await TestEngine.serving(.forwarding(to: [backend.port])) { inner in
            let pool = BackendPool(
                name: "pool", protocol: .https, tls: BackendTLS(serverName: "inner.test", verify: false),
                targets: [Target(address: "127.0.0.1", port: inner.https)])
            try await TestEngine.serving(.test([.forwarding("/")], pools: [pool])) { outer in
                let client = try SecureClient(port: outer.https, serverName: "a.test")
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
                for _ in 0..<2 {
                    try client.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n".utf8))
                    try client.send(body)
                    #expect(try client.request("").body == body)
                }
                #expect(inner.balancer.metrics().tlsHandshakes == 1)
            }
        }
    }

    @Test func `A backend whose certificate must be valid and is not gets no request`() async throws {
        let backend = try TestBackend.named("never")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { inner in
            let pool = BackendPool(
                name: "pool", protocol: .https, tls: BackendTLS(serverName: "inner.test", verify: true),
                targets: [Target(address: "127.0.0.1", port: inner.https)])
            try await TestEngine.serving(.test([.forwarding("/")], pools: [pool])) { outer in
                try #expect(outer.connect().get("/").status == 502)
                #expect(backend.requests.isEmpty)
            }
        }
    }

    @Test func `A backend that speaks no TLS is 502`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receive()
            try socket.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        let pool = BackendPool(
            name: "pool", protocol: .https, tls: BackendTLS(),
            targets: [Target(address: "127.0.0.1", port: backend.port)])
        try await TestEngine.serving(.test([.forwarding("/")], pools: [pool])) { engine in
            try #expect(engine.connect().get("/").status == 502)
        }
    }

    @Test func `A handshake that does not come is given up`() async throws {
        try await TestEngine.serving(.forwarding(to: []), options: { $0.timeouts.handshake = 100 }) { engine in
            let client = try TestSocket(port: engine.https)
            #expect(try client.receiveAll().isEmpty)
            #expect(engine.balancer.metrics().tlsHandshakeFailures == 1)
        }
    }

    @Test func `A stop says farewell to TLS clients`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let client = try SecureClient(port: engine.https, serverName: "a.test")
            #expect(try client.request(Self.request).status == 503)
            await engine.balancer.stop(grace: .seconds(5))
            #expect(try client.isEnded())
        }
    }

    @Test func `A trusted proxy is believed, another client is not`() async throws {
        let backend = try TestBackend.named("a")
        let filters = RouteFilters(redirectToHTTPS: HTTPSRedirect())
        let fields = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
        let plan = LoadBalancerPlan.forwarding(to: [backend.port], filters: filters)
        try await TestEngine.serving(plan, options: { $0.trustedProxies = ["127.0.0.0/8"] }) { engine in
            try #expect(engine.connect().get("/", fields).text == "a")
            #expect(backend.requests.first?["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1")
        }
        try await TestEngine.serving(plan) { engine in
            try #expect(engine.connect().get("/", fields).status == 308)
        }
    }
}
