/// What an annotation's value may look like, and what it means.
struct ValueGrammar<Value: Sendable>: Sendable {
    /// The grammar in words, to stand behind "is not".
    let description: String
    /// Reads a value.
    let parse: @Sendable (String) throws(AnnotationValueError) -> Value

    init(_ description: String, parse: @escaping @Sendable (String) throws(AnnotationValueError) -> Value) {
        self.description = description
        self.parse = parse
    }
}

/// Why a value cannot be used.
enum AnnotationValueError: Error, Hashable {
    /// It does not follow the grammar. The hint, where there is one, is a sentence that names the likely remedy.
    case malformed(hint: String? = nil)
    /// It means something that Headgate does not do. The explanation, a sentence, says what happens instead.
    case unsupported(explanation: String)
}

extension ValueGrammar where Value == String {
    /// One of a few words.
    static func oneOf(_ words: [String]) -> ValueGrammar {
        ValueGrammar(words.map { "`\($0)`" }.joined(separator: " or ")) { text throws(AnnotationValueError) in
            guard words.contains(text) else {
                let match = words.first { $0.lowercased() == text.lowercased() }
                throw .malformed(hint: match.map { "Write `\($0)`." })
            }
            return text
        }
    }
}

extension ValueGrammar {
    /// The same texts with another meaning.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> ValueGrammar<Other> {
        ValueGrammar<Other>(description) { text throws(AnnotationValueError) in transform(try parse(text)) }
    }
}
