import Foundation
import Testing

/// Expected outputs in files, which one switch writes anew: `HEADGATE_RECORD=1`. A run that writes fails, so that no
/// check can pass on what it has just recorded.
enum GoldenFile {
    static let isRecording = ProcessInfo.processInfo.environment["HEADGATE_RECORD"] == "1"

    /// The root of the repository.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let directory = root.appendingPathComponent("Tests/HeadgateCLITests/Golden")

    /// Compares an output with the file of that path below `Golden`.
    static func expect(_ output: String, is path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = directory.appendingPathComponent(path)
        if isRecording {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if (try? String(contentsOf: file, encoding: .utf8)) != output {
                try output.write(to: file, atomically: true, encoding: .utf8)
            }
            Issue.record("\(path) is recorded; run again without HEADGATE_RECORD", sourceLocation: sourceLocation)
            return
        }
        guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
            Issue.record(
                "Golden/\(path) is missing; record it with HEADGATE_RECORD=1", sourceLocation: sourceLocation)
            return
        }
        guard output != expected else { return }
        Issue.record(
            "\(path) differs:\n\(difference(expected, output))\nIf it should, record it with HEADGATE_RECORD=1",
            sourceLocation: sourceLocation)
    }

    /// The lines from the first that differs on, of both.
    private static func difference(_ expected: String, _ output: String) -> String {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = output.split(separator: "\n", omittingEmptySubsequences: false)
        let first =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        let removed = old[first...].prefix(5).map { "- \($0)" }
        let added = new[first...].prefix(5).map { "+ \($0)" }
        return (["line \(first + 1)"] + removed + added).joined(separator: "\n")
    }
}
