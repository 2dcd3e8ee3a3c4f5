import LoadBalancerModel

/// Which certificate a client of a load balancer sees, and under which policy it shakes hands.
struct TLSChoice {
    private let plan: LoadBalancerPlan
    private let tls: ListenerTLS
    /// The name that the client asks for; nil for an IP address.
    private let serverName: String?

    /// Nil for plain HTTP, or a load balancer without HTTPS.
    init?(_ url: ExplainedURL, plan: LoadBalancerPlan) {
        guard url.scheme == .https else { return nil }
        let https = plan.listeners.filter { $0.protocol == .https }
        guard let tls = (https.first { $0.port == url.port } ?? https.first)?.tls else { return nil }
        self.plan = plan
        self.tls = tls
        serverName = Self.name(of: url)
    }

    /// The certificate that the server name chooses.
    var certificate: Explanation.Certificate {
        let binding = serverName.flatMap(tls.binding)
        let fingerprint = binding.map(\.certificate) ?? tls.defaultCertificate
        let reference = plan.certificates.first { $0.fingerprint == fingerprint }
        // A name that is bound for its policy alone gets the default certificate, too.
        let isDefault = fingerprint == tls.defaultCertificate
        return Explanation.Certificate(
            serverName: serverName,
            configuredFor: isDefault ? nil : binding?.host,
            secret: reference?.secret,
            fingerprint: reference?.fingerprint,
            notAfter: reference?.notAfter)
    }

    /// The policy of the handshake, and where the request's host is served under another one, that the request is
    /// misdirected.
    ///
    /// - Parameter url: the URL with the host of the request's `Host` field.
    func policy(forRequestTo url: ExplainedURL) -> Explanation.Policy {
        let binding = serverName.flatMap(tls.binding)
        let isOwn = binding?.policy != nil
        let ofHost = tls.policy(for: Self.name(of: url))
        let chosen = tls.policy(for: serverName)
        return Explanation.Policy(
            minimumVersion: chosen.minimumVersion,
            maximumVersion: chosen.maximumVersion,
            configuredFor: isOwn ? binding?.host : nil,
            ofHost: ofHost == chosen ? nil : ofHost)
    }

    /// The host as a server name; nil for an IP address, which is never sent as one (RFC 6066, section 3).
    private static func name(of url: ExplainedURL) -> String? {
        guard IPAddress.family(of: url.bareHost) == nil else { return nil }
        return url.host.hasSuffix(".") ? String(url.host.dropLast()) : url.host
    }
}
