import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("Differences of lists")
struct ListDifferenceTests {
    @Test("What goes and what comes is told, each as often as it does, and how much stays")
    func differences() throws {
        let difference = try #require(ListDifference(from: "[a, b, b, c]", to: "[c, b, d]"))
        #expect(difference.removed == ["a", "b"])
        #expect(difference.added == ["d"])
        #expect(difference.keptCount == 2)
        #expect(ListDifference(from: "[a, b]", to: "[b, a]") == nil)
        #expect(ListDifference(from: "a", to: "[a]") == nil)
    }

    @Test(
        "Elements are read back as fields spell them, whatever they hold",
        arguments: [
            [], ["a"], ["a", "b"], ["text/html, text/plain", "c"], ["\"quoted\", \\", "d"], ["", "e"], ["f, ", ", g"],
            ["[a-z]", "{1,2}"],
        ])
    func elements(values: [String]) throws {
        let text = FieldValue.strings(values).description
        let elements = try #require(ListDifference.elements(of: text))
        #expect(elements.count == values.count)
        #expect(zip(elements, values).allSatisfy { $0 == $1 || $0 == $1.debugDescription }, "\(elements)")
    }

    @Test("What is no list has no elements", arguments: ["", "[", "a, b", "[\"a\"b]"])
    func noList(text: String) {
        #expect(ListDifference.elements(of: text) == nil)
    }
}
