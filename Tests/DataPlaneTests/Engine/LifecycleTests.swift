import LoadBalancerModel
import Logging
import Synchronization
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test func `An address in use is named, with the remedy`() async throws {
        let backend = try TestBackend { _, _ in }
        let listener = ListenerAddress(protocol: .http, address: "127.0.0.1", port: backend.port)
        let balancer = SoftwareLoadBalancer(
            options: EngineOptions(workers: 2, listeners: [listener]), logger: Logger(label: "test"))
        let error = #expect(throws: EngineError.self) { try balancer.start() }
        #expect(error == .addressInUse(listener))
        #expect(error?.description.contains("127.0.0.1:\(backend.port)") == true)
    }

    @Test func `A second load balancer does not share the address of the first`() async throws {
        try await TestEngine.serving(.forwarding(to: []), workers: 2) { engine in
            let listener = ListenerAddress(protocol: .http, address: "127.0.0.1", port: engine.http)
            let second = SoftwareLoadBalancer(
                options: EngineOptions(workers: 2, listeners: [listener]), logger: Logger(label: "test"))
            #expect(throws: EngineError.addressInUse(listener)) { try second.start() }
        }
    }

    @Test func `A listener that can't be bound leaves the others in service, and is bound when it can be`() async throws
    {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { holder in
            let taken = ListenerAddress(protocol: .http, address: "127.0.0.1", port: holder.http)
            let free = ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)
            let balancer = SoftwareLoadBalancer(
                options: EngineOptions(workers: 2, listeners: [taken, free]), logger: Logger(label: "test"))
            let bound = try balancer.start(requiring: .any)
            #expect(bound.count == 1)
            #expect(balancer.unbound == [UnboundListener(listener: taken, error: .addressInUse(taken))])
            try await balancer.apply(plan: .forwarding(to: [backend.port]), assets: PlanAssets())
            #expect(try TestSocket(port: bound[0].port).get("/").text == "a")
            #expect(await balancer.bindMissing().isEmpty)

            await holder.balancer.stop(grace: .zero)
            #expect(await balancer.bindMissing().map(\.port) == [holder.http])
            #expect(balancer.unbound.isEmpty)
            #expect(balancer.listeners.map(\.port) == [holder.http, bound[0].port])
            for _ in 0..<8 { #expect(try TestSocket(port: holder.http).get("/").text == "a") }
            #expect(balancer.metrics().listeners.map(\.connectionsAccepted) == [8, 1])
            await balancer.stop(grace: .zero)
            #expect(await balancer.bindMissing().isEmpty)
            #expect(throws: (any Error).self) { try TestSocket(port: holder.http) }
        }
    }

    @Test func `Without a listener that can be bound nothing starts, and all are named`() async throws {
        let backend = try TestBackend { _, _ in }
        let listeners = ["127.0.0.1", "192.0.2.1"].map {
            ListenerAddress(protocol: .http, address: $0, port: backend.port)
        }
        let balancer = SoftwareLoadBalancer(
            options: EngineOptions(listeners: listeners), logger: Logger(label: "test"))
        #expect(
            throws: EngineError.noListener([
                UnboundListener(listener: listeners[0], error: .addressInUse(listeners[0])),
                UnboundListener(listener: listeners[1], error: .addressNotLocal(listeners[1])),
            ])
        ) { try balancer.start(requiring: .any) }
    }

    @Test(arguments: [("192.0.2.1", 0), ("2001:db8::1", 0)])
    func `An address of another machine is refused`(address: String, port: Int) throws {
        let listener = ListenerAddress(protocol: .http, address: address, port: port)
        let balancer = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [listener]), logger: Logger(label: "test"))
        #expect(throws: EngineError.addressNotLocal(listener)) { try balancer.start() }
    }

    @Test(arguments: [("localhost", 80), ("1.2.3", 80), ("127.0.0.1", 65_536), ("", 0)])
    func `What is no address is refused`(address: String, port: Int) throws {
        let listener = ListenerAddress(protocol: .http, address: address, port: port)
        let balancer = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [listener]), logger: Logger(label: "test"))
        #expect(throws: EngineError.invalidAddress(listener)) { try balancer.start() }
    }

    @Test func `A network that is none is refused by name`() throws {
        var options = EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)])
        options.trustedProxies = ["10.0.0.0/33"]
        let balancer = SoftwareLoadBalancer(options: options, logger: Logger(label: "test"))
        #expect(throws: EngineError.invalidNetwork("10.0.0.0/33")) { try balancer.start() }
    }

    @Test func `Plans replaced under load lose no request and no connection`() async throws {
        let backends = try (0..<3).map { try TestBackend.named("\($0)") }
        try await TestEngine.serving(.forwarding(to: [backends[0].port]), workers: 2) { engine in
            let isOver = Flag()
            let results = Mutex<(answered: Int, failed: [String])>((0, []))
            let running = Count()
            running.add(4)
            for _ in 0..<4 {
                spawn {
                    defer { running.add(-1) }
                    do {
                        let client = try engine.connect()
                        while !isOver.value {
                            let status = try client.get("/").status
                            results.withLock { results in
                                results.answered += 1
                                if status != 200 { results.failed.append("status \(status)") }
                            }
                        }
                    } catch {
                        results.withLock { $0.failed.append("\(error)") }
                    }
                }
            }
            for round in 0..<100 {
                let ports = backends.indices.filter { $0 != round % 3 }.map { backends[$0].port }
                var plan = LoadBalancerPlan.forwarding(to: ports)
                if round % 2 == 0 { plan.routes.append(.forwarding("/other-\(round)")) }
                try await engine.balancer.apply(plan: plan, assets: PlanAssets())
            }
            isOver.value = true
            try await eventually { running.value == 0 }
            let (answered, failed) = results.withLock { $0 }
            #expect(failed == [])
            #expect(answered > 0)
            #expect(engine.balancer.metrics().configurationGeneration == 101)
        }
    }

    @Test func `A change keeps the connections to targets that stay`() async throws {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").text == "a")
            var plan = LoadBalancerPlan.forwarding(to: [backend.port, try unusedPort()])
            plan.pools[0].targets[1].weight = 0
            try await engine.balancer.apply(plan: plan, assets: PlanAssets())
            #expect(try client.get("/").text == "a")
            #expect(backend.connections == 1)
        }
    }

    @Test func `A plan that can't be served leaves the one before in force`() async throws {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let broken = LoadBalancerPlan.test([.forwarding("/", to: "missing")])
            await #expect(throws: EngineError.self) {
                try await engine.balancer.apply(plan: broken, assets: PlanAssets())
            }
            try #expect(engine.connect().get("/").text == "a")
            #expect(engine.balancer.metrics().configurationGeneration == 1)
        }
    }

    @Test func `A request under way finishes with the plan that it began with`() async throws {
        let finish = Gate()
        let backend = try TestBackend { socket, backend in
            while let request = try socket.receiveRequest() {
                backend.record(request)
                finish.wait()
                try socket.send(TestBackend.response("old"))
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { !backend.requests.isEmpty }
            try await engine.balancer.apply(plan: .forwarding(to: []), assets: PlanAssets())
            finish.open()
            #expect(try client.receiveResponse().text == "old")
            #expect(try client.get("/").status == 503)
        }
    }

    @Test func `A graceful stop finishes requests, says so, and refuses new connections`() async throws {
        let finish = Gate()
        let backend = try TestBackend { socket, backend in
            while let request = try socket.receiveRequest() {
                backend.record(request)
                finish.wait()
                try socket.send(TestBackend.response("finished"))
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let idle = try engine.connect()
            let busy = try engine.connect()
            try busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { !backend.requests.isEmpty }
            async let stopped: Void = engine.balancer.stop(grace: .seconds(30))
            #expect(try idle.receiveAll().isEmpty)
            try await eventually { (try? engine.connect()) == nil }
            finish.open()
            let response = try busy.receiveResponse()
            #expect(response.text == "finished")
            #expect(response["Connection"] == "close")
            await stopped
            #expect(try busy.receiveAll().isEmpty)
        }
    }

    @Test func `A client that has begun a head does not hold the stop`() async throws {
        let limits: (inout EngineOptions) -> Void = { $0.timeouts.requestHead = 3_600_000 }
        try await TestEngine.serving(.forwarding(to: []), options: limits) { engine in
            let client = try engine.connect()
            try client.send("GET / HT")
            try await eventually { engine.balancer.metrics().listeners.contains { $0.connectionsActive == 1 } }
            await engine.balancer.stop(grace: .seconds(3600))
            #expect(try client.receiveHead()?.hasPrefix("HTTP/1.1 408 ") == true)
        }
    }

    @Test func `What is not finished when the grace time is over is closed`() async throws {
        let backend = try TestBackend { socket, backend in
            if let request = try socket.receiveRequest() { backend.record(request) }
            _ = try socket.receive()
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { !backend.requests.isEmpty }
            await engine.balancer.stop(grace: .milliseconds(50))
            #expect(throws: (any Error).self) { try client.receiveResponse() }
        }
    }

    @Test func `Connections beyond the limit are refused and counted`() async throws {
        let attributes = LoadBalancerAttributes(limits: LoadBalancerLimits(maximumConnections: 2))
        try await TestEngine.serving(.forwarding(to: [], attributes: attributes)) { engine in
            let first = try engine.connect()
            let second = try engine.connect()
            #expect(try first.get("/").status == 503)
            #expect(try second.get("/").status == 503)
            let third = try engine.connect()
            let response = try third.receiveResponse()
            #expect(response.text.contains("too many connections"))
            first.close()
            try await eventually { (try? engine.connect().get("/").text.contains("backend")) == true }
            #expect(engine.balancer.metrics().connectionsRefused > 0)
        }
    }

    @Test func `Counters say what happened`() async throws {
        let backend = try TestBackend.http { TestBackend.response("x", status: $0.target == "/e" ? "500 E" : "200 OK") }
        var route = Route.forwarding("/")
        route.ingress = "ns/web"
        try await TestEngine.serving(.test([route], pools: [.test([backend.port])]), workers: 2) { engine in
            for path in ["/", "/", "/e"] { _ = try engine.connect().get(path) }
            try await eventually { engine.balancer.metrics().listeners[0].connectionsActive == 0 }
            let metrics = engine.balancer.metrics()
            #expect(metrics.listeners[0].connectionsAccepted == 3)
            #expect(metrics.listeners[0].responsesByClass == [0, 2, 0, 0, 1])
            #expect(metrics.routes == [.init(ingress: "ns/web", responsesByClass: [0, 2, 0, 0, 1])])
            #expect(metrics.pools.first?.requests == 3)
            #expect(metrics.requestDuration.counts.reduce(0, +) == 3)
            #expect(metrics.bytesReceived > 0 && metrics.bytesSent > 0)
        }
    }
}
