import LoadBalancerModel
import Logging

/// Logs each diagnostic once: when it appears, and when it is gone.
struct DiagnosticLog: Sendable {
    private var known: Set<Diagnostic> = []

    /// What differs between two rounds.
    struct Difference: Hashable, Sendable {
        var appeared: [Diagnostic]
        var resolved: [Diagnostic]
    }

    /// Takes over the diagnostics of a round.
    ///
    /// - Returns: those that are new, and those that are gone and that nothing of the same object, field and reason replaces.
    mutating func update(_ diagnostics: [Diagnostic]) -> Difference {
        let current = Set(diagnostics)
        let keys = Set(diagnostics.map(Key.init))
        let resolved = known.subtracting(current).filter { !keys.contains(Key($0)) }
        defer { known = current }
        return Difference(
            appeared: diagnostics.filter { !known.contains($0) },
            resolved: resolved.sorted { Key($0) < Key($1) })
    }

    /// What a diagnostic is about, whatever the value found there.
    private struct Key: Hashable, Comparable {
        var object: ObjectReference
        var field: String
        var reason: String

        init(_ diagnostic: Diagnostic) {
            self.object = diagnostic.object
            self.field = diagnostic.field
            self.reason = diagnostic.reason
        }

        static func < (left: Key, right: Key) -> Bool {
            (left.object.kind, left.object.namespace, left.object.name, left.field, left.reason)
                < (right.object.kind, right.object.namespace, right.object.name, right.field, right.reason)
        }
    }
}

extension DiagnosticLog.Difference {
    /// Writes the difference to a log.
    func log(to logger: Logger) {
        for diagnostic in appeared {
            let level: Logger.Level =
                switch diagnostic.severity {
                case .error: .error
                case .warning: .warning
                case .info: .info
                }
            logger.log(level: level, "\(diagnostic.message)", metadata: metadata(diagnostic))
        }
        for diagnostic in resolved {
            logger.info("resolved", metadata: metadata(diagnostic))
        }
    }

    private func metadata(_ diagnostic: Diagnostic) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "object": "\(diagnostic.object.title)", "reason": "\(diagnostic.reason)",
        ]
        if !diagnostic.field.isEmpty { metadata["field"] = "\(diagnostic.field)" }
        return metadata
    }
}
