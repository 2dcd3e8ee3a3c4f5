/// How the endpoints of a cloud are reached.
package struct ConnectionConfiguration: Sendable {
    package var proxies: ProxySettings
    /// Whom to trust, rather than the system's certificate authorities.
    package var trust: TrustedCertificates?
    /// How long a connection may take to come about.
    package var connectTimeLimit: Duration
    /// How many connections one endpoint gets; further calls wait for one.
    package var connectionsPerEndpoint: Int
    /// What calls carry as `User-Agent`.
    package var userAgent: String

    package init(
        proxies: ProxySettings = .none,
        trust: TrustedCertificates? = nil,
        connectTimeLimit: Duration = .seconds(10),
        connectionsPerEndpoint: Int = 8,
        userAgent: String = "headgate"
    ) {
        self.proxies = proxies
        self.trust = trust
        self.connectTimeLimit = connectTimeLimit
        self.connectionsPerEndpoint = connectionsPerEndpoint
        self.userAgent = userAgent
    }
}
