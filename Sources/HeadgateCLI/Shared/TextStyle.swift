/// The styles of text for people, as ANSI escape sequences (ECMA-48, SGR) or as nothing.
struct TextStyle: Sendable {
    enum Attribute: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// Whether escape sequences are written.
    let isEnabled: Bool

    /// Text with attributes.
    func apply(_ attributes: Attribute..., to text: String) -> String {
        guard isEnabled, !text.isEmpty, !attributes.isEmpty else { return text }
        return "\u{1B}[\(attributes.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }

    func bold(_ text: String) -> String { apply(.bold, to: text) }
    func dim(_ text: String) -> String { apply(.dim, to: text) }
}
