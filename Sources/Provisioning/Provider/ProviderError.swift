/// A failure that a provider's cloud reported, or that kept its answer from coming.
///
/// The message names the operation and the remedy. Nothing in it is secret.
package struct ProviderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, and so what may be done about it.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// The cloud asked for fewer calls; the same call may succeed later.
        case throttled
        /// The cloud failed (5xx, connection lost, time limit); the call may or may not have taken effect.
        case unavailable
        /// The credentials are missing, expired or wrong.
        case unauthenticated
        /// The credentials don't allow the operation.
        case forbidden
        /// What the call names doesn't exist (any longer, or not yet).
        case notFound
        /// Something with this name or priority is there already.
        case alreadyExists
        /// It is referred to by something else, for now.
        case inUse
        /// A quota or limit of the cloud stands against it.
        case limitExceeded
        /// The cloud refused the call's content; the same call will never succeed.
        case invalid
        /// The answer was not one of the cloud's API, such as a page of HTML.
        case unexpectedAnswer
    }

    package var kind: Kind
    /// The service and operation that was called, such as `elasticloadbalancing:CreateRule`.
    package var operation: String
    /// The code by which the cloud names the failure, such as `TooManyRules`; empty where it gave none.
    package var code: String
    /// What the cloud said, and what to do about it.
    package var message: String
    /// The id under which the cloud's support finds the call; absent where the answer had none.
    package var requestID: String?
    /// How long the cloud asked to wait before a retry, in milliseconds.
    package var retryAfterMilliseconds: Int?

    package init(
        kind: Kind,
        operation: String,
        code: String = "",
        message: String,
        requestID: String? = nil,
        retryAfterMilliseconds: Int? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.code = code
        self.message = message
        self.requestID = requestID
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    /// Whether the same call may succeed when it is sent again.
    package var isRetryable: Bool {
        switch kind {
        case .throttled, .unavailable: true
        case .unauthenticated, .forbidden, .notFound, .alreadyExists, .inUse, .limitExceeded, .invalid,
            .unexpectedAnswer:
            false
        }
    }

    package var description: String {
        let label = code.isEmpty ? "" : " \(code)"
        let id = requestID.map { " (request id \($0))" } ?? ""
        return "\(operation):\(label) \(message)\(id)"
    }
}
