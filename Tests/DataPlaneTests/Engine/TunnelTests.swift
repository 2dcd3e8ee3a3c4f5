import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct TunnelTests {
    private static let upgrade =
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n"
    private static let switching =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: y\r\n\r\n"

    /// Accepts the upgrade, then echoes.
    private static func echo() throws -> TestBackend {
        try TestBackend { socket, backend in
            guard let request = try socket.receiveRequest() else { return }
            backend.record(request)
            try socket.send(switching)
            while true {
                let part = try socket.receive()
                if part.isEmpty { break }
                try socket.send(part)
            }
            try socket.send("bye")
        }
    }

    @Test func `An upgrade becomes a tunnel, with half-close`() async throws {
        let backend = try Self.echo()
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            // What comes right behind the request belongs to the tunnel.
            try client.send(Self.upgrade + "early")
            let response = try #require(try client.receiveHead())
            #expect(response.hasPrefix("HTTP/1.1 101"))
            #expect(response.contains("Sec-WebSocket-Accept: y"))
            #expect(try client.receive(exactly: 5) == Array("early".utf8))
            let big = [UInt8](repeating: 7, count: 300_000)
            spawn { try? client.send(big) }
            #expect(try client.receive(exactly: big.count) == big)
            client.endSending()
            #expect(try client.receiveAll() == Array("bye".utf8))
            #expect(backend.requests.first?["Upgrade"] == "websocket")
        }
    }

    @Test func `A tunnel ends when the backend ends it and the client follows`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send(Self.switching + "only this")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send(Self.upgrade)
            _ = try client.receiveHead()
            #expect(try client.receiveAll() == Array("only this".utf8))
            client.close()
            try await eventually { engine.balancer.metrics().listeners[0].connectionsActive == 0 }
        }
    }

    @Test func `A refused upgrade is an ordinary response`() async throws {
        let backend = try TestBackend.http { _ in TestBackend.response("no", status: "403 Forbidden") }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            #expect(try client.request(Self.upgrade).status == 403)
            #expect(try client.get("/").status == 403)
        }
    }

    @Test func `A client that does not read stops the reading from the backend`() async throws {
        let sent = Count()
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
            let part = [UInt8](repeating: 0x61, count: 100_000)
            for _ in 0..<2000 {
                try socket.send(part)
                sent.add(part.count)
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try TestSocket(port: engine.http, receiveBuffer: 16_384)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.receiveHead()
            // What is under way fills the buffers of sockets, not our memory.
            #expect(await sent.settled() < 60_000_000)
            var received = 0
            while received < 200_000_000 { received += try client.receive(limit: 1 << 20).count }
            #expect(received == 200_000_000)
        }
    }

    @Test func `A backend that does not read stops the reading from the client`() async throws {
        let isReading = Flag()
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveHead()
            while !isReading.value {}
            var received = 0
            while received < 100_000_000 { received += try socket.receive(limit: 1 << 20).count }
            try socket.send(TestBackend.response("\(received)"))
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
            let sent = Count()
            spawn {
                let part = [UInt8](repeating: 0x61, count: 100_000)
                for _ in 0..<1000 {
                    try? client.send(part)
                    sent.add(part.count)
                }
            }
            #expect(await sent.settled() < 60_000_000)
            isReading.value = true
            #expect(try client.receiveResponse().text == "100000000")
        }
    }
}
