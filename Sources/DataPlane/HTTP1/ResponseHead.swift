/// The head of a response from upstream: what was read of it, as offsets into the bytes that it was read from.
///
/// It is used as ``RequestHead`` is. What the response is to decides how its body ends, so ``parse(_:to:limits:)`` is told
/// the method of the request.
struct ResponseHead: ~Copyable {
    var version = HTTPVersion.http11
    var statusCode = 0
    /// The reason phrase as it came; may be empty.
    var reason = ByteRange.empty
    var fields = FieldTable()
    var framing = BodyFraming.none
    /// The length that `Content-Length` states, also where no body follows (of HEAD, 304).
    var statedLength: Int?
    /// Whether the upstream connection may serve another request after this response.
    var isPersistent = false

    /// Whether another response to the same request follows (1xx, but not 101).
    var isInterim: Bool { statusCode < 200 && statusCode != 101 }
    /// Whether the connection becomes a tunnel. Right as an answer to an upgrade alone, which the caller checks.
    var switchesProtocols: Bool { statusCode == 101 }

    // MARK: Where the reading stands

    var stage = RequestHead.Stage.start
    var lineStart = 0
    var scanned = 0
    var hasTransferEncoding = false
    var upgradesToWebSocket = false
    var connection = ConnectionOptions()

    init() {}

    /// Reads on. `bytes` are those of the response from its first byte, as many as there are.
    @inline(__always)
    mutating func parse(
        _ bytes: Span<UInt8>, to method: RequestMethod, limits: HeadLimits
    ) throws(ResponseFault) -> HeadProgress {
        try bytes.withUnsafeBufferPointer { buffer throws(ResponseFault) in
            guard let scanner = ByteScanner(buffer) else { return .incomplete }
            return try parse(scanner, method, limits)
        }
    }

    /// Makes ready for the next response and keeps the storage.
    mutating func reset() {
        fields.removeAll()
        stage = .start
        lineStart = 0
        scanned = 0
        statusCode = 0
        framing = .none
        statedLength = nil
        isPersistent = false
        hasTransferEncoding = false
        upgradesToWebSocket = false
        connection = ConnectionOptions()
    }

    /// Makes ready for the next response and gives the storage back.
    mutating func releaseStorage() {
        reset()
        fields.releaseStorage()
    }
}

/// What is wrong with a response from upstream. The client gets 502, and the upstream connection is not used again.
enum ResponseFault: String, HeadFault, CaseIterable, Sendable {
    case invalidStatusLine = "invalid-status-line"
    case invalidStatusCode = "invalid-status-code"
    case unsupportedVersion = "unsupported-version"
    case bareCarriageReturn = "bare-cr"
    case bareLineFeed = "bare-lf"
    case controlCharacter = "control-character"
    case invalidField = "invalid-field"
    case foldedField = "folded-field"
    case headTooLarge = "head-too-large"
    case tooManyFields = "too-many-fields"
    case invalidContentLength = "invalid-content-length"
    case repeatedContentLength = "repeated-content-length"
    case ambiguousLength = "ambiguous-length"
    case invalidTransferEncoding = "invalid-transfer-encoding"
    case tooManyConnectionOptions = "too-many-connection-options"

    /// A short, constant name that is safe for logs and metrics.
    var label: String { rawValue }

    init(_ error: FieldLineError) {
        self =
            switch error {
            case .bareCarriageReturn: .bareCarriageReturn
            case .bareLineFeed: .bareLineFeed
            case .controlCharacter: .controlCharacter
            case .emptyName, .invalidName, .spaceBeforeColon: .invalidField
            case .folded: .foldedField
            case .sectionTooLarge: .headTooLarge
            }
    }
}
