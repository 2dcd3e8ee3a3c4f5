import Foundation
import LoadBalancerModel
import Testing

@testable import DataPlane

/// Requests on connections whose handshake followed other TLS rules than those of their host (RFC 9110, section
/// 15.5.20).
@Suite(.timeLimit(.minutes(1)))
struct MisdirectedTests {
    private static let new = TLSPolicy(minimumVersion: .tls13)

    private static func plan(_ policies: [String: TLSPolicy], standard: TLSPolicy = TLSPolicy()) -> LoadBalancerPlan {
        let bindings = policies.sorted { $0.key < $1.key }.map {
            ServerNameBinding(host: $0.key, certificate: nil, policy: $0.value)
        }
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/")),
            action: .fixedResponse(FixedResponse(statusCode: 200, body: "served")))
        return .test([route], tls: ListenerTLS(policy: standard, certificates: bindings))
    }

    private static func request(_ host: String, _ more: String = "") -> String {
        "GET / HTTP/1.1\r\nHost: \(host)\r\n\(more)\r\n"
    }

    static let cases: [(serverName: String?, host: String, status: Int)] = [
        ("new.test", "new.test", 200), ("new.test", "NEW.test.:8443", 200), ("new.test", "a.wild.test", 200),
        ("new.test", "old.test", 421), ("new.test", "unknown.test", 421), ("new.test", "127.0.0.1", 421),
        ("a.wild.test", "b.wild.test", 200), ("a.wild.test", "new.test", 200), ("a.wild.test", "wild.test", 421),
        ("old.test", "old.test", 200), ("old.test", "unknown.test", 200), ("old.test", "new.test", 421),
        ("old.test", "x.wild.test:443", 421), ("unknown.test", "old.test", 200), ("unknown.test", "new.test", 421),
        (nil, "old.test", 200), (nil, "[::1]", 200), (nil, "new.test", 421), (nil, "a.wild.test", 421),
    ]

    @Test(arguments: cases)
    func `A host with another policy than the server name's is answered 421`(
        serverName: String?, host: String, status: Int
    ) async throws {
        let plan = Self.plan(["new.test": Self.new, "*.wild.test": Self.new])
        try await TestEngine.serving(plan) { engine in
            let client = try SecureClient(port: engine.https, serverName: serverName)
            let response = try client.request(Self.request(host))
            #expect(response.status == status)
            if status == 421 { #expect(response.startLine == "HTTP/1.1 421 Misdirected Request") }
            #expect(response.text.hasPrefix(status == 421 ? "misdirected: " : "served"))
            #expect(engine.balancer.metrics().misdirectedRequests == (status == 421 ? 1 : 0))
        }
    }

    @Test func `A connection goes on after a misdirected request, whose body is dropped`() async throws {
        try await TestEngine.serving(Self.plan(["new.test": Self.new])) { engine in
            let client = try SecureClient(port: engine.https, serverName: "old.test")
            let post = "POST / HTTP/1.1\r\nHost: new.test\r\nContent-Length: 5\r\n\r\nhello"
            for request in [Self.request("new.test"), post] {
                let refused = try client.request(request)
                #expect(refused.status == 421)
                #expect(refused["Connection"] == nil)
                #expect(try client.request(Self.request("old.test")).status == 200)
            }
            let metrics = engine.balancer.metrics()
            #expect(metrics.tlsHandshakes == 1)
            #expect(metrics.misdirectedRequests == 2)
            #expect(metrics.listeners[1].responsesByClass[3] == 2)
        }
    }

    @Test func `Requests by plain HTTP, and those of one policy for all, are never misdirected`() async throws {
        try await TestEngine.serving(Self.plan(["new.test": Self.new])) { engine in
            try #expect(engine.connect().get("/", host: "new.test").status == 200)
        }
        try await TestEngine.serving(Self.plan(["new.test": Self.new], standard: Self.new)) { engine in
            let client = try SecureClient(port: engine.https, serverName: "old.test")
            #expect(try client.request(Self.request("new.test")).status == 200)
        }
    }

    @Test func `A handshake keeps to the policy of its name`() async throws {
        try await TestEngine.serving(Self.plan(["new.test": Self.new])) { engine in
            let client = try SecureClient(port: engine.https, serverName: "old.test", version: .tls12)
            #expect(try client.request(Self.request("old.test")).status == 200)
            #expect(throws: TLSFailure.self) {
                try SecureClient(port: engine.https, serverName: "new.test", version: .tls12)
            }
            #expect(engine.balancer.metrics().tlsHandshakeFailures == 1)
        }
    }

    @Test(arguments: [
        (["a.test": new], TLSPolicy(), "a.test"), ([:], new, "a.test"), (["*.test": new], TLSPolicy(), "a.test"),
    ])
    func `A change of the policy loses no request, and ends the connections that don't follow it`(
        next: [String: TLSPolicy], standard: TLSPolicy, host: String
    ) async throws {
        try await TestEngine.serving(Self.plan([:])) { engine in
            let client = try SecureClient(port: engine.https, serverName: "a.test", version: .tls12)
            #expect(try client.request(Self.request(host)).status == 200)
            try await engine.balancer.apply(plan: Self.plan(next, standard: standard), assets: PlanAssets())
            let last = try client.request(Self.request(host))
            #expect(last.status == 200)
            #expect(last["Connection"] == "close")
            #expect(try client.isEnded())
            #expect(engine.balancer.metrics().misdirectedRequests == 0)
        }
    }

    @Test func `A connection from before a change is none of another host's that asks for more`() async throws {
        try await TestEngine.serving(Self.plan(["b.test": Self.new])) { engine in
            let client = try SecureClient(port: engine.https, serverName: "a.test", version: .tls12)
            let next = Self.plan(["a.test": Self.new, "b.test": Self.new])
            try await engine.balancer.apply(plan: next, assets: PlanAssets())
            #expect(try client.request(Self.request("b.test")).status == 421)
        }
    }

    @Test func `The access log has the misdirected request`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("headgate-\(UUID()).log").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestEngine.serving(
            Self.plan(["new.test": Self.new]), options: { $0.accessLog = .file(path: path) }
        ) { engine in
            let client = try SecureClient(port: engine.https, serverName: "old.test")
            _ = try client.request(Self.request("new.test"))
            await engine.balancer.stop(grace: .seconds(5))
        }
        let log = try String(contentsOfFile: path, encoding: .utf8)
        #expect(log.contains(#""host":"new.test","target":"/","status":421"#))
    }
}
