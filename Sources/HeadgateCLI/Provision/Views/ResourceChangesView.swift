import Provisioning

/// The changes of one load balancer for people: a line for each resource, and one for each field that differs.
struct ResourceChangesView {
    let style: TextStyle
    /// How many characters two lists may have to stand beside each other.
    private static let width = 80
    /// What the identifiers of resources that are replaced stand for.
    private let replaced: [(identifier: String, title: String)]

    init(style: TextStyle, loadBalancer: ProposalDocument.LoadBalancer) {
        self.style = style
        replaced = loadBalancer.changes.filter { $0.action == .replace }.flatMap { change in
            ([change.identifier].compactMap(\.self) + change.superseded).map { identifier in
                (identifier: identifier, title: "\(change.type)/\(change.name) (the old one)")
            }
        }
    }

    /// Whether ``lines(_:)`` says less than all of what is set.
    static func leavesOut(_ loadBalancer: ProposalDocument.LoadBalancer) -> Bool {
        loadBalancer.changes.contains { $0.fields.contains { $0.implied == true } }
    }

    func lines(_ changes: [ProposalDocument.Change]) -> [String] {
        let done = changes.filter { $0.action != .noOp || !$0.reason.isEmpty }
        let untouched = changes.count - done.count
        let lines = done.flatMap(self.lines)
        guard untouched > 0 else { return lines }
        return lines + ["        " + style.dim("\(Plural.count(untouched, "resource")) unchanged")]
    }

    private func lines(_ change: ProposalDocument.Change) -> [String] {
        var head = "    \(mark(change.action)) \(change.type)/\(change.name)"
        if !change.title.isEmpty { head += "  \(change.title)" }
        if !change.ingresses.isEmpty { head += style.dim("  for \(change.ingresses.joined(separator: ", "))") }
        var lines = [head]
        if let identifier = change.identifier, change.action != .noOp {
            lines.append("          " + style.dim(identifier))
        }
        if !change.reason.isEmpty {
            let reason = change.action == .replace ? "must be replaced: \(change.reason)" : change.reason
            lines.append("          " + style.apply(.yellow, to: reason))
        }
        lines += fields(change)
        if let interruption = change.interruption {
            lines.append("          " + style.apply(.yellow, to: "interrupts: \(interruption)"))
        }
        return lines
    }

    private func mark(_ action: Provisioning.ChangeAction) -> String {
        switch action {
        case .create: "  " + style.apply(.green, to: "+")
        case .update: "  " + style.apply(.yellow, to: "~")
        case .replace: style.apply(.red, to: "-") + "/" + style.apply(.green, to: "+")
        case .delete: "  " + style.apply(.red, to: "-")
        case .noOp: "   "
        }
    }

    // MARK: Fields

    private func fields(_ change: ProposalDocument.Change) -> [String] {
        var table = TextTable()
        for field in change.fields where field.implied != true {
            let forces =
                field.replacementReason == nil ? "" : "  " + style.apply(.red, to: "# forces the replacement")
            for (index, line) in values(of: field, in: change.action).enumerated() {
                table.add([
                    TextTable.Cell("          \(index == 0 ? field.path : "")"),
                    TextTable.Cell(index == 0 ? line + forces : line),
                ])
            }
        }
        return table.lines(style: style)
    }

    private func values(of field: FieldDifference, in action: Provisioning.ChangeAction) -> [String] {
        switch (field.before, field.after) {
        case (let before?, let after?):
            elements(from: before, to: after) ?? ["\(legible(before)) → \(legible(after))"]
        case (nil, let after?): [action == .create ? legible(after) : "(none) → \(legible(after))"]
        case (let before?, nil): ["\(legible(before)) → (none)"]
        case (nil, nil): []
        }
    }

    /// A line for each element of a list that goes or comes; nil where the two lists are read more easily beside each
    /// other.
    private func elements(from before: String, to after: String) -> [String]? {
        guard let difference = ListDifference(from: before, to: after) else { return nil }
        let kept = difference.keptCount
        let isLong = before.count + after.count > Self.width && difference.removed.count + difference.added.count > 2
        guard kept > 0 || isLong else { return nil }
        return difference.removed.map { style.apply(.red, to: "-") + " \(legible($0))" }
            + difference.added.map { style.apply(.green, to: "+") + " \(legible($0))" }
            + (kept > 0 ? [style.dim("  \(kept) unchanged")] : [])
    }

    /// A value on one line, with nothing that the eye misses: what is empty, or has spaces at an end or line breaks, stands
    /// in quotes. The identifier of a resource that is replaced says which one it is.
    private func legible(_ value: String) -> String {
        let ends = [value.first, value.last].compactMap(\.self)
        let hidden = value.isEmpty || ends.contains(where: \.isWhitespace) || value.contains(where: \.isNewline)
        if hidden { return value.debugDescription }
        return replaced.reduce(value) { text, old in text.replacing(old.identifier, with: old.title) }
    }
}
