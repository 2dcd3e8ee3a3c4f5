/// How a listener chooses a certificate by server name.
///
/// "If the hostname matches a single certificate in the list, the load balancer selects this certificate. If a hostname
/// provided by a client matches multiple certificates in the list, the load balancer selects the best certificate that the
/// client can support." https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
package struct ALBCertificateModel: Sendable {
    package struct Certificate: Hashable, Sendable {
        package var name: String
        package var domains: [String]

        package init(name: String, domains: [String]) {
            self.name = name
            self.domains = domains
        }
    }

    package var standard: String
    package var certificates: [Certificate]

    package init(standard: String, certificates: [Certificate]) {
        self.standard = standard
        self.certificates = certificates
    }

    /// The certificates that may be presented: several where AWS's choice depends on the client.
    package func candidates(for serverName: String?) -> Set<String> {
        guard let name = serverName?.lowercased() else { return [standard] }
        let fitting = certificates.filter { certificate in
            certificate.domains.contains { domain in
                domain == name || domain.hasPrefix("*.") && name.drop { $0 != "." } == domain.dropFirst()
            }
        }
        return fitting.isEmpty ? [standard] : Set(fitting.map(\.name))
    }
}
