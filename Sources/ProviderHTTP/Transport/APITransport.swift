package import Provisioning
import Synchronization

/// Carries the calls of one service of a cloud: signs them, spaces them out, sends them again where that may help, and
/// turns every failure into a ``ProviderError`` that names the operation, what to do, and the cloud's request id.
///
/// A call that writes goes through only with a ``WritePermit``, so that a dry run, which has none, can't change
/// anything. A cancelled task gets a `CancellationError` at once; what became of a call under way is then unknown.
package final class APITransport: Sendable {
    let configuration: TransportConfiguration
    let signer: any RequestSigner
    let errors: any ErrorDecoder
    let sender: any CallSender
    let limiter: RateLimiter
    /// How far the cloud's clock is ahead of this machine's, as far as it matters.
    let clockAdjustment = Mutex(Duration.zero)

    /// - Parameter connections: what the calls are sent over; it is not shut down with the transport.
    package init(
        configuration: TransportConfiguration,
        signer: some RequestSigner,
        errors: some ErrorDecoder,
        connections: some CallSender
    ) {
        self.configuration = configuration
        self.signer = signer
        self.errors = errors
        self.sender = connections
        self.limiter = RateLimiter(limits: configuration.rateLimits, time: configuration.time)
    }

    /// Makes a call that changes nothing.
    ///
    /// - Throws: ``ProviderError``; one of kind `invalid` and code `WriteWithoutPermit`, before anything is sent, for a
    ///   call that writes. `CancellationError`.
    package func read(_ call: APICall) async throws -> APIResponse {
        guard call.kind == .read else {
            throw ProviderError(
                kind: .invalid, operation: call.name, code: "WriteWithoutPermit",
                message: "the call changes something and was asked for by what may only read; nothing was sent")
        }
        return try await send(call)
    }

    /// Makes a call that may change something.
    ///
    /// - Throws: ``ProviderError``, `CancellationError`.
    package func write(_ call: APICall, permit: borrowing WritePermit) async throws -> APIResponse {
        try await send(call)
    }

    private func send(_ call: APICall) async throws -> APIResponse {
        let time = configuration.time
        let began = time.uptime
        let deadline = began + configuration.callTimeLimit
        var attempts = CallAttempts(policy: configuration.retry, isRepeatable: call.isRepeatable, deadline: deadline)
        var lastError: ProviderError?
        for number in 1... {
            try Task.checkCancellation()
            guard try await limiter.admit(call.name, before: deadline) else {
                throw lastError ?? overOwnLimit(call)
            }
            let failure: TryFailure
            do {
                return try await attempt(call, number: number, deadline: deadline)
            } catch let caught as TryFailure {
                failure = caught
            }
            lastError = failure.error
            switch attempts.next(after: failure, at: time.uptime, chance: configuration.chance()) {
            case .send(after: let delay): if delay > .zero { try await time.sleep(for: delay) }
            case .adjustClock(by: let difference): clockAdjustment.withLock { $0 += difference }
            case .refreshCredentials:
                guard try await hasFreshCredentials(for: call) else { throw await attributed(failure.error) }
            case .giveUp(let reason):
                throw await attributed(failure.error.explained(reason, tries: number, elapsed: time.uptime - began))
            }
        }
        preconditionFailure("tries are counted without end")
    }

    private func hasFreshCredentials(for call: APICall) async throws -> Bool {
        do {
            return try await signer.refreshAfterRejection()
        } catch {
            throw try signingError(error, call: call)
        }
    }

    /// Names the credentials that a call was refused for: they may not be those that were meant.
    private func attributed(_ error: ProviderError) async -> ProviderError {
        guard error.kind == .unauthenticated || error.kind == .forbidden, let origin = await signer.credentialsOrigin()
        else { return error }
        var error = error
        error.message += "; the call was signed with the credentials from \(origin)"
        return error
    }

    private func overOwnLimit(_ call: APICall) -> ProviderError {
        let limit = configuration.rateLimits[call.name]
        return ProviderError(
            kind: .throttled, operation: call.name, code: "OwnRateLimit",
            message:
                "too many calls of it are waiting: at \(limit.perSecond) per second its turn comes only after the time "
                + "limit of \(configuration.callTimeLimit); nothing was sent")
    }
}

extension ProviderError {
    /// Adds why the call wasn't sent again.
    fileprivate func explained(_ reason: CallAttempts.Reason, tries: Int, elapsed: Duration) -> ProviderError {
        var error = self
        let spent = "\(tries) \(tries == 1 ? "try" : "tries") in \(elapsed.inMilliseconds) ms"
        switch reason {
        case .permanent: break
        case .mayHaveTakenEffect:
            error.message += "; the call was not sent again, for it may have taken effect"
        case .tries: if tries > 1 { error.message += "; gave up after \(spent)" }
        case .timeLimit:
            error.message += "; gave up after \(spent), for the time limit of a call leaves no room for more"
        }
        return error
    }
}
