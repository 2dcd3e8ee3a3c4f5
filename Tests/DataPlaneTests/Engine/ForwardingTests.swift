import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct ForwardingTests {
    @Test func `A request reaches the backend and its response the client`() async throws {
        let backend = try TestBackend.http { _ in TestBackend.response("hello", "X-Answer: yes\r\n") }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let response = try engine.connect().get("/a/b?c=d", "X-Custom: 1\r\n")
            #expect(response.status == 200)
            #expect(response.text == "hello")
            #expect(response["X-Answer"] == "yes")
            #expect(response["Date"] != nil)
            let request = try #require(backend.requests.first)
            #expect(request.startLine == "GET /a/b?c=d HTTP/1.1")
            #expect(request["Host"] == "example.test")
            #expect(request["X-Custom"] == "1")
            #expect(request["X-Forwarded-For"] == "127.0.0.1")
            #expect(request["X-Forwarded-Proto"] == "http")
            #expect(request["X-Forwarded-Host"] == "example.test")
            #expect(request["X-Forwarded-Port"] == "\(engine.http)")
            #expect(request["X-Request-Id"]?.count == 32)
        }
    }

    @Test func `Connections on both sides serve one request after another`() async throws {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            for _ in 0..<20 { #expect(try client.get("/").text == "a") }
            #expect(backend.connections == 1)
            #expect(backend.requests.count == 20)
        }
    }

    @Test func `Pipelined requests are answered in their order`() async throws {
        let backend = try TestBackend.http { TestBackend.response($0.target) }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let requests = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            try client.send(requests)
            for index in 0..<50 { #expect(try client.receiveResponse().text == "/\(index)") }
        }
    }

    @Test func `A pipelined request behind a body is the next request`() async throws {
        let backend = try TestBackend.http { TestBackend.response("\($0.method) \($0.body.count)") }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let body = String(repeating: "x", count: 100_000)
            try client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n\(body)"
                    + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receiveResponse().text == "POST 100000")
            #expect(try client.receiveResponse().text == "POST 5")
            #expect(try client.receiveResponse().text == "GET 0")
        }
    }

    @Test(arguments: [0, 1, 2047, 2048, 2049, 65_535, 65_536, 70_000, 1_000_000])
    func `Bodies of every size arrive whole in both directions`(size: Int) async throws {
        let backend = try TestBackend { socket, _ in
            while let request = try socket.receiveRequest() {
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
                try socket.send(request.body)
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            try client.send(body)
            #expect(try client.receiveResponse().body == body)
        }
    }

    @Test(arguments: [1, 3, 1000, 16_384])
    func `Chunked bodies keep content and trailers in both directions`(chunk: Int) async throws {
        let backend = try TestBackend { socket, backend in
            while let request = try socket.receiveRequest() {
                backend.record(request)
                try socket.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + chunked(request.body, chunk) + "0\r\nX-Sum: 42\r\n\r\n")
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let body = (0..<40_000).map { UInt8(0x61 + $0 % 26) }
            for _ in 0..<2 {
                try client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunked(body, chunk) + "0\r\nX-Up: 1\r\n\r\n")
                let response = try client.receiveResponse()
                #expect(response.body == body)
                #expect(response.trailers.map(\.value) == ["42"])
            }
            #expect(backend.requests.map { $0.trailers.map(\.value) } == [["1"], ["1"]])
            #expect(backend.requests.allSatisfy { $0.body == body })
        }
    }

    @Test func `A response that ends with its connection is chunked to the client`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveRequest()
            try socket.send("HTTP/1.1 200 OK\r\n\r\nall of it")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            for _ in 0..<2 {
                let response = try client.get("/")
                #expect(response["Transfer-Encoding"] == "chunked")
                #expect(response.text == "all of it")
            }
        }
    }

    @Test func `An HTTP 1 point 0 client gets no chunks and a connection that ends`() async throws {
        let backend = try TestBackend.http { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let response = try client.request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(response["Transfer-Encoding"] == nil)
            #expect(response["Connection"] == "close")
            #expect(response.text == "hello")
        }
    }

    @Test func `An HTTP 1 point 0 client that asks for it keeps its connection`() async throws {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            for _ in 0..<2 {
                let response = try client.request("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
                #expect(response["Connection"] == "keep-alive")
                #expect(response.text == "a")
            }
        }
    }

    @Test func `Responses to HEAD and those without a body keep the connection in step`() async throws {
        let backend = try TestBackend.http { request in
            switch request.target {
            case "/204": "HTTP/1.1 204 No Content\r\n\r\n"
            case "/304": "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n"
            default: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (request.method == "HEAD" ? "" : "hello")
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let head = try client.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head["Content-Length"] == "5")
            #expect(try client.get("/204").status == 204)
            #expect(try client.get("/304").status == 304)
            #expect(try client.get("/").text == "hello")
            #expect(backend.connections == 1)
        }
    }

    @Test func `A continue is asked of the backend and passed on`() async throws {
        let backend = try TestBackend { socket, _ in
            let head = try #require(try socket.receiveHead())
            #expect(head.contains("Expect: 100-continue"))
            try socket.send("HTTP/1.1 100 Continue\r\n\r\n")
            let body = try socket.receive(exactly: 5)
            try socket.send(TestBackend.response(String(decoding: body, as: UTF8.self)))
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receiveResponse().status == 100)
            try client.send("hello")
            #expect(try client.receiveResponse().text == "hello")
        }
    }

    @Test(arguments: [500, 500_000])
    func `A final answer instead of a continue reaches the client and ends the connection`(length: Int) async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveHead()
            try socket.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
            _ = try socket.receive()
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n")
            let response = try client.receiveResponse()
            #expect(response.status == 401)
            // The client may leave its body out now; its next request must not be taken for it.
            #expect(response["Connection"] == "close")
            #expect(try client.receiveHead() == nil)
        }
    }

    @Test func `A target that never asked for the body is not used again`() async throws {
        // The body of the first request is a request: to a target that answers without reading it, it is the next one.
        let backend = try TestBackend { socket, backend in
            while let head = try socket.receiveHead() {
                let path = TestMessage(head: head).target
                let status = path == "/refused" ? "417 Expectation Failed" : "200 OK"
                try socket.send("HTTP/1.1 \(status)\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
            let attacker = try engine.connect()
            try attacker.send(
                "POST /refused HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
            )
            #expect(try attacker.receiveResponse().status == 417)
            #expect(try engine.connect().get("/mine").text == "/mine")
        }
    }

    @Test func `Early hints are passed on before the final response`() async throws {
        let backend = try TestBackend.http { _ in
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + TestBackend.response("done")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let hints = try client.get("/")
            #expect(hints.status == 103)
            #expect(hints["Link"] == "</a.css>; rel=preload")
            #expect(try client.receiveResponse().text == "done")
        }
    }

    @Test func `A response may come while the request body is still on its way`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveHead()
            try socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfull")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nbegin")
            let response = try client.receiveResponse()
            #expect(response.status == 413)
            #expect(response.text == "full")
            #expect(response["Connection"] == "close")
        }
    }

    @Test func `Both directions of an exchange stream at once`() async throws {
        let backend = try TestBackend { socket, _ in
            _ = try socket.receiveHead()
            try socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 {
                let part = try socket.receive(exactly: 4)
                try socket.send("4\r\n\(String(decoding: part, as: UTF8.self))\r\n")
            }
            try socket.send("0\r\n\r\n")
        }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\n")
            #expect(try client.receiveHead()?.hasPrefix("HTTP/1.1 200") == true)
            for index in 0..<20 {
                let text = String(1000 + index)
                try client.send(text)
                #expect(try client.receiveLine() == "4")
                #expect(try client.receiveLine() == text)
            }
            #expect(try client.receiveLine() == "0")
        }
    }
}

/// The body in chunks of a size, without the last chunk.
func chunked(_ body: [UInt8], _ size: Int) -> String {
    stride(from: 0, to: body.count, by: size).map { start in
        let part = body[start..<min(start + size, body.count)]
        return String(part.count, radix: 16) + "\r\n" + String(decoding: part, as: UTF8.self) + "\r\n"
    }.joined()
}
