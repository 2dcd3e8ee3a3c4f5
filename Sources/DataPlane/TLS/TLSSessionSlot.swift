internal import COpenSSL

/// Keeps the latest session with one target under one server name and one client context, so that the next connection
/// resumes it and saves the certificate's verification.
///
/// Not Sendable: a loop owns its slots, as it owns its upstream pools.
package final class TLSSessionSlot {
    /// Owned; nil before the first session.
    private var session: OpaquePointer?

    package init() {}

    deinit { SSL_SESSION_free(session) }

    /// Whether there is a session to resume.
    package var holdsSession: Bool { session != nil }

    /// Offers the session in the handshake of `ssl`, and takes the one that the target will give. The owner of `ssl`
    /// keeps the slot for as long.
    func attach(to ssl: OpaquePointer) {
        headgate_SSL_set_app_data(ssl, Unmanaged.passUnretained(self).toOpaque())
        guard let session, SSL_SESSION_is_resumable(session) == 1 else { return }
        if SSL_set_session(ssl, session) != 1 { ERR_clear_error() }
    }

    /// Takes the session of a finished handshake that resumed one: with TLS 1.2 the target may have renewed its ticket,
    /// and OpenSSL calls ``keep(_:of:)`` for sessions that are new as a whole only.
    func keepRenewedSession(of ssl: OpaquePointer) {
        guard SSL_session_reused(ssl) == 1, SSL_version(ssl) == TLS1_2_VERSION else { return }
        SSL_SESSION_free(session)
        session = SSL_get1_session(ssl)
    }

    /// OpenSSL's callback for a new session: returns 1 where the slot has taken ownership of it.
    static func keep(_ session: OpaquePointer?, of ssl: OpaquePointer?) -> Int32 {
        guard let ssl, let session, let data = headgate_SSL_get_app_data(ssl) else { return 0 }
        let slot = Unmanaged<TLSSessionSlot>.fromOpaque(data).takeUnretainedValue()
        SSL_SESSION_free(slot.session)
        slot.session = session
        return 1
    }
}
