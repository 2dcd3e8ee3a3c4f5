import Foundation

/// A program that a test runs beside itself. It is ended with the value that holds it, by the pid that was started.
final class ChildProcess: Sendable {
    private let process: SpawnedProcess
    let output: URL
    let errors: URL
    private let scratch: ScratchDirectory

    /// Starts the program with its output and its errors going to files.
    ///
    /// - Parameter leadsGroup: whether it leads a process group of its own, as what a shell starts in a terminal does.
    init(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], input: URL? = nil,
        leadsGroup: Bool = false
    ) throws {
        scratch = try ScratchDirectory()
        output = scratch.url.appending(path: "output")
        errors = scratch.url.appending(path: "errors")
        process = try SpawnedProcess(
            [executable.path] + arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new },
            files: (input: input?.path ?? "/dev/null", output: output.path, errors: errors.path),
            leadsGroup: leadsGroup)
    }

    deinit {
        if process.status == nil {
            kill(process.identifier, SIGKILL)
            process.wait()
        }
    }

    var identifier: Int32 { process.identifier }
    var isRunning: Bool { process.status == nil }

    func signal(_ number: Int32) {
        kill(identifier, number)
    }

    /// Signals every process of the group that it leads, as Ctrl-C in a terminal does.
    func signalGroup(_ number: Int32) {
        kill(-identifier, number)
    }

    /// Waits for the end of the program.
    ///
    /// - Returns: Its exit status; 128 and the number of the signal where one ended it.
    func exitStatus(within seconds: Double = 60) async throws -> Int32 {
        try await eventually("the program has ended", within: seconds) { !self.isRunning }
        return process.status ?? -1
    }

    var outputText: String { (try? String(decoding: Data(contentsOf: output), as: UTF8.self)) ?? "" }
    var errorText: String { (try? String(decoding: Data(contentsOf: errors), as: UTF8.self)) ?? "" }

    /// The resident memory in MiB, and the highest that it has been.
    func memory() throws -> (now: Double, peak: Double) {
        let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        func mebibytes(_ key: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
            return line.flatMap { Double($0.split(whereSeparator: \.isWhitespace)[1]) }.map { $0 / 1024 } ?? .infinity
        }
        return (mebibytes("VmRSS:"), mebibytes("VmHWM:"))
    }
}

/// What a program that ran to its end left behind.
struct Finished {
    var status: Int32
    var output: String
    var errors: String

    /// Runs a program to its end.
    static func running(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], input: URL? = nil,
        within seconds: Double = 60
    ) async throws -> Finished {
        let child = try ChildProcess(executable, arguments, environment: environment, input: input)
        let status = try await child.exitStatus(within: seconds)
        return Finished(status: status, output: child.outputText, errors: child.errorText)
    }
}
