/// How far texts are apart, for guessing what a misspelt name was meant to be.
enum EditDistance {
    /// The candidate that is closest to `text`, or nil where none is close. Of several, the first.
    static func closest(to text: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, text.utf8.count / 4)
        var best: (name: String, distance: Int)?
        let wanted = Array(text.lowercased().utf8)
        for candidate in candidates where abs(candidate.utf8.count - wanted.count) <= limit {
            let distance = between(wanted, Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two texts (optimal string
    /// alignment).
    static func between(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1..<(left.count + 1) {
            var current = [row]
            current.reserveCapacity(right.count + 1)
            for column in 1..<(right.count + 1) {
                let same = left[row - 1] == right[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
