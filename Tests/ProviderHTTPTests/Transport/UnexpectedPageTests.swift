import ProviderHTTP
import Provisioning
import Testing

@Suite("Pages in place of answers")
struct UnexpectedPageTests {
    private static func error(_ step: ScriptedSender.Step, calls: Int = 1) async -> ProviderError? {
        let transport = APITransport(
            configuration: TransportConfiguration(retry: .never, time: SkippingTime()), signer: UnsignedRequests(),
            errors: CodedErrors(), connections: ScriptedSender([step]))
        return await providerError { try await transport.read(.describing("http://127.0.0.1:5000/?a=b")) }
    }

    @Test(
        "A page of HTML is told as such, whatever its status",
        arguments: [
            (200, "text/html; charset=utf-8", "<title>Sign in</title>"),
            (500, "", "\n<!doctype html>\n<html><title>500 Internal Server Error</title>"),
            (502, "text/xml", "<HTML><body>Bad gateway</body></HTML>"),
            (404, "application/xhtml+xml", ""),
        ])
    func pages(status: Int, type: String, body: String) async throws {
        let error = try #require(
            await Self.error(
                .answer(status, headers: [("Content-Type", type), ("x-request-id", "id-7")], body: body)))
        #expect(error.kind == .unexpectedAnswer)
        #expect(error.requestID == "id-7")
        #expect(error.message.contains("http://127.0.0.1:5000 answered with a page of HTML"))
        #expect(error.message.contains("status \(status)"))
        #expect(error.message.contains("--endpoint-url"))
        #expect(!error.message.contains("a=b"))
    }

    @Test("The page's title is quoted in one line, without control characters, and not at length")
    func title() async throws {
        let error = try #require(
            await Self.error(
                .answer(500, body: "<html><head><title lang=en>500\n Internal\u{1B}[31m Error</title>")))
        #expect(error.message.contains("titled “500 Internal [31m Error”"), "\(error)")
        let long = try #require(
            await Self.error(.answer(500, body: "<html><title>\(String(repeating: "x", count: 500))")))
        #expect(long.message.count < 500)
    }

    @Test(
        "XML, JSON and nothing that are called a page are none",
        arguments: ["", "{\"a\": 1}", "\n[]", "<?xml version=\"1.0\"?><DescribeRulesResponse/>"])
    func miscalled(body: String) async {
        #expect(await Self.error(.answer(200, headers: [("Content-Type", "text/html")], body: body)) == nil)
        let page = "<?xml version=\"1.0\"?><!DOCTYPE html><html/>"
        let error = await Self.error(.answer(200, headers: [("Content-Type", "text/html")], body: page))
        #expect(error?.kind == .unexpectedAnswer)
    }

    @Test(
        "XML and JSON are no pages", arguments: ["<ErrorResponse/>", "<?xml version=\"1.0\"?><html-like/>", "{}", ""])
    func answers(body: String) async {
        #expect(await Self.error(.answer(200, body: body)) == nil)
        #expect(await Self.error(.answer(400, body: body))?.kind == .invalid)
    }
}
