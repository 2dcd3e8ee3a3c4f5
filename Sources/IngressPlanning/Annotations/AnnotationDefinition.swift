/// The declaration of one annotation: parsing, validation and documentation all come from it.
package struct AnnotationDefinition: Sendable {
    package let dialect: AnnotationDialect
    /// The key behind the dialect's prefix and slash.
    package let name: String
    /// The grammar of the value, in words.
    package let grammar: String
    /// A value that the grammar accepts.
    package let example: String
    /// What holds without the annotation, in words.
    package let absence: String
    /// What the annotation does, in a sentence.
    package let summary: String
    /// The field of the plan that it sets.
    package let planField: String
    /// Reads a value and states what it means.
    let read: @Sendable (String, inout AnnotationValues) throws(AnnotationValueError) -> Void

    init<Value: Hashable & Sendable>(
        _ dialect: AnnotationDialect,
        _ name: String,
        _ grammar: ValueGrammar<Value>,
        example: String,
        sets setting: AnnotationSetting<Value>
    ) {
        self.dialect = dialect
        self.name = name
        self.grammar = grammar.description
        self.example = example
        absence = setting.absence
        summary = setting.summary
        planField = setting.planField
        let key = dialect.key(name)
        let path = setting.value
        read = { text, values throws(AnnotationValueError) in
            values[keyPath: path] = Stated(value: try grammar.parse(text), key: key)
        }
    }

    /// The whole key.
    package var key: String { dialect.key(name) }
}
