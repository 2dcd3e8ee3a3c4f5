import Foundation

/// Where the executables of the package stand: beside the test bundle that runs, or in the directory that the variable
/// HEADGATE_EXECUTABLES names, to test a build of another place or configuration.
enum Executables {
    static let directory =
        ProcessInfo.processInfo.environment["HEADGATE_EXECUTABLES"].map { URL(filePath: $0) }
        ?? URL(filePath: CommandLine.arguments[0]).standardizedFileURL.deletingLastPathComponent()
    static let headgate = directory.appending(path: "headgate")
    static let echo = directory.appending(path: "headgate-echo")

    /// A program of the system, found on the PATH.
    static func program(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":")
            .map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

/// The checkout that the tests were built from.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let examples = root.appending(path: "examples")
    /// A Python with the package `websockets`, which `scripts/test` prepares.
    static let python = root.appending(path: ".build/test-venv/bin/python")
}
