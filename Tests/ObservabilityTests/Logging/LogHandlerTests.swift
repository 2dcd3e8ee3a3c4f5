import Foundation
import Logging
import Observability
import Synchronization
import Testing

/// Keeps lines.
private final class Lines: LogOutput {
    private let lines = Mutex<[String]>([])

    func write(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    var all: [String] { lines.withLock { $0 } }
}

@Suite("Log lines")
struct LogHandlerTests {
    private let time = Date(timeIntervalSince1970: 1_769_860_800.25)
    private let output = Lines()

    private func textLogger(colour: Bool = false) -> Logger {
        Logger(label: "test") { [output, time] _ in TextLogHandler(output: output, colour: colour, now: { time }) }
    }

    private func jsonLogger() -> Logger {
        Logger(label: "test") { [output, time] label in JSONLogHandler(label: label, output: output, now: { time }) }
    }

    @Test("A text line has time, level, message and metadata in the order of the keys")
    func text() {
        textLogger().warning("certificate expires", metadata: ["secret": "shop/tls", "days": "3"])
        #expect(output.all == ["2026-01-31T12:00:00.250Z warning certificate expires days=3 secret=shop/tls\n"])
    }

    @Test(
        "A value that could be mistaken is quoted",
        arguments: [
            ("two words", #""two words""#), ("", #""""#), ("a=b", #""a=b""#), ("a\nb", #""a\nb""#),
            ("\u{1B}[31m", #""\u{1b}[31m""#), (#"say "x""#, #""say \"x\"""#), ("/path:8080", "/path:8080"),
        ])
    func quoting(value: String, expected: String) {
        textLogger().info("m", metadata: ["k": "\(value)"])
        #expect(output.all == ["2026-01-31T12:00:00.250Z info    m k=\(expected)\n"])
    }

    @Test("A message never takes more than its line")
    func singleLine() {
        textLogger().info("first\nsecond\r\u{2028}third")
        #expect(output.all == [#"2026-01-31T12:00:00.250Z info    first\nsecond\r\u{2028}third"# + "\n"])
    }

    @Test("A JSON line is an object whose own fields stay, whatever the metadata is called")
    func json() throws {
        jsonLogger().error("it \"broke\"", metadata: ["level": "mine", "list": ["a", "b\n"], "map": ["x": "1"]])
        let line = try #require(output.all.first)
        #expect(line.hasSuffix("}\n"))
        #expect(line.split(separator: "\n").count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable])
        #expect(object["time"] as? String == "2026-01-31T12:00:00.250Z")
        #expect(object["level"] as? String == "error")
        #expect(object["_level"] as? String == "mine")
        #expect(object["message"] as? String == "it \"broke\"")
        #expect(object["logger"] as? String == "test")
        #expect(object["list"] as? [String] == ["a", "b\n"])
        #expect(object["map"] as? [String: String] == ["x": "1"])
    }

    @Test("The logger's metadata gives way to that of the event")
    func precedence() {
        var logger = textLogger()
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger.info("m", metadata: ["a": "event"])
        #expect(output.all == ["2026-01-31T12:00:00.250Z info    m a=event b=logger\n"])
    }

    @Test("Below the level nothing is written")
    func level() {
        var logger = textLogger()
        logger.logLevel = .warning
        logger.info("m")
        #expect(output.all.isEmpty)
    }

    @Test("Colour marks the level alone")
    func colour() {
        textLogger(colour: true).info("m")
        #expect(output.all == ["2026-01-31T12:00:00.250Z \u{1B}[32minfo   \u{1B}[0m m\n"])
    }

    @Test("A descriptor gets each line in one piece")
    func descriptor() throws {
        let pipe = Pipe()
        DescriptorLogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor).write("line\n")
        try pipe.fileHandleForWriting.close()
        #expect(try pipe.fileHandleForReading.readToEnd() == Data("line\n".utf8))
    }
}
