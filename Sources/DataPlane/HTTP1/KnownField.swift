/// The header fields that the load balancer knows by number, so that no name is compared twice.
enum KnownField: UInt8, CaseIterable, Sendable {
    /// Any other field; its name stands in the message alone.
    case other = 0
    case accept
    case acceptEncoding
    case acceptLanguage
    case acceptRanges
    case authorization
    case cacheControl
    case connection
    case contentEncoding
    case contentLanguage
    case contentDisposition
    case contentLength
    case contentRange
    case contentType
    case cookie
    case date
    case entityTag
    case expect
    case expires
    case forwarded
    case host
    case http2Settings
    case ifMatch
    case ifModifiedSince
    case ifNoneMatch
    case ifRange
    case ifUnmodifiedSince
    case keepAlive
    case lastModified
    case location
    case maxForwards
    case origin
    case proxy
    case proxyAuthenticate
    case proxyAuthorization
    case proxyConnection
    case range
    case referer
    case server
    case setCookie
    case strictTransportSecurity
    case te
    case traceParent
    case traceState
    case trailer
    case transferEncoding
    case upgrade
    case userAgent
    case vary
    case via
    case wwwAuthenticate
    case xForwardedFor
    case xForwardedHost
    case xForwardedPort
    case xForwardedPrefix
    case xForwardedProto
    case xForwardedScheme
    case xForwardedServer
    case xForwardedSSL
    case xRealIP
    case xRequestID

    /// The name as the load balancer writes it itself.
    var name: StaticString {
        switch self {
        case .other: ""
        case .accept: "Accept"
        case .acceptEncoding: "Accept-Encoding"
        case .acceptLanguage: "Accept-Language"
        case .acceptRanges: "Accept-Ranges"
        case .authorization: "Authorization"
        case .cacheControl: "Cache-Control"
        case .connection: "Connection"
        case .contentEncoding: "Content-Encoding"
        case .contentLanguage: "Content-Language"
        case .contentDisposition: "Content-Disposition"
        case .contentLength: "Content-Length"
        case .contentRange: "Content-Range"
        case .contentType: "Content-Type"
        case .cookie: "Cookie"
        case .date: "Date"
        case .entityTag: "ETag"
        case .expect: "Expect"
        case .expires: "Expires"
        case .forwarded: "Forwarded"
        case .host: "Host"
        case .http2Settings: "HTTP2-Settings"
        case .ifMatch: "If-Match"
        case .ifModifiedSince: "If-Modified-Since"
        case .ifNoneMatch: "If-None-Match"
        case .ifRange: "If-Range"
        case .ifUnmodifiedSince: "If-Unmodified-Since"
        case .keepAlive: "Keep-Alive"
        case .lastModified: "Last-Modified"
        case .location: "Location"
        case .maxForwards: "Max-Forwards"
        case .origin: "Origin"
        case .proxy: "Proxy"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyConnection: "Proxy-Connection"
        case .range: "Range"
        case .referer: "Referer"
        case .server: "Server"
        case .setCookie: "Set-Cookie"
        case .strictTransportSecurity: "Strict-Transport-Security"
        case .te: "TE"
        case .traceParent: "traceparent"
        case .traceState: "tracestate"
        case .trailer: "Trailer"
        case .transferEncoding: "Transfer-Encoding"
        case .upgrade: "Upgrade"
        case .userAgent: "User-Agent"
        case .vary: "Vary"
        case .via: "Via"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .xForwardedFor: "X-Forwarded-For"
        case .xForwardedHost: "X-Forwarded-Host"
        case .xForwardedPort: "X-Forwarded-Port"
        case .xForwardedPrefix: "X-Forwarded-Prefix"
        case .xForwardedProto: "X-Forwarded-Proto"
        case .xForwardedScheme: "X-Forwarded-Scheme"
        case .xForwardedServer: "X-Forwarded-Server"
        case .xForwardedSSL: "X-Forwarded-Ssl"
        case .xRealIP: "X-Real-IP"
        case .xRequestID: "X-Request-Id"
        }
    }

    /// The bit of the field in a ``FieldSet``.
    @inline(__always)
    var bit: UInt64 { 1 &<< UInt64(rawValue) }
}

/// A set of known fields.
struct FieldSet: Sendable {
    private(set) var bits: UInt64 = 0

    init() {}

    init(_ fields: KnownField...) {
        for field in fields { bits |= field.bit }
    }

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    @inline(__always)
    func contains(_ field: KnownField) -> Bool { bits & field.bit != 0 }

    @inline(__always)
    mutating func insert(_ field: KnownField) { bits |= field.bit }

    /// The fields that concern one connection alone and never pass an intermediary (RFC 9110, section 7.6.1, those that
    /// older specifications name, and `HTTP2-Settings`, whose client may have forgotten to nominate it). `Trailer` is not among them: it goes with the trailers.
    @inline(__always)
    static var hopByHop: FieldSet {
        FieldSet(
            bits: KnownField.connection.bit | KnownField.keepAlive.bit | KnownField.proxyConnection.bit
                | KnownField.te.bit | KnownField.transferEncoding.bit | KnownField.upgrade.bit
                | KnownField.proxyAuthenticate.bit | KnownField.proxyAuthorization.bit
                | KnownField.http2Settings.bit
        )
    }
}
