import ArgumentParser
import Foundation
import Synchronization
import Testing

@testable import HeadgateCLI

/// Keeps what a command prints.
final class RecordedConsole: Sendable {
    private let texts = Mutex((output: "", error: ""))
    /// The time that commands see.
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    var output: String { texts.withLock { $0.output } }
    var error: String { texts.withLock { $0.error } }

    func console(
        input: String = "", isTerminal: Bool = false, environment: [String: String] = [:]
    ) -> Console {
        Console(
            output: { text in self.texts.withLock { $0.output += text } },
            error: { text in self.texts.withLock { $0.error += text } },
            readInput: { Array(input.utf8) },
            isTerminal: isTerminal,
            environment: environment,
            now: { Self.now })
    }
}

/// What a command printed, and its status.
struct CommandResult {
    var status: Int32
    var output: String
    var error: String
}

enum Commands {
    /// Runs `headgate plan`.
    static func plan(_ arguments: [String], input: String = "", isTerminal: Bool = false) throws -> CommandResult {
        let recorded = RecordedConsole()
        let command = try PlanCommand.parse(arguments)
        let status = try command.run(on: recorded.console(input: input, isTerminal: isTerminal))
        return CommandResult(status: status, output: recorded.output, error: recorded.error)
    }

    /// Runs `headgate explain`.
    static func explain(_ arguments: [String], input: String = "") throws -> CommandResult {
        let recorded = RecordedConsole()
        let command = try ExplainCommand.parse(arguments)
        let status = try command.run(on: recorded.console(input: input))
        return CommandResult(status: status, output: recorded.output, error: recorded.error)
    }
}

/// A directory that lasts as long as the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("headgate-cli-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}

/// JSON as dictionaries.
func jsonObject(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

enum ParameterManifests {
    /// An IngressClass with parameters in the ConfigMap `shop/parameters`, and the ConfigMap, each with its separator.
    ///
    /// - Parameter data: the value of the ConfigMap's `data`.
    static func ingressClass(_ name: String, data: String) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: \(name)}
        spec:
          controller: headgate.dev/ingress-controller
          parameters: {kind: ConfigMap, name: parameters, namespace: shop, scope: Namespace}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: parameters, namespace: shop}
        data: \(data)
        ---

        """
    }
}
