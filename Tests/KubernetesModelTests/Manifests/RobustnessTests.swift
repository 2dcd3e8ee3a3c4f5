import Foundation
import Testing

@testable import KubernetesModel

@Suite(.serialized) struct RobustnessTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var reason: ManifestFinding.Reason
        var text: String = ""
        var bytes: [UInt8]

        init(_ name: String, _ reason: ManifestFinding.Reason, _ text: String) {
            testDescription = name
            self.reason = reason
            bytes = Array(text.utf8)
        }

        init(_ name: String, _ reason: ManifestFinding.Reason, bytes: [UInt8]) {
            testDescription = name
            self.reason = reason
            self.bytes = bytes
        }
    }

    static func laughs(_ levels: Int, asKeys: Bool = false) -> String {
        var text = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n"
        for level in 1...levels {
            let list = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        return asKeys ? text + "? *a\(levels)\n: x\n" : text
    }

    /// A block of pseudo-random bytes, over and over.
    static func garbage(_ count: Int, seed: UInt64, _ transform: (UInt8) -> UInt8 = { $0 }) -> [UInt8] {
        var generator = SeededGenerator(state: seed)
        let block = (0..<10_000).map { _ in transform(UInt8.random(in: 0...255, using: &generator)) }
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += block }
        return bytes
    }

    static let cases = [
        Case("10 MB of random bytes", .notText, bytes: garbage(10_000_000, seed: 1)),
        Case(
            "10 MB of random printable text", .notYAML, bytes: garbage(10_000_000, seed: 2) { 0x20 + $0 % 0x5F }
        ),
        Case("a megabyte of one letter", .notAnObject, String(repeating: "a", count: 1_000_000)),
        Case("a megabyte of spaces and a tab", .notYAML, String(repeating: " ", count: 1_000_000) + "\tx: [}"),
        Case("10 MB of list dashes", .tooComplex, String(repeating: "- ", count: 5_000_000)),
        Case("a megabyte of colons", .notYAML, String(repeating: "a: ", count: 330_000)),
        Case("10 MB of empty list items", .tooComplex, String(repeating: "-\n", count: 5_000_000)),
        Case("many list items", .notAnObject, String(repeating: "- a\n", count: 100_000)),
        Case("many keys", .requiredField, (0..<10_000).map { "k\($0): v\n" }.joined()),
        Case("a million open brackets", .notYAML, String(repeating: "[", count: 1_000_000)),
        Case("a million open braces", .notYAML, String(repeating: "{a: ", count: 1_000_000)),
        Case("600 nested lists", .tooComplex, String(repeating: "[", count: 600) + String(repeating: "]", count: 600)),
        Case("nested block lists", .tooComplex, String(repeating: "- ", count: 900) + "x"),
        Case("a billion laughs", .tooComplex, laughs(10)),
        Case("a billion laughs as a key", .tooComplex, laughs(10, asKeys: true)),
        Case("an alias in a flow list as a key", .notYAML, "a: &a [x]\n? [*a, *a]\n: y\n"),
        Case("an alias of its own list", .notYAML, "a: &a [*a]\n"),
        Case("anchors nested through aliases", .tooComplex, nestedAliases),
        Case("an unknown alias", .notYAML, "a: *nowhere\n"),
        Case("an unquoted wildcard host", .notYAML, "host: *.example.com\n"),
        Case("a NUL byte", .notText, "a: b\u{0}c\n"),
        Case("invalid UTF-8", .notText, bytes: Array("a: ".utf8) + [0xC3, 0x28, 0x0A]),
        Case("an overlong escape", .notText, bytes: Array("a: ".utf8) + [0xC0, 0xAF, 0x0A]),
        Case(
            "UTF-16", .notText,
            bytes: [0xFF, 0xFE] + Array("a: b\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
        Case("a tab as indentation", .notYAML, "a:\n\tb: c\n"),
        Case("an unterminated quote", .notYAML, "a: \"b\nc: d\n"),
        Case(
            "a file beyond the size limit", .tooLarge,
            bytes: [UInt8](repeating: 0x23, count: ManifestLimits.fileSize + 1)),
        Case(
            "a marker for each character of the private use area", .tooComplex,
            String(String.UnicodeScalarView((0xE000...0xF8FF).compactMap { Unicode.Scalar($0 as Int) }))),
        Case("a scalar", .notAnObject, "hello\n"),
        Case("a list", .notAnObject, "- a\n- b\n"),
        Case("truncated JSON", .notYAML, #"{"apiVersion": "v1", "kind": "Con"#),
        Case("a C1 control character", .notYAML, "a: \u{86}\n"),
        Case("a tag that does not fit", .notYAML, "a: !!int x\n"),
        Case("a merge of a string", .notYAML, "a:\n  <<: x\n"),
        Case("100 duplicate keys", .duplicateKey, (0..<100).map { "k\($0): 1\nk\($0): 2\n" }.joined()),
    ]

    /// Each level is 300 deep in itself and holds the one before.
    static var nestedAliases: String {
        var text = "a0: &a0 x\n"
        for level in 1...3 {
            text +=
                "a\(level): &a\(level) " + String(repeating: "[", count: 300) + "*a\(level - 1)"
                + String(repeating: "]", count: 300) + "\n"
        }
        return text
    }

    @Test("Bad input ends in one clear error", arguments: cases)
    func badInput(_ input: Case) throws {
        let result = ManifestParser.parse(input.bytes, file: "bad.yaml")
        #expect(result.objects.isEmpty)
        let errors = result.findings.filter { $0.severity == .error }
        let error = try #require(errors.first)
        #expect(error.reason == input.reason, "\(error.message)")
        #expect(errors.count == 1 || input.testDescription == "many keys")
        #expect(error.message.utf8.count < 600)
        #expect(!error.message.contains(#/the file (its|the) /#), "\(error.message)")
        #expect(error.location.file == "bad.yaml")
        #expect(error.remedy != nil)
        let concernsFile = ![.notAnObject, .requiredField].contains(input.reason)
        #expect(result.isReadable == !concernsFile)
    }

    @Test("The stack of a thread with 512 KiB holds the deepest nesting that is read")
    func smallStack() async {
        let depth = 200
        let text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nextra: "
            + String(repeating: "{a: ", count: depth) + "1" + String(repeating: "}", count: depth)
        let deepest = String(repeating: "[", count: 990) + String(repeating: "]", count: 990)
        let results: [ManifestFile] = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    returning: [text, deepest].map { ManifestParser.parse(Array($0.utf8), file: "deep.yaml") })
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(results[0].objects.count == 1)
        #expect(results[1].findings.map(\.reason) == [.tooComplex])
    }
}
