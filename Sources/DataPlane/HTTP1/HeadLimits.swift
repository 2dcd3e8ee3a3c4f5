/// How much head a peer may send.
struct HeadLimits: Hashable, Sendable {
    /// The longest head in bytes, its start line and the empty line at its end included.
    var maximumHeadBytes: Int
    /// The longest request target in bytes.
    var maximumTargetBytes: Int
    /// The most field lines.
    var maximumFields: Int

    /// Values are brought into the range in which offsets fit their fields: heads of 256 bytes to 1 MiB.
    init(maximumHeadBytes: Int = 32 << 10, maximumTargetBytes: Int = 16 << 10, maximumFields: Int = 100) {
        self.maximumHeadBytes = min(max(maximumHeadBytes, 256), 1 << 20)
        self.maximumTargetBytes = min(max(maximumTargetBytes, 1), self.maximumHeadBytes)
        self.maximumFields = min(max(maximumFields, 1), 10_000)
    }
}

/// How far a head has been read.
enum HeadProgress: Equatable, Sendable {
    /// The bytes so far are right and the head goes on.
    case incomplete
    /// The head is whole; the body starts behind this many bytes.
    case complete(byteCount: Int)
}

/// How the end of a body is found (RFC 9112, section 6.3).
enum BodyFraming: Equatable, Sendable {
    /// There is no body.
    case none
    /// As many bytes as `Content-Length` says, at least one.
    case length(Int)
    /// The chunked coding.
    case chunked
    /// Until the connection closes; of responses alone.
    case untilClose
}

/// The versions of HTTP/1 that are spoken. A sender of any other is refused.
enum HTTPVersion: Equatable, Sendable {
    case http10, http11
}
