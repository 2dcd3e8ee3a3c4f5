import Foundation
import Testing

@testable import IngressPlanning

@Suite struct AnnotationPageTests {
    private static let page = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/annotations.md")

    @Test func `The page in the repository is the one that the table gives`() throws {
        let generated = AnnotationPage.markdown
        if ProcessInfo.processInfo.environment["HEADGATE_RECORD"] == "1" {
            try Data(generated.utf8).write(to: Self.page)
            Issue.record("docs/annotations.md was recorded anew. Run without HEADGATE_RECORD to check it.")
            return
        }
        let recorded = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(
            recorded == generated, "Run HEADGATE_RECORD=1 swift test --filter AnnotationPageTests and look at the diff."
        )
    }

    @Test func `Every annotation of the table has its heading`() {
        let lines = Set(AnnotationPage.markdown.split(separator: "\n").map(String.init))
        for definition in AnnotationTable.definitions {
            #expect(lines.contains("### `\(definition.key)`"))
        }
    }

    @Test func `Every row of a table has as many cells as its head`() {
        var width: Int?
        for line in AnnotationPage.markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            let cells = line.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false).count
            #expect(cells == width ?? cells, "\(line)")
            width = width ?? cells
        }
    }
}
