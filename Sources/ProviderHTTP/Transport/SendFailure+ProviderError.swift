import Provisioning

extension SendFailure {
    /// The failure as one of the call: what it says, and whether the call may be sent again.
    func tryFailure(of call: APICall) -> TryFailure {
        let because = detail.isEmpty ? "" : ": \(detail)"
        func failure(
            _ kind: ProviderError.Kind, _ message: String, _ effect: TryFailure.Effect, transient: Bool = false
        ) -> TryFailure {
            TryFailure(
                error: ProviderError(kind: kind, operation: call.name, message: message), effect: effect,
                isTransient: transient)
        }
        switch cause {
        case .notConnected:
            return failure(
                .unavailable,
                "\(call.endpoint) can't be reached\(because); check the network, the region and the endpoint",
                .none, transient: true)
        case .notTrusted:
            return failure(.unexpectedAnswer, "\(call.endpoint) is not trusted\(because)", .none)
        case .noTLS:
            return failure(
                .unexpectedAnswer,
                "\(call.endpoint) doesn't speak TLS: a TLS handshake was tried there, and something else came back; where it "
                    + "serves plain HTTP, begin its URL with http:// instead of https://", .none)
        case .handshakeFailed:
            return failure(
                .unexpectedAnswer,
                "no TLS connection with \(call.endpoint) came about\(because); check that the endpoint is that of the service, "
                    + "and that nothing stands between", .none)
        case .refusedByProxy:
            return failure(
                .unexpectedAnswer,
                "the proxy on the way to \(call.endpoint) refused\(because); check HTTPS_PROXY and NO_PROXY",
                .none)
        case .invalidCall: return failure(.invalid, "the call can't be sent\(because)", .none)
        case .connectionLost:
            return failure(
                .unavailable, "the connection to \(call.endpoint) was lost before the answer was there\(because)",
                .unknown, transient: true)
        case .timedOut(let limit):
            return failure(
                .unavailable, "\(call.endpoint) didn't answer within \(limit.inMilliseconds) ms", .unknown,
                transient: true)
        case .answerTooLarge(let limit):
            return failure(
                .unexpectedAnswer,
                "the answer of \(call.endpoint) is larger than \(limit) bytes; check that the endpoint is that of the service",
                .unknown)
        case .malformedAnswer:
            return failure(
                .unexpectedAnswer,
                "the answer of \(call.endpoint) is not one of HTTP\(because); check that the endpoint is that of the service",
                .unknown)
        }
    }
}
