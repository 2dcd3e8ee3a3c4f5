import FoundationEssentials

/// Whom a call goes to: scheme, host and port of its URL, without path, query or anything secret.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package let scheme: String
    /// The host name or address, in lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    private let namesPort: Bool

    /// Nothing where `url` is not an absolute URL of http or https.
    package init?(url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty, scheme == "http" || scheme == "https"
        else { return nil }
        self.scheme = scheme
        self.host = String(host.drop { $0 == "[" }.prefix { $0 != "]" }).lowercased()
        self.port = parts.port ?? (scheme == "https" ? 443 : 80)
        self.namesPort = parts.port != nil
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return namesPort ? "\(scheme)://\(name):\(port)" : "\(scheme)://\(name)"
    }
}
