import Foundation
import Testing

@Suite("Flags of logs", .timeLimit(.minutes(5)), .serialized)
struct LogFlagTests {
    @Test("With --log-format json every line of the log is an object with time, level and message")
    func logFormat() async throws {
        let site = try await GoodSite()
        try site.manifests.write("{ \"not\": [yaml\n", to: "bad.yaml")
        let headgate = try await RunningHeadgate(
            site.manifests.url, ["--log-format", "json", "--log-level", "trace", "--access-log", "-"])
        #expect(try await site.isServed(by: headgate))
        try site.manifests.remove("bad.yaml")
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
        #expect(try await headgate.stop() == 0)
        let lines = headgate.process.errorText.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count > 5)
        #expect(lines.last == "")
        for line in lines.dropLast() {
            let entry = try? JSONDocument(parsing: String(line))
            #expect(entry?["message"]?.string?.isEmpty == false, "\(line)")
            #expect(entry?["level"]?.string != nil, "\(line)")
            #expect(entry?["time"]?.string?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) == true, "\(line)")
        }
    }

    @Test("The log says one thing once")
    func noRepetition() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        let lines = headgate.process.errorText.split(separator: "\n")
        let listening = lines.filter { $0.contains(headgate.curl.http) && $0.contains("listening") }
        #expect(listening.count == 1, "\(listening)")
    }

    @Test(
        "The access log has a line of JSON for every request, in a file or on standard output",
        arguments: [true, false])
    func accessLog(toFile: Bool) async throws {
        let site = try await GoodSite()
        let logs = try ScratchDirectory()
        let file = logs.url.appending(path: "access.log")
        let headgate = try await RunningHeadgate(
            site.manifests.url, ["--access-log", toFile ? file.path : "-"])
        _ = try await headgate.curl.get(
            "http://\(GoodSite.host)/found?a=1", ["-A", "a \"quoted\" agent", "-d", "12345", "-X", "POST"])
        _ = try await headgate.curl.get("https://unknown.example/lost")
        func entries() -> [JSONDocument] {
            let text = (toFile ? try? logs.text(of: "access.log") : headgate.process.outputText) ?? ""
            return text.split(separator: "\n").compactMap { try? JSONDocument(parsing: String($0)) }
        }
        try await eventually("both requests stand in the log") { entries().count == 2 }
        let found = try #require(entries().first { $0["target"] == "/found?a=1" })
        #expect(found["method"] == "POST")
        #expect(found["host"] == .string(GoodSite.host))
        #expect(found["status"] == 200)
        #expect(found["client"] == "127.0.0.1")
        #expect(found["scheme"] == "http")
        #expect(found["protocol"] == "HTTP/1.1")
        #expect(found["bytes_received"] == 5)
        #expect(found["user_agent"] == "a \"quoted\" agent")
        #expect(found["ingress"] == "default/good")
        #expect(found["upstream"]?.string?.hasPrefix("127.0.0.1:") == true)
        #expect((found["duration_us"]?.number ?? 0) > 0)
        #expect(found["request_id"]?.string?.isEmpty == false)
        let lost = try #require(entries().first { $0["target"] == "/lost" })
        #expect(lost["status"] == 404)
        #expect(lost["scheme"] == "https")
        #expect(lost["upstream"] == nil || lost["upstream"] == .null)
        if !toFile {
            // Standard output is the log's alone.
            let lines = headgate.process.outputText.split(separator: "\n")
            #expect(lines.allSatisfy { $0.hasPrefix("{") }, "\(headgate.process.outputText)")
        }
    }
}
