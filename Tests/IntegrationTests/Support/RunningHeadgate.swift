import Foundation

/// `headgate up` on a directory of manifests, on ports that the system chose.
final class RunningHeadgate: Sendable {
    let process: ChildProcess
    let state: ScratchDirectory
    let managementPort: Int
    let curl: Curl
    let listeners: [Listener]

    /// A listener as STATE/listeners.json names it.
    struct Listener: Decodable, Hashable {
        var `protocol`: String
        var address: String
    }

    private struct Listeners: Decodable {
        var listeners: [Listener]
    }

    /// Starts it and waits until it serves.
    ///
    /// - Parameter launcher: a program that starts it, with the arguments before its own; for other rights.
    init(_ manifests: URL, _ arguments: [String] = [], launcher: [String] = []) async throws {
        state = try ScratchDirectory()
        try state.openToAll()
        managementPort = try FreePort.take()
        let command = launcher + [Executables.headgate.path]
        process = try ChildProcess(
            URL(filePath: command[0]),
            command.dropFirst() + [
                "up", "-f", manifests.path, "--http-address", "127.0.0.1:0", "--https-address", "127.0.0.1:0",
                "--management-address", "127.0.0.1:\(managementPort)", "--state-dir", state.url.path,
                "--access-log", "off", "--workers", "2",
            ] + arguments)
        try await Self.waitUntilReady(process, managementPort)
        let data = try Data(contentsOf: state.url.appending(path: "listeners.json"))
        listeners = try JSONDecoder().decode(Listeners.self, from: data).listeners
        curl = Curl(
            http: listeners.first { $0.protocol == "http" }?.address ?? "",
            https: listeners.first { $0.protocol == "https" }?.address ?? "")
    }

    private static func waitUntilReady(_ process: ChildProcess, _ port: Int) async throws {
        try await eventually("headgate is ready", within: 60) {
            guard process.isRunning else {
                throw NeverTrue(description: "headgate has ended: \(process.errorText)")
            }
            return await status("http://127.0.0.1:\(port)/readyz") == 200
        }
    }

    /// The status of a management address, or nil when nothing answers.
    func managementStatus(_ path: String) async -> Int? {
        await Self.status("http://127.0.0.1:\(managementPort)\(path)")
    }

    private static func status(_ url: String) async -> Int? {
        guard let curl = Executables.program("curl"),
            let result = try? await Finished.running(
                curl, ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--max-time", "5", url])
        else { return nil }
        return result.status == 0 ? Int(result.output) : nil
    }

    /// The diagnostics as the state directory shows them.
    func diagnostics() throws -> [StateDiagnostic] {
        let data = try Data(contentsOf: state.url.appending(path: "diagnostics.json"))
        return try JSONDecoder().decode(StateDiagnostics.self, from: data).diagnostics
    }

    /// A document of the state directory.
    func stateDocument(_ name: String) throws -> JSONDocument {
        try JSONDocument(parsing: state.text(of: name))
    }

    /// Waits until the state directory shows a diagnostic.
    @discardableResult
    func diagnostic(
        _ what: String, where isIt: (StateDiagnostic) -> Bool
    ) async throws -> StateDiagnostic {
        var found: StateDiagnostic?
        do {
            try await eventually("\(what) is reported") {
                found = try diagnostics().first(where: isIt)
                return found != nil
            }
        } catch {
            throw NeverTrue(description: "\(error); what is: \(try diagnostics())")
        }
        guard let found else { throw NeverTrue(description: "\(what) is not reported") }
        return found
    }

    /// The answer of a management address.
    func management(_ path: String) async throws -> Curl.Answer {
        try await Curl(http: "127.0.0.1:\(managementPort)", https: "").get("http://127.0.0.1\(path)")
    }

    /// Ends it gracefully.
    ///
    /// - Returns: Its exit status.
    @discardableResult
    func stop() async throws -> Int32 {
        process.signal(SIGTERM)
        return try await process.exitStatus()
    }
}

/// The document STATE/diagnostics.json.
struct StateDiagnostics: Decodable {
    var diagnostics: [StateDiagnostic]
}

struct StateDiagnostic: Decodable, Hashable {
    struct Object: Decodable, Hashable {
        var kind: String
        var namespace: String
        var name: String
    }

    var object: Object
    var field: String
    var severity: String
    var reason: String
    var message: String
}
