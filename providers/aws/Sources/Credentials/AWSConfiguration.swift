/// The settings of AWS's tools: environment variables, and the profile that is in use.
package struct AWSConfiguration: Sendable {
    /// Where the settings came from.
    package let environment: AWSSurroundings
    /// What the shared files hold.
    package let files: SharedConfiguration
    /// The profile in use, whether it exists or not.
    package let profileName: String
    /// Whether the profile was named by the user, rather than being the default one.
    package let isProfileChosen: Bool

    /// Reads the shared files.
    ///
    /// - Parameters:
    ///   - environment: What to read.
    ///   - profile: The profile that a flag names; without one, `AWS_PROFILE` or the default profile.
    /// - Throws: ``ConfigurationFileError`` where a file can't be read.
    package init(environment: AWSSurroundings, profile: String? = nil) throws(ConfigurationFileError) {
        self.environment = environment
        files = try SharedConfiguration(environment: environment)
        let chosen = profile ?? environment.variable("AWS_PROFILE") ?? environment.variable("AWS_DEFAULT_PROFILE")
        profileName = chosen ?? "default"
        isProfileChosen = chosen != nil
    }

    /// The profile in use; absent where the files have none of its name.
    package var profile: AWSProfile? { files.profiles[profileName] }

    /// Why the profile that was asked for can't be used; nil where it is there, or none was asked for.
    package var missingProfile: CredentialsError? {
        guard isProfileChosen, profile == nil else { return nil }
        let names = files.profiles.keys.sorted().joined(separator: ", ")
        return CredentialsError(
            source: "profile \(profileName.debugDescription)",
            problem: "there is no such profile in \(files.paths.joined(separator: " and "))",
            remedy: names.isEmpty
                ? "create it there: aws configure --profile \(profileName)"
                : "name one of those with --profile or AWS_PROFILE: \(names)")
    }

    /// The value of an environment variable; one that is empty counts as not set.
    package func variable(_ name: String) -> String? { environment.variable(name) }
}

/// A profile as the two shared files give it together.
package struct AWSProfile: Sendable {
    package let name: String
    fileprivate(set) var properties: [String: String] = [:]

    /// The value of a property; one that is empty counts as not given.
    package subscript(_ property: String) -> String? {
        properties[property].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What `~/.aws/config` and `~/.aws/credentials` hold.
package struct SharedConfiguration: Sendable {
    package private(set) var profiles: [String: AWSProfile] = [:]
    /// `sso-session` sections, by name.
    package private(set) var ssoSessions: [String: [String: String]] = [:]
    /// `services` sections: endpoint settings by service, by the section's name.
    package private(set) var services: [String: [String: [String: String]]] = [:]
    /// The files that were looked for.
    package let paths: [String]

    /// Reads the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, or else those in the home
    /// directory. A file that doesn't exist is an empty one. A property of the credentials file goes before the same
    /// one of the config file.
    init(environment: AWSSurroundings) throws(ConfigurationFileError) {
        let config = Self.path(variable: "AWS_CONFIG_FILE", file: "config", environment: environment)
        let credentials = Self.path(
            variable: "AWS_SHARED_CREDENTIALS_FILE", file: "credentials", environment: environment)
        paths = [config, credentials].compactMap(\.self)
        if let config, let file = try Self.read(config, environment: environment) {
            addConfig(file)
        }
        if let credentials, let file = try Self.read(credentials, environment: environment) {
            for section in file.sections where section.header.count == 1 {
                merge(section, intoProfile: section.header[0])
            }
        }
    }

    private mutating func addConfig(_ file: ConfigurationFile) {
        // `[profile default]` goes before `[default]`, which is then as if it weren't there.
        let hasPrefixedDefault = file.sections.contains { $0.header == ["profile", "default"] }
        for section in file.sections {
            switch (section.header.first, section.header.count) {
            case ("default", 1):
                if !hasPrefixedDefault { merge(section, intoProfile: "default") }
            case ("profile", 2):
                merge(section, intoProfile: section.header[1])
            case ("sso-session", 2):
                ssoSessions[section.header[1], default: [:]].merge(section.properties) { _, new in new }
            case ("services", 2):
                services[section.header[1], default: [:]].merge(section.nested) { _, new in new }
            default:
                continue
            }
        }
    }

    private mutating func merge(_ section: ConfigurationFile.Section, intoProfile name: String) {
        profiles[name, default: AWSProfile(name: name)].properties.merge(section.properties) { _, new in new }
    }

    private static func path(variable: String, file: String, environment: AWSSurroundings) -> String? {
        if let path = environment.variable(variable) { return environment.expanded(path) }
        return environment.homeDirectory.map { "\($0)/.aws/\(file)" }
    }

    private static func read(
        _ path: String, environment: AWSSurroundings
    ) throws(ConfigurationFileError) -> ConfigurationFile? {
        let content: [UInt8]?
        do {
            content = try environment.readFile(path)
        } catch {
            throw ConfigurationFileError(
                position: .init(path: path), problem: "the file can't be read; check its permissions")
        }
        guard let content else { return nil }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ConfigurationFileError(position: .init(path: path), problem: "the file isn't UTF-8")
        }
        return try ConfigurationFile(text, path: path)
    }
}
