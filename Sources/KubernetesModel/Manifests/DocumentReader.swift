internal import Yams

/// Reads the documents of a part of a manifest with Yams.
///
/// Yams puts the value of an anchor in the place of each alias and hashes the keys of each mapping, so that a few lines
/// of nested aliases can keep it busy for ever. Therefore it gets to see a plain character in the place of every `*`,
/// and the aliases are resolved here, where what they stand for is counted.
struct DocumentReader {
    /// A document's value, and the keys that its mappings hold twice.
    struct Document {
        var root: ManifestNode
        var duplicates: [Duplicate]
    }

    /// A key that a mapping holds more than once.
    struct Duplicate {
        var field: String
        var line: Int
    }

    let text: ManifestText

    /// The documents of `chunk`.
    ///
    /// - Throws: ``ManifestText/Problem`` where the chunk is not YAML, or describes more than the limits allow.
    func read(_ chunk: ManifestText.Chunk) throws(ManifestText.Problem) -> [Document] {
        do {
            return try readWhole(chunk)
        } catch {
            // Several JSON values in one file are no YAML, but they are what `kubectl -o json` and `cat` make.
            guard text.looksLikeJSON, error.reason == .notYAML else { throw error }
            let values = ManifestText.splitJSONValues(in: chunk)
            guard values.count > 1 else { throw error }
            var documents: [Document] = []
            for value in values { documents += try readWhole(value) }
            return documents
        }
    }

    private func readWhole(_ chunk: ManifestText.Chunk) throws(ManifestText.Problem) -> [Document] {
        let bytes = text.looksLikeJSON ? ManifestText.rewritingSurrogatePairs(in: chunk.bytes) : chunk.bytes
        var source = prepared(bytes)
        // A duplicate key ends Yams' reading of the chunk: it is marked, and the chunk is read again, so that the rest
        // of it is still known. Each round marks one key; a long chunk gets few rounds.
        var rounds = min(max(Self.reading / max(bytes.count, 1), 2), 16)
        while true {
            do {
                return try compose(source, firstLine: chunk.firstLine)
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                rounds -= 1
                guard rounds > 0 else {
                    throw ManifestText.Problem(
                        reason: .duplicateKey, line: context.mark.line + chunk.firstLine - 1,
                        column: context.mark.column,
                        problem: "holds many keys more than once, as it does here", remedy: "remove all but one of each"
                    )
                }
                source = marking(keyAt: context.mark, in: source)
            } catch {
                throw problem(error, chunk: chunk)
            }
        }
    }

    /// The bytes that may be read for the sake of duplicate keys.
    private static let reading = 4 << 20

    /// The chunk as a string in which the alias mark stands for each `*`.
    private func prepared(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "*")) else { return String(decoding: bytes, as: UTF8.self) }
        let mark = Array(String(text.aliasMark).utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            if byte == UInt8(ascii: "*") { result += mark } else { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func marking(keyAt mark: Mark, in source: String) -> String {
        var scalars = source.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(mark.line, 1) {
            guard let lineEnd = scalars[index...].firstIndex(of: "\n") else { break }
            index = scalars.index(after: lineEnd)
        }
        index = scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex) ?? scalars.endIndex
        if index < scalars.endIndex, scalars[index] == "\"" || scalars[index] == "'" {
            index = scalars.index(after: index)
        }
        scalars.insert(text.duplicateMark, at: index)
        return String(scalars)
    }

    private func compose(_ source: String, firstLine: Int) throws -> [Document] {
        let parser = try Parser(yaml: source, resolver: .basic, encoding: .utf8)
        var documents: [Document] = []
        while let root = try parser.nextRoot() {
            var converter = NodeConverter(text: text, firstLine: firstLine)
            let node = try converter.convert(root)
            documents.append(Document(root: node, duplicates: converter.duplicates))
        }
        // Yams' nodes refer to their anchors weakly; the parser owns those.
        return withExtendedLifetime(parser) { documents }
    }

    private func problem(_ error: any Error, chunk: ManifestText.Chunk) -> ManifestText.Problem {
        if let problem = error as? ManifestText.Problem { return problem }
        let offset = chunk.firstLine - 1
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let sentence = context.map { "\($0.text.trimmed), \(problem.trimmed)" } ?? problem.trimmed
            return ManifestText.Problem(
                reason: .notYAML, line: mark.line + offset, column: mark.column, problem: "is not YAML: \(sentence)",
                remedy: Self.remedy(for: problem))
        case .reader(let problem, _, let value, _):
            return ManifestText.Problem(
                reason: .notYAML, line: 0, column: 0,
                problem: "is not YAML: \(problem) (U+\(String(UInt32(bitPattern: value), radix: 16, uppercase: true)))",
                remedy: "remove the character, or write it as an escape in a double-quoted string")
        default:
            return ManifestText.Problem(
                reason: .notYAML, line: chunk.firstLine, column: 1, problem: "is not YAML", remedy: "correct the syntax"
            )
        }
    }

    private static func remedy(for problem: String) -> String {
        if problem.contains("Maximum nesting level") { return "nest lists and objects less deeply" }
        if problem.contains("cannot start any token") {
            return "indent with spaces, not tabs, and quote special characters"
        }
        if problem.contains("mapping values are not allowed") { return "check the indentation, or quote the value" }
        return "correct the syntax"
    }
}

extension String {
    /// The string without spaces at its end, as libyaml's phrases have them.
    fileprivate var trimmed: Substring { self[...].trimmingSuffix { $0 == " " } }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var result = self
        while let last = result.last, predicate(last) { result.removeLast() }
        return result
    }
}
