import ArgumentParser

/// The form of a command's output.
enum OutputFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// For people.
    case text
    /// Canonical JSON.
    case json
    /// The same document as YAML.
    case yaml
}

/// When output is coloured.
enum ColourChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    case auto
    case always
    case never

    /// Decides for an output.
    func resolve(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            // no-color.org: present and not empty.
            isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        }
    }
}
