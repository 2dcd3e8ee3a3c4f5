/// What the first bytes of a connection look like.
enum ProtocolSniff: Equatable, Sendable {
    /// Too few bytes to tell.
    case undecided
    /// A TLS handshake record (RFC 8446, section 5.1).
    case tls
    /// A request line of HTTP/1 or the preface of HTTP/2: plain text.
    case http
    case other

    /// Tells TLS from plain HTTP, so that HTTPS on a plain port and plain HTTP on a TLS port each get an answer that says
    /// so instead of a fault of the other protocol.
    init(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else {
            self = .undecided
            return
        }
        if bytes[0] == 0x16 {
            guard bytes.count > 1 else {
                self = .undecided
                return
            }
            self = bytes[1] == 0x03 ? .tls : .other
            return
        }
        // A method: upper-case letters, then a space.
        for index in 0..<min(bytes.count, RequestMethod.maximumLength + 1) {
            let byte = bytes[index]
            if byte == UInt8(ascii: " ") {
                self = index > 0 ? .http : .other
                return
            }
            guard CharacterClass.token.contains(byte) else {
                self = .other
                return
            }
        }
        self = bytes.count > RequestMethod.maximumLength ? .other : .undecided
    }
}
