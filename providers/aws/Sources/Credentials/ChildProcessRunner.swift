import Foundation
import Synchronization

/// Runs a program as a child of this process: the one place where the provider starts one.
struct ChildProcessRunner: CredentialsProcessRunner {
    /// The child's environment, and where `PATH` comes from.
    let variables: [String: String]

    /// How much a child may print: many times what a document of credentials takes.
    private static let outputLimit = 256 * 1024

    func run(_ arguments: [String], timeLimit: Duration) async throws -> CredentialsProcessEnd {
        guard let path = executable(arguments[0]) else { throw CredentialsProcessFailure.notFound }
        let child = Child(path: path, arguments: Array(arguments.dropFirst()), variables: variables)
        return try await withThrowingTaskGroup(of: CredentialsProcessEnd.self) { group in
            group.addTask { try await child.run(outputLimit: Self.outputLimit) }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                throw CredentialsProcessFailure.timedOut(after: timeLimit)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// The program's path: as it is given where it has a slash, or else in the first folder of `PATH` that has it.
    private func executable(_ program: String) -> String? {
        let candidates =
            program.contains("/")
            ? [program]
            : (variables["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// A child whose standard output is read to its end.
private final class Child: Sendable {
    private struct State {
        var output: [UInt8]?
        var status: Int32?
        /// Set while the child runs.
        var process: Process?
        var waiter: CheckedContinuation<CredentialsProcessEnd, any Error>?
        /// Whether the child is no longer wanted, be it started or not.
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let path: String
    private let arguments: [String]
    private let variables: [String: String]

    init(path: String, arguments: [String], variables: [String: String]) {
        self.path = path
        self.arguments = arguments
        self.variables = variables
    }

    /// Starts the child and waits until it has ended and all of its output is read; ends it where the task is
    /// cancelled.
    func run(outputLimit: Int) async throws -> CredentialsProcessEnd {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.waiter = continuation }
                // Starting and reading block, and so take a thread of their own.
                Thread.detachNewThread {
                    do {
                        try self.startAndRead(outputLimit: outputLimit)
                    } catch {
                        self.finish(.failure(error))
                    }
                }
            }
        } onCancel: {
            state.withLock { $0.isCancelled = true }
            end(with: CancellationError())
        }
    }

    private func startAndRead(outputLimit: Int) throws {
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = variables
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.terminationHandler = { ended in
            let isExit = ended.terminationReason == .exit
            self.ended(isExit ? ended.terminationStatus : 128 + ended.terminationStatus)
        }
        guard !state.withLock({ $0.isCancelled }) else { throw CancellationError() }
        // A child inherits the signals that its thread blocks, which on threads of Swift's are nearly all of them.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        do {
            try process.run()
        } catch {
            throw CredentialsProcessFailure.notStarted(reason: error.localizedDescription)
        }
        let isUnwanted = state.withLock { state in
            state.process = process
            return state.isCancelled
        }
        if isUnwanted { end(with: CancellationError()) }
        let output = try? pipe.fileHandleForReading.read(upToCount: outputLimit + 1)
        received(Array(output ?? Data()), limit: outputLimit)
    }

    private func received(_ output: [UInt8], limit: Int) {
        if output.count > limit {
            end(with: CredentialsProcessFailure.tooMuchOutput)
        } else {
            state.withLock { $0.output = output }
            finishWhenComplete()
        }
    }

    private func ended(_ status: Int32) {
        state.withLock { state in
            state.status = status
            state.process = nil
        }
        finishWhenComplete()
    }

    private func finishWhenComplete() {
        let end = state.withLock { state -> CredentialsProcessEnd? in
            guard let output = state.output, let status = state.status else { return nil }
            return CredentialsProcessEnd(status: status, output: output)
        }
        if let end { finish(.success(end)) }
    }

    /// Ends the child, and does not wait for it.
    private func end(with error: any Error) {
        let process = state.withLock { state in state.status == nil ? state.process.take() : nil }
        process?.terminate()
        finish(.failure(error))
    }

    private func finish(_ result: Result<CredentialsProcessEnd, any Error>) {
        state.withLock { $0.waiter.take() }?.resume(with: result)
    }
}
