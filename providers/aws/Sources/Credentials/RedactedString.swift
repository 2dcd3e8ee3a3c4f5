/// A secret text, which never shows in a description, a dump, or an encoding.
package struct RedactedString: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Hands the secret to the code that uses it.
    package func withValue<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        try body(value)
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension RedactedString: Decodable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
