/// What is done to the requests and responses of a route on their way.
package struct RouteFilters: Codable, Hashable, Sendable {
    /// Answers plain HTTP requests with a redirect to HTTPS.
    package var redirectToHTTPS: HTTPSRedirect?
    /// How the request path is changed before it goes to the backend.
    package var rewrite: PathRewrite?
    /// The largest request body in bytes; 0 for no limit, absent for the load balancer's own.
    package var maximumRequestBodyBytes: Int?
    package var timeouts: RouteTimeouts
    /// Session affinity by cookie; the cookie's path is ``SessionAffinity/cookiePath`` or the route's path.
    package var affinity: SessionAffinity?
    /// How long, in seconds, a client stays at the one of the route's pools that it got first, at whichever of its targets;
    /// 0 for not at all, absent for as long as ``affinity`` keeps it at a target.
    package var poolAffinitySeconds: Int?
    /// Fields set on every response to a client on a TLS connection, such as `Strict-Transport-Security`.
    package var secureResponseHeaders: [HeaderValue]

    package init(
        redirectToHTTPS: HTTPSRedirect? = nil,
        rewrite: PathRewrite? = nil,
        maximumRequestBodyBytes: Int? = nil,
        timeouts: RouteTimeouts = RouteTimeouts(),
        affinity: SessionAffinity? = nil,
        poolAffinitySeconds: Int? = nil,
        secureResponseHeaders: [HeaderValue] = []
    ) {
        self.redirectToHTTPS = redirectToHTTPS
        self.rewrite = rewrite
        self.maximumRequestBodyBytes = maximumRequestBodyBytes
        self.timeouts = timeouts
        self.affinity = affinity
        self.poolAffinitySeconds = poolAffinitySeconds
        self.secureResponseHeaders = secureResponseHeaders
    }
}

/// A header field to be set.
package struct HeaderValue: Codable, Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The redirect from HTTP to HTTPS. Path and query stay as they came.
package struct HTTPSRedirect: Codable, Hashable, Sendable {
    package var statusCode: Int
    /// The port in `Location`, left out where it is 443; absent for the port of the load balancer's HTTPS listener.
    package var port: Int?

    /// Whether ACME challenges (RFC 8555, section 8.3) are redirected as well; absent where they are answered over plain
    /// HTTP.
    package var includesChallenges: Bool?

    package init(statusCode: Int = 308, port: Int? = nil, includesChallenges: Bool? = nil) {
        self.statusCode = statusCode
        self.port = port
        self.includesChallenges = includesChallenges
    }
}

/// A change of the request path. The query is kept.
package struct PathRewrite: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// The whole path becomes the value, in which `$1` to `$9` stand for the groups of the route's expression and a
        /// group that is missing is empty.
        case template = "Template"
        /// The part that the route's Prefix match covered becomes the value.
        case replacePrefix = "ReplacePrefix"
        /// What ``PathRewrite/expression`` finds first in the path, with regard to case, becomes the value, in which `$1`
        /// to `$9` stand for its groups. A path in which it finds nothing stays.
        case substitution = "Substitution"
    }

    package var kind: Kind
    package var value: String
    /// The RE2 expression of a ``Kind/substitution``; absent for other kinds.
    package var expression: String?

    package enum CodingKeys: String, CodingKey {
        case kind = "type"
        case value, expression
    }

    package init(kind: Kind, value: String, expression: String? = nil) {
        self.kind = kind
        self.value = value
        self.expression = expression
    }
}

/// The time limits of a route, in milliseconds; absent ones are the load balancer's own.
package struct RouteTimeouts: Codable, Hashable, Sendable {
    /// For the connection to a target, TLS handshake included.
    package var connectMilliseconds: Int?
    /// Between two reads from the target, the one before the first byte of the response included.
    package var readMilliseconds: Int?
    /// Between two writes to the target.
    package var sendMilliseconds: Int?

    package init(
        connectMilliseconds: Int? = nil,
        readMilliseconds: Int? = nil,
        sendMilliseconds: Int? = nil
    ) {
        self.connectMilliseconds = connectMilliseconds
        self.readMilliseconds = readMilliseconds
        self.sendMilliseconds = sendMilliseconds
    }
}

/// Requests of one client go to one target, which a cookie names.
package struct SessionAffinity: Codable, Hashable, Sendable {
    package var cookieName: String
    /// The `Path` attribute; absent for the path of the route.
    package var cookiePath: String?
    /// The `Max-Age` attribute in seconds; absent for a session cookie.
    package var maximumAgeSeconds: Int?

    package init(cookieName: String, cookiePath: String? = nil, maximumAgeSeconds: Int? = nil) {
        self.cookieName = cookieName
        self.cookiePath = cookiePath
        self.maximumAgeSeconds = maximumAgeSeconds
    }
}
