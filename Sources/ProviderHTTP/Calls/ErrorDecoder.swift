package import Provisioning

/// Reads failures out of the answers of one API.
///
/// Pages of HTML, redirects and 5xx that no decoder recognises are told by the transport; a decoder need not look
/// for them.
package protocol ErrorDecoder: Sendable {
    /// The failure that an answer reports; nil where it is a success.
    ///
    /// A call that was `throttled` is taken to have had no effect and is sent again; one that was `unavailable` is sent
    /// again if it is idempotent; `unauthenticated` makes the transport ask for fresh credentials.
    func error(in response: APIResponse, of call: APICall) -> ProviderError?

    /// The id under which the cloud's support finds the call.
    func requestID(in response: APIResponse) -> String?
}

extension ErrorDecoder {
    /// The value of the header field that clouds commonly use.
    package func requestID(in response: APIResponse) -> String? {
        let names = [
            "x-amzn-requestid", "x-amz-request-id", "x-openstack-request-id", "x-compute-request-id", "x-ms-request-id",
            "x-goog-request-id", "x-request-id",
        ]
        return names.lazy.compactMap { response.first(name: $0) }.first { !$0.isEmpty }
    }
}

/// Goes by the HTTP status alone (RFC 9110, section 15): for endpoints without an error document, and for answers whose
/// error document can't be read.
package struct StatusErrorDecoder: ErrorDecoder {
    package init() {}

    package func error(in response: APIResponse, of call: APICall) -> ProviderError? {
        guard let kind = Self.kind(ofStatus: response.status) else { return nil }
        return ProviderError(
            kind: kind, operation: call.name, message: "\(call.endpoint) answered with status \(response.status)",
            requestID: requestID(in: response))
    }

    /// What a status means; nil for success.
    package static func kind(ofStatus status: Int) -> ProviderError.Kind? {
        switch status {
        case 200..<300: nil
        case 401: .unauthenticated
        case 403: .forbidden
        case 404, 410: .notFound
        case 408: .unavailable
        case 409: .inUse
        case 429: .throttled
        case 400..<500: .invalid
        case 500..<600: .unavailable
        default: .unexpectedAnswer
        }
    }
}
