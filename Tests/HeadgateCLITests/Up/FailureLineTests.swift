import ArgumentParser
import Logging
import Observability
import Synchronization
import Testing

@testable import HeadgateCLI

@Suite("headgate up: the failure in a log of JSON")
struct FailureLineTests {
    private final class Lines: LogOutput {
        let all = Mutex<[String]>([])

        func write(_ line: String) { all.withLock { $0.append(line) } }
    }

    private let output = Lines()

    private var logger: Logger {
        Logger(label: "headgate") { [output] label in JSONLogHandler(label: label, output: output) }
    }

    @Test(
        "A failure is one object with level, message, error and remedy, whatever the level of the log",
        arguments: [Logger.Level.trace, .info, .critical])
    func failure(level: Logger.Level) throws {
        var logger = logger
        logger.logLevel = level
        let status = logger.failing(with: CommandFailure("x can't be read", remedy: "Check it."))
        #expect(status == ExitCode.failure)
        let lines = output.all.withLock { $0 }
        #expect(lines.count == 1)
        let entry = try jsonObject(try #require(lines.first))
        #expect(entry["level"] as? String == "error")
        #expect((entry["message"] as? String)?.isEmpty == false)
        #expect(entry["error"] as? String == "x can't be read")
        #expect(entry["remedy"] as? String == "Check it.")
    }

    @Test("What has been told already is told no second time")
    func exitCode() {
        #expect(logger.failing(with: ExitCode(3)) == ExitCode(3))
        #expect(output.all.withLock { $0.isEmpty })
    }
}
