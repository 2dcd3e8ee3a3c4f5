import Foundation
import ProviderHTTP
import Provisioning
import Testing

@Suite("Calls and answers")
struct CallTests {
    @Test(
        "An endpoint is scheme, host and port of a URL, and nothing else of it",
        arguments: [
            ("https://Api.Example/path?secret=1", "https://api.example"),
            ("http://user:password@127.0.0.1:5000/", "http://127.0.0.1:5000"),
            ("http://[fd00:ec2::254]/latest", "http://[fd00:ec2::254]"),
        ])
    func endpoints(url: String, endpoint: String) {
        #expect(Endpoint(url: url)?.description == endpoint)
    }

    @Test("What isn't a URL of http has no endpoint", arguments: ["", "localhost:5000", "ftp://host/", "http://"])
    func noEndpoint(url: String) {
        #expect(Endpoint(url: url) == nil)
    }

    @Test("Descriptions and dumps of calls and answers show neither fields nor bodies")
    func descriptions() {
        var call = APICall.creating("https://user:pass-word@cloud.example/?Token=query-secret")
        call.headers = [("Authorization", "header-secret")]
        call.body = Array("body-secret".utf8)
        let response = APIResponse(status: 200, headers: [("Set-Cookie", "header-secret")], body: call.body)
        var text = "\(call) \(response) \(String(reflecting: call)) \(String(reflecting: response))"
        dump(call, to: &text)
        dump(response, to: &text)
        #expect(!text.contains("secret"))
        #expect(!text.contains("pass-word"))
        #expect(text.contains("balancing:CreateRule at https://cloud.example"))
    }

    @Test("Header fields are found and replaced without regard to case")
    func headerFields() {
        var headers: [HeaderField] = [("X-Date", "1"), ("x-date", "2"), ("Host", "h")]
        #expect(headers.first(name: "X-DATE") == "1")
        headers.set(name: "x-Date", value: "3")
        #expect(headers.map(\.value) == ["h", "3"])
    }

    @Test(
        "The dates of HTTP are read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200.0),
        ])
    func dates(text: String, seconds: Double) {
        #expect(HTTPDate.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test("Other dates are not", arguments: ["", "1994-11-06T08:49:37Z", "Sun, 06 Foo 1994 08:49:37 GMT", "120"])
    func otherDates(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test(
        "A status tells the kind of a failure",
        arguments: [
            (200, nil), (204, nil), (302, .unexpectedAnswer), (400, .invalid), (401, .unauthenticated),
            (403, .forbidden),
            (404, .notFound), (409, .inUse), (429, .throttled), (500, .unavailable), (503, .unavailable),
        ] as [(Int, ProviderError.Kind?)])
    func statuses(status: Int, kind: ProviderError.Kind?) {
        let error = StatusErrorDecoder().error(
            in: APIResponse(status: status, headers: [("x-request-id", "id-1")]), of: .describing())
        #expect(error?.kind == kind)
        #expect(error == nil || error?.requestID == "id-1")
    }
}
