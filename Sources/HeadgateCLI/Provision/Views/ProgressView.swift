import Provisioning

/// What the execution of a load balancer's changes does, a line per step.
struct ProgressView: Sendable {
    let style: TextStyle
    /// What people know resources by beyond their names.
    private let titles: [ResourceReference: String]
    /// The identifiers of what goes for something that takes its place.
    private let replaced: Set<String>

    init(style: TextStyle, changes: [ProposalDocument.Change] = []) {
        self.style = style
        let titled = changes.filter { !$0.title.isEmpty }.map {
            (ResourceReference(type: $0.type, name: $0.name), $0.title)
        }
        titles = Dictionary(titled) { first, _ in first }
        replaced = Set(
            changes.flatMap { change in
                change.superseded + (change.action == .replace ? [change.identifier].compactMap(\.self) : [])
            })
    }

    /// The line for an event; nil where nobody needs to know.
    func line(_ event: ExecutionEvent) -> String? {
        switch event {
        case .started:
            nil
        case .waiting(let step, let reason):
            "    … \(text(step)): \(reason)"
        case .finished(let step, let duration):
            "    \(style.apply(.green, to: "✓")) \(text(step))  \(style.dim(Self.text(duration)))"
        case .failed(let step, let failure, let duration):
            "    \(style.apply(.red, to: "✗")) \(text(step))  \(style.dim(Self.text(duration))): " + failure.message
        }
    }

    /// What came of it: nothing where all was done.
    func remainder(_ report: ExecutionReport) -> [String] {
        guard !report.remaining.isEmpty else { return [] }
        let head = report.wasStopped ? "stopped; not done yet:" : "not done, since something that it needs failed:"
        return ["    \(head)"] + report.remaining.map { "      \(text($0))" }
    }

    private func text(_ step: ExecutionStep) -> String {
        let name = "\(step.verb) \(step.reference)"
        if case .delete(_, let identifier) = step.action, replaced.contains(identifier) {
            return "\(name) (the old one)"
        }
        return titles[step.reference].map { "\(name)  \($0)" } ?? name
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
    }
}
