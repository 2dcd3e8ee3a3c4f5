import Glibc
import LoadBalancerModel

extension InspectedCertificate {
    /// Whether the certificate stands for `host` (RFC 9525, section 6.3): an exact host, an IP address, or a wildcard
    /// such as `*.example.com`, which only the same wildcard covers. Case and a trailing dot do not count.
    package func covers(host: String) -> Bool {
        let wanted = HostForm(host)
        return reference.hosts.contains { HostForm($0).covers(wanted) }
    }
}

/// A host name or an IP address in the form that comparisons need.
private enum HostForm: Equatable {
    case name(String)
    /// `*.` and the domain held here: one label below that domain.
    case wildcard(String)
    case address([UInt8])

    init(_ text: String) {
        if let address = IPAddressText.bytes(text) {
            self = .address(address)
            return
        }
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        self = name.hasPrefix("*.") ? .wildcard(String(name.dropFirst(2))) : .name(name)
    }

    /// Whether this, as a certificate names it, stands for `host`.
    func covers(_ host: HostForm) -> Bool {
        guard case .wildcard(let domain) = self, case .name(let name) = host else { return self == host }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return false }
        return name[name.index(after: dot)...] == domain
    }
}

/// IP addresses between text and network byte order.
enum IPAddressText {
    /// The 4 or 16 bytes of an address, or nil where `text` is none. Brackets around an IPv6 address are accepted.
    static func bytes(_ text: String) -> [UInt8]? {
        var plain = text
        if plain.hasPrefix("["), plain.hasSuffix("]") { plain = String(plain.dropFirst().dropLast()) }
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, plain, &buffer) == 1 { return Array(buffer.prefix(4)) }
        if inet_pton(AF_INET6, plain, &buffer) == 1 { return buffer }
        return nil
    }

    /// The text of the 4 or 16 bytes of an address, or nil for any other count.
    static func text(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, Array(bytes), &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
