import KubernetesModel
import LoadBalancerModel

/// Collects findings while a plan is made.
struct DiagnosticLog {
    private(set) var entries: [Diagnostic] = []

    /// Adds a finding. Finding and remedy are sentences; the full stop may be left out, and the remedy may begin in
    /// lower case. The message is the two together.
    mutating func add(
        _ severity: Diagnostic.Severity,
        _ reason: String,
        on object: ObjectReference,
        field: String = "",
        _ finding: String,
        value: String? = nil,
        remedy: String
    ) {
        let finding = Self.sentence(finding)
        let remedy = Self.sentence(remedy.prefix(1).uppercased() + remedy.dropFirst())
        entries.append(
            Diagnostic(
                object: object, field: field, severity: severity, reason: reason, message: "\(finding) \(remedy)",
                value: value.map(AnnotationText.shown), remedy: remedy))
    }

    private static func sentence(_ text: String) -> String {
        text.last.map { ".?!".contains($0) } == true ? text : "\(text)."
    }

    mutating func append(contentsOf diagnostics: some Sequence<Diagnostic>) {
        entries.append(contentsOf: diagnostics)
    }

    /// The findings without repetition, ordered by object, field and reason.
    func sorted() -> [Diagnostic] {
        Self.sorted(entries)
    }

    /// Orders findings by object, field and reason, and leaves out repetitions.
    static func sorted(_ diagnostics: some Sequence<Diagnostic>) -> [Diagnostic] {
        Set(diagnostics).map { (key: SortKey($0), diagnostic: $0) }
            .sorted { $0.key < $1.key }
            .map(\.diagnostic)
    }

    private struct SortKey: Comparable {
        let object: (String, String, String)
        let finding: (String, String, String)

        init(_ diagnostic: Diagnostic) {
            object = (diagnostic.object.kind, diagnostic.object.namespace, diagnostic.object.name)
            finding = (diagnostic.field, diagnostic.reason, diagnostic.message)
        }

        static func < (left: Self, right: Self) -> Bool {
            left.object == right.object ? left.finding < right.finding : left.object < right.object
        }

        static func == (left: Self, right: Self) -> Bool {
            left.object == right.object && left.finding == right.finding
        }
    }
}

extension KubernetesObject {
    /// Names the object in a diagnostic.
    var reference: ObjectReference {
        ObjectReference(kind: Self.kind, namespace: metadata.namespace, name: metadata.name)
    }
}
