import Foundation

/// A service as botocore's `service-2.json` describes it: what its operations take, answer and fail with.
package struct ServiceModel: Decodable, Sendable {
    struct Metadata: Decodable, Sendable {
        let apiVersion: String
        let endpointPrefix: String
        let `protocol`: String
        let signingName: String?
        let targetPrefix: String?
        let xmlNamespace: String?
    }

    /// The wire forms that the services here speak.
    enum WireProtocol {
        case query
        case ec2
        case json
    }

    struct Operation: Decodable, Sendable {
        struct Payload: Decodable, Sendable {
            let shape: String
            let resultWrapper: String?
        }
        let name: String
        let input: Payload?
        let output: Payload?
        let errors: [Payload]?
    }

    let metadata: Metadata
    let operations: [String: Operation]
    let shapes: [String: Shape]

    var wireProtocol: WireProtocol {
        switch metadata.protocol {
        case "query": .query
        case "ec2": .ec2
        default: .json
        }
    }

    /// The service's name in the scope of a signature.
    var signingName: String { metadata.signingName ?? metadata.endpointPrefix }

    func shape(_ reference: Shape.Reference) -> Shape { shape(named: reference.shape) }

    /// A shape by name; a model that names a shape without describing it is read as an empty structure.
    func shape(named name: String) -> Shape { shapes[name] ?? .emptyStructure }

    /// The HTTP status of an error code where the model gives one.
    func status(ofError code: String) -> Int? {
        shapes.values.first { $0.error?.code == code }?.error?.httpStatusCode
    }
}

/// The form of a parameter or an answer, with its constraints.
struct Shape: Decodable, Sendable {
    struct Reference: Decodable, Sendable {
        let shape: String
        let locationName: String?
        let queryName: String?
        let flattened: Bool?
    }

    struct ErrorDescription: Decodable, Sendable {
        let code: String?
        let httpStatusCode: Int?
    }

    let type: String
    let members: [String: Reference]?
    let member: Reference?
    let required: [String]?
    let enumeration: [String]?
    let min: Double?
    let max: Double?
    let pattern: String?
    let flattened: Bool?
    let sensitive: Bool?
    let error: ErrorDescription?

    enum CodingKeys: String, CodingKey {
        case type, members, member, required, min, max, pattern, flattened, sensitive, error
        case enumeration = "enum"
    }

    static let emptyStructure = Shape(
        type: "structure", members: [:], member: nil, required: nil, enumeration: nil, min: nil, max: nil,
        pattern: nil, flattened: nil, sensitive: nil, error: nil)
}
