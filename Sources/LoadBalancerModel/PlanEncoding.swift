package import Foundation

/// The canonical encoding of plan documents: JSON with sorted keys, two spaces of indentation, unescaped slashes and a
/// final newline. Equal values give equal bytes.
package enum PlanEncoding {
    /// Encodes `value` canonically.
    ///
    /// - Throws: `EncodingError` where a value has no JSON form, which no plan holds.
    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var data = try encoder.encode(value)
        data.append(0x0A)
        return data
    }

    /// Decodes a value that ``encode(_:)`` wrote.
    ///
    /// - Throws: `DecodingError`, whose coding path names the field.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
