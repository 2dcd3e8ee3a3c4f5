import Testing

@testable import Routing

struct ExpressionListTests {
    /// Each asks for an `a` a fixed distance before the end: together their states are exponentially many.
    private static let patterns = (0..<24).map { "/.*a[ab]{\(33 - $0)}$" } + ["/(.*)"]

    /// The first pattern that takes `/` and `text`, worked out by hand.
    private static func winner(_ text: String) -> Int {
        (0..<24).first { text.dropLast(33 - $0).last == "a" } ?? 24
    }

    @Test(
        "Whatever memory a set has, the first expression that matches is found",
        arguments: [256, 4 << 10, 32 << 10, 128 << 10, 512 << 10, 4 << 20])
    func memory(limit: Int) throws {
        let expressions = try Self.patterns.map { try RegularExpression($0, caseSensitive: false) }
        let list = ExpressionList(
            Self.patterns, expressions: expressions, candidates: Self.patterns.map { _ in 0..<0 },
            memoryLimit: { _ in limit })
        var random = SeededRandom()
        for _ in 0..<5 {
            let text = (0..<200).map { _ in random.chance(oneIn: 2) ? "a" : "b" }.joined()
            let path = Array("/\(text)".utf8)
            #expect(list.firstMatch(in: path.span, from: 0) == Self.winner(text), "\(random)")
            #expect(list.firstMatch(in: path.span, from: 24) == 24)
            #expect(list.firstMatch(in: path.span, from: 25) == nil)
        }
    }

    @Test("A set that lacks the memory for all its expressions is not compiled, half of them may be")
    func outOfMemory() {
        func compiles(_ patterns: some Collection<String>) -> Bool {
            RegularExpressionSet(patterns, caseSensitive: false, memoryLimit: 48 << 10) != nil
        }
        #expect(!compiles(Self.patterns))
        #expect(compiles(Self.patterns.prefix(2)))
    }
}
