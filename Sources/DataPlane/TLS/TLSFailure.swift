internal import COpenSSL
internal import Glibc

/// Why a TLS connection can't go on. A trivial value: its texts are made when they are asked for.
package struct TLSFailure: Error, Hashable, Sendable {
    /// What was being done.
    package enum Phase: String, Hashable, Sendable {
        case handshake, read, write
    }

    enum Cause: Hashable, Sendable {
        /// What OpenSSL's error queue held: a packed library and reason number.
        case library(code: UInt)
        /// The result of the verification of the peer's certificate, `X509_V_ERR_…`.
        case certificate(result: Int)
        /// The error number of a system call on the socket.
        case system(code: Int32)
        /// The peer closed the connection where it had to go on.
        case closed
        /// The client sent a plain HTTP request.
        case plainHTTP
    }

    package let phase: Phase
    let cause: Cause

    /// Whether the client spoke plain HTTP to a TLS listener. Nothing was sent in answer; a plain text may be.
    package var isPlainHTTP: Bool { cause == .plainHTTP }
}

extension TLSFailure {
    /// The failure that OpenSSL reports with `SSL_ERROR_SSL`. Empties the thread's error queue.
    static func fromErrorQueue(phase: Phase, ssl: OpaquePointer) -> TLSFailure {
        let code = ERR_get_error()
        ERR_clear_error()
        let isVerification =
            headgate_ERR_GET_LIB(code) == Int32(ERR_LIB_SSL)
            && headgate_ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED
        return TLSFailure(
            phase: phase,
            cause: isVerification ? .certificate(result: SSL_get_verify_result(ssl)) : .library(code: code))
    }
}

extension TLSFailure: CustomStringConvertible {
    package var description: String { "TLS \(phase.rawValue) failed: \(message)" }

    /// One sentence part for people, without anything that the peer could choose.
    package var message: String {
        switch cause {
        case .library(let code): ERR_reason_error_string(code).map { String(cString: $0) } ?? "protocol error"
        case .certificate(let result):
            "the peer's certificate was refused: "
                + (X509_verify_cert_error_string(result).map { String(cString: $0) } ?? "unknown reason")
        case .system(let code): String(cString: strerror(code))
        case .closed: "the peer closed the connection"
        case .plainHTTP: "the client sent a plain HTTP request to a TLS port"
        }
    }

    /// A short name of the cause in snake case, out of a closed set and thus safe as a metric's label, such as
    /// `handshake_no_shared_cipher` or `handshake_peer_alert_unknown_ca`.
    package var label: String { phase.rawValue + "_" + causeLabel }

    private var causeLabel: String {
        switch cause {
        case .library(let code): Self.label(code: code, text: message)
        case .certificate(let result): Self.label(verification: Int32(truncatingIfNeeded: result))
        case .system(ECONNRESET): "connection_reset"
        case .system(EPIPE): "broken_pipe"
        case .system(ETIMEDOUT): "connection_timed_out"
        case .system: "socket_error"
        case .closed: "connection_closed"
        case .plainHTTP: "plain_http"
        }
    }

    private static func label(verification result: Int32) -> String {
        switch result {
        case X509_V_ERR_CERT_HAS_EXPIRED: "certificate_expired"
        case X509_V_ERR_CERT_NOT_YET_VALID: "certificate_not_yet_valid"
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: "certificate_name_mismatch"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: "certificate_self_signed"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            "certificate_unknown_ca"
        default: "certificate_invalid"
        }
    }

    private static func label(code: UInt, text: String) -> String {
        guard headgate_ERR_GET_LIB(code) == Int32(ERR_LIB_SSL) else {
            return code == 0 ? "protocol_error" : "crypto_error"
        }
        let reason = headgate_ERR_GET_REASON(code)
        guard reason < SSL_AD_REASON_OFFSET else {
            // An alert of the peer, whose text reads as "tlsv1 alert unknown ca".
            let words = text.split(separator: " ").drop { $0.hasPrefix("tlsv1") || $0 == "sslv3" || $0 == "alert" }
            return "peer_alert_" + words.joined(separator: "_")
        }
        return label(reason: reason)
    }

    private static func label(reason: Int32) -> String {
        switch reason {
        case SSL_R_NO_SHARED_CIPHER: "no_shared_cipher"
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH, SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_WRONG_SSL_VERSION:
            "unsupported_protocol"
        case SSL_R_NO_APPLICATION_PROTOCOL: "no_application_protocol"
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            "no_shared_signature_algorithm"
        case SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS, SSL_R_NO_SHARED_GROUPS: "no_shared_group"
        case SSL_R_WRONG_VERSION_NUMBER: "not_tls"
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: "connection_closed"
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: "bad_record_mac"
        case SSL_R_INAPPROPRIATE_FALLBACK: "inappropriate_fallback"
        case SSL_R_NO_RENEGOTIATION: "no_renegotiation"
        case SSL_R_UNEXPECTED_MESSAGE, SSL_R_UNEXPECTED_RECORD: "unexpected_message"
        case SSL_R_LENGTH_MISMATCH, SSL_R_LENGTH_TOO_SHORT, SSL_R_BAD_PACKET, SSL_R_BAD_EXTENSION,
            SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_DATA_LENGTH_TOO_LONG, SSL_R_ENCRYPTED_LENGTH_TOO_LONG:
            "malformed_message"
        case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK, SSL_R_DH_KEY_TOO_SMALL: "weak_key"
        default: "protocol_error"
        }
    }
}
