import FoundationEssentials
import Provisioning
import Synchronization

extension APITransport {
    /// Sends a call once and takes it down in the transcript.
    ///
    /// - Throws: ``TryFailure``; ``ProviderError`` where it couldn't be signed; `CancellationError`.
    func attempt(_ call: APICall, number: Int, deadline: Duration) async throws -> APIResponse {
        let signed = try await sign(call)
        let redaction = Redaction(of: signed)
        let time = configuration.time
        let date = time.date
        let sent = time.uptime
        let limit = max(min(configuration.tryTimeLimit, deadline - sent), .milliseconds(1))
        let response: APIResponse?
        var failure: TryFailure?
        do {
            let answer = try await sender.send(
                signed, timeLimit: limit, answerSizeLimit: configuration.answerSizeLimit)
            response = answer
            failure = self.failure(in: answer, of: call)
        } catch let error as SendFailure {
            response = nil
            failure = error.tryFailure(of: call)
        }
        failure = failure.map { failure in
            var failure = failure
            failure.error = redaction.applied(to: failure.error)
            return failure
        }
        let answerID = response.flatMap { errors.requestID(in: $0) }.map { redaction.applied(to: $0) }
        configuration.transcript?.record(
            TranscriptEntry(
                time: date, service: call.service, operation: call.operation, kind: call.kind, attempt: number,
                status: response?.status, requestID: failure?.error.requestID ?? answerID,
                milliseconds: (time.uptime - sent).inMilliseconds, errorKind: failure?.error.kind,
                errorCode: failure.flatMap { $0.error.code.isEmpty ? nil : $0.error.code }))
        if let failure {
            if failure.error.kind == .throttled {
                let pause = failure.error.retryAfterMilliseconds.map { Duration.milliseconds($0) }
                limiter.throttled(call.name, sent: sent, pause: pause)
            }
            throw failure
        }
        guard let response else { throw CancellationError() }
        return response
    }

    private func sign(_ call: APICall) async throws -> APICall {
        let date = configuration.time.date + clockAdjustment.withLock { $0 }.inSeconds
        do {
            return try await signer.sign(call, at: date)
        } catch {
            throw try signingError(error, call: call)
        }
    }

    /// A failure to come by credentials, as one of the call.
    func signingError(_ error: any Error, call: APICall) throws -> ProviderError {
        if error is CancellationError { throw error }
        if let error = error as? ProviderError { return error }
        return ProviderError(
            kind: .unauthenticated, operation: call.name, message: "the call can't be signed: \(error)")
    }

    /// The failure that an answer reports; nil where it is a success.
    private func failure(in response: APIResponse, of call: APICall) -> TryFailure? {
        let serverFailed = (500..<600).contains(response.status)
        if let page = UnexpectedPage(response) {
            var error = page.error(of: call)
            error.requestID = errors.requestID(in: response)
            error.retryAfterMilliseconds = retryAfter(in: response)
            return TryFailure(error: error, effect: .unknown, isTransient: serverFailed || response.status == 429)
        }
        var error = errors.error(in: response, of: call)
        if error == nil, serverFailed || !(200..<500).contains(response.status) || (300..<400).contains(response.status)
        {
            error = StatusErrorDecoder().error(in: response, of: call)
        }
        guard var error else { return nil }
        error.requestID = error.requestID ?? errors.requestID(in: response)
        error.retryAfterMilliseconds = error.retryAfterMilliseconds ?? retryAfter(in: response)
        return TryFailure(
            error: error,
            effect: serverFailed && error.kind != .throttled ? .unknown : .none,
            isTransient: error.isRetryable || serverFailed,
            clockDifference: date(in: response, field: "date").map { .seconds($0.timeIntervalSince(signingDate)) })
    }

    private var signingDate: Date { configuration.time.date + clockAdjustment.withLock { $0 }.inSeconds }

    /// `Retry-After` in milliseconds: seconds or a date (RFC 9110, section 10.2.3).
    private func retryAfter(in response: APIResponse) -> Int? {
        guard let text = response.first(name: "retry-after") else { return nil }
        if let seconds = Int(text), (0...86_400).contains(seconds) { return seconds * 1000 }
        guard let date = date(in: response, field: "retry-after") else { return nil }
        return Int(min(max(date.timeIntervalSince(configuration.time.date), 0), 86_400) * 1000)
    }

    private func date(in response: APIResponse, field: String) -> Date? {
        response.first(name: field).flatMap(HTTPDate.parse)
    }
}
