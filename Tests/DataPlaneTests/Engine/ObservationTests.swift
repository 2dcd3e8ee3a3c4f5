import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct ObservationTests {
    /// The access log of what `body` does to a load balancer, which has stopped when the log is read.
    private func log(
        of plan: LoadBalancerPlan, format: AccessLogSettings.Format = .json,
        _ body: (TestEngine) async throws -> Void
    ) async throws -> [String] {
        let path = "/tmp/headgate-access-\(UInt64.random(in: 0...UInt64.max)).log"
        var plan = plan
        plan.attributes.accessLog = AccessLogSettings(format: format)
        try await TestEngine.serving(plan, options: { $0.accessLog = .file(path: path) }) { engine in
            try await body(engine)
            await engine.balancer.stop(grace: .seconds(5))
        }
        return try readLines(path)
    }

    @Test func `An access log line stands for each request`() async throws {
        let backend = try TestBackend.named("hello")
        let lines = try await log(of: .forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            _ = try client.get("/a?b=\"c\"", "User-Agent: tést\r\n")
            _ = try client.request("BAD\r\n\r\n")
        }
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""method":"GET","host":"example.test","target":"/a?b=\"c\"","status":200"#))
        #expect(lines[0].contains(#""user_agent":"t\u00c3\u00a9st""#))
        #expect(lines[0].contains(#""upstream":"127.0.0.1:\#(backend.port)""#))
        #expect(!lines[0].contains("reason"))
        #expect(lines[1].contains(#""status":400"#))
    }

    @Test(arguments: [
        ("BAD\r\n\r\n", #""method":"","host":"","target":"","status":400"#, "invalid-version"),
        (
            "GET /a HTTP/1.1\r\nHost: b\r\nHost: c\r\n\r\n",
            #""method":"GET","host":"b","target":"/a","status":400"#, "repeated-host"
        ),
        (
            "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n",
            #""method":"CONNECT","host":"","target":"b:1","status":405"#, "connect"
        ),
    ])
    func `A refused request is logged and counted with its reason`(request: String, part: String, reason: String)
        async throws
    {
        let backend = try TestBackend.named("hello")
        let lines = try await log(of: .forwarding(to: [backend.port])) { engine in
            // What an earlier request of the connection said must not be taken for the refused one's.
            let client = try engine.connect()
            _ = try client.request("HEAD /before HTTP/1.1\r\nHost: before\r\n\r\n")
            _ = try client.request(request)
            let refusals = engine.balancer.metrics().refusals.filter { $0.requests > 0 }
            #expect(refusals == [EngineMetrics.RefusalCounter(reason: reason, requests: 1)])
        }
        #expect(lines.count == 2)
        let line = try #require(lines.last)
        #expect(line.contains(part))
        #expect(line.contains(#""reason":"request refused: \#(reason)""#))
        #expect(!line.contains(#""request_id":"00000000000000000000000000000000""#))
    }

    @Test func `The common log writes a dash for what was no request line`() async throws {
        let lines = try await log(of: .forwarding(to: []), format: .common) { engine in
            _ = try engine.connect().request("BAD\r\n\r\n")
            _ = try engine.connect().get("/a")
        }
        #expect(lines.count == 2)
        #expect(lines.contains { $0.contains(#"] "-" 400 "#) })
        #expect(lines.contains { $0.contains(#"] "GET /a HTTP/1.1" 503 "#) })
    }

    @Test func `An answer of our own says why`() async throws {
        let lines = try await log(of: .test([.forwarding("/", host: "known.test")], pools: [.test([])])) { engine in
            let client = try engine.connect()
            _ = try client.get("/", host: "other.test")
            _ = try client.get("/", host: "known.test")
            _ = try client.get("/%zz", host: "known.test")
        }
        #expect(lines.count == 3)
        #expect(lines[0].contains(#""status":404"#) && lines[0].contains(#""reason":"no route takes this request""#))
        #expect(lines[1].contains(#""status":503"#) && lines[1].contains(#""reason":"no backend is available""#))
        #expect(lines[2].contains(#""status":400"#) && lines[2].contains(#""reason":"invalid path: "#))
    }

    /// How a client goes away.
    enum Leaving: CaseIterable {
        case ending, closing, resetting

        func leave(_ client: TestSocket) {
            switch self {
            case .ending: client.endSending()
            case .closing: client.close()
            case .resetting: client.reset()
            }
        }
    }

    @Test(arguments: Leaving.allCases)
    func `A client that leaves before the answer ends the request to the backend`(leaving: Leaving) async throws {
        let isAsked = Gate()
        let isReleased = Flag()
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            isAsked.open()
            // The backend never answers. Its connection ends all the same.
            let rest = try? socket.receive()
            isReleased.value = rest?.isEmpty ?? true
        }
        let lines = try await log(of: .forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            isAsked.wait()
            leaving.leave(client)
            try await eventually { isReleased.value }
            try await eventually { engine.balancer.metrics().clientsLeft == 1 }
            #expect(engine.balancer.metrics().listeners[0].responsesByClass[3] == 1)
        }
        #expect(lines.count == 1)
        #expect(lines[0].contains(#""target":"/slow","status":499"#))
        #expect(lines[0].contains(#""reason":"the client closed the connection""#))
    }

    @Test(arguments: Leaving.allCases)
    func `A client that leaves within the answer ends it at the backend`(leaving: Leaving) async throws {
        let isReleased = Flag()
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
            let rest = try? socket.receive()
            isReleased.value = rest?.isEmpty ?? true
        }
        let lines = try await log(of: .forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.receiveHead()
            leaving.leave(client)
            try await eventually { isReleased.value }
            try await eventually { engine.balancer.metrics().clientsLeft == 1 }
        }
        #expect(lines.count == 1)
        #expect(lines[0].contains(#""status":200"#))
        #expect(lines[0].contains(#""truncated":true"#))
    }

    @Test func `A client that ends its direction still gets what the load balancer answers itself`() async throws {
        let lines = try await log(of: .test([])) { engine in
            let client = try engine.connect()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.endSending()
            #expect(try client.receiveResponse().status == 404)
        }
        #expect(lines.count == 1)
        #expect(lines[0].contains(#""status":404"#))
    }
}
