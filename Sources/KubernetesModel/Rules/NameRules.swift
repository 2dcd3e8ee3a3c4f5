/// The API server's rules for names, each with the sentences that it answers with. An empty answer means that the name
/// is valid.
enum NameRules {
    private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

    /// A DNS subdomain of RFC 1123 in lower case, as most objects' names and hosts are.
    static func subdomain(_ name: String) -> [String] {
        var details: [String] = []
        if name.utf8.count > 253 { details.append("must be no more than 253 bytes") }
        if !isSubdomain(name) {
            details.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                    + "'\(labelPattern)(\\.\(labelPattern))*')")
        }
        return details
    }

    /// A host with a wildcard for its first label.
    static func wildcardSubdomain(_ name: String) -> [String] {
        var details: [String] = []
        if name.utf8.count > 253 { details.append("must be no more than 253 bytes") }
        if !(name.hasPrefix("*.") && isSubdomain(name.dropFirst(2))) {
            details.append(
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
                    + "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
                    + "'*.example.com', regex used for validation is '\\*\\.\(labelPattern)(\\.\(labelPattern))*')")
        }
        return details
    }

    /// One DNS label of RFC 1123 in lower case, as the names of namespaces and Services are.
    static func label(_ name: String) -> [String] {
        var details: [String] = []
        if name.utf8.count > 63 { details.append("must be no more than 63 bytes") }
        if !isLabel(name[...]) {
            details.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
                    + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
                    + "'\(labelPattern)')")
        }
        return details
    }

    /// An `IANA_SVC_NAME` of RFC 6335, as ports are named.
    static func portName(_ name: String) -> [String] {
        var details: [String] = []
        let bytes = Array(name.utf8)
        if bytes.count > 15 { details.append("must be no more than 15 bytes") }
        if bytes.isEmpty || !bytes.allSatisfy({ isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }) {
            details.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) {
            details.append("must contain at least one letter (a-z)")
        }
        if name.contains("--") { details.append("must not contain consecutive hyphens") }
        if bytes.first == UInt8(ascii: "-") || bytes.last == UInt8(ascii: "-") {
            details.append("must not begin or end with a hyphen")
        }
        return details
    }

    /// The key of a label or annotation: an optional prefix of a DNS subdomain and a slash, then a name.
    static func qualifiedName(_ name: String) -> [String] {
        var details: [String] = []
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let local: Substring
        switch parts.count {
        case 1: local = parts[0]
        case 2:
            local = parts[1]
            if parts[0].isEmpty {
                details.append("prefix part must be non-empty")
            } else {
                details += subdomain(String(parts[0])).map { "prefix part \($0)" }
            }
        default:
            return ["a valid label must have at most one '/' between a DNS subdomain prefix and a name"]
        }
        if local.isEmpty {
            details.append("name part must be non-empty")
        } else if local.utf8.count > 63 {
            details.append("name part must be no more than 63 bytes")
        }
        if !isWord(local) || local.isEmpty {
            details.append(
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                    + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                    + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")
        }
        return details
    }

    static func labelValue(_ value: String) -> [String] {
        var details: [String] = []
        if value.utf8.count > 63 { details.append("must be no more than 63 bytes") }
        if !isWord(value[...]) {
            details.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
                    + "used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
        }
        return details
    }

    /// The key of a ConfigMap or Secret.
    static func dataKey(_ key: String) -> [String] {
        var details: [String] = []
        if key.utf8.count > 253 { details.append("must be no more than 253 bytes") }
        if key.isEmpty || !key.utf8.allSatisfy(isWordByte) {
            details.append(
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                    + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
        }
        if key == "." { details.append("must not be '.'") }
        if key == ".." {
            details.append("must not be '..'")
        } else if key.hasPrefix("..") {
            details.append("must not start with '..'")
        }
        return details
    }

    /// A name that is one segment of a URL's path.
    static func pathSegment(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
    }

    // MARK: Alphabets

    static func isSubdomain(_ name: some StringProtocol) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(Substring($0)) }
    }

    private static func isLabel(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, let last = name.utf8.last else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && name.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// Letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; or nothing.
    private static func isWord(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        return isAlphanumeric(first) && isAlphanumeric(last) && text.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
