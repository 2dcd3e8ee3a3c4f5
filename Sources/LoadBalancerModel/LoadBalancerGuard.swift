/// What guards a load balancer: whom it lets in, and under which conditions.
package enum LoadBalancerGuard: String, Codable, Hashable, Sendable, CaseIterable {
    /// Whether its addresses are public.
    case scheme
    /// Whom it lets in, by security groups or by networks.
    case clients
    /// What is asked of certificates of clients.
    case clientCertificates
    /// The web ACL that its requests pass.
    case webACL
    /// The security policy of HTTPS.
    case securityPolicy
    /// The ports that it listens on, by which protocols.
    case listeners
    /// Whether requests by plain HTTP are redirected to HTTPS.
    case redirects
}
