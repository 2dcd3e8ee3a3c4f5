package import Foundation
package import ProviderHTTP
internal import Provisioning

/// Everything of the surroundings that credentials, regions and endpoints are read from, so that a test can set it up
/// whole and nothing reads the real machine by the way.
package struct AWSSurroundings: Sendable {
    /// The environment variables.
    package var variables: [String: String]
    /// The folder that holds `.aws`.
    package var homeDirectory: String?
    /// The content of a file; nil where there is none.
    package var readFile: @Sendable (_ path: String) throws -> [UInt8]?
    /// Puts a file in the place of another, at once or not at all, readable by its owner alone.
    package var replaceFile: @Sendable (_ path: String, _ content: [UInt8]) throws -> Void
    /// What calls STS and IAM Identity Center.
    package var connections: any CallSender
    /// What calls the endpoints of this container or instance, which no proxy can reach for us.
    package var localConnections: any CallSender
    /// What runs a `credential_process`.
    package var processes: any CredentialsProcessRunner
    /// What gets a line for each call of the sources of credentials; nil for nothing.
    package var transcript: (any TranscriptRecorder)?
    package var now: @Sendable () -> Date
    /// Waits before another attempt.
    package var pause: @Sendable (Duration) async throws -> Void

    package init(
        variables: [String: String],
        homeDirectory: String?,
        readFile: @escaping @Sendable (_ path: String) throws -> [UInt8]?,
        replaceFile: @escaping @Sendable (_ path: String, _ content: [UInt8]) throws -> Void,
        connections: any CallSender,
        localConnections: any CallSender,
        processes: any CredentialsProcessRunner,
        now: @escaping @Sendable () -> Date,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.variables = variables
        self.homeDirectory = homeDirectory
        self.readFile = readFile
        self.replaceFile = replaceFile
        self.connections = connections
        self.localConnections = localConnections
        self.processes = processes
        self.now = now
        self.pause = pause
    }

    /// The environment that this process runs in.
    ///
    /// - Parameters:
    ///   - connections: What calls go through that may take the proxy.
    ///   - localConnections: What calls go through that must not.
    package static func current(
        connections: any CallSender, localConnections: any CallSender
    ) -> AWSSurroundings {
        let variables = ProcessInfo.processInfo.environment
        return AWSSurroundings(
            variables: variables,
            homeDirectory: variables["HOME"] ?? NSHomeDirectory(),
            readFile: { path in
                do {
                    // Unlike Data, a handle reads devices and pipes too: /dev/null stands for no configuration.
                    let file = try FileHandle(forReadingFrom: URL(filePath: path))
                    defer { try? file.close() }
                    return Array(try file.readToEnd() ?? Data())
                } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
                    return nil
                }
            },
            replaceFile: PrivateFile.replace,
            connections: connections,
            localConnections: localConnections,
            processes: ChildProcessRunner(variables: variables),
            now: { Date() },
            pause: { try await Task.sleep(for: $0) })
    }

    /// The value of a variable; one that is empty counts as not set, as in AWS's own tools.
    package func variable(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path with `~` replaced by the home directory.
    func expanded(_ path: String) -> String {
        guard let homeDirectory, path == "~" || path.hasPrefix("~/") else { return path }
        return homeDirectory + path.dropFirst()
    }
}
