/// A value of a YAML or JSON document, with the line that it stands on.
struct ManifestNode: Sendable {
    enum Value: Sendable {
        case null
        case boolean(Bool)
        case integer(Int)
        /// A number that is no integer, or one too large for `Int`.
        case float(Double)
        case string(String)
        case sequence([ManifestNode])
        case mapping([Entry])
    }

    struct Entry: Sendable {
        var key: String
        /// The line of the key.
        var line: Int
        var value: ManifestNode
    }

    var value: Value
    /// The line in the file, from 1; 0 where there is none.
    var line: Int
    /// The text of a scalar as it was written.
    var text: String = ""

    /// The entries of a mapping; nil for other values.
    var entries: [Entry]? {
        if case .mapping(let entries) = value { entries } else { nil }
    }

    var isNull: Bool {
        if case .null = value { true } else { false }
    }

    /// The value of `key` in a mapping.
    subscript(key: String) -> ManifestNode? {
        entries?.first { $0.key == key }?.value
    }

    /// The text of a string value.
    var string: String? {
        if case .string(let string) = value { string } else { nil }
    }

    /// The value's type as a sentence names it.
    var typeName: String {
        switch value {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .float: "a number"
        case .string: "a string"
        case .sequence: "a list"
        case .mapping: "an object"
        }
    }

    /// The value as an error shows it: scalars as written, strings quoted; nil for lists and objects.
    var shown: String? {
        switch value {
        case .null: "null"
        case .boolean, .integer, .float: text.shortened
        case .string(let string): string.quoted
        case .sequence, .mapping: nil
        }
    }
}

extension String {
    /// The string in double quotes, with escapes for quotes, backslashes and control characters, and cut where it is long.
    var quoted: String {
        var result = "\""
        for scalar in shortened.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The string, cut after 200 characters.
    var shortened: String {
        guard utf8.count > 200, unicodeScalars.count > 200 else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(200))) + "…"
    }
}
