/// Finds the certificates for a server name indication (RFC 6066, section 3) in constant time.
struct ServerNameIndex: Sendable {
    /// What answers a server name.
    final class Entry: Sendable {
        /// The host of the binding as the plan states it; nil for the default certificate.
        let host: String?
        /// Certificates of different kinds of keys; the handshake picks one that the client can verify.
        let certificates: [ServerCertificate]

        init(host: String?, certificates: [ServerCertificate]) {
            self.host = host
            self.certificates = certificates
        }
    }

    /// By name, in lower case.
    private let exact: [String: Entry]
    /// By what follows the first label, with its dot.
    private let wildcard: [String: Entry]
    let fallback: Entry

    /// - Parameter bindings: host patterns with their certificates. Where two bindings of one host carry the same kind
    ///   of key, the first stands.
    init(bindings: [(host: String, certificate: ServerCertificate)], fallback: ServerCertificate) {
        var grouped: [String: [ServerCertificate]] = [:]
        for (host, certificate) in bindings {
            let name = Self.normalized(host)
            guard !grouped[name, default: []].contains(where: { $0.keyType == certificate.keyType }) else { continue }
            grouped[name, default: []].append(certificate)
        }
        var exact: [String: Entry] = [:]
        var wildcard: [String: Entry] = [:]
        for (name, certificates) in grouped {
            let entry = Entry(host: name, certificates: certificates)
            if name.hasPrefix("*.") {
                wildcard[String(name.dropFirst())] = entry
            } else {
                exact[name] = entry
            }
        }
        self.exact = exact
        self.wildcard = wildcard
        self.fallback = Entry(host: nil, certificates: [fallback])
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
