#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An IP address and a port, as flags give them: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080`.
struct NetworkAddress: Hashable, Sendable {
    /// An IPv4 or IPv6 address without brackets.
    var host: String
    /// The port; 0 picks a free one.
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address. `localhost` is 127.0.0.1, and without a host it is 0.0.0.0.
    ///
    /// - Throws: ``InvalidNetworkAddress``, which says what is wrong with the text.
    init(parsing text: String) throws(InvalidNetworkAddress) {
        guard let colon = text.lastIndex(of: ":") else {
            throw InvalidNetworkAddress(text: text, problem: "it has no port")
        }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            port <= 65_535
        else {
            throw InvalidNetworkAddress(text: text, problem: "the port must be a number from 0 to 65535")
        }
        self.port = port
        if host.isEmpty {
            self.host = "0.0.0.0"
        } else if host.lowercased() == "localhost" {
            self.host = "127.0.0.1"
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            self.host = String(host.dropFirst().dropLast())
            guard IPAddress.family(of: self.host) == .ipv6 else {
                throw InvalidNetworkAddress(text: text, problem: "what stands in brackets must be an IPv6 address")
            }
        } else if host.contains(":") {
            throw InvalidNetworkAddress(text: text, problem: "an IPv6 address must stand in brackets")
        } else {
            self.host = String(host)
            guard IPAddress.family(of: self.host) == .ipv4 else {
                throw InvalidNetworkAddress(text: text, problem: "the host must be an IP address or localhost")
            }
        }
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The form that is read, an IPv6 address in brackets.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Why a text is no network address.
struct InvalidNetworkAddress: Error, Hashable, Sendable, CustomStringConvertible {
    var text: String
    var problem: String

    var description: String {
        "\"\(text)\" is not an address to listen on: \(problem). "
            + "Write it as 127.0.0.1:8080 or [::1]:8080; port 0 picks a free one."
    }
}

/// IP addresses as text.
enum IPAddress {
    enum Family: Sendable {
        case ipv4, ipv6
    }

    /// The family of an address in its textual form (RFC 4291, section 2.2); nil for anything else.
    static func family(of text: String) -> Family? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return .ipv4 }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return .ipv6 }
        return nil
    }

    /// Whether an address stands for every address of the machine.
    static func isUnspecified(_ text: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return four.s_addr == 0 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { $0.allSatisfy { $0 == 0 } }
    }
}
