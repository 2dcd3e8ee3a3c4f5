/// What a value of a condition may be made of.
enum ConditionValue {
    private static let alphanumeric = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    private static let host = alphanumeric.union("-.*?")
    private static let path = alphanumeric.union("_-.$/~\"'@:+&*?")
    private static let method = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")

    static func check(_ value: String, field: String) throws(ServiceFailure) {
        guard !value.isEmpty else { throw .validation("A condition value for field '\(field)' cannot be empty") }
        let limit = field == "http-request-method" ? 40 : 128
        guard value.count <= limit else {
            throw .validation("The condition value '\(value)' cannot be longer than '\(limit)' characters")
        }
        switch field {
        case "host-header": try checkHost(value)
        case "path-pattern": try check(value, alphabet: path, field: field)
        case "http-request-method": try check(value, alphabet: method, field: field)
        case "source-ip":
            guard AddressBlock(value) != nil else {
                throw .validation("The source IP '\(value)' must be a CIDR block")
            }
        default:
            // "Rules are applied only to visible ASCII characters; control characters are excluded."
            guard value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw .validation("The condition value '\(value)' contains invalid characters")
            }
        }
    }

    /// "You must include at least one "." character. You can include only alphabetical characters after the final "."
    /// character." The service's own guide has `*.example.*` for an example, so a wildcard passes for one.
    private static func checkHost(_ value: String) throws(ServiceFailure) {
        try check(value, alphabet: host, field: "host-header")
        guard let dot = value.lastIndex(of: ".") else {
            throw .validation("The host name '\(value)' must include at least one '.' character")
        }
        let last = value[value.index(after: dot)...]
        guard last.allSatisfy({ $0.isLetter || $0 == "*" || $0 == "?" }) else {
            throw .validation(
                "The host name '\(value)' can include only alphabetical characters after the final '.' character")
        }
    }

    private static func check(
        _ value: String, alphabet: Set<Character>, field: String
    ) throws(ServiceFailure) {
        guard let stranger = value.first(where: { !alphabet.contains($0) }) else { return }
        throw .validation("The \(field) value '\(value)' contains the invalid character '\(stranger)'")
    }
}
