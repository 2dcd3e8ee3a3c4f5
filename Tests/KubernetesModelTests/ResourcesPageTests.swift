import Foundation
import Testing

@testable import KubernetesModel

/// docs/resources.md against the schema: every field has its row, and every example is read.
@Suite("The page of the resource backends") struct ResourcesPageTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var kind: String
        var field: String
        var example: String
        var testDescription: String { "\(kind) \(field)" }
    }

    private static let page: String = {
        let file = URL(filePath: #filePath).appending(path: "../../../docs/resources.md").standardizedFileURL
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    static let rows: [Row] = {
        var kind = ""
        return page.split(separator: "\n").compactMap { line in
            if line.hasPrefix("## ") { kind = String(line.dropFirst(3)) }
            guard line.hasPrefix("| `") else { return nil }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) }
            return Row(kind: kind, field: cells[0], example: cells[3])
        }
    }()

    /// What must stand beside a field so that the spec is complete.
    private static func companions(_ row: Row) -> [String] {
        switch row.kind {
        case "StaticSite": row.field.hasPrefix("configMaps") ? [] : ["configMaps: [pages]"]
        default: ["endpoint: http://s3.example.com", "bucket: images"].filter { !$0.hasPrefix(row.field) }
        }
    }

    @Test("Each example is read without a finding", arguments: rows)
    func example(row: Row) {
        let parts = row.field.split(separator: ".").map(String.init)
        let own =
            parts.count == 1
            ? "\(row.field): \(row.example)"
            : "configMaps: [{\(parts[1]): \(row.example)\(parts[1] == "name" ? "" : ", name: pages")}]"
        let manifest = """
            apiVersion: headgate.dev/v1alpha1
            kind: \(row.kind)
            metadata: {name: a}
            spec: {\(([own] + Self.companions(row)).joined(separator: ", "))}
            """
        let file = ManifestParser.parse(Array(manifest.utf8), file: "page")
        #expect(file.findings.map(\.message) == [], "\(manifest)")
        #expect(file.objects.count == 1)
    }

    @Test("The examples of manifests are read without a finding")
    func manifests() {
        let blocks = Self.page.components(separatedBy: "```yaml\n").dropFirst().map { block in
            block.components(separatedBy: "```")[0]
        }
        #expect(blocks.count == 3)
        for block in blocks {
            let file = ManifestParser.parse(Array(block.utf8), file: "page")
            #expect(file.findings.map(\.message) == [])
            #expect(file.objects.count == 1)
        }
    }

    @Test("Every field of the schema has a row, and one alone")
    func completeness() {
        func names(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        let site =
            names(StaticSiteSpec(configMaps: [])) + names(StaticSiteSource(name: "a")).map { "configMaps[].\($0)" }
        #expect(Self.rows.filter { $0.kind == "StaticSite" }.map(\.field).sorted() == site.sorted())
        let bucket = names(StorageBucketSpec(endpoint: "", bucket: ""))
        #expect(Self.rows.filter { $0.kind == "StorageBucket" }.map(\.field).sorted() == bucket.sorted())
    }
}
