import Foundation

/// The echo backends of a set of manifests.
final class RunningEcho: Sendable {
    let process: ChildProcess

    /// Starts them and waits until they listen.
    init(_ manifests: URL) async throws {
        let child = try ChildProcess(Executables.echo, ["-f", manifests.path])
        process = child
        try await eventually("the echo backends listen", within: 60) {
            guard child.isRunning else {
                throw NeverTrue(description: "headgate-echo has ended: \(child.errorText)")
            }
            return child.outputText.contains("listening")
        }
    }
}
