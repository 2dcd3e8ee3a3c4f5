package import Foundation
package import Logging

/// Writes one line per event for people: `2026-01-31T12:00:00.000Z info  message key=value`.
///
/// Values with spaces, quotes or control characters are quoted and escaped, so that an event never takes more than its line.
package struct TextLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let output: any LogOutput
    private let colour: Bool
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - output: where lines go.
    ///   - colour: whether the level is coloured for a terminal.
    ///   - now: the clock.
    package init(
        output: any LogOutput, colour: Bool = false, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.output = output
        self.colour = colour
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = LogTimestamp.format(now())
        line += " \(levelName(event.level)) \(Self.singleLine(event.message.description))"
        for (key, value) in merged(event).sorted(by: { $0.key < $1.key }) {
            line += " \(Self.quotedWhereNeeded(key))=\(Self.quotedWhereNeeded(value.description))"
        }
        output.write(line + "\n")
    }

    private func levelName(_ level: Logger.Level) -> String {
        let name = level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
        guard colour else { return name }
        return switch level {
        case .trace, .debug: "\u{1B}[2m\(name)\u{1B}[0m"
        case .info, .notice: "\u{1B}[32m\(name)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(name)\u{1B}[0m"
        case .error, .critical: "\u{1B}[31m\(name)\u{1B}[0m"
        }
    }

    /// A message keeps its spaces; control characters are escaped.
    static func singleLine(_ text: String) -> String {
        text.unicodeScalars.contains(where: isControl) ? escaped(text, quotes: false) : text
    }

    static func quotedWhereNeeded(_ text: String) -> String {
        let plain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                !isControl(scalar) && scalar != " " && scalar != "\"" && scalar != "=" && scalar != "\\"
            }
        return plain ? text : "\"\(escaped(text, quotes: true))\""
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"" where quotes: result += "\\\""
            case "\\" where quotes: result += "\\\\"
            case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// C0, DEL, C1, and the separators that some viewers break lines at.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }
}

extension LogHandler {
    /// The handler's metadata, under that of the provider, under that of the event, and the event's error as `error`.
    func merged(_ event: LogEvent) -> Logger.Metadata {
        var merged = metadata
        if let provided = metadataProvider?.get() {
            merged.merge(provided) { _, new in new }
        }
        if let own = event.metadata {
            merged.merge(own) { _, new in new }
        }
        if let error = event.error, merged["error"] == nil {
            merged["error"] = "\(error)"
        }
        return merged
    }
}

/// Times in log lines.
enum LogTimestamp {
    /// RFC 3339 in UTC with milliseconds.
    static func format(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
