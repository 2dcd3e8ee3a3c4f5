package import Foundation
package import Logging

/// Writes one JSON object per event: `time`, `level`, `message`, `logger`, and the metadata beside them.
///
/// Metadata whose key is one of these names is written with an underscore in front.
package struct JSONLogHandler: LogHandler {
    private static let ownKeys: Set<String> = ["time", "level", "message", "logger"]

    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let output: any LogOutput
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - label: the name of the logger.
    ///   - output: where lines go.
    ///   - now: the clock.
    package init(label: String, output: any LogOutput, now: @escaping @Sendable () -> Date = { Date() }) {
        self.label = label
        self.output = output
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields: [(String, JSONLogValue)] = [
            ("time", .string(LogTimestamp.format(now()))),
            ("level", .string(event.level.rawValue)),
            ("message", .string(event.message.description)),
            ("logger", .string(label)),
        ]
        for (key, value) in merged(event).sorted(by: { $0.key < $1.key }) {
            fields.append((Self.ownKeys.contains(key) ? "_" + key : key, JSONLogValue(value)))
        }
        output.write(JSONLogValue.object(fields).text + "\n")
    }
}

/// A value of a JSON log line. Members of an object keep their order, which `JSONEncoder` can't promise.
enum JSONLogValue {
    case string(String)
    case array([JSONLogValue])
    case object([(String, JSONLogValue)])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .array(let values): self = .array(values.map(JSONLogValue.init))
        case .dictionary(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSONLogValue($0.value)) })
        default: self = .string(value.description)
        }
    }

    var text: String {
        switch self {
        case .string(let string): Self.quoted(string)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.0)):\($0.1.text)" }.joined(separator: ",") + "}"
        }
    }

    /// A JSON string (RFC 8259, section 7).
    private static func quoted(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
