package import ProviderHTTP

/// What the configuration says of how AWS is called.
extension AWSConfiguration {
    /// The file of certificate authorities to trust, `AWS_CA_BUNDLE` or the profile's `ca_bundle`, and which of these
    /// names it.
    package var authorities: (path: String, origin: String)? {
        if let path = variable("AWS_CA_BUNDLE") { return (environment.expanded(path), "AWS_CA_BUNDLE") }
        guard let path = profile?["ca_bundle"] else { return nil }
        return (environment.expanded(path), "ca_bundle of profile \(profileName.debugDescription)")
    }

    /// How often calls are sent: `AWS_MAX_ATTEMPTS` or the profile's `max_attempts` times at most, the first try counted.
    ///
    /// `AWS_RETRY_MODE` and `retry_mode` change nothing: waits have full jitter and calls are spaced out by operation,
    /// which is what `adaptive`, the most careful of the modes, means.
    ///
    /// - Throws: ``SettingError`` for what isn't a number above 0, and for a mode that there isn't.
    package func retryPolicy() throws(SettingError) -> RetryPolicy {
        try checkRetryMode()
        var policy = RetryPolicy()
        let given =
            variable("AWS_MAX_ATTEMPTS").map { ($0, "AWS_MAX_ATTEMPTS") }
            ?? profile?["max_attempts"].map { ($0, "max_attempts of profile \(profileName.debugDescription)") }
        guard let (text, origin) = given else { return policy }
        guard let attempts = Int(text), attempts > 0 else {
            throw SettingError(origin: origin, value: text, remedy: "give a whole number above 0")
        }
        policy.tries = attempts
        policy.triesWhenThrottled = attempts
        return policy
    }

    private func checkRetryMode() throws(SettingError) {
        let given =
            variable("AWS_RETRY_MODE").map { ($0, "AWS_RETRY_MODE") }
            ?? profile?["retry_mode"].map { ($0, "retry_mode of profile \(profileName.debugDescription)") }
        guard let (mode, origin) = given, !["legacy", "standard", "adaptive"].contains(mode) else { return }
        throw SettingError(origin: origin, value: mode, remedy: "give legacy, standard or adaptive")
    }

    /// A setting of the environment or of a profile that can't be used.
    package struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The variable or property.
        package let origin: String
        package let value: String
        package let remedy: String

        package var description: String { "\(origin) is \(value.debugDescription)" }
    }
}
