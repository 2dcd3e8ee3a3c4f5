/// A port that a load balancer accepts connections on.
package struct Listener: Codable, Hashable, Sendable {
    /// The name of the listener, unique within its plan, such as `http` or `https`.
    package var name: String
    package var `protocol`: ListenerProtocol
    /// The port, from 1 to 65535.
    package var port: Int
    /// The addresses to bind, without a port; empty for all of the load balancer's.
    package var addresses: [String]
    /// How TLS is terminated; present exactly on an HTTPS listener.
    package var tls: ListenerTLS?

    package init(
        name: String,
        protocol: ListenerProtocol,
        port: Int,
        addresses: [String] = [],
        tls: ListenerTLS? = nil
    ) {
        self.name = name
        self.protocol = `protocol`
        self.port = port
        self.addresses = addresses
        self.tls = tls
    }
}

/// The application protocol of a listener.
package enum ListenerProtocol: String, Codable, Hashable, Sendable, CaseIterable {
    case http, https
}

/// How an HTTPS listener terminates TLS.
package struct ListenerTLS: Codable, Hashable, Sendable {
    /// The policy of names that ``certificates`` gives none of their own, of unknown ones, and of clients that send none.
    package var policy: TLSPolicy
    /// The fingerprint of the certificate for clients that send no server name or an unknown one.
    /// Without one the load balancer generates a self-signed certificate.
    package var defaultCertificate: String?
    /// Which certificate answers which server name, and under which policy; ordered by host. The exact name decides
    /// alone where it is bound, else the wildcard that covers it.
    package var certificates: [ServerNameBinding]

    package init(
        policy: TLSPolicy = TLSPolicy(),
        defaultCertificate: String? = nil,
        certificates: [ServerNameBinding] = []
    ) {
        self.policy = policy
        self.defaultCertificate = defaultCertificate
        self.certificates = certificates
    }
}

/// The TLS versions that a handshake may agree on.
package struct TLSPolicy: Codable, Hashable, Sendable {
    package var minimumVersion: TLSVersion
    package var maximumVersion: TLSVersion

    package init(minimumVersion: TLSVersion = .tls12, maximumVersion: TLSVersion = .tls13) {
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
    }
}

extension TLSPolicy: CustomStringConvertible {
    /// For people, such as `TLS 1.2 to 1.3`, or `TLS 1.3` where no other version will do.
    package var description: String {
        minimumVersion == maximumVersion
            ? "TLS \(minimumVersion.rawValue)" : "TLS \(minimumVersion.rawValue) to \(maximumVersion.rawValue)"
    }
}

/// A version of TLS (RFC 5246, RFC 8446).
package enum TLSVersion: String, Codable, Hashable, Sendable, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"
}

/// The certificate and the policy that answer a server name indication (RFC 6066, section 3).
///
/// A request belongs to the policy that its host would have chosen as a server name. On a connection whose handshake
/// followed another one it is misdirected (RFC 9110, section 15.5.20).
package struct ServerNameBinding: Codable, Hashable, Sendable {
    /// An exact host name, or `*.` and a domain, which stands for one label.
    package var host: String
    /// The fingerprint of a certificate of the plan; nil for the self-signed one that the load balancer generates.
    package var certificate: String?
    /// The policy of the name; nil for that of the listener.
    package var policy: TLSPolicy?

    package init(host: String, certificate: String?, policy: TLSPolicy? = nil) {
        self.host = host
        self.certificate = certificate
        self.policy = policy
    }
}

extension ListenerTLS {
    /// The binding that decides about a host or server name: the exact one, else that of the wildcard over its first
    /// label; nil where the default certificate and the listener's own policy do.
    ///
    /// - Parameter name: a name in lower case, without a port or a trailing dot.
    package func binding(for name: String) -> ServerNameBinding? {
        if let exact = certificates.first(where: { $0.host == name }) { return exact }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        let wildcard = "*" + name[dot...]
        return certificates.first { $0.host == wildcard }
    }

    /// The policy that a handshake for a server name follows, and that requests to the host of that name ask for.
    ///
    /// - Parameter name: a name in lower case, without a port or a trailing dot; nil for clients that send none.
    package func policy(for name: String?) -> TLSPolicy {
        name.flatMap { binding(for: $0)?.policy } ?? policy
    }
}

/// A certificate as a plan names it: what it is and where it comes from, never its key.
package struct CertificateReference: Codable, Hashable, Sendable {
    /// SHA-256 over the DER form of the leaf certificate, 64 lower-case hexadecimal digits.
    package var fingerprint: String
    /// The Secret that holds the certificate, as `namespace/name`.
    package var secret: String
    /// The DNS names and IP addresses of the leaf's subject alternative name, in the certificate's order.
    package var hosts: [String]
    /// The end of the leaf's validity, RFC 3339 in UTC.
    package var notAfter: String

    package init(fingerprint: String, secret: String, hosts: [String], notAfter: String) {
        self.fingerprint = fingerprint
        self.secret = secret
        self.hosts = hosts
        self.notAfter = notAfter
    }
}

/// A certificate whose Secret can't be used, or whose Ingress is withheld.
package struct AbsentCertificate: Codable, Hashable, Sendable {
    /// The Secret, as `namespace/name`.
    package var secret: String
    /// The host that it is for, exact or a wildcard; absent for the default certificate.
    package var host: String?
    /// The Ingress that names it, as `namespace/name`; absent where the parameters do.
    package var ingress: String?

    package init(secret: String, host: String? = nil, ingress: String? = nil) {
        self.secret = secret
        self.host = host
        self.ingress = ingress
    }
}
