import LoadBalancerModel

/// Which certificate a client of a load balancer sees.
struct CertificateChoice {
    let plan: LoadBalancerPlan

    /// - Returns: the certificate that the server name of `url` chooses, or nil for plain HTTP or a load balancer without HTTPS.
    func certificate(for url: ExplainedURL) -> Explanation.Certificate? {
        guard url.scheme == .https else { return nil }
        let https = plan.listeners.filter { $0.protocol == .https }
        guard let tls = (https.first { $0.port == url.port } ?? https.first)?.tls else { return nil }
        // RFC 6066, section 3: an IP address is never sent as a server name.
        let isAddress = IPAddress.family(of: url.bareHost) != nil
        let name = isAddress ? nil : Self.withoutDot(url.host)
        let binding = name.flatMap { Self.binding(for: $0, in: tls.certificates) }
        let fingerprint = binding?.certificate ?? tls.defaultCertificate
        let reference = plan.certificates.first { $0.fingerprint == fingerprint }
        return Explanation.Certificate(
            serverName: name,
            configuredFor: binding?.host,
            secret: reference?.secret,
            fingerprint: reference?.fingerprint,
            notAfter: reference?.notAfter)
    }

    /// The exact name first, then the wildcard of its first label.
    private static func binding(for name: String, in bindings: [ServerNameBinding]) -> ServerNameBinding? {
        if let exact = bindings.first(where: { $0.host.lowercased() == name }) { return exact }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let wildcard = "*" + name[dot...]
        return bindings.first { $0.host.lowercased() == wildcard }
    }

    private static func withoutDot(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
