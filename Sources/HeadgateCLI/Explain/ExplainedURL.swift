import ArgumentParser
import LoadBalancerModel

/// The URL of a request, taken apart without changing its path: what is explained is what would be sent.
struct ExplainedURL: Hashable, Sendable {
    var scheme: ListenerProtocol
    /// The host in lower case; an IPv6 address in brackets.
    var host: String
    /// The port where the URL names one.
    var port: Int?
    /// The path as it stands in the URL; `/` where it has none.
    var path: String
    /// The query without the question mark; absent where there is none.
    var query: String?

    /// Reads an absolute `http` or `https` URL. The fragment is dropped, as clients do.
    ///
    /// - Throws: ``InvalidURL``, which says what is wrong and how to write it.
    init(parsing text: String) throws(InvalidURL) {
        func invalid(_ problem: String) -> InvalidURL { InvalidURL(text: text, problem: problem) }
        guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
            throw invalid("it has a space or a control character; write it percent-encoded, a space as %20")
        }
        guard let colon = text.firstRange(of: "://") else {
            throw invalid("write the scheme in front, such as https://\(text)")
        }
        switch text[..<colon.lowerBound].lowercased() {
        case "http": scheme = .http
        case "https": scheme = .https
        default: throw invalid("only http and https are served")
        }
        let rest = text[colon.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        (host, port) = try Self.authority(authority, invalid)
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = path.endIndex < target.endIndex ? String(target[target.index(after: path.endIndex)...]) : nil
    }

    /// Reads the host, and the port where there is one, as a URL and a `Host` field have them.
    static func authority(
        _ text: Substring, _ invalid: (String) -> InvalidURL
    ) throws(InvalidURL) -> (host: String, port: Int?) {
        guard !text.contains("@") else { throw invalid("leave the user name and password out") }
        var host = text
        var port: Int?
        let afterBrackets = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[afterBrackets...].lastIndex(of: ":") {
            host = text[..<colon]
            let digits = text[text.index(after: colon)...]
            if !digits.isEmpty {
                guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
                    (1...65_535).contains(number)
                else { throw invalid("the port must be a number from 1 to 65535") }
                port = number
            }
        }
        guard !host.isEmpty else { throw invalid("it names no host") }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), IPAddress.family(of: String(host.dropFirst().dropLast())) == .ipv6 else {
                throw invalid("what stands in brackets must be an IPv6 address")
            }
        } else {
            guard host.unicodeScalars.allSatisfy(\.isASCII) else {
                throw invalid("write the host in its ASCII form (xn--…), as clients send it")
            }
            guard host.utf8.allSatisfy(isHostOctet) else { throw invalid("the host has a character that no host has") }
        }
        return (host.lowercased(), port)
    }

    /// Letters, digits, and the signs that names in use have.
    private static func isHostOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// The host without brackets.
    var bareHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }

    /// The port that is connected to.
    var effectivePort: Int { port ?? Self.standardPort(of: scheme) }

    /// The port of a URL that names none.
    static func standardPort(of scheme: ListenerProtocol) -> Int { scheme == .https ? 443 : 80 }

    /// The URL with the host and port of a `Host` field; the same where that is none.
    func replacingHost(by field: String) -> ExplainedURL {
        var url = self
        guard
            let authority = try? Self.authority(field[...], { InvalidURL(text: field, problem: $0) })
        else { return self }
        (url.host, url.port) = authority
        return url
    }

    /// The Host field: with the port unless it is the scheme's own.
    var hostField: String {
        guard let port, port != Self.standardPort(of: scheme) else { return host }
        return "\(host):\(port)"
    }

    /// Path and query.
    var target: String { query.map { "\(path)?\($0)" } ?? path }
}

extension ExplainedURL: CustomStringConvertible {
    var description: String { "\(scheme.rawValue)://\(hostField)\(target)" }
}

/// Why a text is no URL that could be explained.
struct InvalidURL: Error, Hashable, Sendable, CustomStringConvertible {
    var text: String
    var problem: String

    var description: String { "\"\(text)\" is not a URL of a request: \(problem)." }
}

/// A field line of a request, `Name: value`.
struct HeaderArgument: Hashable, Sendable {
    var name: String
    var value: String

    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isTokenOctet) else {
            throw ValidationError("\"\(text)\" is no header field: write it as 'Name: value'.")
        }
        name = String(parts[0])
        let trimmed = parts[1].drop(while: Self.isBlank).reversed().drop(while: Self.isBlank).reversed()
        value = String(trimmed)
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" }) else {
            throw ValidationError("The value of the header field \(name) has a control character.")
        }
        if isHost { try checkHost() }
    }

    /// Whether it is the `Host` field, which names what a route is chosen by.
    var isHost: Bool { name.lowercased() == "host" }

    /// RFC 9110, section 7.2: a host, and a port where it isn't the scheme's own.
    private func checkHost() throws {
        do {
            _ = try ExplainedURL.authority(value[...]) { InvalidURL(text: value, problem: $0) }
        } catch {
            throw ValidationError("\"\(value)\" is no value of a Host field: \(error.problem).")
        }
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    /// RFC 9110, section 5.6.2.
    static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
        }
    }
}
