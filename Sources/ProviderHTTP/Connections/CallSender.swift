/// Sends a signed call once and gives back what comes.
package protocol CallSender: Sendable {
    /// - Parameters:
    ///   - timeLimit: how long until the whole answer must be there.
    ///   - answerSizeLimit: how many bytes the answer's body may have.
    /// - Throws: ``SendFailure``, or `CancellationError` where the task was cancelled.
    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse
}

/// Why no answer came to a call that was sent once. Nothing in it is secret.
package struct SendFailure: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// No connection came about, so that nothing was sent.
        case notConnected
        /// The endpoint's certificate isn't trusted, so that nothing was sent.
        case notTrusted
        /// The endpoint answered the TLS handshake with something else, so that nothing was sent.
        case noTLS
        /// The TLS handshake failed for good, so that nothing was sent.
        case handshakeFailed
        /// The proxy refused, so that nothing was sent.
        case refusedByProxy
        /// The call can't be sent as it is.
        case invalidCall
        /// The connection was lost after the call was sent, or while it was.
        case connectionLost
        /// The answer wasn't there in time.
        case timedOut(limit: Duration)
        /// The answer is larger than it may be.
        case answerTooLarge(limit: Int)
        /// The answer is not one of HTTP.
        case malformedAnswer
    }

    package var cause: Cause
    /// What the system or library said; may be empty.
    package var detail: String

    package init(_ cause: Cause, detail: String = "") {
        self.cause = cause
        self.detail = detail
    }
}
