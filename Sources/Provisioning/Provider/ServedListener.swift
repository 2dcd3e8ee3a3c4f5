/// What a plan's listener of HTTPS is at a cloud that serves TLS in terms of its own.
package struct ServedListener: Codable, Hashable, Sendable {
    /// The name of the plan's listener.
    package var name: String
    /// The cloud's name for the versions of TLS and the ciphers; absent where the listener isn't made, for want of a
    /// certificate.
    package var securityPolicy: String?
    /// The certificates that it presents. The first one is that of clients without a server name, or with one that none
    /// fits.
    package var certificates: [ServedCertificate]

    package init(name: String, securityPolicy: String? = nil, certificates: [ServedCertificate] = []) {
        self.name = name
        self.securityPolicy = securityPolicy
        self.certificates = certificates
    }
}

/// A certificate that a listener presents.
package struct ServedCertificate: Codable, Hashable, Sendable {
    /// Where it is from: a Secret as `namespace/name`, or the cloud's identifier.
    package var source: String
    /// The names that it holds; empty where they aren't known.
    package var names: [String]
    /// The end of its validity in RFC 3339; absent where that isn't known.
    package var notAfter: String?

    package init(source: String, names: [String], notAfter: String? = nil) {
        self.source = source
        self.names = names
        self.notAfter = notAfter
    }
}
