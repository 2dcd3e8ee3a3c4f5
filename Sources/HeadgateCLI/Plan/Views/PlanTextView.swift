import LoadBalancerModel

/// A plan document for people.
struct PlanTextView {
    let style: TextStyle

    func text(_ document: PlanDocument) -> String {
        var lines: [String]
        if let changes = document.changes {
            lines = ChangesView(style: style).lines(changes, document: document)
        } else {
            lines = document.loadBalancers.flatMap {
                LoadBalancerView(style: style).lines($0, mark: "+") + [""]
            }
        }
        let diagnostics = DiagnosticsView(style: style).lines(document.diagnostics)
        if !diagnostics.isEmpty { lines += diagnostics + [""] }
        lines.append(summary(document))
        return lines.joined(separator: "\n") + "\n"
    }

    private func summary(_ document: PlanDocument) -> String {
        let findings = DiagnosticsView.summary(document.diagnostics)
        guard let changes = document.changes else {
            return style.bold("Plan: ") + "\(contents(document.loadBalancers)). \(findings)."
        }
        guard !changes.isEmpty else {
            return style.bold("No changes: ") + "the plan is the saved one. \(findings)."
        }
        func count(_ action: ChangeAction) -> Int { changes.count { $0.action == action } }
        return style.bold("Plan: ")
            + "\(count(.create)) to create, \(count(.update)) to update, \(count(.delete)) to delete. \(findings)."
    }

    private func contents(_ plans: [LoadBalancerPlan]) -> String {
        guard !plans.isEmpty else { return "nothing to create" }
        let hosts = Set(plans.flatMap(\.routes).compactMap(\.match.host)).count
        let routes = plans.reduce(0) { $0 + $1.routes.count }
        let targets = plans.flatMap(\.pools).reduce(0) { $0 + $1.targets.count }
        return "\(Plural.count(plans.count, "load balancer")) to create with "
            + "\(Plural.count(routes, "route")) on \(Plural.count(hosts, "named host")) "
            + "to \(Plural.count(targets, "target"))"
    }
}
