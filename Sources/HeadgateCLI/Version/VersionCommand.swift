import ArgumentParser

/// `headgate version`.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version.",
        discussion: "The documents that this version reads and writes are named too, for scripts as JSON or YAML."
    )

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: OutputFormat = .text

    func run() async throws {
        let version = Version.current
        let text = """
            headgate \(version.version)
            plan documents   \(version.planAPIVersion)
            controller name  \(version.controller)

            """
        try Console.standard.write(version, as: output, text: text)
    }
}
