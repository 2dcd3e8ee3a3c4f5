/// One call of a cloud's API, before it is signed or as it was signed.
///
/// Its description names the operation and the endpoint alone: fields and bodies may hold secrets.
package struct APICall: Sendable {
    /// The service by the name that its API uses, such as `elasticloadbalancing`.
    package var service: String
    /// The operation, such as `DescribeRules`. Together with the service it names the rate limit that applies.
    package var operation: String
    /// Whether the call changes anything. A call that is wrongly said to read would escape the dry run's guarantee.
    package var kind: CallKind
    /// The HTTP method.
    package var method: String
    /// The absolute URL.
    package var url: String
    package var headers: [HeaderField]
    package var body: [UInt8]
    /// Whether the call may be sent again when it is unknown if it took effect. A call that reads always may.
    package var isIdempotent: Bool
    /// The names of header fields, and of form or JSON parameters of the body, whose values are secret: what the cloud
    /// says about the call is never repeated with such a value in it. The fields that carry credentials
    /// (`Authorization`, `X-Amz-Security-Token`, …) need not be named.
    package var redactedFields: Set<String>

    package init(
        service: String,
        operation: String,
        kind: CallKind,
        method: String = "POST",
        url: String,
        headers: [HeaderField] = [],
        body: [UInt8] = [],
        isIdempotent: Bool = false,
        redactedFields: Set<String> = []
    ) {
        self.service = service
        self.operation = operation
        self.kind = kind
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.isIdempotent = isIdempotent
        self.redactedFields = redactedFields
    }

    /// Service and operation, as errors and rate limits name them: `elasticloadbalancing:DescribeRules`.
    package var name: String { "\(service):\(operation)" }

    /// Whether the call may be sent again when it is unknown if it took effect.
    package var isRepeatable: Bool { kind == .read || isIdempotent }

    /// The part of the URL that says whom the call goes to, such as `https://sts.amazonaws.com`.
    package var endpoint: String { Endpoint(url: url)?.description ?? "an endpoint that is not a URL" }
}

extension APICall: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(name) at \(endpoint)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["call": description]) }
}
