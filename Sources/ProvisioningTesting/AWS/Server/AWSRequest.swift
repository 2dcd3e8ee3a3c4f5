/// A request as it came over the wire.
package struct AWSRequest: Sendable {
    package var method: String
    /// The path with its query, as sent.
    package var target: String
    /// Field names in lower case, `host` among them.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// What becomes of a request.
package enum AWSAnswer: Sendable {
    case respond(status: Int, headers: [(name: String, value: String)], body: [UInt8])
    /// The connection ends in good order, without an answer.
    case closeConnection
    /// The connection is reset.
    case resetConnection
    /// Nothing comes until the caller gives up.
    case noAnswer
}

/// A call that the server was given.
package struct RecordedCall: Sendable {
    /// The service as IAM and signatures name it, such as `elasticloadbalancing`.
    package let service: String
    package let operation: String
    /// The parameters in the model's names; empty where they could not be read. Those that the model calls sensitive
    /// are left out.
    package let parameters: AWSValue
    /// Whether it is an operation that writes.
    package let isWrite: Bool
    /// Whether something is different after it.
    package let changedSomething: Bool
    /// The status of the answer; nil where none was given.
    package let status: Int?
    package let errorCode: String?
    package let requestID: String
    package let violations: [ModelViolation]

    /// What IAM calls the permission for it, such as `elasticloadbalancing:CreateRule`.
    package var action: String { "\(service):\(operation)" }
}
