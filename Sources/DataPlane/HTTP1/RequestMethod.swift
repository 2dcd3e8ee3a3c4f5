/// The method of a request. Methods are case-sensitive (RFC 9110, section 9.1).
enum RequestMethod: UInt8, Sendable {
    case get, head, post, put, delete, options, patch, trace, connect
    /// Any other token.
    case other

    /// The longest method that is read; a longer one is answered 501 (RFC 9112, section 3).
    static var maximumLength: Int { 32 }

    /// Whether repeating the request has the effect of sending it once (RFC 9110, section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }

    /// The method that `range`, which holds a token, names.
    @inline(__always)
    init(_ range: ByteRange, in scanner: ByteScanner) {
        let start = range.lowerBound
        switch range.length {
        case 3:
            switch (scanner[start], scanner[start &+ 1], scanner[start &+ 2]) {
            case (0x47, 0x45, 0x54): self = .get
            case (0x50, 0x55, 0x54): self = .put
            default: self = .other
            }
        case 4:
            switch scanner.halfWord(at: start) {
            case 0x4441_4548: self = .head
            case 0x5453_4F50: self = .post
            default: self = .other
            }
        case 5...7: self = Self.longer(range, in: scanner)
        default: self = .other
        }
    }

    private static func longer(_ range: ByteRange, in scanner: ByteScanner) -> RequestMethod {
        if scanner.equals(range, "DELETE") { return .delete }
        if scanner.equals(range, "OPTIONS") { return .options }
        if scanner.equals(range, "PATCH") { return .patch }
        if scanner.equals(range, "TRACE") { return .trace }
        if scanner.equals(range, "CONNECT") { return .connect }
        return .other
    }
}
