/// A way in which a call departs from the service's model.
package struct ModelViolation: Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case unknownParameter
        case missing
        case wrongType(expected: String)
        case constraint(String)
    }

    /// Where it is, as the service writes it: `conditions.1.member.field`.
    package let path: String
    package let problem: Problem
    /// The value at fault; withheld where the model calls it sensitive.
    package let value: String

    package var description: String {
        switch problem {
        case .unknownParameter: "The parameter \(path) is not recognized"
        case .missing: "Value null at '\(path)' failed to satisfy constraint: Member must not be null"
        case .wrongType(let expected): "Value '\(value)' at '\(path)' is not of type \(expected)"
        case .constraint(let rule): "Value '\(value)' at '\(path)' failed to satisfy constraint: \(rule)"
        }
    }

    /// The error that a service of this protocol answers these with.
    static func failure(_ violations: [ModelViolation], in wireProtocol: ServiceModel.WireProtocol) -> ServiceFailure {
        let count = violations.count == 1 ? "1 validation error" : "\(violations.count) validation errors"
        let message = "\(count) detected: " + violations.map(\.description).joined(separator: "; ")
        switch wireProtocol {
        case .query: return ServiceFailure("ValidationError", message)
        case .json:
            let malformed = violations.contains { if case .wrongType = $0.problem { true } else { false } }
            return ServiceFailure(malformed ? "SerializationException" : "ValidationException", message)
        case .ec2:
            switch violations.first?.problem {
            case .unknownParameter: return ServiceFailure("UnknownParameter", message)
            case .missing: return ServiceFailure("MissingParameter", message)
            default: return ServiceFailure("InvalidParameterValue", message)
            }
        }
    }
}
