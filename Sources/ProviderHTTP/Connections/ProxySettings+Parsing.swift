import FoundationEssentials

extension ProxySettings.Proxy {
    /// Reads a proxy's URL; one without a scheme is one of http.
    init(_ value: String, variable: String) throws(ProxySettings.InvalidVariable) {
        func invalid(_ reason: String) -> ProxySettings.InvalidVariable {
            ProxySettings.InvalidVariable(name: variable, reason: reason)
        }
        let text = value.contains("://") ? value : "http://\(value)"
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
            throw invalid("its value is not the URL of a proxy")
        }
        switch parts.scheme?.lowercased() {
        case "http": scheme = .http
        case "socks5", "socks5h": scheme = .socks5
        case "https": throw invalid("proxies that are themselves spoken to over TLS are not supported")
        default: throw invalid("its scheme is not supported")
        }
        self.host = String(host.drop { $0 == "[" }.prefix { $0 != "]" })
        port = parts.port ?? (scheme == .http ? 80 : 1080)
        guard (1...65535).contains(port) else { throw invalid("its port is not one from 1 to 65535") }
        credentials = parts.user.map { ProxySettings.Credentials(user: $0, password: parts.password ?? "") }
        if credentials != nil, scheme == .socks5 {
            throw invalid("user and password are not supported for a SOCKS proxy")
        }
    }
}
