/// What differs between two lists, as the fields of resources spell them: `[a, "b, c"]`.
struct ListDifference: Hashable {
    /// The elements that only the first list has, in its order.
    var removed: [String]
    /// The elements that only the second list has, in its order.
    var added: [String]
    /// How many elements both have.
    var keptCount: Int

    /// - Returns: nil where one of the values is no list, and where the lists differ in nothing but their order.
    init?(from before: String, to after: String) {
        guard let old = Self.elements(of: before), let new = Self.elements(of: after) else { return nil }
        removed = Self.elements(of: old, without: new)
        added = Self.elements(of: new, without: old)
        keptCount = old.count - removed.count
        guard !removed.isEmpty || !added.isEmpty else { return nil }
    }

    /// Elements as often as they are in a list beyond how often they are in another one.
    private static func elements(of list: [String], without other: [String]) -> [String] {
        var counts = Dictionary(other.map { ($0, 1) }, uniquingKeysWith: +)
        return list.filter { element in
            guard let count = counts[element], count > 0 else { return true }
            counts[element] = count - 1
            return false
        }
    }

    /// The elements of a list as they are spelled, with their quotes; nil for what is no list.
    static func elements(of text: String) -> [String]? {
        guard text.first == "[", text.last == "]", text.count > 1 else { return nil }
        var elements: [String] = []
        var rest = text.dropFirst().dropLast()
        while !rest.isEmpty {
            let end = rest.first == "\"" ? endOfQuotes(in: rest) : rest.firstRange(of: ", ")?.lowerBound
            guard let end, end < rest.endIndex else { return elements + [String(rest)] }
            guard rest[end...].hasPrefix(", ") else { return nil }
            elements.append(String(rest[..<end]))
            rest = rest[end...].dropFirst(2)
        }
        return elements
    }

    /// Where the quotes that a text begins with are closed; nil where they aren't.
    private static func endOfQuotes(in text: Substring) -> Substring.Index? {
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "\"" {
                return text.index(after: index)
            }
        }
        return nil
    }
}
