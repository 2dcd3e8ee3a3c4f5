import Foundation
import ProviderHTTP
import Provisioning

/// Makes the calls of one source of credentials, again where the service is busy or out of reach for a moment.
struct CredentialsClient: Sendable {
    /// No answer came, and why not.
    struct Unreachable: Error {
        let reason: String

        init(describing error: any Error) {
            guard let failure = error as? SendFailure else {
                reason = "\(type(of: error))"
                return
            }
            let cause =
                switch failure.cause {
                case .notConnected: "no connection"
                case .notTrusted: "its certificate isn't trusted"
                case .noTLS: "it doesn't speak TLS"
                case .handshakeFailed: "no TLS connection came about"
                case .refusedByProxy: "the proxy refused"
                case .invalidCall: "the call can't be sent"
                case .connectionLost: "the connection was lost"
                case .timedOut: "no answer in time"
                case .answerTooLarge: "the answer is too large"
                case .malformedAnswer: "the answer isn't HTTP"
                }
            reason = failure.detail.isEmpty ? cause : "\(cause): \(failure.detail)"
        }
    }

    /// Many times what a document of credentials takes, in bytes.
    private static let answerSizeLimit = 256 * 1024

    let environment: AWSSurroundings
    /// Whether the endpoint is one of this machine or container.
    var isLocal = false
    /// How often a call is made in all.
    var attempts = 3
    /// How long each attempt may take.
    var timeLimit = Duration.seconds(10)

    /// Makes one attempt, and tells the transcript of it: which call it was, and what became of it.
    private func send(_ call: APICall, attempt: Int) async throws -> APIResponse {
        let connections = isLocal ? environment.localConnections : environment.connections
        let time = environment.now()
        let start = ContinuousClock.now
        func record(_ response: APIResponse?, _ kind: ProviderError.Kind?) {
            let elapsed = (ContinuousClock.now - start).components
            environment.transcript?.record(
                TranscriptEntry(
                    time: time, service: call.service, operation: call.operation, kind: call.kind, attempt: attempt,
                    status: response?.status,
                    requestID: response?.headers.first { $0.name.lowercased() == "x-amzn-requestid" }?.value,
                    milliseconds: Int(elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000),
                    errorKind: kind, errorCode: nil))
        }
        do {
            let response = try await connections.send(
                call, timeLimit: timeLimit, answerSizeLimit: Self.answerSizeLimit)
            record(response, Self.kind(ofStatus: response.status))
            return response
        } catch {
            record(nil, .unavailable)
            throw error
        }
    }

    private static func kind(ofStatus status: Int) -> ProviderError.Kind? {
        switch status {
        case ..<400: nil
        case 401, 403: .forbidden
        case 404: .notFound
        case 429: .throttled
        case 500...: .unavailable
        default: .invalid
        }
    }

    /// Sends `call` and returns its answer, whatever the status.
    ///
    /// - Parameters:
    ///   - call: The call as it is to be sent.
    ///   - isWorthAnother: Whether an answer is one that may be better next time, besides 429 and 5xx.
    /// - Throws: ``Unreachable`` where no attempt was answered.
    func send(
        _ call: APICall, isWorthAnother: (APIResponse) -> Bool = { _ in false }
    ) async throws -> APIResponse {
        var attempt = 1
        while true {
            do {
                let response = try await send(call, attempt: attempt)
                let isBusy = response.status == 429 || response.status >= 500 || isWorthAnother(response)
                guard isBusy, attempt < attempts else { return response }
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                guard attempt < attempts else { throw Unreachable(describing: error) }
            }
            let longest = 200 << (attempt - 1)
            try await environment.pause(.milliseconds(Int.random(in: 0...longest)))
            attempt += 1
        }
    }
}

/// Moments as the sources of credentials write them.
enum CredentialsDate {
    /// Reads RFC 3339 with or without fractions of a second, and the `UTC` at the end of old SSO caches.
    static func parse(_ text: String) -> Date? {
        let text = text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text[...]
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        return styles.lazy.compactMap { try? $0.parse(String(text)) }.first
    }

    static func format(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}

/// The document that container endpoints, instance metadata and `credential_process` answer with.
struct CredentialsDocument: Decodable {
    var version: Int?
    /// `Success` in instance metadata; the name of an error elsewhere.
    var code: String?
    var message: String?
    var accessKeyID: String?
    var secretAccessKey: RedactedString?
    /// Called `SessionToken` by `credential_process`.
    var token: RedactedString?
    var expiration: String?

    private enum Key: String, CodingKey {
        case version = "Version"
        case code = "Code"
        case errorCode = "code"
        case message = "Message"
        case errorMessage = "message"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        version = try container.decodeIfPresent(Int.self, forKey: .version)
        code =
            try container.decodeIfPresent(String.self, forKey: .code)
            ?? container.decodeIfPresent(String.self, forKey: .errorCode)
        message =
            try container.decodeIfPresent(String.self, forKey: .message)
            ?? container.decodeIfPresent(String.self, forKey: .errorMessage)
        accessKeyID = try container.decodeIfPresent(String.self, forKey: .accessKeyID)
        secretAccessKey = try container.decodeIfPresent(RedactedString.self, forKey: .secretAccessKey)
        token =
            try container.decodeIfPresent(RedactedString.self, forKey: .token)
            ?? container.decodeIfPresent(RedactedString.self, forKey: .sessionToken)
        expiration = try container.decodeIfPresent(String.self, forKey: .expiration)
    }

    /// The credentials in the document.
    ///
    /// - Throws: ``CredentialsError`` that names the member which is missing or malformed.
    func credentials(source: String, remedy: String) throws(CredentialsError) -> AWSCredentials {
        guard let accessKeyID, !accessKeyID.isEmpty else {
            throw CredentialsError(source: source, problem: "the answer has no AccessKeyId", remedy: remedy)
        }
        guard let secretAccessKey else {
            throw CredentialsError(source: source, problem: "the answer has no SecretAccessKey", remedy: remedy)
        }
        let end = expiration.map(CredentialsDate.parse)
        if case .some(nil) = end {
            throw CredentialsError(
                source: source,
                problem: "the answer's Expiration isn't an RFC 3339 date, such as 2026-01-31T12:00:00Z", remedy: remedy)
        }
        return AWSCredentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: token, expiration: end ?? nil,
            source: source)
    }
}
