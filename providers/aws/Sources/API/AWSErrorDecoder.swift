internal import Foundation
package import ProviderHTTP
package import Provisioning
internal import XMLCoder

/// Reads failures out of AWS's answers: XML of the Query protocol and of EC2, JSON of the others.
package struct AWSErrorDecoder: ErrorDecoder {
    package init() {}

    package func error(in response: APIResponse, of call: APICall) -> ProviderError? {
        guard !(200..<300).contains(response.status) else { return nil }
        guard let failure = XMLFailure(response) ?? JSONFailure(response)?.failure else {
            return StatusErrorDecoder().error(in: response, of: call)
        }
        let kind = AWSErrorCodes.kind(of: failure.code, status: response.status)
        return ProviderError(
            kind: kind,
            operation: call.name,
            code: failure.code,
            message: AWSErrorCodes.explained(failure.message, code: failure.code, kind: kind, call: call),
            requestID: failure.requestID ?? requestID(in: response))
    }
}

/// What an error document says.
private struct XMLFailure {
    var code: String
    var message: String
    var requestID: String?

    init(code: String, message: String, requestID: String? = nil) {
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    init?(_ response: APIResponse) {
        let start = response.body.first { !$0.isWhitespace }
        guard start == UInt8(ascii: "<"),
            let document = try? XMLDecoder().decode(Document.self, from: Data(response.body)),
            let error = document.error ?? document.errors?.error, let code = error.code, !code.isEmpty
        else { return nil }
        self.init(code: code, message: error.message ?? "", requestID: document.requestID ?? document.ec2RequestID)
    }

    /// `<ErrorResponse><Error>…</Error><RequestId/></ErrorResponse>`, or
    /// `<Response><Errors><Error>…</Error></Errors><RequestID/></Response>` of EC2.
    private struct Document: Decodable {
        struct Detail: Decodable {
            var code: String?
            var message: String?

            enum CodingKeys: String, CodingKey {
                case code = "Code"
                case message = "Message"
            }
        }

        struct Details: Decodable {
            var error: Detail?

            enum CodingKeys: String, CodingKey { case error = "Error" }
        }

        var error: Detail?
        var errors: Details?
        var requestID: String?
        var ec2RequestID: String?

        enum CodingKeys: String, CodingKey {
            case error = "Error"
            case errors = "Errors"
            case requestID = "RequestId"
            case ec2RequestID = "RequestID"
        }
    }
}

/// `{"__type": "com.amazonaws.acm#ThrottlingException", "message": "…"}`
private struct JSONFailure: Decodable {
    private var type: String?
    private var message: String?
    private var capitalMessage: String?

    private enum CodingKeys: String, CodingKey {
        case type = "__type"
        case message
        case capitalMessage = "Message"
    }

    init?(_ response: APIResponse) {
        guard let document = try? JSONDecoder().decode(JSONFailure.self, from: Data(response.body)) else { return nil }
        self = document
        type = type ?? response.first(name: "x-amzn-errortype")
    }

    var failure: XMLFailure? {
        guard let type else { return nil }
        // A namespace before it, and an address after it, aren't part of the code.
        let name = type.split(separator: "#").last.map(String.init) ?? type
        guard let code = name.split(separator: ":").first, !code.isEmpty else { return nil }
        return XMLFailure(code: String(code), message: message ?? capitalMessage ?? "")
    }
}

extension UInt8 {
    fileprivate var isWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
