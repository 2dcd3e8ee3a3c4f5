import Foundation

/// Reads the parameters of the Query protocol and of EC2's variant of it, by the shape of the operation's input.
///
/// Query: `Conditions.member.1.Field`; EC2: `Filter.1.Value.2`.
struct FormDecoder {
    private struct Node {
        var value: String?
        var children: [String: Node] = [:]

        mutating func set(_ text: String, at path: ArraySlice<String>) {
            guard let first = path.first else {
                value = text
                return
            }
            children[first, default: Node()].set(text, at: path.dropFirst())
        }
    }

    let model: ServiceModel
    private(set) var violations: [ModelViolation] = []

    init(model: ServiceModel) { self.model = model }

    /// The fields of a form in the order in which they were sent.
    static func fields(of body: [UInt8]) -> [(name: String, value: String)] {
        String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (unescaped(halves[0]), halves.count == 2 ? unescaped(halves[1]) : "")
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }

    /// The operation's input; what doesn't fit its shape is kept in `violations`.
    mutating func decode(_ fields: [(name: String, value: String)], as shape: Shape) -> AWSValue {
        var root = Node()
        for field in fields where field.name != "Action" && field.name != "Version" {
            root.set(field.value, at: field.name.components(separatedBy: ".")[...])
        }
        return structure(root, shape: shape, path: "")
    }

    private mutating func value(_ node: Node, shape: Shape, reference: Shape.Reference, path: String) -> AWSValue? {
        switch shape.type {
        case "structure": return structure(node, shape: shape, path: path)
        case "list": return list(node, shape: shape, reference: reference, path: path)
        default: return scalar(node, type: shape.type, path: path)
        }
    }

    private mutating func structure(_ node: Node, shape: Shape, path: String) -> AWSValue {
        var members: [String: AWSValue] = [:]
        var unknown = Set(node.children.keys)
        for (name, reference) in shape.members ?? [:] {
            let key = key(of: reference, named: name)
            guard let child = node.children[key] else { continue }
            unknown.remove(key)
            members[name] = value(child, shape: model.shape(reference), reference: reference, path: path + key + ".")
        }
        for key in unknown.sorted() {
            violations.append(ModelViolation(path: path + key, problem: .unknownParameter, value: ""))
        }
        if let text = node.value, !text.isEmpty || !path.isEmpty && node.children.isEmpty {
            violations.append(
                ModelViolation(path: String(path.dropLast()), problem: .wrongType(expected: "structure"), value: text))
        }
        return .structure(members)
    }

    private func key(of reference: Shape.Reference, named name: String) -> String {
        guard model.wireProtocol == .ec2 else { return reference.locationName ?? name }
        if let queryName = reference.queryName { return queryName }
        guard let location = reference.locationName else { return name }
        return location.prefix(1).uppercased() + location.dropFirst()
    }

    private mutating func list(
        _ node: Node, shape: Shape, reference: Shape.Reference, path: String
    ) -> AWSValue {
        if node.value == "", node.children.isEmpty { return .list([]) }
        guard let member = shape.member else { return .list([]) }
        var holder = node
        var path = path
        if model.wireProtocol == .query, shape.flattened != true, reference.flattened != true {
            let name = member.locationName ?? "member"
            for key in node.children.keys where key != name {
                violations.append(ModelViolation(path: path + key, problem: .unknownParameter, value: ""))
            }
            holder = node.children[name] ?? Node()
            path += name + "."
        }
        var elements: [AWSValue] = []
        for index in 1..<(holder.children.count + 1) {
            guard let child = holder.children["\(index)"] else {
                violations.append(ModelViolation(path: path + "\(index)", problem: .missing, value: ""))
                break
            }
            if let element = value(child, shape: model.shape(member), reference: member, path: path + "\(index).") {
                elements.append(element)
            }
        }
        return .list(elements)
    }

    private mutating func scalar(_ node: Node, type: String, path: String) -> AWSValue? {
        let path = String(path.dropLast())
        for key in node.children.keys.sorted() {
            violations.append(ModelViolation(path: "\(path).\(key)", problem: .unknownParameter, value: ""))
        }
        guard let text = node.value else { return nil }
        if let value = ScalarText.value(text, type: type) { return value }
        violations.append(ModelViolation(path: path, problem: .wrongType(expected: type), value: text))
        return nil
    }
}

/// Scalars as the XML protocols write them.
enum ScalarText {
    static func value(_ text: String, type: String) -> AWSValue? {
        switch type {
        case "string", "character": return .string(text)
        case "integer", "long", "short": return Int(text).map { .integer($0) }
        case "float", "double": return Double(text).map { .number($0) }
        case "boolean": return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case "timestamp":
            return (try? Date(text, strategy: .iso8601)).map { .timestamp($0.timeIntervalSince1970) }
        case "blob": return Data(base64Encoded: text).map { .blob([UInt8]($0)) }
        default: return nil
        }
    }

    static func text(_ value: AWSValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let flag): flag ? "true" : "false"
        case .timestamp(let seconds):
            Date(timeIntervalSince1970: seconds).formatted(.iso8601.time(includingFractionalSeconds: true))
        case .blob(let bytes): Data(bytes).base64EncodedString()
        case .structure, .list: nil
        }
    }
}
