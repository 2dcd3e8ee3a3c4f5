import Foundation
import ProvisioningTesting
import Synchronization
import Testing

/// boto3, AWS's own client, in a process that answers one call after the other.
final class BotoSession: Sendable {
    /// What AWS, or the process, said against a call.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The session of the suite that is being run.
    @TaskLocal static var current: BotoSession?

    private let input: FileHandle
    private let output: FileHandle
    private let turn = Mutex(())

    private init(input: FileHandle, output: FileHandle) {
        self.input = input
        self.output = output
    }

    /// - Throws: where the suite has no trait `.boto`.
    static func require() throws -> BotoSession {
        try #require(current, "the suite needs the trait .boto")
    }

    /// Runs a session for as long as a body runs. It ends with its standard input, and so with the tests.
    static func running(_ body: @Sendable (BotoSession) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            ServiceModels.defaultPython,
            Checkout.root.appending(path: "Tests/IntegrationTests/Fixtures/aws_account.py").path,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(StandInAccount.environment) { _, new in new }
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        try await body(
            BotoSession(input: input.fileHandleForWriting, output: output.fileHandleForReading))
    }

    /// Has the session answer a request.
    ///
    /// - Parameter request: an object of JSON, without a line break; the script says what it may hold.
    func ask(_ request: String) async throws -> JSONDocument {
        let reply = try await OwnThread.run { [self] in
            try turn.withLock { _ in
                try input.write(contentsOf: Data((request + "\n").utf8))
                return try line()
            }
        }
        let document = try JSONDocument(parsing: reply)
        if let error = document["error"]?.string { throw Failure(description: error) }
        return document["answer"] ?? nil
    }

    private func line() throws -> String {
        var data = Data()
        while data.last != UInt8(ascii: "\n") {
            let more = output.availableData
            guard !more.isEmpty else {
                throw Failure(
                    description: "\(ServiceModels.defaultPython) has ended; it needs boto3, see scripts/test")
            }
            data += more
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Runs a suite with a session of boto3.
struct BotoTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await BotoSession.running { session in
            try await BotoSession.$current.withValue(session) { try await function() }
        }
    }
}

extension Trait where Self == BotoTrait {
    static var boto: BotoTrait { BotoTrait() }
}
