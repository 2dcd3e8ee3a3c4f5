package import FoundationEssentials
package import Provisioning

/// One try of one call, as the transcript tells it.
///
/// It has no room for URLs, header fields or bodies, and so for no secret.
package struct TranscriptEntry: Hashable, Sendable, Encodable {
    /// When the try began.
    package var time: Date
    package var service: String
    package var operation: String
    package var kind: CallKind
    /// Which try of the call it was, from 1.
    package var attempt: Int
    /// The HTTP status; nil where no answer came.
    package var status: Int?
    package var requestID: String?
    /// How long the try took.
    package var milliseconds: Int
    /// What kind of failure it was; nil for a success.
    package var errorKind: ProviderError.Kind?
    /// The code by which the cloud names the failure.
    package var errorCode: String?

    package init(
        time: Date,
        service: String,
        operation: String,
        kind: CallKind,
        attempt: Int,
        status: Int?,
        requestID: String?,
        milliseconds: Int,
        errorKind: ProviderError.Kind?,
        errorCode: String?
    ) {
        self.time = time
        self.service = service
        self.operation = operation
        self.kind = kind
        self.attempt = attempt
        self.status = status
        self.requestID = requestID
        self.milliseconds = milliseconds
        self.errorKind = errorKind
        self.errorCode = errorCode
    }

    private enum CodingKeys: String, CodingKey {
        case time, service, operation, kind, attempt, status
        case requestID = "requestId"
        case milliseconds
        case errorKind = "error"
        case errorCode
    }

    /// Every key is there in every line; what isn't known is null.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), forKey: .time)
        try container.encode(service, forKey: .service)
        try container.encode(operation, forKey: .operation)
        try container.encode(kind, forKey: .kind)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(status, forKey: .status)
        try container.encode(requestID, forKey: .requestID)
        try container.encode(milliseconds, forKey: .milliseconds)
        try container.encode(errorKind, forKey: .errorKind)
        try container.encode(errorCode, forKey: .errorCode)
    }
}

/// What is told of every try of every call.
package protocol TranscriptRecorder: Sendable {
    func record(_ entry: TranscriptEntry)
}
