import LoadBalancerModel

/// Keys of a known dialect that Headgate does not honour.
enum UnsupportedAnnotations {
    /// What is said of such a key.
    struct Finding: Hashable {
        var reason: String
        var message: String
        var remedy: String?
        /// What an Ingress that asks for it must not be served without; nil where that isn't so.
        var missing: Missing?
    }

    /// Protection that isn't there.
    struct Missing: Hashable, Sendable {
        /// What of the load balancer it guards; nil where it guards the routes of the Ingress alone.
        var guarded: LoadBalancerGuard?
    }

    /// Whether a value asks for nothing.
    static func isOff(_ text: String) -> Bool { ["", "none", "false"].contains(text.lowercased()) }

    /// A known annotation of another controller.
    struct Known: Sendable {
        /// What goes without, or what is done in its place, as a sentence.
        let consequence: String?
        let remedy: String?
        let missing: Missing?

        init(_ consequence: String? = nil, remedy: String? = nil, missing: Missing? = nil) {
            self.consequence = consequence
            self.remedy = remedy
            self.missing = missing
        }

        /// Consequence and remedy in one text, empty where there is neither.
        var advice: String { [consequence, remedy].compactMap(\.self).joined(separator: " ") }
    }

    /// What is said of a key that no declaration honours; nil for keys of other owners, and those that are honoured.
    static func finding(key: String) -> Finding? {
        guard let (dialect, name) = AnnotationDialect.split(key), AnnotationTable.definition(key: key) == nil else {
            return nil
        }
        return finding(dialect: dialect, name: name)
    }

    /// What is said of a key that no declaration honours.
    static func finding(dialect: AnnotationDialect, name: String) -> Finding {
        switch dialect {
        case .native: unknown(dialect: dialect, name: name)
        case .ingressNginx:
            ingressNginx[name].map { known($0, key: dialect.key(name), owner: "ingress-nginx") }
                ?? unknown(dialect: dialect, name: name)
        case .awsLoadBalancerController:
            awsLoadBalancerController[name].map {
                known($0, key: dialect.key(name), owner: "the AWS Load Balancer Controller")
            } ?? unknown(dialect: dialect, name: name)
        }
    }

    private static func known(_ annotation: Known, key: String, owner: String) -> Finding {
        let isIgnored = annotation.missing == nil ? " and is ignored" : ""
        let sentences = [
            "`\(shown(key))`, an annotation of \(owner), is not supported\(isIgnored).", annotation.consequence,
        ]
        return Finding(
            reason: "UnsupportedAnnotation",
            message: sentences.compactMap(\.self).joined(separator: " "),
            remedy: annotation.remedy ?? "Remove it once nothing relies on it.",
            missing: annotation.missing
        )
    }

    private static func unknown(dialect: AnnotationDialect, name: String) -> Finding {
        let key = dialect.key(name)
        let message =
            dialect == .native
            ? "`\(shown(key))` is no annotation of Headgate; it is ignored."
            : "`\(shown(key))` is not an annotation that is supported; it is ignored."
        return Finding(
            reason: "UnknownAnnotation", message: message, remedy: suggestion(dialect: dialect, name: name)
        )
    }

    private static func suggestion(dialect: AnnotationDialect, name: String) -> String? {
        if dialect == .native, let equivalent = AnnotationTable.nativeEquivalent(ofName: name) {
            return "Did you mean `\(equivalent.key)`?"
        }
        let supported = AnnotationTable.definitions.filter { $0.dialect == dialect }.map(\.name)
        if let close = EditDistance.closest(to: name, among: supported) {
            return "Did you mean `\(dialect.key(close))`?"
        }
        if let close = EditDistance.closest(to: name, among: known(in: dialect).keys.sorted()) {
            return "Did you mean `\(dialect.key(close))`? It is not supported either."
        }
        return "Remove it; the annotations that are supported are those of docs/annotations.md."
    }

    private static func known(in dialect: AnnotationDialect) -> [String: Known] {
        switch dialect {
        case .native: [:]
        case .ingressNginx: ingressNginx
        case .awsLoadBalancerController: awsLoadBalancerController
        }
    }

    private static func shown(_ key: String) -> String { AnnotationText.shown(key) }
}
