import Foundation
package import Testing

/// moto (https://docs.getmoto.org), an AWS that we did not write, on a loopback port.
package final class MotoServer: Sendable {
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// The server of the suite that is being run.
    @TaskLocal package static var current: MotoServer?

    /// Where it listens, such as `http://127.0.0.1:41234`.
    package let endpoint: String
    private let nextAccount = Counter()

    private init(endpoint: String) {
        self.endpoint = endpoint
    }

    /// Another account, in which there is nothing but what AWS gives every account.
    package func makeAccount() -> String { String(100_000_000_000 + nextAccount.next()) }

    /// - Throws: where the suite has no trait `.moto`.
    package static func require() throws -> MotoServer {
        try #require(current, "the suite needs the trait .moto")
    }

    /// Runs a server on a free port for as long as a body runs.
    package static func running(_ body: @Sendable (MotoServer) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ServiceModels.defaultPython, "-c", program]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        let log = Pipe()
        process.standardError = log
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let endpoint = try await endpoint(in: log.fileHandleForReading)
        log.fileHandleForReading.readabilityHandler = { handle in _ = handle.availableData }
        defer { log.fileHandleForReading.readabilityHandler = nil }
        try await body(MotoServer(endpoint: endpoint))
    }

    /// Ends with its standard input, and so with the tests, however those end.
    private static let program = """
        import os, sys, threading
        from moto.server import main
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        main(["-H", "127.0.0.1", "-p", "0"])
        """

    /// Reads the log up to where it says on which port it listens.
    private static func endpoint(in log: FileHandle) async throws -> String {
        let (chunks, continuation) = AsyncStream<Data>.makeStream()
        log.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { continuation.finish() } else { continuation.yield(data) }
        }
        defer { log.readabilityHandler = nil }
        var text = ""
        for await chunk in chunks {
            text += String(decoding: chunk, as: UTF8.self)
            if let match = text.firstMatch(of: #/Running on (http://127\.0\.0\.1:\d+)/#) { return String(match.1) }
        }
        throw Unavailable(
            description:
                "\(ServiceModels.defaultPython) doesn't run moto 5.2.1: \(text.suffix(400)); install moto[server] in "
                + "it, or name another interpreter in HEADGATE_TEST_PYTHON")
    }
}

/// Runs a suite with a moto of its own.
package struct MotoTrait: SuiteTrait, TestScoping {
    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await MotoServer.running { server in
            try await MotoServer.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == MotoTrait {
    package static var moto: MotoTrait { MotoTrait() }
}
