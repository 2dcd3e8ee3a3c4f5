import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct TargetTests {
    @Test func `Requests spread over targets by weight`() async throws {
        let backends = try ["a", "b", "c"].map(TestBackend.named)
        let weights = [1, 2, 5]
        let targets = zip(backends, weights).map { Target(address: "127.0.0.1", port: $0.port, weight: $1) }
        let plan = LoadBalancerPlan.test(
            [.forwarding("/")], pools: [BackendPool(name: "pool", targets: targets)])
        try await TestEngine.serving(plan) { engine in
            let client = try engine.connect()
            for _ in 0..<80 { _ = try client.get("/") }
            #expect(backends.map(\.requests.count) == [10, 20, 50])
        }
    }

    @Test func `Requests spread over the pools of a route by weight`() async throws {
        let backends = try ["a", "b"].map(TestBackend.named)
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/")),
            action: .forward([
                WeightedPool(pool: "a", weight: 9), WeightedPool(pool: "b", weight: 1),
                WeightedPool(pool: "none", weight: 0),
            ]))
        let plan = LoadBalancerPlan.test(
            [route],
            pools: [
                .test([backends[0].port], name: "a"), .test([backends[1].port], name: "b"), .test([], name: "none"),
            ])
        try await TestEngine.serving(plan) { engine in
            let client = try engine.connect()
            for _ in 0..<50 { _ = try client.get("/") }
            #expect(backends.map(\.requests.count) == [45, 5])
        }
    }

    @Test func `Draining targets are used only when no ready one is left`() async throws {
        let ready = try TestBackend.named("ready")
        let draining = try TestBackend.named("draining")
        var targets = [
            Target(address: "127.0.0.1", port: draining.port, state: .draining),
            Target(address: "127.0.0.1", port: ready.port),
        ]
        let plan = LoadBalancerPlan.test([.forwarding("/")], pools: [BackendPool(name: "pool", targets: targets)])
        try await TestEngine.serving(plan) { engine in
            let client = try engine.connect()
            for _ in 0..<6 { #expect(try client.get("/").text == "ready") }
            targets.removeLast()
            let next = LoadBalancerPlan.test([.forwarding("/")], pools: [BackendPool(name: "pool", targets: targets)])
            try await engine.balancer.apply(plan: next, assets: PlanAssets())
            #expect(try client.get("/").text == "draining")
        }
    }

    @Test func `The target with the fewest requests under way gets the next one`() async throws {
        let slow = try TestBackend { socket, backend in
            while let request = try socket.receiveRequest() {
                backend.record(request)
                _ = try socket.receive(exactly: 1)
            }
        }
        let fast = try TestBackend.named("fast")
        let pool = BackendPool(
            name: "pool", algorithm: .leastRequests,
            targets: [slow.port, fast.port].map { Target(address: "127.0.0.1", port: $0) })
        try await TestEngine.serving(.test([.forwarding("/")], pools: [pool])) { engine in
            let stuck = try engine.connect()
            var client = try engine.connect()
            try stuck.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { !slow.requests.isEmpty || !fast.requests.isEmpty }
            if slow.requests.isEmpty {
                // The first went to the fast one: the next one, while nothing is under way, is the slow one's turn.
                _ = try stuck.receiveResponse()
                try stuck.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
                try await eventually { !slow.requests.isEmpty }
            }
            client = try engine.connect()
            for _ in 0..<10 { #expect(try client.get("/").text == "fast") }
        }
    }

    @Test func `A target that refuses connections costs no request`() async throws {
        let backend = try TestBackend.named("up")
        let plan = LoadBalancerPlan.forwarding(to: [try unusedPort(), backend.port, try unusedPort()])
        try await TestEngine.serving(plan) { engine in
            let client = try engine.connect()
            for _ in 0..<10 {
                let response = try client.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                #expect(response.text == "up")
            }
            let pool = try #require(engine.balancer.metrics().pools.first)
            // Those that failed are passed over for a while.
            #expect(pool.connectFailures == 2)
            #expect(pool.retries == 2)
            #expect(pool.requests == 10)
        }
    }

    @Test func `Where no target can be reached the answer is 502`() async throws {
        try await TestEngine.serving(.forwarding(to: [try unusedPort(), try unusedPort()])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").status == 502)
            #expect(try client.get("/").status == 502)
        }
    }

    @Test func `Where there is no target the answer is 503`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let response = try engine.connect().get("/")
            #expect(response.status == 503)
            #expect(response["Retry-After"] == "1")
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE"])
    func `An idempotent request goes out again when a kept connection turns out to be closed`(method: String)
        async throws
    {
        let backend = try TestBackend { socket, backend in
            // One response per connection, without saying so; the connection ends when the next request is there.
            guard let request = try socket.receiveRequest() else { return }
            try socket.send(TestBackend.response("\(request.target)"))
            if let next = try socket.receiveRequest() { backend.record(next) }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/1").text == "/1")
            #expect(try client.request("\(method) /2 HTTP/1.1\r\nHost: a\r\n\r\n").text == "/2")
            #expect(backend.requests.count == 1)
        }
    }

    @Test(arguments: [
        ("PUT", "Content-Length: 5\r\n\r\nhello", "hello"), ("DELETE", "Content-Length: 5\r\n\r\nhello", "hello"),
        (
            "PUT", "Content-Length: 60000\r\n\r\n" + String(repeating: "x", count: 60_000),
            String(repeating: "x", count: 60_000)
        ),
        ("PUT", "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello"),
        ("PUT", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", "hello"),
        ("PUT", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""),
    ])
    func `A small body goes out again with its idempotent request`(method: String, rest: String, body: String)
        async throws
    {
        let backend = try TestBackend { socket, backend in
            // The first request of each connection is answered; the next one is read whole and left without an answer.
            guard let request = try socket.receiveRequest() else { return }
            try socket.send(TestBackend.response(request.text))
            if let next = try socket.receiveRequest() { backend.record(next) }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").status == 200)
            let response = try client.request("\(method) / HTTP/1.1\r\nHost: a\r\n\(rest)")
            #expect(response.status == 200)
            #expect(response.text == body)
            #expect(backend.requests.map(\.text) == [body])
            #expect(engine.balancer.metrics().pools.first { $0.pool == "pool" }?.retries == 1)
        }
    }

    @Test func `The rest of a body follows the part that went out again`() async throws {
        let isGone = Gate()
        let backend = try TestBackend { socket, backend in
            guard let request = try socket.receiveRequest() else { return }
            try socket.send(TestBackend.response(request.text))
            guard try socket.receiveHead() != nil else { return }
            _ = try socket.receive(exactly: 5)
            socket.close()
            isGone.open()
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").status == 200)
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst")
            isGone.wait()
            try await eventually { backend.connections == 2 }
            try client.send("after")
            #expect(try client.receiveResponse().text == "firstafter")
        }
    }

    @Test func `A body that is too large to be kept is sent once`() async throws {
        let backend = try TestBackend { socket, backend in
            guard try socket.receiveRequest() != nil else { return }
            try socket.send(TestBackend.response("first"))
            if let next = try socket.receiveRequest() { backend.record(next) }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").text == "first")
            let body = String(repeating: "x", count: 70_000)
            let response = try client.request("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n\(body)")
            #expect(response.status == 502)
            #expect(backend.requests.count == 1)
        }
    }

    @Test func `A request that is not idempotent is sent once`() async throws {
        let backend = try TestBackend { socket, backend in
            guard try socket.receiveRequest() != nil else { return }
            try socket.send(TestBackend.response("first"))
            if let next = try socket.receiveRequest() { backend.record(next) }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").text == "first")
            let response = try client.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            #expect(response.status == 502)
            #expect(backend.requests.count == 1)
        }
    }

    @Test func `A cookie binds a client to its target`() async throws {
        let backends = try ["a", "b", "c"].map(TestBackend.named)
        let filters = RouteFilters(affinity: SessionAffinity(cookieName: "route", maximumAgeSeconds: 60))
        let plan = LoadBalancerPlan.forwarding(to: backends.map(\.port), filters: filters)
        try await TestEngine.serving(plan, workers: 2) { engine in
            let first = try engine.connect().get("/")
            let cookie = try #require(first["Set-Cookie"])
            #expect(cookie.contains("Max-Age=60"))
            let pair = try #require(cookie.split(separator: ";").first)
            for _ in 0..<8 {
                let next = try engine.connect().get("/", "Cookie: x=y; \(pair)\r\n")
                #expect(next.text == first.text)
                #expect(next["Set-Cookie"] == nil)
            }
            try #expect(engine.connect().get("/", "Cookie: route=0000000000000000\r\n")["Set-Cookie"] != nil)
        }
    }

    @Test func `A client whose target is gone gets another one and another cookie`() async throws {
        let backends = try ["a", "b"].map(TestBackend.named)
        let filters = RouteFilters(affinity: SessionAffinity(cookieName: "route"))
        try await TestEngine.serving(.forwarding(to: backends.map(\.port), filters: filters)) { engine in
            let first = try engine.connect().get("/")
            let pair = try #require(first["Set-Cookie"]?.split(separator: ";").first)
            let other = first.text == "a" ? backends[1] : backends[0]
            let plan = LoadBalancerPlan.forwarding(to: [other.port], filters: filters)
            try await engine.balancer.apply(plan: plan, assets: PlanAssets())
            let second = try engine.connect().get("/", "Cookie: \(pair)\r\n")
            #expect(second.text != first.text)
            #expect(second["Set-Cookie"] != nil)
        }
    }

    @Test func `A target that fails its checks gets no requests until it passes again`() async throws {
        let isSick = Flag()
        let checked = try TestBackend.http { request in
            request.target == "/health" && isSick.value
                ? TestBackend.response("", status: "500 Internal Server Error") : TestBackend.response("checked")
        }
        let steady = try TestBackend.named("steady")
        let check = HealthCheck(
            path: "/health", intervalMilliseconds: 20, timeoutMilliseconds: 500, healthyThreshold: 1,
            unhealthyThreshold: 1)
        let pool = BackendPool(
            name: "pool", healthCheck: check,
            targets: [checked.port, steady.port].map { Target(address: "127.0.0.1", port: $0) })
        try await TestEngine.serving(.test([.forwarding("/")], pools: [pool]), workers: 2) { engine in
            isSick.value = true
            try await eventually { try (0..<6).allSatisfy { _ in try engine.connect().get("/").text == "steady" } }
            isSick.value = false
            try await eventually { try (0..<6).contains { _ in try engine.connect().get("/").text == "checked" } }
        }
    }

    @Test func `A target given by name is resolved`() async throws {
        let backend = try TestBackend.named("named")
        let pool = BackendPool(name: "pool", targets: [Target(address: "localhost", port: backend.port)])
        try await TestEngine.serving(.test([.forwarding("/")], pools: [pool])) { engine in
            try #expect(engine.connect().get("/").text == "named")
        }
    }

    @Test func `A target that does not answer in time is 504`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            _ = try socket.receive()
        }
        let filters = RouteFilters(timeouts: RouteTimeouts(readMilliseconds: 100))
        try await TestEngine.serving(.forwarding(to: [backend.port], filters: filters)) { engine in
            try #expect(engine.connect().get("/").status == 504)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 99 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    ])
    func `A response that can't be understood is 502`(response: String) async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send(response)
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            for _ in 0..<2 {
                var answer = try client.get("/")
                if answer.status == 103 { answer = try client.receiveResponse() }
                #expect(answer.status == 502)
                #expect(answer["Transfer-Encoding"] == nil)
            }
        }
    }

    @Test func `A chunk that is malformed behind a head that has gone out breaks the response off`() async throws {
        let hasHead = Gate()
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            hasHead.wait()
            try socket.send("zz\r\n")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receiveHead()?.hasPrefix("HTTP/1.1 200") == true)
            hasHead.open()
            #expect(throws: TestSocketError.broken) { try client.receiveAll() }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this",
    ])
    func `A response that breaks off does not pass for a whole one`(response: String) async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send(response)
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(throws: (any Error).self) { _ = try client.get("/") }
        }
    }
}
