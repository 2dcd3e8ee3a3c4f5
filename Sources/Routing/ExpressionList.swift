/// The expressions of a host in the order in which they are tried.
///
/// They are compiled into sets that are tried at once: the cost of a lookup hardly grows with their number. Where a set
/// does not fit into its memory it is halved; where the search in a set gives up, its expressions are tried one by one.
struct ExpressionList: Sendable {
    private struct Part: Sendable {
        var range: Range<Int>
        /// Absent where one expression makes the part.
        var set: RegularExpressionSet?
    }

    private var parts: [Part] = []
    private let expressions: [RegularExpression]
    private let caseSensitive: Bool
    /// For each expression its routes, as a range of the table's candidates.
    let candidates: [Range<Int32>]

    /// - Parameters:
    ///   - patterns: the expressions in the order in which they are tried.
    ///   - expressions: the same, compiled.
    ///   - candidates: the routes of each.
    ///   - caseSensitive: whether case counts, as it does in `expressions`.
    ///   - memoryLimit: what a set is given, by the number of its expressions.
    init(
        _ patterns: [String],
        expressions: [RegularExpression],
        candidates: [Range<Int32>],
        caseSensitive: Bool = false,
        memoryLimit: (Int) -> Int = RegularExpressionSet.memoryLimit
    ) {
        self.expressions = expressions
        self.candidates = candidates
        self.caseSensitive = caseSensitive
        addParts(for: patterns[...], memoryLimit)
    }

    private mutating func addParts(for patterns: ArraySlice<String>, _ memoryLimit: (Int) -> Int) {
        if patterns.count <= 1 {
            parts.append(Part(range: patterns.indices))
        } else if let set = RegularExpressionSet(
            patterns, caseSensitive: caseSensitive, memoryLimit: memoryLimit(patterns.count))
        {
            parts.append(Part(range: patterns.indices, set: set))
        } else {
            let middle = patterns.startIndex + patterns.count / 2
            addParts(for: patterns[..<middle], memoryLimit)
            addParts(for: patterns[middle...], memoryLimit)
        }
    }

    /// The first expression, not before `index`, that matches at the start of `text`, a path in the form of
    /// ``ExpressionText``.
    func firstMatch(in text: borrowing Span<UInt8>, from index: Int) -> Int? {
        for part in parts where index < part.range.upperBound {
            let start = max(index, part.range.lowerBound)
            if let set = part.set {
                switch set.firstMatch(in: text, from: start &- part.range.lowerBound) {
                case .index(let found): return part.range.lowerBound &+ found
                case .none: continue
                case .unknown: break
                }
            }
            for candidate in start..<part.range.upperBound where expressions[candidate].matchesStart(of: text) {
                return candidate
            }
        }
        return nil
    }
}
