/// A parameter or an answer of an AWS operation, freed from the form in which it goes over the wire.
package indirect enum AWSValue: Hashable, Sendable {
    case structure([String: AWSValue])
    case list([AWSValue])
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    /// Seconds since 1970.
    case timestamp(Double)
    case blob([UInt8])

    /// A structure without the members that are nil.
    package static func object(_ members: KeyValuePairs<String, AWSValue?>) -> AWSValue {
        var present: [String: AWSValue] = [:]
        for (name, value) in members { present[name] = value }
        return .structure(present)
    }

    /// A list of strings.
    package static func strings(_ values: some Sequence<String>) -> AWSValue {
        .list(values.map { .string($0) })
    }

    /// The member of a structure; nil where it is absent or this is no structure.
    package subscript(_ name: String) -> AWSValue? {
        get {
            guard case .structure(let members) = self else { return nil }
            return members[name]
        }
        set {
            guard case .structure(var members) = self else { return }
            members[name] = newValue
            self = .structure(members)
        }
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    package var list: [AWSValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }

    package var strings: [String]? { list?.compactMap(\.string) }

    package var blob: [UInt8]? {
        guard case .blob(let bytes) = self else { return nil }
        return bytes
    }
}

extension AWSValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: AWSValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, AWSValue)...) {
        self = .structure(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
