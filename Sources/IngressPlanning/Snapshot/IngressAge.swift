import Foundation
import KubernetesModel

/// The order in which Ingresses take precedence: older first, then lower namespace and name. One without a creation
/// time, as in files, counts as oldest.
struct IngressAge: Comparable, Hashable, Sendable {
    /// RFC 3339 in UTC with whole seconds, which orders as text; empty where there is none.
    var created: String
    var name: NamespacedName

    init(_ ingress: Ingress) {
        self.created = ingress.metadata.creationTimestamp.map(Self.universal) ?? ""
        self.name = ingress.namespacedName
    }

    static func < (left: IngressAge, right: IngressAge) -> Bool {
        if left.created != right.created { return left.created < right.created }
        return left.name < right.name
    }

    /// The time in UTC with whole seconds, which is all that the API server keeps of it. Other controllers and people
    /// may write an offset or a fraction.
    private static func universal(_ time: String) -> String {
        if time.utf8.count == 20, time.utf8.last == UInt8(ascii: "Z") { return time }
        var text = time.uppercased()
        if let dot = text.firstIndex(of: ".") {
            let fraction = text[text.index(after: dot)...].prefix { $0.isNumber }
            text.removeSubrange(dot..<fraction.endIndex)
        }
        guard let date = try? Date(text, strategy: .iso8601) else { return text }
        return date.formatted(.iso8601)
    }
}
