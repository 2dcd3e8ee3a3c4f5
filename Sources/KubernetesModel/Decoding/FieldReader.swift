/// Reads the fields of an object in a document one by one, reports those of a wrong type, and in the end those that
/// nobody asked for.
struct FieldReader {
    /// The object's own path; empty for the document's root.
    let path: String
    let line: Int
    let collector: FindingCollector
    private let entries: [ManifestNode.Entry]
    private var known: Set<String> = []
    private var guarded: Set<String> = []

    init(_ node: ManifestNode, path: String, collector: FindingCollector) {
        self.path = path
        self.line = node.line
        self.collector = collector
        entries = node.entries ?? []
    }

    /// The path of a field of the object.
    func field(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The line of a field, or of the object where it lacks the field.
    func line(of name: String) -> Int { entries.first { $0.key == name }?.line ?? line }

    /// The value of a field; nil where it is absent or null.
    mutating func node(_ name: String) -> ManifestNode? {
        known.insert(name)
        guard let node = entries.first(where: { $0.key == name })?.value, !node.isNull else { return nil }
        return node
    }

    /// Declares fields that exist but that nothing is read of.
    mutating func ignore(_ names: String...) { known.formUnion(names) }

    /// Declares that any field may be there.
    mutating func ignoreOthers() { known.formUnion(entries.map(\.key)) }

    /// Whether the object holds a field, null or not.
    func holds(_ name: String) -> Bool { entries.contains { $0.key == name } }

    /// Declares fields without which more is open than was meant: where one of them is absent and another name comes
    /// near to it, the object is refused.
    mutating func guardSpelling(of names: String...) { guarded.formUnion(names) }

    /// Warns of each field that nobody asked for; of one that seems to mean a guarded field it is an error.
    func reportUnknownFields() {
        for entry in entries where !known.contains(entry.key) {
            let name = entry.key.shortened
            if let meant = guarded.filter({ !holds($0) && Spelling.isNear($0, name) }).min() {
                collector.report(
                    .error, .unknownField, field: Self.join(path, name), line: entry.line,
                    problem:
                        "unknown field \(Self.join(path, name).quoted), where \(meant) seems to be meant, without which "
                        + "more would be open",
                    remedy: "write \(meant), or remove the field")
                continue
            }
            collector.report(
                .warning, .unknownField, field: Self.join(path, name), line: entry.line,
                problem: "unknown field \(Self.join(path, name).quoted)", remedy: remedy(for: name))
        }
    }

    private func remedy(for name: String) -> String {
        let near = known.filter { Spelling.isNear($0, name) }.min()
        return near.map { "it is ignored; did you mean \($0)?" } ?? "it is ignored; check its spelling and indentation"
    }

    /// A path and a key below it, the key in brackets where it has a dot or slash of its own.
    static func join(_ path: String, _ key: String) -> String {
        if path.isEmpty { return key }
        return key.contains { $0 == "." || $0 == "/" } ? "\(path)[\(key)]" : "\(path).\(key)"
    }

    // MARK: Scalars

    mutating func string(_ name: String) -> String? {
        guard let node = node(name) else { return nil }
        if case .string(let string) = node.value { return string }
        collector.wrongType(field(name), node, expected: "a string")
        return nil
    }

    mutating func boolean(_ name: String) -> Bool? {
        guard let node = node(name) else { return nil }
        if case .boolean(let value) = node.value { return value }
        collector.wrongType(field(name), node, expected: "a boolean")
        return nil
    }

    mutating func integer(_ name: String) -> Int? {
        guard let node = node(name) else { return nil }
        if let value = node.wholeNumber { return value }
        collector.wrongType(field(name), node, expected: "an integer")
        return nil
    }

    /// An integer that must lie in `range`.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = integer(name) else { return nil }
        if range.contains(value) { return value }
        invalid(name, "\(value)", "must be between \(range.lowerBound) and \(range.upperBound), inclusive")
        return nil
    }

    /// A string that must be one of an enumeration's.
    mutating func choice<Choice>(_ name: String, of type: Choice.Type = Choice.self) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let string = string(name) else { return nil }
        if let choice = Choice(rawValue: string) { return choice }
        collector.unsupported(
            field(name), line: line(of: name), value: string, supported: Choice.allCases.map(\.rawValue).sorted())
        return nil
    }

    // MARK: Lists and objects

    /// Reads a field that holds an object with known fields.
    mutating func object<Result>(_ name: String, _ body: (inout FieldReader) -> Result) -> Result? {
        guard let node = node(name) else { return nil }
        return Self.read(node, path: field(name), collector: collector, body)
    }

    /// Reads a field that holds a list of objects with known fields.
    mutating func objects<Result>(_ name: String, _ body: (inout FieldReader) -> Result) -> [Result] {
        items(name).compactMap { path, node in
            Self.read(node, path: path, collector: collector, body)
        }
    }

    /// The items of a list, each with its path.
    mutating func items(_ name: String) -> [(path: String, node: ManifestNode)] {
        guard let node = node(name) else { return [] }
        guard case .sequence(let items) = node.value else {
            collector.wrongType(field(name), node, expected: "a list")
            return []
        }
        let path = field(name)
        return items.enumerated().map { ("\(path)[\($0.offset)]", $0.element) }
    }

    mutating func strings(_ name: String) -> [String] {
        items(name).compactMap { path, node in
            switch node.value {
            case .string(let string): return string
            case .null: return ""
            default:
                collector.wrongType(path, node, expected: "a string")
                return nil
            }
        }
    }

    /// An object whose values are strings, such as labels.
    mutating func stringMap(_ name: String) -> [String: String] {
        var result: [String: String] = [:]
        for entry in map(name) {
            switch entry.value.value {
            case .string(let string): result[entry.key] = string
            case .null: result[entry.key] = ""
            default:
                collector.wrongType(
                    "\(field(name))[\(entry.key.shortened)]", entry.value, expected: "a string")
            }
        }
        return result
    }

    /// The entries of an object with keys of the user's choice.
    mutating func map(_ name: String) -> [ManifestNode.Entry] {
        guard let node = node(name) else { return [] }
        guard let entries = node.entries else {
            collector.wrongType(field(name), node, expected: "an object")
            return []
        }
        return entries
    }

    /// Reads `node` as an object with known fields; null counts as an empty one.
    static func read<Result>(
        _ node: ManifestNode, path: String, collector: FindingCollector, _ body: (inout FieldReader) -> Result
    ) -> Result? {
        guard node.entries != nil || node.isNull else {
            collector.wrongType(path, node, expected: "an object")
            return nil
        }
        var reader = FieldReader(node, path: path, collector: collector)
        let result = body(&reader)
        reader.reportUnknownFields()
        return result
    }

    // MARK: Reports

    /// Reports a field's value as invalid; `value` as the API server would print it.
    func invalid(_ name: String, _ value: String, _ detail: String, remedy: String? = nil) {
        collector.invalid(field(name), line: line(of: name), value: value, detail, remedy: remedy)
    }

    func required(_ name: String, _ detail: String = "", remedy: String? = nil) {
        collector.required(field(name), line: line, detail, remedy: remedy)
    }

    /// Reports each detail as an objection to a field's text.
    func check(_ name: String, _ value: String, _ details: [String]) {
        for detail in details { invalid(name, value.quoted, detail) }
    }
}

extension ManifestNode {
    /// The integer of the node: as in JSON, `80.0` is one as well.
    var wholeNumber: Int? {
        switch value {
        case .integer(let value): value
        case .float(let value): Int(exactly: value)
        default: nil
        }
    }
}

/// Whether a misspelt name was meant to be another.
enum Spelling {
    /// Whether the names differ in case alone, or in at most two characters, of short names in one; neighbours that are
    /// swapped count as one.
    static func isNear(_ known: String, _ written: String) -> Bool {
        let left = Array(known.lowercased().utf8), right = Array(written.lowercased().utf8)
        guard abs(left.count - right.count) <= 2, left.count <= 64, right.count <= 64 else { return false }
        return distance(left, right) <= (min(left.count, right.count) < 4 ? 1 : 2)
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
