import Foundation

/// Reads the body of a JSON 1.1 call by the shape of the operation's input.
struct JSONParameterDecoder {
    let model: ServiceModel
    private(set) var violations: [ModelViolation] = []

    init(model: ServiceModel) { self.model = model }

    /// The operation's input; what doesn't fit its shape is kept in `violations`.
    mutating func decode(_ body: [UInt8], as shape: Shape) throws(ServiceFailure) -> AWSValue {
        guard
            let document = try? JSONDecoder().decode(JSONValue.self, from: Data(body.isEmpty ? Array("{}".utf8) : body))
        else { throw ServiceFailure("SerializationException", "The body is not JSON") }
        return value(document, shape: shape, path: "") ?? .structure([:])
    }

    private mutating func value(_ json: JSONValue, shape: Shape, path: String) -> AWSValue? {
        switch (shape.type, json) {
        case ("structure", .object(let fields)):
            var members: [String: AWSValue] = [:]
            for (name, field) in fields {
                guard let reference = shape.members?[name] else {
                    violations.append(ModelViolation(path: path + name, problem: .unknownParameter, value: ""))
                    continue
                }
                if case .null = field { continue }
                members[name] = value(field, shape: model.shape(reference), path: path + name + ".")
            }
            return .structure(members)
        case ("list", .array(let elements)):
            guard let member = shape.member else { return .list([]) }
            var list: [AWSValue] = []
            for (index, element) in elements.enumerated() {
                if let one = value(element, shape: model.shape(member), path: path + "\(index + 1).") {
                    list.append(one)
                }
            }
            return .list(list)
        case ("string", .string(let text)): return .string(text)
        case ("boolean", .boolean(let flag)): return .boolean(flag)
        case ("integer", .number(let number)), ("long", .number(let number)):
            if let whole = Int(exactly: number) { return .integer(whole) }
        case ("double", .number(let number)), ("float", .number(let number)): return .number(number)
        case ("timestamp", .number(let seconds)): return .timestamp(seconds)
        case ("blob", .string(let text)):
            if let bytes = Data(base64Encoded: text) { return .blob([UInt8](bytes)) }
        default: break
        }
        violations.append(
            ModelViolation(path: String(path.dropLast()), problem: .wrongType(expected: shape.type), value: "(JSON)"))
        return nil
    }
}

/// A JSON document of any form.
enum JSONValue: Decodable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .boolean(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
