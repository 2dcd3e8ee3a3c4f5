import ArgumentParser
import DataPlane
import Logging
import Observability

/// What `headgate up` logs, and where.
struct LoggingArguments: ParsableArguments {
    @Option(help: "The form of log lines.")
    var logFormat: LogFormat = .text

    @Option(help: "The least severe level that is logged.")
    var logLevel: LogLevelArgument = .info

    @Option(
        help: ArgumentHelp(
            "Where requests are logged: a file, - for standard output, or off.",
            discussion: "The form is that of the class's parameters: JSON unless they say common.",
            valueName: "file"),
        completion: .file())
    var accessLog: AccessLogArgument = .off
}

/// `--access-log`.
enum AccessLogArgument: Sendable, Hashable, ExpressibleByArgument {
    case off
    case standardOutput
    case file(String)

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "off": self = .off
        case "-": self = .standardOutput
        default: self = .file(argument)
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .off: "off"
        case .standardOutput: "-"
        case .file(let path): path
        }
    }

    var destination: AccessLogDestination {
        switch self {
        case .off: .off
        case .standardOutput: .standardOutput
        case .file(let path): .file(path: path)
        }
    }
}

extension LogFormat: ExpressibleByArgument {}

/// `--log-level`, by the names of swift-log.
enum LogLevelArgument: String, Sendable, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
