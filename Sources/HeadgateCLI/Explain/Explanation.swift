import LoadBalancerModel

/// What becomes of a request, as `headgate explain --output json` prints it.
struct Explanation: Hashable, Sendable {
    /// Whether a route takes the request.
    var matched: Bool
    /// The request as it was understood.
    var request: Request
    /// The load balancer that the request comes to.
    var loadBalancer: String?
    /// The rule that takes the request; empty where none does.
    var rule = DescribedRule()
    /// Whose default backend takes the request; absent where a path does.
    var defaultBackend: DefaultBackendOwner?
    /// The targets that would get the request, `address:port`.
    var targets: [String] = []
    /// Why the route takes the request, or why none does.
    var reason: String
    /// What the load balancer answers by itself.
    var response: Response?
    /// The request that a target gets.
    var upstream: Upstream?
    /// The certificate that a client sees; absent for plain HTTP.
    var certificate: Certificate?
    /// The TLS policy of the client's handshake; absent for plain HTTP.
    var tlsPolicy: Policy?
    /// What else could have taken the request, and why it does not.
    var considered: [Considered] = []

    struct Request: Codable, Hashable, Sendable {
        var method: String
        var url: String
        /// The `Host` field where it is not that of the URL.
        var host: String?
    }

    /// An answer of the load balancer itself.
    struct Response: Codable, Hashable, Sendable {
        var statusCode: Int
        /// The `Location` field of a redirect.
        var location: String?
        /// Why this is answered.
        var reason: String
    }

    /// What is sent to a target.
    struct Upstream: Codable, Hashable, Sendable {
        var `protocol`: String
        /// Path and query.
        var target: String
        /// The `Host` field where it is not that of the request.
        var host: String?
    }

    /// A certificate as the server name chooses it.
    struct Certificate: Codable, Hashable, Sendable {
        /// The name that the client asks for; absent for an IP address.
        var serverName: String?
        /// The host that the certificate is configured for; absent for the default one.
        var configuredFor: String?
        /// The Secret; absent for the self-signed one that the load balancer generates.
        var secret: String?
        var fingerprint: String?
        var notAfter: String?
    }

    /// A TLS policy as the server name chooses it.
    struct Policy: Codable, Hashable, Sendable {
        var minimumVersion: TLSVersion
        var maximumVersion: TLSVersion
        /// The host that the policy is configured for; absent for that of the listener.
        var configuredFor: String?
        /// The policy of the `Host` field's host where it is another: the request is answered 421 then.
        var ofHost: TLSPolicy?
    }

    /// A rule that does not take the request.
    struct Considered: Hashable, Sendable {
        enum Outcome: String, Codable, Hashable, Sendable {
            /// It matches, and another comes first.
            case outranked
            /// It is of the host that decides, and does not match.
            case noMatch
            /// It would match, but its load balancer has listeners of its own, on other ports.
            case otherListeners
            /// It would match, but is not part of the plan.
            case notPlanned
        }

        var rule: DescribedRule
        var outcome: Outcome
        var reason: String
    }
}

/// A backend as `explain` prints it: the port as a number where the Ingress has one.
struct ExplainedBackend: Encodable, Hashable, Sendable {
    var reference: BackendReference

    private enum CodingKeys: String, CodingKey {
        case service, port
    }

    init(_ reference: BackendReference) {
        self.reference = reference
    }

    func encode(to encoder: any Encoder) throws {
        guard case .service(let name, let port) = reference, let number = Int(port) else {
            try reference.encode(to: encoder)
            return
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .service)
        try container.encode(number, forKey: .port)
    }
}

extension Explanation: Encodable {
    private enum CodingKeys: String, CodingKey {
        case matched, request, loadBalancer, defaultBackend, targets, reason
        case response, upstream, certificate, tlsPolicy, considered
    }

    /// What scripts ask for is always there, as null where there is none.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(matched, forKey: .matched)
        try container.encode(request, forKey: .request)
        try container.encode(loadBalancer, forKey: .loadBalancer)
        try rule.encode(to: encoder, absent: .null)
        try container.encodeIfPresent(defaultBackend, forKey: .defaultBackend)
        try container.encode(targets, forKey: .targets)
        try container.encode(reason, forKey: .reason)
        try container.encodeIfPresent(response, forKey: .response)
        try container.encodeIfPresent(upstream, forKey: .upstream)
        try container.encodeIfPresent(certificate, forKey: .certificate)
        try container.encodeIfPresent(tlsPolicy, forKey: .tlsPolicy)
        try container.encode(considered, forKey: .considered)
    }
}

extension Explanation.Considered: Encodable {
    private enum CodingKeys: String, CodingKey {
        case outcome, reason
    }

    func encode(to encoder: any Encoder) throws {
        try rule.encode(to: encoder, absent: .omitted)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(reason, forKey: .reason)
    }
}
