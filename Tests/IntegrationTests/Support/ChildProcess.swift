import Foundation

/// A program that a test runs beside itself. It is ended with the value that holds it, by the pid that was started.
final class ChildProcess: Sendable {
    // Foundation's Process is not Sendable; it is only touched through this lock.
    private let process: LockedProcess
    let output: URL
    let errors: URL
    private let scratch: ScratchDirectory

    /// Starts the program with its output and its errors going to files.
    init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], input: URL? = nil) throws {
        scratch = try ScratchDirectory()
        output = scratch.url.appending(path: "output")
        errors = scratch.url.appending(path: "errors")
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        for file in [output, errors] {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        self.process = LockedProcess(process)
    }

    deinit {
        if process.isRunning {
            kill(process.identifier, SIGKILL)
        }
    }

    var identifier: Int32 { process.identifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) {
        kill(identifier, number)
    }

    /// Waits for the end of the program.
    ///
    /// - Returns: Its exit status.
    func exitStatus(within seconds: Double = 60) async throws -> Int32 {
        try await eventually("the program has ended", within: seconds) { !self.process.isRunning }
        return process.status
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

/// A Process behind a lock.
private final class LockedProcess: @unchecked Sendable {
    // Sendable: every use of `process` after `init` holds `lock`.
    private let lock = NSLock()
    private let process: Process

    init(_ process: Process) {
        self.process = process
    }

    var identifier: Int32 { lock.withLock { process.processIdentifier } }
    var isRunning: Bool { lock.withLock { process.isRunning } }
    var status: Int32 { lock.withLock { process.terminationStatus } }
}
