/// A file in the format of `~/.aws/config` and `~/.aws/credentials`: sections of properties, of which one may have
/// properties of its own on indented lines.
///
/// See "Shared config and credentials files" in the AWS SDKs and Tools Reference Guide.
struct ConfigurationFile {
    /// A section as it is written: `[profile dev]`.
    struct Section {
        /// What stands in the brackets, cut at white space, without quotes.
        let header: [String]
        /// Properties by their names in lower case.
        var properties: [String: String] = [:]
        /// Properties of properties, such as `endpoint_url` of `elastic_load_balancing_v2`.
        var nested: [String: [String: String]] = [:]
    }

    private(set) var sections: [Section] = []

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: The content.
    ///   - path: What errors name the file by.
    /// - Throws: ``ConfigurationFileError`` with the line at fault, but nothing of its content, which may be secret.
    init(_ text: String, path: String) throws(ConfigurationFileError) {
        var property: String?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = Self.trimmed(line)
            guard let first = content.first, first != "#", first != ";" else { continue }
            let position = ConfigurationFileError.Position(path: path, line: index + 1)
            if first == "[" {
                sections.append(Section(header: try Self.header(content, at: position)))
                property = nil
            } else if line.first == " " || line.first == "\t", let property {
                try addIndented(content, to: property, at: position)
            } else {
                property = try addProperty(content, at: position)
            }
        }
    }

    private static func header(
        _ line: Substring, at position: ConfigurationFileError.Position
    ) throws(ConfigurationFileError) -> [String] {
        guard let end = line.firstIndex(of: "]") else {
            throw ConfigurationFileError(position: position, problem: "a section's name has no closing bracket")
        }
        let name = line[line.index(after: line.startIndex)..<end]
        let words: [String]
        do throws(CommandLineWords.Unterminated) {
            words = try CommandLineWords.split(String(name))
        } catch {
            throw ConfigurationFileError(position: position, problem: "a section's name has \(error)")
        }
        guard !words.isEmpty else { throw ConfigurationFileError(position: position, problem: "a section has no name") }
        return words
    }

    private mutating func addProperty(
        _ line: Substring, at position: ConfigurationFileError.Position
    ) throws(ConfigurationFileError) -> String {
        let (name, value) = try Self.property(line, at: position)
        guard !sections.isEmpty else {
            throw ConfigurationFileError(position: position, problem: "a property stands before the first section")
        }
        sections[sections.count - 1].properties[name] = value
        return name
    }

    /// An indented line is a property of the property above where that has no value, and else goes on with its value.
    private mutating func addIndented(
        _ line: Substring, to parent: String, at position: ConfigurationFileError.Position
    ) throws(ConfigurationFileError) {
        let last = sections.count - 1
        if let value = sections[last].properties[parent], !value.isEmpty {
            sections[last].properties[parent] = "\(value)\n\(line)"
        } else {
            let (name, value) = try Self.property(line, at: position)
            sections[last].nested[parent, default: [:]][name] = value
        }
    }

    private static func property(
        _ line: Substring, at position: ConfigurationFileError.Position
    ) throws(ConfigurationFileError) -> (name: String, value: String) {
        guard let equals = line.firstIndex(of: "=") else {
            throw ConfigurationFileError(position: position, problem: "a line is neither a section nor name = value")
        }
        let name = trimmed(line[..<equals])
        guard !name.isEmpty else {
            throw ConfigurationFileError(position: position, problem: "a property has no name")
        }
        let value = trimmed(withoutComment(line[line.index(after: equals)...]))
        return (name.lowercased(), String(value))
    }

    /// A comment begins at `#` or `;` after white space.
    private static func withoutComment(_ value: Substring) -> Substring {
        var previous: Character = "="
        for index in value.indices {
            if value[index] == "#" || value[index] == ";", previous == " " || previous == "\t" {
                return value[..<index]
            }
            previous = value[index]
        }
        return value
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// What makes a configuration file of AWS unreadable.
package struct ConfigurationFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Position: Hashable, Sendable {
        package let path: String
        /// Counted from 1; absent where the file couldn't be read at all.
        package let line: Int?

        package init(path: String, line: Int? = nil) {
            self.path = path
            self.line = line
        }
    }

    package let position: Position
    package let problem: String

    package var description: String {
        let line = position.line.map { ":\($0)" } ?? ""
        return "\(position.path)\(line): \(problem); correct the file, or name another by AWS_CONFIG_FILE or "
            + "AWS_SHARED_CREDENTIALS_FILE"
    }
}
