/// What a provider is told at its start: where its cloud is, and how to speak to it.
package struct ProviderConfiguration: Sendable {
    /// The base URL of the cloud's API, where it isn't the public one.
    package var endpointURL: String?
    package var region: String?
    /// Which of the accounts to use that the cloud's own configuration files name: a profile of AWS.
    package var profile: String?
    /// The settings of the plans that it is for, of which those about the account matter here.
    package var settings: [String: String]
    /// The file that gets one line of JSON for each call.
    package var traceFile: String?
    /// The process's environment, in which a cloud's usual variables stand.
    package var environment: [String: String]

    package init(
        endpointURL: String? = nil,
        region: String? = nil,
        profile: String? = nil,
        settings: [String: String] = [:],
        traceFile: String? = nil,
        environment: [String: String] = [:]
    ) {
        self.endpointURL = endpointURL
        self.region = region
        self.profile = profile
        self.settings = settings
        self.traceFile = traceFile
        self.environment = environment
    }
}

/// A provider that can't be had: credentials, a region or an address that are missing or wrong.
package struct ProviderUnavailable: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the value at fault.
    package var message: String
    /// What to do about it.
    package var remedy: String

    package init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }

    package var description: String { "\(message)\n\(remedy)" }
}
