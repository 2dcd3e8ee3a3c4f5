/// The head of a request: what was read of it, as offsets into the bytes that it was read from.
///
/// One value serves a connection for its life. Give ``parse(_:limits:)`` the bytes received since the end of the previous
/// message until it is complete, then use the offsets with those same bytes; ``reset()`` before the next message. Nothing
/// is allocated once the field table has grown to the size of the heads that come.
struct RequestHead: ~Copyable {
    /// The form of the request target (RFC 9112, section 3.2).
    enum TargetForm: Sendable {
        case origin, absolute
        /// `*`, of OPTIONS alone; also an absolute form of OPTIONS with neither path nor query.
        case asterisk
    }

    /// What an `Upgrade` field asks for. It counts on an HTTP/1.1 request whose `Connection` names it, and no other
    /// upgrade than the WebSocket is ever passed on.
    enum Upgrade: Sendable {
        case none
        case webSocket
        /// Another protocol; the request is served as if it hadn't asked (RFC 9110, section 7.8).
        case other
    }

    // MARK: What was read

    var method = RequestMethod.other
    var methodName = ByteRange.empty
    /// The target as it came.
    var target = ByteRange.empty
    var targetForm = TargetForm.origin
    /// The path as it came, without the query. Empty for an absolute form without one, which means `/`, and for
    /// ``TargetForm/asterisk``.
    var path = ByteRange.empty
    /// The query as it came, without its question mark; nil where there is no question mark.
    var query: ByteRange?
    /// Whether the target holds octets beyond ASCII, or a backslash in its path: they are percent-encoded on their way.
    var targetNeedsEncoding = false
    var version = HTTPVersion.http11
    /// The host asked for: that of the Host field, or of an absolute target in HTTP/1.0 without one. Empty only in
    /// HTTP/1.0.
    var host = HostAndPort.none
    var fields = FieldTable()
    var framing = BodyFraming.none
    /// Whether the client wants the connection to stay open.
    var isPersistent = false
    /// Whether the client waits for a 100 (Continue) before it sends the body (RFC 9110, section 10.1.1).
    var expectsContinue = false
    var upgrade = Upgrade.none
    /// Whether the client takes trailers (`TE: trailers`).
    var acceptsTrailers = false

    // MARK: Where the reading stands

    enum Stage: Sendable { case start, fields, done }

    var stage = Stage.start
    /// The start of the first line that isn't read yet.
    var lineStart = 0
    /// Up to where the line that isn't whole yet is known to be clean.
    var scanned = 0
    var facts = FieldFacts()

    init() {}

    /// Reads on. `bytes` are those of the message from its first byte, as many as there are: the same ones as at the call
    /// before, and more. What comes behind the head is not looked at.
    ///
    /// The outcome depends on the bytes alone, not on how they were cut into calls.
    @inline(__always)
    mutating func parse(_ bytes: Span<UInt8>, limits: HeadLimits) throws(RequestRefusal) -> HeadProgress {
        try bytes.withUnsafeBufferPointer { buffer throws(RequestRefusal) in
            guard let scanner = ByteScanner(buffer) else { return .incomplete }
            return try parse(scanner, limits)
        }
    }

    /// Makes ready for the next message and keeps the storage. Nothing is left of the one before: what is said of a message
    /// that turns out to be malformed must be its own.
    mutating func reset() {
        fields.removeAll()
        stage = .start
        lineStart = 0
        scanned = 0
        method = .other
        methodName = .empty
        target = .empty
        path = .empty
        version = .http11
        query = nil
        host = .none
        framing = .none
        targetNeedsEncoding = false
        isPersistent = false
        expectsContinue = false
        upgrade = .none
        acceptsTrailers = false
        facts = FieldFacts()
    }

    /// Makes ready for the next message and gives the storage back, for a connection that goes idle.
    mutating func releaseStorage() {
        reset()
        fields.releaseStorage()
    }
}
