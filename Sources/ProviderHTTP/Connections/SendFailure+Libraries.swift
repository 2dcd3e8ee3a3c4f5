internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

extension SendFailure {
    /// What an error of the HTTP client means.
    ///
    /// Where it isn't known to have come before anything was sent, the call counts as sent. Errors that carry values of
    /// header fields are put in words of our own.
    init(describing error: any Error, answerSizeLimit: Int) {
        self =
            switch error {
            case let failure as SendFailure: failure
            case let error as HTTPClientError: Self.client(error)
            case is NIOTooManyBytesError: SendFailure(.answerTooLarge(limit: answerSizeLimit))
            case let error as NIOConnectionError: SendFailure(.notConnected, detail: Self.reason(of: error))
            case ChannelError.connectTimeout: SendFailure(.notConnected, detail: "no connection within the time limit")
            case let error as NIOSSLError: Self.tls(error)
            case let error as NIOSSLExtraError where error == .failedToValidateHostname:
                SendFailure(
                    .notTrusted,
                    detail: "its certificate is for another name; check the endpoint, and that nothing stands between")
            case is NIOSSLExtraError, is BoringSSLError: Self.handshake("\(error)")
            case HTTPParserError.invalidEOFState:
                SendFailure(.connectionLost, detail: "the connection was closed amid it")
            case let error as HTTPParserError: SendFailure(.malformedAnswer, detail: "\(error)")
            // Only a connection that is being made can be refused.
            case let error as IOError where error.errnoCode == ECONNREFUSED:
                SendFailure(.notConnected, detail: Self.reason(of: error))
            case let error as IOError: SendFailure(.connectionLost, detail: Self.reason(of: error))
            default: SendFailure(.connectionLost, detail: "\(type(of: error))")
            }
    }

    private static func client(_ error: HTTPClientError) -> SendFailure {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            SendFailure(.notConnected, detail: "no connection within the time limit")
        case .proxyAuthenticationRequired:
            SendFailure(
                .refusedByProxy, detail: "it wants a user and password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT")
        case .invalidProxyResponse: SendFailure(.refusedByProxy, detail: "it didn't open a tunnel")
        case .alreadyShutdown: SendFailure(.invalidCall, detail: "the connections are closed")
        case .invalidURL, .emptyHost, .emptyScheme:
            SendFailure(.invalidCall, detail: "its URL is not one of http or https")
        case .remoteConnectionClosed: SendFailure(.connectionLost, detail: "the connection was closed")
        default:
            switch error.shortDescription {
            case "Invalid header field names", "Invalid header field values":
                SendFailure(.invalidCall, detail: "a header field of it holds a character that is not allowed there")
            default: SendFailure(.connectionLost, detail: error.shortDescription)
            }
        }
    }

    private static func tls(_ error: NIOSSLError) -> SendFailure {
        switch error {
        case .uncleanShutdown: SendFailure(.connectionLost, detail: "the connection was closed without notice")
        default: handshake("\(error)")
        }
    }

    /// A handshake that failed, which is for good unless the connection just ended.
    ///
    /// - Parameter error: what the library says, which holds the places in its source where it was found out.
    private static func handshake(_ error: String) -> SendFailure {
        if error.contains("CERTIFICATE_VERIFY_FAILED") || error.contains("unableToValidateCertificate") {
            return SendFailure(
                .notTrusted,
                detail: "its certificate has expired, or was issued by nobody who is trusted here; where a private "
                    + "authority issued it, name a file of that authority's certificates as those to trust (for AWS: "
                    + "AWS_CA_BUNDLE, or the profile's ca_bundle)")
        }
        if error.contains("EOF during") {
            return SendFailure(
                .notConnected,
                detail:
                    "it ended the connection amid the TLS handshake; where it serves plain HTTP, begin its URL with http://"
            )
        }
        let reason = error.firstMatch(of: #/OPENSSL_internal:([A-Z0-9_]+)/#).map { String($0.1) } ?? ""
        switch reason {
        case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST": return SendFailure(.noTLS)
        default: return SendFailure(.handshakeFailed, detail: handshakeProblem(reason))
        }
    }

    /// - Parameter reason: the name by which BoringSSL knows it; empty for none.
    private static func handshakeProblem(_ reason: String) -> String {
        switch reason {
        case "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks no TLS from version 1.2 on"
        case "SSLV3_ALERT_HANDSHAKE_FAILURE", "NO_SHARED_CIPHER", "TLSV1_ALERT_INSUFFICIENT_SECURITY":
            "it takes none of the ciphers that are offered, or wants a certificate of its clients"
        case "TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_UNRECOGNIZED_NAME": "it doesn't serve this host name"
        case _ where reason.hasSuffix("_CERTIFICATE_REQUIRED") || reason.hasSuffix("_ALERT_BAD_CERTIFICATE"):
            "it wants a certificate of its clients"
        case "": "the TLS library gives no reason"
        default: "the TLS library calls the reason \(reason)"
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first {
            return (first.error as? IOError).map(reason) ?? "no connection within the time limit"
        }
        return "the host name \(error.host) doesn't resolve"
    }

    private static func reason(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset by the other side"
        case EPIPE: "the connection was closed"
        case EHOSTUNREACH, ENETUNREACH: "no route to the host"
        case ETIMEDOUT: "connection timed out"
        default: "\(error)"
        }
    }
}
