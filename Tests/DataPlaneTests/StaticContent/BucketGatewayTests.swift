import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("Serving a storage bucket")
struct BucketGatewayTests {
    private let gateway = BucketGateway(
        StorageBucketAction(
            pool: "p", host: "assets.example", keyPrefix: "/bucket/site/", indexDocument: "index.html",
            mountPath: "/static"))

    @Test(
        "asks for the object that the path behind the mount names",
        arguments: [
            ("/static/app.js", "/bucket/site/app.js"), ("/static/a/b.css", "/bucket/site/a/b.css"),
            ("/static", "/bucket/site/index.html"), ("/static/", "/bucket/site/index.html"),
            ("/static/docs/", "/bucket/site/docs/index.html"), ("/static/a%20b+c", "/bucket/site/a%20b%2Bc"),
            ("/static/%C3%A4&'()", "/bucket/site/%C3%A4%26%27%28%29"),
            ("/static/%3Flist-type=2", "/bucket/site/%3Flist-type%3D2"),
            ("/static/a%25b", "/bucket/site/a%25b"), ("/static/...", "/bucket/site/..."),
            ("/staticx/a", "/bucket/site/staticx/a"),
        ])
    func targets(_ path: String, _ expected: String) {
        let path = path.octets
        var target: [UInt8] = [1]
        #expect(gateway.decide(method: .get, path: path.span, target: &target) == .forward)
        #expect(String(decoding: target, as: UTF8.self) == expected)
    }

    @Test(
        "never asks for what is no object below the prefix",
        arguments: [
            "/static/a%2F..%2F..%2Fsecret", "/static/%2e%2e/a", "/static/..%5C..%5Ca", "/static/./a", "/static/a%00",
            "/static/a%zz", "/static/a%2", "/static/a/..",
        ])
    func refused(_ path: String) {
        let path = path.octets
        var target: [UInt8] = []
        #expect(gateway.decide(method: .get, path: path.span, target: &target) == .notFound)
    }

    @Test(
        "never lists: without an index document an empty key is not found",
        arguments: ["/static", "/static/", "/static/a/"])
    func listing(_ path: String) {
        let bare = BucketGateway(
            StorageBucketAction(pool: "p", host: "h", keyPrefix: "/bucket/", mountPath: "/static"))
        let path = path.octets
        var target: [UInt8] = []
        #expect(bare.decide(method: .get, path: path.span, target: &target) == .notFound)
    }

    @Test("only reads", arguments: [RequestMethod.post, .put, .delete, .options, .patch, .trace, .other])
    func methods(_ method: RequestMethod) {
        let path = "/static/a".octets
        var target: [UInt8] = []
        #expect(gateway.decide(method: method, path: path.span, target: &target) == .methodNotAllowed)
    }

    @Test("sends neither query nor credentials nor anything about the client")
    func request() throws {
        let request = try ParsedRequest(
            """
            GET /static/a?list-type=2&acl HTTP/1.1\r\nHost: shop\r\nAuthorization: secret\r\nCookie: secret\r\n\
            Range: bytes=0-1\r\nIf-None-Match: "x"\r\nx-amz-acl: public\r\nX-Forwarded-For: 1.1.1.1\r\n\
            Accept: */*\r\nContent-Length: 3\r\nExpect: 100-continue\r\nReferer: r\r\n\r\n
            """)
        var target: [UInt8] = []
        let path = "/static/a".octets
        #expect(gateway.decide(method: request.head.method, path: path.span, target: &target) == .forward)
        let text = written { gateway.writeRequest(request.head, of: request.bytes.span, target: target.span, to: &$0) }
        #expect(
            text == """
                GET /bucket/site/a HTTP/1.1\r\nHost: assets.example\r\nRange: bytes=0-1\r\nIf-None-Match: "x"\r\n\
                Accept: */*\r\n\r\n
                """)
    }

    @Test("passes what is about the object and drops what is about the bucket")
    func responseFields() throws {
        let response = try ParsedResponse(
            """
            HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\nServer: AmazonS3\r\nETag: "e"\r\nContent-Type: text/css\r\n\
            Access-Control-Allow-Origin: *\r\nSet-Cookie: a\r\nContent-Length: 5\r\nLast-Modified: then\r\nDate: d\r\n\r\n
            """)
        let date = DateField(unixSeconds: 0)
        let text = written {
            BucketGateway.writeResponseFields(response.head, of: response.bytes.span, date: date, to: &$0)
        }
        #expect(
            text == """
                ETag: "e"\r\nContent-Type: text/css\r\nAccess-Control-Allow-Origin: *\r\nLast-Modified: then\r\n\
                Date: d\r\n
                """)
        #expect(BucketGateway.decide(on: response.head) == .pass)
    }

    @Test(
        "answers in place of the bucket's own documents",
        arguments: [
            (206, nil), (304, nil), (403, 404), (404, 404), (400, 502), (301, 502), (412, 412), (416, 416), (500, 502),
            (503, 503), (504, 504), (204, 502),
        ])
    func responses(_ status: Int, _ replacement: Int?) throws {
        let response = try ParsedResponse("HTTP/1.1 \(status) X\r\nContent-Range: bytes */9\r\n\r\n")
        let decision = BucketGateway.decide(on: response.head)
        guard let replacement else {
            #expect(decision == .pass)
            return
        }
        #expect(decision == .replace(statusCode: replacement))
        let answer = BucketGateway.replacement(
            replacement, for: response.head, of: response.bytes.span, to: .get)
        #expect(answer.statusCode == replacement)
        let text = try #require(written { answer.writeHead(to: &$0) })
        #expect(text.contains("Content-Range: bytes */9\r\n") == (replacement == 416))
        #expect(answer.body.count > 0)
    }
}
