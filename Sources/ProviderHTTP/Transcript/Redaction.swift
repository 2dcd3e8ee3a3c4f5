import Foundation
import Provisioning

/// The secret values of a call, which nothing that is told of it repeats.
///
/// Clouds quote what they were sent: a refused signature, for one, is answered with the canonical request, session token
/// and all.
struct Redaction: Sendable {
    /// Fields that carry credentials whatever the API.
    static let alwaysSecret: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "x-amz-security-token", "x-aws-ec2-metadata-token",
        "x-auth-token", "x-subject-token", "x-ms-authorization-auxiliary",
    ]

    /// Longest first, so that no value is cut apart by one that is part of it.
    private let secrets: [String]

    /// - Parameter call: the call as it was signed.
    init(of call: APICall) {
        let names = Set(call.redactedFields.map { $0.lowercased() })
        var found = call.headers.filter {
            Self.alwaysSecret.contains($0.name.lowercased()) || names.contains($0.name.lowercased())
        }.map(\.value)
        if !names.isEmpty { found += Self.parameters(of: call.body, named: names) }
        // A signature is quoted without the rest of its field, too.
        found += found.flatMap { $0.split { " ,=".contains($0) } }
            .filter { $0.count >= 32 && $0.allSatisfy(\.isHexDigit) }.map(String.init)
        secrets = Set(found).filter { $0.count >= 4 }.sorted { ($0.count, $0) > ($1.count, $1) }
    }

    func applied(to text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "[redacted]") }
    }

    func applied(to error: ProviderError) -> ProviderError {
        var error = error
        error.message = applied(to: error.message)
        error.code = applied(to: error.code)
        error.requestID = error.requestID.map(applied)
        return error
    }

    private static func parameters(of body: [UInt8], named names: Set<String>) -> [String] {
        if let document = try? JSONDecoder().decode(JSONDocument.self, from: Data(body)) {
            return document.values(named: names)
        }
        return String(decoding: body, as: UTF8.self).split(separator: "&").flatMap { parameter -> [String] in
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, names.contains(decoded(parts[0]).lowercased()) else { return [] }
            return [String(parts[1]), decoded(parts[1])]
        }
    }

    /// Undoes `application/x-www-form-urlencoded`.
    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text.replacing("+", with: " "))
        return spaced.removingPercentEncoding ?? spaced
    }
}

/// As much of a JSON document as is needed to find the texts of certain members.
private indirect enum JSONDocument: Decodable {
    case object([String: JSONDocument])
    case array([JSONDocument])
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let object = try? container.decode([String: JSONDocument].self) {
            self = .object(object)
        } else if let array = try? container.decode([JSONDocument].self) {
            self = .array(array)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }

    func values(named names: Set<String>) -> [String] {
        switch self {
        case .object(let members):
            members.flatMap { names.contains($0.key.lowercased()) ? $0.value.texts : $0.value.values(named: names) }
        case .array(let elements): elements.flatMap { $0.values(named: names) }
        case .text, .other: []
        }
    }

    private var texts: [String] {
        switch self {
        case .object(let members): members.values.flatMap(\.texts)
        case .array(let elements): elements.flatMap(\.texts)
        case .text(let text): [text]
        case .other: []
        }
    }
}
