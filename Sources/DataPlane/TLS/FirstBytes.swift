/// What a connection to a TLS listener starts with.
///
/// A stream finds out by itself: a handshake with a client that speaks plain HTTP fails with
/// ``TLSFailure/isPlainHTTP``, and nothing has been sent. This is for those who have peeked.
package enum FirstBytes: Hashable, Sendable {
    /// A TLS record of the handshake type (RFC 8446, section 5.1).
    case tls
    /// The method of an HTTP request, which gets a 400 as plain text.
    case plainHTTP
    /// Neither: the connection is closed without an answer.
    case unknown

    /// Judges what has been received; nil while nothing has.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return nil }
        self.init(first: first)
    }

    /// Methods in use start with an upper-case letter, a record of a handshake with 22.
    init(first: UInt8) {
        self =
            switch first {
            case 0x16: .tls
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): .plainHTTP
            default: .unknown
            }
    }
}
