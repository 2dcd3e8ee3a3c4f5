internal import Foundation
internal import XMLCoder

/// Reads the XML answers of the Query protocol.
enum XMLAnswers {
    /// The result within an answer of Elastic Load Balancing or STS: `<DescribeRulesResponse><DescribeRulesResult>…`.
    static func result<Result: Decodable>(of body: [UInt8]) throws -> Result {
        try decoder.decode(Wrapped<Result>.self, from: Data(body)).result
    }

    /// A whole answer, as EC2 gives it.
    static func answer<Answer: Decodable>(_ body: [UInt8]) throws -> Answer {
        try decoder.decode(Answer.self, from: Data(body))
    }

    private static var decoder: XMLDecoder {
        // White space in a value, such as the line feed at the end of a fixed response, is part of it.
        let decoder = XMLDecoder(trimValueWhitespaces: false, removeWhitespaceElements: true)
        decoder.keyDecodingStrategy = .convertFromCapitalized
        return decoder
    }

    private struct Wrapped<Result: Decodable>: Decodable {
        var result: Result

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            guard let key = container.allKeys.first(where: { $0.stringValue.hasSuffix("Result") }) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "the answer has no result"))
            }
            result = try container.decode(Result.self, forKey: key)
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// A list of the Query protocol: `<member>` elements, or `<item>` elements of EC2.
struct XMLList<Element: Decodable & Sendable>: Decodable, Sendable {
    var elements: [Element]

    private enum CodingKeys: String, CodingKey { case member, item }

    init(from decoder: any Decoder) throws {
        // An element that is empty, or holds nothing but white space, is a list without elements.
        guard let container = try? decoder.container(keyedBy: CodingKeys.self) else {
            elements = []
            return
        }
        if container.contains(.member) {
            elements = try container.decode([Element].self, forKey: .member)
        } else if container.contains(.item) {
            elements = try container.decode([Element].self, forKey: .item)
        } else {
            elements = []
        }
    }
}

/// A tag or an attribute.
struct KeyAndValue: Codable, Hashable, Sendable {
    var key: String
    var value: String?
}

extension [KeyAndValue] {
    var dictionary: [String: String] {
        Dictionary(map { ($0.key, $0.value ?? "") }) { first, _ in first }
    }
}

extension Optional {
    /// The elements of a list that may be left out.
    func all<Element>() -> [Element] where Wrapped == XMLList<Element> { self?.elements ?? [] }
}
