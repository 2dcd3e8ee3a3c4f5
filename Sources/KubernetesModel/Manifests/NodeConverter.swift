internal import Yams

/// Turns Yams' nodes into ``ManifestNode``s: scalars get their types, aliases and merge keys are resolved, keys become
/// strings.
struct NodeConverter {
    let text: ManifestText
    let firstLine: Int
    private(set) var duplicates: [DocumentReader.Duplicate] = []

    private var anchors: [String: Measured] = [:]
    private var aliasedValues = 0
    private var path: [PathElement] = []

    private enum PathElement {
        case key(String)
        case index(Int)
    }

    /// A node, how many values it holds, and how deep they are nested.
    private struct Measured {
        var node: ManifestNode
        var count = 1
        var depth = 1
    }

    init(text: ManifestText, firstLine: Int) {
        self.text = text
        self.firstLine = firstLine
    }

    /// The node of a document's root.
    ///
    /// - Throws: ``ManifestText/Problem`` for an unknown alias, a key that is no scalar, or an excess of the limits.
    mutating func convert(_ node: Yams.Node) throws(ManifestText.Problem) -> ManifestNode {
        try measure(node, depth: 1).node
    }

    private mutating func measure(_ node: Yams.Node, depth: Int) throws(ManifestText.Problem) -> Measured {
        let line = self.line(of: node)
        guard depth <= ManifestLimits.depth else { throw tooDeep(line) }
        var measured: Measured
        let anchor: Anchor?
        switch node {
        case .scalar(let scalar):
            if scalar.style == .plain, scalar.string.unicodeScalars.first == text.aliasMark {
                return try alias(scalar.string, line: line, depth: depth)
            }
            measured = Measured(node: try self.scalar(scalar, line: line))
            anchor = scalar.anchor
        case .sequence(let sequence):
            measured = try list(sequence, line: line, depth: depth)
            anchor = sequence.anchor
        case .mapping(let mapping):
            measured = try object(mapping, line: line, depth: depth)
            anchor = mapping.anchor
        case .alias(let alias):
            throw ManifestText.Problem(
                reason: .notYAML, line: line, column: 1, problem: "is not YAML: alias \(alias.anchor) stands alone",
                remedy: "write the value instead")
        }
        if let anchor { anchors[anchor.rawValue] = measured }
        return measured
    }

    private func line(of node: Yams.Node) -> Int { (node.mark?.line ?? 1) + firstLine - 1 }

    // MARK: Collections

    private mutating func list(
        _ sequence: Yams.Node.Sequence, line: Int, depth: Int
    ) throws(ManifestText.Problem) -> Measured {
        var result = Measured(node: ManifestNode(value: .null, line: line))
        var items: [ManifestNode] = []
        items.reserveCapacity(sequence.count)
        for (index, item) in sequence.enumerated() {
            path.append(.index(index))
            let measured = try measure(item, depth: depth + 1)
            path.removeLast()
            items.append(measured.node)
            result.count += measured.count
            result.depth = max(result.depth, measured.depth + 1)
        }
        result.node.value = .sequence(items)
        return result
    }

    private mutating func object(
        _ mapping: Yams.Node.Mapping, line: Int, depth: Int
    ) throws(ManifestText.Problem) -> Measured {
        var result = Measured(node: ManifestNode(value: .null, line: line))
        var entries: [ManifestNode.Entry] = []
        entries.reserveCapacity(mapping.count)
        var merged: [ManifestNode.Entry] = []
        var repeated: [(name: String, field: String)] = []
        for (key, value) in mapping {
            let keyLine = self.line(of: key)
            let (name, isMerge, isDuplicate) = try keyName(key, line: keyLine)
            path.append(.key(name))
            let measured = try measure(value, depth: depth + 1)
            if isDuplicate { repeated.append((name, field)) }
            path.removeLast()
            result.count += measured.count
            result.depth = max(result.depth, measured.depth + 1)
            if isMerge {
                merged += try mergedEntries(measured.node, line: keyLine)
            } else if !isDuplicate {
                entries.append(ManifestNode.Entry(key: name, line: keyLine, value: measured.node))
            }
        }
        for (name, field) in repeated {
            let line = entries.last { $0.key == name }?.line ?? line
            duplicates.append(DocumentReader.Duplicate(field: field, line: line))
        }
        if !merged.isEmpty {
            var known = Set(entries.map(\.key))
            for entry in merged where known.insert(entry.key).inserted { entries.append(entry) }
        }
        result.node.value = .mapping(entries)
        return result
    }

    private func mergedEntries(
        _ node: ManifestNode, line: Int
    ) throws(ManifestText.Problem) -> [ManifestNode.Entry] {
        switch node.value {
        case .mapping(let entries): return entries
        case .sequence(let items) where items.allSatisfy({ $0.entries != nil }):
            return items.flatMap { $0.entries ?? [] }
        default:
            throw ManifestText.Problem(
                reason: .notYAML, line: line, column: 1,
                problem: "is not YAML: the merge key << takes an object or a list of objects, not \(node.typeName)",
                remedy: "refer to an object, as in <<: *name")
        }
    }

    private mutating func keyName(
        _ key: Yams.Node, line: Int
    ) throws(ManifestText.Problem) -> (name: String, isMerge: Bool, isDuplicate: Bool) {
        guard case .scalar(var scalar) = key else { throw keyProblem(line) }
        var isDuplicate = false
        while scalar.string.unicodeScalars.first == text.duplicateMark {
            isDuplicate = true
            scalar.string.unicodeScalars.removeFirst()
        }
        let isPlain = scalar.style == .plain
        if isPlain, scalar.string.unicodeScalars.first == text.aliasMark {
            let target = try alias(scalar.string, line: line, depth: 1).node
            guard target.entries == nil, case let name = target.string ?? target.text, !name.isEmpty else {
                throw keyProblem(line)
            }
            return (name, false, isDuplicate)
        }
        if let anchor = scalar.anchor {
            anchors[anchor.rawValue] = Measured(node: try self.scalar(scalar, line: line))
        }
        let name = restored(scalar.string)
        return (isPlain ? ScalarResolution.keyName(name) : name, isPlain && name == "<<", isDuplicate)
    }

    private func keyProblem(_ line: Int) -> ManifestText.Problem {
        ManifestText.Problem(
            reason: .notYAML, line: line, column: 1, problem: "holds a key that is not a string",
            remedy: "write keys as strings")
    }

    // MARK: Scalars and aliases

    private func scalar(_ scalar: Yams.Node.Scalar, line: Int) throws(ManifestText.Problem) -> ManifestNode {
        let string = restored(scalar.string)
        let tag = scalar.tag.description
        if scalar.style == .plain, tag.isEmpty {
            return ManifestNode(value: ScalarResolution.resolve(string), line: line, text: string)
        }
        if tag.isEmpty || tag == "tag:yaml.org,2002:str" {
            return ManifestNode(value: .string(string), line: line, text: string)
        }
        guard let value = ScalarResolution.resolve(string, tag: tag) else {
            throw ManifestText.Problem(
                reason: .notYAML, line: line, column: 1,
                problem: "is not YAML: a value does not fit its tag \(tag.quoted)",
                remedy: "correct the value or remove the tag")
        }
        return ManifestNode(value: value, line: line, text: string)
    }

    private func restored(_ string: String) -> String {
        guard string.unicodeScalars.contains(text.aliasMark) else { return string }
        var scalars = String.UnicodeScalarView()
        for scalar in string.unicodeScalars { scalars.append(scalar == text.aliasMark ? "*" : scalar) }
        return String(scalars)
    }

    private mutating func alias(
        _ string: String, line: Int, depth: Int
    ) throws(ManifestText.Problem) -> Measured {
        let name = String(string.unicodeScalars.dropFirst())
        let isName = name.utf8.allSatisfy {
            ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "-")
        }
        guard isName, !name.isEmpty else {
            throw ManifestText.Problem(
                reason: .notYAML, line: line, column: 1,
                problem: "is not YAML: a value that starts with * is read as an alias",
                remedy: "quote it, as in \"*.example.com\"")
        }
        guard let target = anchors[name] else {
            throw ManifestText.Problem(
                reason: .notYAML, line: line, column: 1,
                problem: "is not YAML: there is no anchor for the alias *\(name)",
                remedy: "define &\(name) before it is used, or quote the value if it is none")
        }
        aliasedValues += target.count
        guard aliasedValues <= ManifestLimits.aliasedValues else {
            throw ManifestText.Problem(
                reason: .tooComplex, line: line, column: 1,
                problem: "has aliases that stand for more than \(ManifestLimits.aliasedValues) values",
                remedy: "write the values out, or use fewer aliases")
        }
        guard depth + target.depth <= ManifestLimits.depth else { throw tooDeep(line) }
        return target
    }

    private func tooDeep(_ line: Int) -> ManifestText.Problem {
        ManifestText.Problem(
            reason: .tooComplex, line: line, column: 1,
            problem: "is nested more than \(ManifestLimits.depth) levels deep",
            remedy: "nest lists and objects less deeply")
    }

    private var field: String {
        path.reduce(into: "") { result, element in
            switch element {
            case .key(let key): result += result.isEmpty ? key : ".\(key)"
            case .index(let index): result += "[\(index)]"
            }
        }
    }
}
