import AWSProvider
import Foundation
import Provisioning
import Testing

/// The generated parts of `providers/aws/README.md` are what the code says. `HEADGATE_RECORD=1` writes them anew; a run
/// that writes fails.
@Suite("The page of the AWS provider", .serialized)
struct ReadmeTests {
    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "providers/aws/README.md")

    private static var capabilities: String {
        let rows = ALBCapabilities.capabilities.features.map {
            "| \($0.feature) | \($0.level.rawValue) | \($0.remark) |\n"
        }
        return "| feature | fidelity | how, or where it differs |\n| --- | --- | --- |\n" + rows.joined()
    }

    private static var limits: String {
        let rows = ALBCapabilities.capabilities.limits.map {
            "| \($0.name) | \($0.value) | \($0.isAdjustable ? "yes" : "no") |\n"
        }
        return "| quota | value | raised on request |\n| --- | --- | --- |\n" + rows.joined()
    }

    private static let parts = [
        "capabilities": capabilities, "settings": AWSSettings.markdown, "limits": limits,
    ]

    @Test("Its tables are those of the code", arguments: parts.keys.sorted())
    func table(part: String) throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let begin = "<!-- \(part) -->\n"
        let start = try #require(text.range(of: begin), "\(begin) is missing").upperBound
        let end = try #require(text.range(of: "<!-- end -->", range: start..<text.endIndex)).lowerBound
        let expected = "\n\(try #require(Self.parts[part]).trimmingCharacters(in: .newlines))\n\n"
        if ProcessInfo.processInfo.environment["HEADGATE_RECORD"] == "1" {
            try text.replacingCharacters(in: start..<end, with: expected)
                .write(to: Self.file, atomically: true, encoding: .utf8)
            Issue.record("\(part) is recorded; run again without HEADGATE_RECORD")
            return
        }
        #expect(String(text[start..<end]) == expected, "record it with HEADGATE_RECORD=1")
    }
}
