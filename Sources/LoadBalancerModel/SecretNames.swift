/// Settings that are called after secrets.
///
/// No provider has a setting for a secret: one that was put there in error isn't to be spread further.
package enum SecretNames {
    private static let words = [
        "secret", "password", "passphrase", "token", "credential", "apikey", "accesskey", "privatekey",
    ]

    /// A value as it may be printed, given the name of its setting.
    package static func shown(_ value: String, named name: String) -> String {
        let name = name.lowercased().filter { $0.isLetter || $0.isNumber }
        return words.contains(where: name.contains) ? "[redacted]" : value
    }

    /// Settings as they may be printed.
    package static func redacted(_ settings: [String: String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.map { ($0.key, shown($0.value, named: $0.key)) })
    }
}
