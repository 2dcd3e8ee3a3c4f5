import Provisioning

/// What an execution does, a line per step.
struct ProgressView: Sendable {
    let style: TextStyle

    /// The line for an event; nil where nobody needs to know.
    func line(_ event: ExecutionEvent) -> String? {
        switch event {
        case .started:
            nil
        case .waiting(let step, let reason):
            "    … \(step.verb) \(step.reference): \(reason)"
        case .finished(let step, let duration):
            "    \(style.apply(.green, to: "✓")) \(step.verb) \(step.reference) \(style.dim(Self.text(duration)))"
        case .failed(let step, let failure, let duration):
            "    \(style.apply(.red, to: "✗")) \(step.verb) \(step.reference) \(style.dim(Self.text(duration))): "
                + failure.message
        }
    }

    /// What came of it: nothing where all was done.
    func remainder(_ report: ExecutionReport) -> [String] {
        guard !report.remaining.isEmpty else { return [] }
        let head = report.wasStopped ? "stopped; not done yet:" : "not done, since something that it needs failed:"
        return ["    \(head)"] + report.remaining.map { "      \($0.verb) \($0.reference)" }
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
    }
}
