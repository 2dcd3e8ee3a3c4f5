import Foundation
import LoadBalancerModel
import Yams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where a command writes and what surrounds it. Passed in, so that commands run in tests as in a shell.
struct Console: Sendable {
    /// Writes to standard output.
    var output: @Sendable (String) -> Void
    /// Writes to standard error.
    var error: @Sendable (String) -> Void
    /// Reads standard input to its end.
    var readInput: @Sendable () throws -> [UInt8]
    /// Asks a question and gives the line that was answered; nil where nobody can be asked.
    var ask: @Sendable (String) -> String? = { _ in nil }
    /// Whether standard output is a terminal.
    var isTerminal: Bool
    var environment: [String: String]
    /// The clock.
    var now: @Sendable () -> Date

    /// The process's own.
    static let standard = Console(
        output: { text in FileHandle.standardOutput.write(Data(text.utf8)) },
        error: { text in FileHandle.standardError.write(Data(text.utf8)) },
        readInput: { [UInt8](try FileHandle.standardInput.readToEnd() ?? Data()) },
        ask: { question in
            guard isatty(STDIN_FILENO) == 1 else { return nil }
            FileHandle.standardError.write(Data(question.utf8))
            return readLine()
        },
        isTerminal: isatty(STDOUT_FILENO) == 1,
        environment: ProcessInfo.processInfo.environment,
        now: { Date() }
    )

    /// Writes a document in the form asked for.
    ///
    /// - Parameters:
    ///   - document: what is written as JSON or YAML.
    ///   - format: the form.
    ///   - text: what is written for people.
    func write(_ document: some Encodable, as format: OutputFormat, text: @autoclosure () -> String) throws {
        switch format {
        case .text: output(text())
        case .json: output(String(decoding: try PlanEncoding.encode(document), as: UTF8.self))
        case .yaml:
            let encoder = YAMLEncoder()
            encoder.options.sortKeys = true
            encoder.options.allowUnicode = true
            output(try encoder.encode(document))
        }
    }
}
