/// Why a request cannot be served as it came. The connection closes after the answer: where the next message would start
/// is no longer certain.
enum RequestRefusal: String, HeadFault, CaseIterable, Sendable {
    case invalidStartOfMessage = "invalid-start"
    case bareCarriageReturn = "bare-cr"
    case bareLineFeed = "bare-lf"
    case controlCharacter = "control-character"
    case invalidMethod = "invalid-method"
    case methodTooLong = "method-too-long"
    case connectNotSupported = "connect"
    case invalidTarget = "invalid-target"
    case targetTooLong = "target-too-long"
    case invalidVersion = "invalid-version"
    case unsupportedVersion = "unsupported-version"
    case emptyFieldName = "empty-field-name"
    case invalidFieldName = "invalid-field-name"
    case spaceBeforeColon = "space-before-colon"
    case foldedField = "folded-field"
    case headTooLarge = "head-too-large"
    case tooManyFields = "too-many-fields"
    case missingHost = "missing-host"
    case repeatedHost = "repeated-host"
    case invalidHost = "invalid-host"
    case hostMismatch = "host-mismatch"
    case invalidContentLength = "invalid-content-length"
    case repeatedContentLength = "repeated-content-length"
    case ambiguousLength = "ambiguous-length"
    case invalidTransferEncoding = "invalid-transfer-encoding"
    case repeatedTransferEncoding = "repeated-transfer-encoding"
    case unsupportedTransferCoding = "unsupported-transfer-coding"
    case transferEncodingOnHTTP10 = "transfer-encoding-on-http-1.0"
    case tooManyConnectionOptions = "too-many-connection-options"
    case unsupportedExpectation = "unsupported-expectation"

    /// The status that answers the request.
    var statusCode: Int {
        switch self {
        case .connectNotSupported: 405
        case .targetTooLong: 414
        case .unsupportedExpectation: 417
        case .headTooLarge, .tooManyFields: 431
        case .methodTooLong, .unsupportedTransferCoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }

    /// A short, constant name that is safe for logs and metrics.
    var label: String { rawValue }

    init(_ error: FieldLineError) {
        self =
            switch error {
            case .bareCarriageReturn: .bareCarriageReturn
            case .bareLineFeed: .bareLineFeed
            case .controlCharacter: .controlCharacter
            case .emptyName: .emptyFieldName
            case .invalidName: .invalidFieldName
            case .spaceBeforeColon: .spaceBeforeColon
            case .folded: .foldedField
            case .sectionTooLarge: .headTooLarge
            }
    }
}
