import Foundation
import LoadBalancerModel
import ManifestSource
import Yams

/// What `headgate plan --output json` prints, and `--against` reads.
struct PlanDocument: Codable, Hashable, Sendable {
    static let currentKind = "Plan"

    var apiVersion: String = LoadBalancerPlan.currentAPIVersion
    var kind: String = PlanDocument.currentKind
    /// The plans, ordered by name.
    var loadBalancers: [LoadBalancerPlan]
    /// What was found on the way, ordered by object, field and reason.
    var diagnostics: [Diagnostic]
    /// What differs from the saved plan; absent where none was given.
    var changes: [LoadBalancerChange]?

    init(loadBalancers: [LoadBalancerPlan], diagnostics: [Diagnostic], changes: [LoadBalancerChange]? = nil) {
        self.loadBalancers = loadBalancers
        self.diagnostics = diagnostics
        self.changes = changes
    }

    /// Reads a saved plan, JSON or YAML.
    ///
    /// - Parameters:
    ///   - data: the bytes of the file.
    ///   - file: the name of the file, for messages.
    /// - Throws: ``CommandFailure``, which names the file, the field and the remedy.
    init(saved data: Data, file: String) throws(CommandFailure) {
        let remedy = "Save a plan with: headgate plan -f DIR --output json > plan.json"
        func refusal(_ finding: String) -> CommandFailure {
            CommandFailure("\(file) \(finding)", remedy: remedy, about: .file(file), reason: SavedFile.noSavedPlan)
        }
        guard data.contains(where: { !Self.isSpace($0) }) else {
            throw refusal("is no saved plan: it is empty")
        }
        do {
            let header = try Self.decode(Header.self, from: data)
            guard header.kind == Self.currentKind else {
                throw refusal("is no saved plan: its kind is \"\(header.kind)\"")
            }
            guard header.apiVersion == LoadBalancerPlan.currentAPIVersion else {
                throw refusal(
                    "has apiVersion \"\(header.apiVersion)\", but this program reads "
                        + "\"\(LoadBalancerPlan.currentAPIVersion)\"")
            }
            self = try Self.decode(PlanDocument.self, from: data)
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as DecodingError {
            throw refusal("is no saved plan: \(error.plainDescription)")
        } catch {
            throw refusal("is neither JSON nor YAML")
        }
    }

    private struct Header: Decodable {
        var apiVersion: String
        var kind: String
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// JSON is tried by its first character, since reading JSON as YAML is slow.
    private static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let first = data.first { !isSpace($0) }
        if first == UInt8(ascii: "{") {
            return try PlanEncoding.decode(type, from: data)
        }
        return try YAMLDecoder().decode(type, from: data)
    }
}

extension DecodingError {
    /// One clause that names the field, without Swift's vocabulary.
    var plainDescription: String {
        func path(_ context: Context) -> String {
            context.codingPath.reduce(into: "") { path, key in
                if let index = key.intValue {
                    path += "[\(index)]"
                } else {
                    path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
                }
            }
        }
        switch self {
        case .keyNotFound(let key, let context):
            let parent = path(context)
            return "the field \(parent.isEmpty ? key.stringValue : "\(parent).\(key.stringValue)") is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let field = path(context)
            return field.isEmpty ? "it is no object" : "the field \(field) has the wrong type"
        case .dataCorrupted(let context):
            let field = path(context)
            return field.isEmpty ? "it is not well-formed" : "the field \(field) has a value that is not allowed"
        @unknown default:
            return "it can't be read"
        }
    }
}
