import Foundation

/// Holds decoded parameters against the constraints of their shapes: what must be there, lengths, ranges, choices and
/// patterns.
struct ShapeValidator {
    let model: ServiceModel
    private(set) var violations: [ModelViolation] = []

    init(model: ServiceModel) { self.model = model }

    mutating func check(_ value: AWSValue, against shape: Shape, path: String = "") {
        switch value {
        case .structure(let members): check(members: members, against: shape, path: path)
        case .list(let elements): check(list: elements, against: shape, path: path)
        case .string(let text): check(text: text, against: shape, path: path)
        case .integer(let number): check(number: Double(number), shown: "\(number)", against: shape, path: path)
        case .number(let number): check(number: number, shown: "\(number)", against: shape, path: path)
        case .blob(let bytes): check(length: bytes.count, shown: "(binary)", against: shape, path: path)
        case .boolean, .timestamp: break
        }
    }

    private mutating func check(members: [String: AWSValue], against shape: Shape, path: String) {
        for name in shape.required ?? [] where members[name] == nil {
            report(.missing, at: Self.join(path, name), value: "null", shape: shape)
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let reference = shape.members?[name] else { continue }
            check(value, against: model.shape(reference), path: Self.join(path, name))
        }
    }

    private mutating func check(list elements: [AWSValue], against shape: Shape, path: String) {
        check(length: elements.count, shown: "[\(elements.count) members]", against: shape, path: path)
        guard let reference = shape.member else { return }
        for (index, element) in elements.enumerated() {
            check(element, against: model.shape(reference), path: "\(path).\(index + 1).member")
        }
    }

    private mutating func check(text: String, against shape: Shape, path: String) {
        if let choices = shape.enumeration, !choices.contains(text) {
            let rule = "Member must satisfy enum value set: [\(choices.joined(separator: ", "))]"
            report(.constraint(rule), at: path, value: text, shape: shape)
        }
        check(length: text.unicodeScalars.count, shown: text, against: shape, path: path)
        if let pattern = shape.pattern, Self.matches(text, pattern: pattern) == false {
            let rule = "Member must satisfy regular expression pattern: \(pattern)"
            report(.constraint(rule), at: path, value: text, shape: shape)
        }
    }

    private mutating func check(length: Int, shown: String, against shape: Shape, path: String) {
        if let min = shape.min, Double(length) < min {
            let rule = "Member must have length greater than or equal to \(Int(min))"
            report(.constraint(rule), at: path, value: shown, shape: shape)
        }
        if let max = shape.max, Double(length) > max {
            let rule = "Member must have length less than or equal to \(Int(max))"
            report(.constraint(rule), at: path, value: shown, shape: shape)
        }
    }

    private mutating func check(number: Double, shown: String, against shape: Shape, path: String) {
        if let min = shape.min, number < min {
            let rule = "Member must have value greater than or equal to \(Int(min))"
            report(.constraint(rule), at: path, value: shown, shape: shape)
        }
        if let max = shape.max, number > max {
            let rule = "Member must have value less than or equal to \(Int(max))"
            report(.constraint(rule), at: path, value: shown, shape: shape)
        }
    }

    private mutating func report(
        _ problem: ModelViolation.Problem, at path: String, value: String, shape: Shape
    ) {
        violations.append(
            ModelViolation(path: path, problem: problem, value: shape.sensitive == true ? "[redacted]" : value))
    }

    private static func join(_ path: String, _ name: String) -> String {
        let lowered = name.prefix(1).lowercased() + name.dropFirst()
        return path.isEmpty ? lowered : "\(path).\(lowered)"
    }

    /// Whether a text as a whole fits; nil where the pattern is none that ICU can read (the models have a few that
    /// only Java's engine takes), and nothing can be said.
    private static func matches(_ text: String, pattern: String) -> Bool? {
        guard
            let expression = try? NSRegularExpression(pattern: "^(?:\(pattern))$", options: [.dotMatchesLineSeparators])
        else { return nil }
        let whole = NSRange(text.startIndex..., in: text)
        return expression.firstMatch(in: text, range: whole)?.range == whole
    }
}
