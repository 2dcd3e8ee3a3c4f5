/// What `NO_PROXY` says: names, domains, addresses and networks that are reached without a proxy.
///
/// Entries are separated by commas. `example.com` is the name and every name below it, `.example.com` and
/// `*.example.com` are the names below it alone; each may end in `:port`. Addresses may be single or networks
/// (`10.0.0.0/8`). `*` is everything.
struct ProxyExceptions: Hashable, Sendable {
    private enum Entry: Hashable, Sendable {
        case everything
        case domain(String, includingItself: Bool, port: Int?)
        case network(AddressPrefix, port: Int?)
    }

    private let entries: [Entry]

    /// An entry that is none of these is a name that nothing matches, as everywhere else.
    init(_ list: String) {
        entries = list.split(separator: ",").compactMap { Self.entry(Self.trimmed($0)) }
    }

    func contains(_ endpoint: Endpoint) -> Bool {
        let name = endpoint.host.hasSuffix(".") ? String(endpoint.host.dropLast()) : endpoint.host
        let address = AddressPrefix(name)
        if name == "localhost" || Self.alwaysDirect.contains(where: { $0.contains(address) }) { return true }
        return entries.contains { entry in
            switch entry {
            case .everything: true
            case .network(let network, let port): network.contains(address) && (port ?? endpoint.port) == endpoint.port
            case .domain(let domain, let includingItself, let port):
                (port ?? endpoint.port) == endpoint.port
                    && (name.hasSuffix(".\(domain)") || (includingItself && name == domain))
            }
        }
    }

    /// This machine, and the link (RFC 3927, RFC 4291).
    private static let alwaysDirect = ["127.0.0.0/8", "::1", "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"]
        .compactMap { AddressPrefix($0) }

    private static func entry(_ text: String) -> Entry? {
        guard !text.isEmpty else { return nil }
        if text == "*" { return .everything }
        if let network = AddressPrefix(text) { return .network(network, port: nil) }
        let (host, port) = separated(text)
        if let network = AddressPrefix(host) { return .network(network, port: port) }
        if host.hasPrefix("*.") { return .domain(String(host.dropFirst(2)), includingItself: false, port: port) }
        if host.hasPrefix(".") { return .domain(String(host.dropFirst()), includingItself: false, port: port) }
        return .domain(host, includingItself: true, port: port)
    }

    /// Host and port; an IPv6 address with a port stands in brackets.
    private static func separated(_ text: String) -> (host: String, port: Int?) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
            return (text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text, nil)
        }
        let host = text[..<colon]
        return (host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host), port)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()).lowercased()
    }
}
