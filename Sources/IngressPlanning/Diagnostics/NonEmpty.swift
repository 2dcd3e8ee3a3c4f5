extension String {
    /// The string, unless it is empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension Optional<String> {
    /// The string, unless it is empty.
    var nonEmpty: String? { flatMap(\.nonEmpty) }
}
