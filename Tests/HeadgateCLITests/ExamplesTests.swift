import Foundation
import Testing

@testable import HeadgateCLI

/// A directory of manifests whose plan and explanations are golden files.
struct Example: Sendable, CustomTestStringConvertible {
    /// Its path below the root of the repository.
    var path: String

    var testDescription: String { path }

    /// The directory of its golden files.
    var golden: String {
        path.hasPrefix("examples/") ? String(path.dropFirst("examples/".count)) : (path as NSString).lastPathComponent
    }

    /// Every directory below `examples`, and the fixtures of these tests.
    static let all: [Example] = {
        let docs = "examples/kubernetes-docs"
        let examples = subdirectories("examples").filter { $0 != docs } + subdirectories(docs)
        return (examples + subdirectories("Tests/HeadgateCLITests/Fixtures")).map(Example.init)
    }()

    private static func subdirectories(_ path: String) -> [String] {
        let directory = GoldenFile.root.appendingPathComponent(path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.sorted().map { "\(path)/\($0)" }.filter { path in
            let values = try? GoldenFile.root.appendingPathComponent(path).resourceValues(forKeys: [.isDirectoryKey])
            return values?.isDirectory == true
        }
    }

    /// The directory's absolute path.
    var directory: String { GoldenFile.root.appendingPathComponent(path).path }

    /// The requests to explain: a line of `explain.txt` each, a URL and options behind it. Lines with `#` are comments.
    var requests: [[String]] {
        guard let text = try? String(contentsOfFile: "\(directory)/explain.txt", encoding: .utf8) else { return [] }
        return text.split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").map(String.init) }
            .filter { !$0.isEmpty }
    }
}

@Suite("Examples")
struct ExamplesTests {
    @Test("There are examples, each with requests to explain")
    func complete() {
        #expect(Example.all.count >= 2)
        for example in Example.all {
            #expect(!example.requests.isEmpty, "\(example.path)/explain.txt names no request")
        }
    }

    @Test("The plan for people", arguments: Example.all)
    func planText(example: Example) throws {
        let result = try Commands.plan(["-f", example.directory])
        try GoldenFile.expect(result.output, is: "\(example.golden)/plan.txt")
    }

    @Test("The plan document", arguments: Example.all)
    func planJSON(example: Example) throws {
        let result = try Commands.plan(["-f", example.directory, "--output", "json"])
        try GoldenFile.expect(result.output, is: "\(example.golden)/plan.json")
    }

    @Test("What becomes of requests", arguments: Example.all)
    func explain(example: Example) throws {
        for (index, request) in example.requests.enumerated() {
            let result = try Commands.explain(["-f", example.directory] + request)
            try GoldenFile.expect(result.output, is: "\(example.golden)/explain-\(index + 1).txt")
        }
    }

    @Test("A plan compared with itself has no changes", arguments: Example.all)
    func unchanged(example: Example) throws {
        let directory = try TemporaryDirectory()
        for format in ["json", "yaml"] {
            let saved = try directory.write(
                try Commands.plan(["-f", example.directory, "--output", format]).output, to: "saved.\(format)")
            let result = try Commands.plan(
                ["-f", example.directory, "--against", saved, "--detailed-exitcode", "--output", "json"])
            #expect(result.status == (result.output.contains("\"severity\" : \"error\"") ? result.status : 0))
            #expect(try #require(try jsonObject(result.output)["changes"] as? [Any]).isEmpty)
        }
    }
}
