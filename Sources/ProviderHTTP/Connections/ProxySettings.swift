/// Which proxy a call goes through.
///
/// Read from the environment as Go's `golang.org/x/net/http/httpproxy` reads it, with which most programs of a cluster
/// agree: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, each in lower case first.
package struct ProxySettings: Hashable, Sendable {
    /// A proxy, which calls are tunnelled through.
    package struct Proxy: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        package enum Scheme: String, Hashable, Sendable {
            /// `CONNECT` (RFC 9110, section 9.3.6).
            case http
            /// SOCKS 5 (RFC 1928), the proxy resolving names or not.
            case socks5
        }

        package let scheme: Scheme
        package let host: String
        package let port: Int
        /// User and password, which no description shows.
        let credentials: Credentials?

        package var description: String {
            "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
        package var debugDescription: String { description }
        package var customMirror: Mirror { Mirror(self, children: ["proxy": description]) }
    }

    struct Credentials: Hashable, Sendable {
        let user: String
        let password: String
    }

    /// A variable of the environment that can't be used. Its value isn't repeated, for it may hold a password.
    package struct InvalidVariable: Error, Hashable, Sendable, CustomStringConvertible {
        package let name: String
        package let reason: String

        package var description: String {
            "environment variable \(name): \(reason); give it as http://HOST:PORT or socks5://HOST:PORT"
        }
    }

    private var http: Proxy?
    private var https: Proxy?
    private var exceptions: ProxyExceptions

    /// Every call goes straight to its endpoint.
    package static let none = ProxySettings(http: nil, https: nil, exceptions: ProxyExceptions(""))

    private init(http: Proxy?, https: Proxy?, exceptions: ProxyExceptions) {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// - Throws: ``InvalidVariable`` where a proxy is given that can't be used: calls must not go another way than the
    ///   one that was asked for.
    package init(environment: [String: String]) throws(InvalidVariable) {
        http = try Self.proxy(from: environment, names: ["http_proxy", "HTTP_PROXY"])
        https = try Self.proxy(from: environment, names: ["https_proxy", "HTTPS_PROXY"])
        exceptions = ProxyExceptions(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
    }

    /// Every proxy that a call may go through.
    var proxies: Set<Proxy> { Set([http, https].compactMap(\.self)) }

    /// The proxy for an endpoint; nil where calls go straight to it.
    ///
    /// This machine itself, and the link-local addresses at which clouds hand out credentials, are never asked for
    /// through a proxy, which would reach another machine than the one meant.
    package func proxy(for endpoint: Endpoint) -> Proxy? {
        guard let proxy = endpoint.scheme == "https" ? https : http else { return nil }
        return exceptions.contains(endpoint) ? nil : proxy
    }

    private static func proxy(
        from environment: [String: String], names: [String]
    ) throws(InvalidVariable) -> Proxy? {
        for name in names {
            guard let value = environment[name], !value.isEmpty else { continue }
            return try Proxy(value, variable: name)
        }
        return nil
    }
}
