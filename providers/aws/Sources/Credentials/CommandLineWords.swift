/// A command line cut into its arguments as a POSIX shell would cut it (quotes and backslashes), with nothing of a
/// shell besides: no variables, no globs, no pipes. AWS's Python tools read `credential_process` so.
enum CommandLineWords {
    /// A quote or a backslash at the end that closes or escapes nothing.
    enum Unterminated: Error, CustomStringConvertible {
        case quote, escape

        var description: String {
            switch self {
            case .quote: "a quote that is never closed"
            case .escape: "a backslash at its end"
            }
        }
    }

    static func split(_ line: String) throws(Unterminated) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                // Within double quotes a backslash escapes only itself and the quote (POSIX, 2.2.3).
                let keepsBackslash = quote == "\"" && character != "\"" && character != "\\"
                word = (word ?? "") + (keepsBackslash ? "\\" : "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                word = word ?? ""
            } else if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if isEscaped { throw .escape }
        if quote != nil { throw .quote }
        if let finished = word { words.append(finished) }
        return words
    }
}
