/// A URL that can't be called: it isn't an absolute `http` or `https` one.
package struct MalformedURL: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it, without the URL's text.
    package let problem: String

    package var description: String { problem }
}

/// An absolute URL cut at its delimiters (RFC 3986, appendix B), with nothing decoded and nothing normalized, since a
/// signature covers the octets that are sent.
struct SplitURL {
    /// `http` or `https`.
    let scheme: String
    /// What goes into the `Host` field: name or address, and the port where it isn't the scheme's.
    let host: String
    let path: Substring
    let query: Substring

    init(_ text: String) throws(MalformedURL) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw MalformedURL(problem: "it doesn't begin with https:// or http://")
        }
        let rest = text.dropFirst(scheme.count + 3).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty else { throw MalformedURL(problem: "it names no host") }
        guard !authority.contains("@") else { throw MalformedURL(problem: "it has a user name before its host") }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw MalformedURL(problem: "it has a control character")
        }
        let afterAuthority = rest.dropFirst(authority.count)
        self.scheme = scheme
        let defaultPort = scheme == "https" ? ":443" : ":80"
        host = String(authority.hasSuffix(defaultPort) ? authority.dropLast(defaultPort.count) : authority)
        path = afterAuthority.prefix { $0 != "?" }
        query = afterAuthority.dropFirst(path.count + 1)
    }
}

extension SplitURL {
    /// The host's name or address, without port and brackets.
    var hostname: String {
        if host.hasPrefix("[") {
            return String(host.dropFirst().prefix { $0 != "]" })
        }
        return String(host.prefix { $0 != ":" })
    }
}
