import Foundation
import KubernetesModel
import LoadBalancerModel

/// The certificates of the snapshot's Secrets, read when they are asked for.
struct CertificateStore {
    let snapshot: ClusterSnapshot
    let inspector: CertificateInspector
    let now: Date
    private var inspected: [NamespacedName: Result<InspectedCertificate, CertificateProblem>] = [:]
    /// By namespace and name of a host that a certificate has, a wildcard as it stands there.
    private var byHost: [String: [String: [StoredCertificate]]] = [:]

    init(snapshot: ClusterSnapshot, inspector: CertificateInspector, now: Date) {
        self.snapshot = snapshot
        self.inspector = inspector
        self.now = now
    }

    /// The certificate of a Secret; nil where there is no such Secret.
    mutating func certificate(_ name: NamespacedName) -> Result<InspectedCertificate, CertificateProblem>? {
        if let known = inspected[name] { return known }
        guard let secret = snapshot.secrets[name] else { return nil }
        let result = inspector.inspect(secret)
        inspected[name] = result
        return result
    }

    /// The best certificate of a namespace for a host: one of `preferred`, then one that is valid now, then one that
    /// names the host itself rather than a wildcard, then the one that is valid longest, then the first by name.
    mutating func fitting(_ host: HostKey, in namespace: String, preferred: Set<String>) -> StoredCertificate? {
        let index = index(of: namespace)
        var candidates = index[host.name] ?? []
        if let wildcard = host.coveringWildcard { candidates += index[wildcard.name] ?? [] }
        return candidates.max { left, right in
            if left.secret == right.secret { return false }
            let preference = (preferred.contains(left.secret.name), preferred.contains(right.secret.name))
            if preference.0 != preference.1 { return preference.1 }
            let validity = (left.certificate.isValid(at: now), right.certificate.isValid(at: now))
            if validity.0 != validity.1 { return validity.1 }
            let exactness = (left.names(host), right.names(host))
            if exactness.0 != exactness.1 { return exactness.1 }
            if left.certificate.notAfter != right.certificate.notAfter {
                return left.certificate.notAfter < right.certificate.notAfter
            }
            return left.secret > right.secret
        }
    }

    private mutating func index(of namespace: String) -> [String: [StoredCertificate]] {
        if let known = byHost[namespace] { return known }
        var index: [String: [StoredCertificate]] = [:]
        for name in snapshot.secretNames[namespace] ?? [] {
            guard let secret = snapshot.secrets[name], secret.data["tls.crt"] != nil, secret.data["tls.key"] != nil,
                case .success(let certificate)? = self.certificate(name)
            else { continue }
            let stored = StoredCertificate(secret: name, certificate: certificate)
            for host in Set(certificate.reference.hosts.map { HostKey($0).name }) {
                index[host, default: []].append(stored)
            }
        }
        byHost[namespace] = index
        return index
    }
}

/// A certificate and the Secret that holds it.
struct StoredCertificate: Sendable {
    var secret: NamespacedName
    var certificate: InspectedCertificate

    /// Whether the certificate names the host itself.
    func names(_ host: HostKey) -> Bool {
        certificate.reference.hosts.contains { HostKey($0) == host }
    }
}
