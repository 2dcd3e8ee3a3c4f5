internal import LoadBalancerModel

/// Finds the certificates and the policy for a server name indication (RFC 6066, section 3) in constant time.
struct ServerNameIndex: Sendable {
    /// What answers a server name.
    final class Entry: Sendable {
        /// The host of the binding as the plan states it; nil for the default certificate.
        let host: String?
        /// Certificates of different kinds of keys; the handshake picks one that the client can verify.
        let certificates: [ServerCertificate]
        let policy: TLSPolicy

        init(host: String?, certificates: [ServerCertificate], policy: TLSPolicy) {
            self.host = host
            self.certificates = certificates
            self.policy = policy
        }
    }

    /// A host pattern and what it stands for.
    struct Binding {
        var host: String
        /// Nil for one that can't be used.
        var certificate: ServerCertificate?
        var policy: TLSPolicy
    }

    /// By name, in lower case.
    private let exact: [String: Entry]
    /// By what follows the first label, with its dot.
    private let wildcard: [String: Entry]
    /// What answers unknown names, and clients that send none.
    let fallback: Entry
    /// Whether all names have one policy.
    let hasOnePolicy: Bool

    /// - Parameters:
    ///   - bindings: where two of one host carry the same kind of key, the first stands, and the first says the policy.
    ///   - fallback: what answers other names. Its certificates answer the names that have none that can be used.
    init(bindings: [Binding], fallback: Entry) {
        var grouped: [String: (certificates: [ServerCertificate], policy: TLSPolicy)] = [:]
        for binding in bindings {
            let name = Self.normalized(binding.host)
            var group = grouped[name] ?? ([], binding.policy)
            if let certificate = binding.certificate,
                !group.certificates.contains(where: { $0.keyType == certificate.keyType })
            {
                group.certificates.append(certificate)
            }
            grouped[name] = group
        }
        var exact: [String: Entry] = [:]
        var wildcard: [String: Entry] = [:]
        for (name, group) in grouped {
            let certificates = group.certificates.isEmpty ? fallback.certificates : group.certificates
            let entry = Entry(host: name, certificates: certificates, policy: group.policy)
            if name.hasPrefix("*.") {
                wildcard[String(name.dropFirst())] = entry
            } else {
                exact[name] = entry
            }
        }
        self.exact = exact
        self.wildcard = wildcard
        self.fallback = fallback
        hasOnePolicy = grouped.values.allSatisfy { $0.policy == fallback.policy }
    }

    /// The entry of a name in lower case without a trailing dot: exact, else the wildcard over its first label, else
    /// nil.
    func match(_ name: String) -> Entry? {
        if let entry = exact[name] { return entry }
        guard !wildcard.isEmpty, let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
            return nil
        }
        return wildcard[String(name[dot...])]
    }

    /// The name in lower case and without a trailing dot.
    static func normalized(_ name: String) -> String {
        var bytes = name.utf8.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
        if bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
