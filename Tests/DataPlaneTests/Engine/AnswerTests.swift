import LoadBalancerModel
import Logging
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct AnswerTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400),
        ("GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\n", 417),
        ("\u{16}\u{3}\u{1}garbage", 400),
    ])
    func `What is no sound request gets its status and never reaches a backend`(
        request: String, status: Int
    ) async throws {
        let backend = try TestBackend.named("never")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send(request)
            let response = try client.receiveResponse()
            #expect(response.status == status)
            #expect(response["Content-Type"] == "text/plain; charset=utf-8")
            #expect(!response.body.isEmpty)
            #expect(backend.requests.isEmpty)
        }
    }

    @Test func `A malformed chunk ends the request with 400 and the connection`() async throws {
        let backend = try TestBackend { socket, _ in while !(try socket.receive().isEmpty) {} }
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n")
            let response = try client.receiveResponse()
            #expect(response.status == 400)
            #expect(response["Connection"] == "close")
        }
    }

    @Test func `A head that is too large is 431, a target that is too long 414`() async throws {
        let backend = try TestBackend.named("never")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let long = String(repeating: "a", count: 40_000)
            try #expect(engine.connect().get("/", "X: \(long)\r\n").status == 431)
            try #expect(engine.connect().get("/" + long).status == 414)
            let many = (0..<101).map { "X-\($0): y\r\n" }.joined()
            try #expect(engine.connect().get("/", many).status == 431)
            #expect(backend.requests.isEmpty)
        }
    }

    @Test func `A head that needs several buffers reaches the backend whole`() async throws {
        let backend = try TestBackend.named("a")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let value = String(repeating: "v", count: 30_000)
            let client = try engine.connect()
            #expect(try client.get("/", "X: \(value)\r\n").text == "a")
            #expect(try client.get("/").text == "a")
            #expect(backend.requests.first?["X"] == value)
        }
    }

    @Test func `Without a route the answer is 404 and the connection goes on`() async throws {
        try await TestEngine.serving(.test([.forwarding("/", host: "known.test")], pools: [.test([])])) { engine in
            let client = try engine.connect()
            #expect(try client.get("/", host: "other.test").status == 404)
            let body = try client.request("POST / HTTP/1.1\r\nHost: other.test\r\nContent-Length: 5\r\n\r\nhello")
            #expect(body.status == 404)
            let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            #expect(try client.request(chunked).status == 404)
            #expect(try client.get("/", host: "known.test").status == 503)
        }
    }

    @Test func `Before the first plan the answer is 503`() async throws {
        let balancer = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
            logger: .init(label: "test"))
        let port = try balancer.start()[0].port
        try #expect(TestSocket(port: port).get("/").status == 503)
        await balancer.stop(grace: .zero)
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + String(repeating: "x", count: 1001)
            + "\r\n0\r\n\r\n",
    ])
    func `A body beyond the limit is 413`(request: String) async throws {
        let backend = try TestBackend { socket, _ in while !(try socket.receive().isEmpty) {} }
        let filters = RouteFilters(maximumRequestBodyBytes: 1000)
        try await TestEngine.serving(.forwarding(to: [backend.port], filters: filters)) { engine in
            let response = try engine.connect().request(request)
            #expect(response.status == 413)
            #expect(response["Connection"] == "close")
        }
    }

    @Test func `A body of just the limit passes`() async throws {
        let backend = try TestBackend.http { TestBackend.response("\($0.body.count)") }
        let filters = RouteFilters(maximumRequestBodyBytes: 1000)
        try await TestEngine.serving(.forwarding(to: [backend.port], filters: filters)) { engine in
            let body = String(repeating: "x", count: 1000)
            let response = try engine.connect().request(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(body)")
            #expect(response.text == "1000")
        }
    }

    @Test func `A head that trickles in is 408`() async throws {
        let attributes = LoadBalancerAttributes(timeouts: ListenerTimeouts(requestHeadMilliseconds: 100))
        try await TestEngine.serving(.forwarding(to: [], attributes: attributes)) { engine in
            let client = try engine.connect()
            try client.send("GET / HT")
            let response = try client.receiveResponse()
            #expect(response.status == 408)
            #expect(response["Connection"] == "close")
        }
    }

    @Test func `A body that does not come is 408`() async throws {
        let backend = try TestBackend { socket, _ in while !(try socket.receive().isEmpty) {} }
        let attributes = LoadBalancerAttributes(timeouts: ListenerTimeouts(requestBodyMilliseconds: 100))
        try await TestEngine.serving(.forwarding(to: [backend.port], attributes: attributes)) { engine in
            let response = try engine.connect().request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel")
            #expect(response.status == 408)
        }
    }

    @Test func `A connection without requests is closed in silence`() async throws {
        let backend = try TestBackend.named("a")
        let attributes = LoadBalancerAttributes(
            timeouts: ListenerTimeouts(requestHeadMilliseconds: 200, idleMilliseconds: 100))
        try await TestEngine.serving(.forwarding(to: [backend.port], attributes: attributes)) { engine in
            let client = try engine.connect()
            #expect(try client.get("/").text == "a")
            #expect(try client.receiveAll().isEmpty)
            try #expect(engine.connect().receiveAll().isEmpty)
        }
    }

    @Test func `OPTIONS of the server itself is answered`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let client = try engine.connect()
            let response = try client.request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(response.status == 204)
            #expect(response["Allow"] != nil)
            #expect(try client.get("/").status == 503)
        }
    }

    @Test(arguments: [
        ("OPTIONS", "Max-Forwards: 0\r\n", 204), ("OPTIONS", "Max-Forwards: 1\r\n", 200), ("OPTIONS", "", 200),
        ("OPTIONS", "Max-Forwards: x\r\n", 400), ("OPTIONS", "Max-Forwards:\r\n", 400),
        ("OPTIONS", "Max-Forwards: 1\r\nMax-Forwards: 2\r\n", 400), ("OPTIONS", "Max-Forwards: -1\r\n", 400),
        ("TRACE", "", 405), ("TRACE", "Max-Forwards: 0\r\n", 405), ("TRACE", "Max-Forwards: 9\r\n", 405),
        ("GET", "Max-Forwards: 0\r\n", 200),
    ])
    func `A request that may go no further is answered here`(method: String, fields: String, status: Int) async throws {
        let backend = try TestBackend.named("backend")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let client = try engine.connect()
            let response = try client.request("\(method) / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
            #expect(response.status == status)
            #expect((response["Allow"] != nil) == [204, 405].contains(status))
            #expect(backend.requests.count == (status == 200 ? 1 : 0))
            // The connection goes on.
            #expect(try client.get("/").text == "backend")
        }
    }

    @Test func `CONNECT is told what is allowed`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let response = try engine.connect().request("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n")
            #expect(response.status == 405)
            #expect(response["Allow"] == "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS")
        }
    }

    @Test func `A refused HEAD gets no body`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let client = try engine.connect()
            try client.send("HEAD / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            #expect(try client.receiveHead()?.hasPrefix("HTTP/1.1 400") == true)
            #expect(try client.receiveAll().isEmpty)
        }
    }

    @Test func `An upgrade to HTTP 2 in the clear is served as if it had not been asked for`() async throws {
        let backend = try TestBackend.named("backend")
        try await TestEngine.serving(.forwarding(to: [backend.port])) { engine in
            let response = try engine.connect().get(
                "/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n")
            #expect(response.status == 200)
            let request = try #require(backend.requests.first)
            for name in ["Connection", "Upgrade", "HTTP2-Settings"] { #expect(request[name] == nil) }
        }
    }

    @Test func `Plain HTTP on a TLS port is told so`() async throws {
        try await TestEngine.serving(.forwarding(to: [])) { engine in
            let response = try TestSocket(port: engine.https).get("/")
            #expect(response.status == 400)
            #expect(response.text.contains("HTTPS"))
        }
    }

    @Test func `Redirects to HTTPS keep path and query and spare ACME challenges`() async throws {
        let backend = try TestBackend.named("challenge")
        let filters = RouteFilters(redirectToHTTPS: HTTPSRedirect())
        try await TestEngine.serving(.forwarding(to: [backend.port], filters: filters)) { engine in
            let client = try engine.connect()
            let response = try client.get("/a%20b?c=d&e=%2F", host: "Example.test:8080")
            #expect(response.status == 308)
            #expect(response["Location"] == "https://Example.test:\(engine.https)/a%20b?c=d&e=%2F")
            #expect(try client.get("/.well-known/acme-challenge/token").text == "challenge")
        }
    }

    @Test func `Redirects fill their templates`() async throws {
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .regularExpression, value: "/old/(.*)")),
            action: .redirect(Redirect(statusCode: 301, location: "https://new.test/$1")))
        try await TestEngine.serving(.test([route])) { engine in
            let response = try engine.connect().get("/old/a/b?q=1")
            #expect(response.status == 301)
            #expect(response["Location"] == "https://new.test/a/b?q=1")
        }
    }

    @Test(arguments: [
        (
            PathMatch(kind: .regularExpression, value: "/something(/|$)(.*)"),
            PathRewrite(kind: .template, value: "/$2"), "/something/new?a=b", "/new?a=b"
        ),
        (
            PathMatch(kind: .prefix, value: "/api"), PathRewrite(kind: .replacePrefix, value: "/v2"), "/api/x%2Fy?q",
            "/v2/x%2Fy?q"
        ),
        (PathMatch(kind: .prefix, value: "/"), PathRewrite(kind: .template, value: "/fixed"), "/any/thing", "/fixed"),
    ])
    func `Rewrites change what the backend is asked for`(
        match: PathMatch, rewrite: PathRewrite, target: String, expected: String
    ) async throws {
        let backend = try TestBackend.http { TestBackend.response($0.target) }
        let route = Route(
            match: RouteMatch(path: match), filters: RouteFilters(rewrite: rewrite),
            action: .forward([WeightedPool(pool: "pool")]))
        try await TestEngine.serving(.test([route], pools: [.test([backend.port])])) { engine in
            try #expect(engine.connect().get(target).text == expected)
        }
    }

    @Test func `A fixed response is sent as it is, to HEAD without its body`() async throws {
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/")),
            action: .fixedResponse(FixedResponse(statusCode: 500, body: "broken reference\n", reason: "X")))
        try await TestEngine.serving(.test([route])) { engine in
            let client = try engine.connect()
            let head = try client.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head.status == 500)
            #expect(head["Content-Length"] == "17")
            #expect(try client.get("/").text == "broken reference\n")
        }
    }

    @Test func `A static site is served with ranges and validators`() async throws {
        let content = Array((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
        let digest = String(repeating: "ab", count: 32)
        let index = String(repeating: "cd", count: 32)
        let site = StaticSite(
            name: "ns/site",
            files: [
                StaticFile(
                    path: "big.bin", contentType: "application/octet-stream", digest: digest, size: content.count),
                StaticFile(path: "index.html", contentType: "text/html", digest: index, size: 5),
            ])
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/docs")),
            action: .staticSite(StaticSiteAction(site: "ns/site", mountPath: "/docs")))
        let assets = PlanAssets(files: [digest: content, index: Array("index".utf8)])
        try await TestEngine.serving(.test([route], sites: [site]), assets: assets) { engine in
            let client = try engine.connect()
            let whole = try client.get("/docs/big.bin")
            #expect(whole.body == content)
            #expect(whole["Content-Type"] == "application/octet-stream")
            let tag = try #require(whole["ETag"])
            #expect(try client.get("/docs/big.bin", "If-None-Match: \(tag)\r\n").status == 304)
            let part = try client.get("/docs/big.bin", "Range: bytes=5-9\r\n")
            #expect(part.status == 206)
            #expect(part.body == Array(content[5...9]))
            let parts = try client.get("/docs/big.bin", "Range: bytes=0-0,10-11\r\n")
            #expect(parts["Content-Type"]?.hasPrefix("multipart/byteranges") == true)
            #expect(try client.get("/docs/").text == "index")
            #expect(try client.get("/docs/nothing").status == 404)
            #expect(try client.request("POST /docs/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx").status == 405)
            #expect(try client.request("HEAD /docs/big.bin HTTP/1.1\r\nHost: a\r\n\r\n")["Content-Length"] == "200000")
            #expect(try client.get("/docs/").text == "index")
        }
    }

    @Test func `A storage bucket is read by key and keeps its own words to itself`() async throws {
        let backend = try TestBackend.http { request in
            request.target == "/bucket/site/a.txt"
                ? TestBackend.response("object", "Content-Type: text/plain\r\nx-amz-request-id: 1\r\n")
                : TestBackend.response("<Error>NoSuchKey</Error>", status: "404 Not Found")
        }
        let route = Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/files")),
            action: .storageBucket(
                StorageBucketAction(
                    pool: "pool", host: "s3.test", keyPrefix: "/bucket/site/", indexDocument: "index.html",
                    mountPath: "/files")))
        try await TestEngine.serving(.test([route], pools: [.test([backend.port])])) { engine in
            let client = try engine.connect()
            let object = try client.get("/files/a.txt?list-type=2", "Authorization: secret\r\n")
            #expect(object.text == "object")
            #expect(object["x-amz-request-id"] == nil)
            let missing = try client.get("/files/b.txt")
            #expect(missing.status == 404)
            #expect(!missing.text.contains("NoSuchKey"))
            #expect(
                try client.request("PUT /files/a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx").status == 405)
            let seen = try #require(backend.requests.first)
            #expect(seen["Host"] == "s3.test")
            #expect(seen["Authorization"] == nil)
            #expect(seen.target == "/bucket/site/a.txt")
        }
    }
}
