import LoadBalancerModel
import Provisioning

/// Proposals for people: what would change, how faithfully, and what of the quotas it takes.
struct ProposalView {
    let style: TextStyle

    /// - Parameter plans: the plans by name whose routes stand before their changes.
    func text(_ document: ProposalDocument, plans: [String: LoadBalancerPlan] = [:]) -> String {
        var lines: [String] = []
        for loadBalancer in document.loadBalancers {
            if let plan = plans[loadBalancer.name] {
                lines += LoadBalancerView(style: style).lines(plan, mark: nil) + [""]
            } else {
                lines += [style.bold("load balancer \(loadBalancer.name)"), ""]
            }
            lines += self.lines(loadBalancer)
        }
        lines.append(summary(document))
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ loadBalancer: ProposalDocument.LoadBalancer) -> [String] {
        section("address", loadBalancer.parts.isEmpty ? loadBalancer.address.map { ["      \($0)"] } ?? [] : [])
            + section("parts", PartsView(style: style).lines(loadBalancer.parts).map { "      \($0)" })
            + section("changes (\(loadBalancer.provider))", changes(loadBalancer.changes))
            + section("held back by the policy", changes(loadBalancer.withheld))
            + section("quarantined", loadBalancer.quarantined.map(quarantine))
            + section("fidelity", fidelity(loadBalancer.fidelity))
            + section("quotas", quotas(loadBalancer.quotas))
            + section("left alone", loadBalancer.notices.map { "      \($0)" })
            + section(
                "in the way",
                loadBalancer.obstacles.map { "      " + style.apply(.red, to: "\($0.reference): \($0.message)") })
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["    " + style.dim(title)] + lines + [""]
    }

    // MARK: Changes

    private func changes(_ changes: [ProposalDocument.Change]) -> [String] {
        let done = changes.filter { $0.action != .noOp || !$0.reason.isEmpty }
        let untouched = changes.count - done.count
        let lines = done.flatMap(self.lines)
        guard untouched > 0 else { return lines }
        return lines + ["        " + style.dim("\(Plural.count(untouched, "resource")) unchanged")]
    }

    private func lines(_ change: ProposalDocument.Change) -> [String] {
        let name = "\(change.type)/\(change.name)"
        let members = change.ingresses.isEmpty ? "" : style.dim("  for \(change.ingresses.joined(separator: ", "))")
        var lines = ["    \(mark(change.action)) \(name)\(members)"]
        if let identifier = change.identifier, change.action != .noOp {
            lines.append("          " + style.dim(identifier))
        }
        if !change.reason.isEmpty {
            lines.append("          " + style.apply(.yellow, to: reason(change)))
        }
        lines += fields(change)
        if let interruption = change.interruption {
            lines.append("          " + style.apply(.yellow, to: "interrupts: \(interruption)"))
        }
        return lines
    }

    private func reason(_ change: ProposalDocument.Change) -> String {
        change.action == .replace ? "must be replaced: \(change.reason)" : change.reason
    }

    private func fields(_ change: ProposalDocument.Change) -> [String] {
        var table = TextTable()
        for field in change.fields {
            let forces = field.replacementReason == nil ? "" : "# forces the replacement"
            table.add([
                TextTable.Cell("          \(field.path)"), TextTable.Cell(values(of: field, in: change.action)),
                TextTable.Cell(forces, .red),
            ])
        }
        return table.lines(style: style)
    }

    private func values(of field: FieldDifference, in action: Provisioning.ChangeAction) -> String {
        switch (field.before, field.after) {
        case (let before?, let after?): "\(before) → \(after)"
        case (nil, let after?): action == .create ? after : "(none) → \(after)"
        case (let before?, nil): "\(before) → (none)"
        case (nil, nil): ""
        }
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

    // MARK: The rest

    private func quarantine(_ quarantine: Quarantine) -> String {
        "      " + style.apply(.yellow, to: "Ingress \(quarantine.member)") + ": \(quarantine.message)"
    }

    private func fidelity(_ findings: [FidelityFinding]) -> [String] {
        var table = TextTable()
        for finding in findings {
            let attribute: TextStyle.Attribute = finding.severity == .unsupported ? .red : .yellow
            table.add([
                TextTable.Cell("      \(finding.severity.rawValue)", attribute),
                TextTable.Cell("\(finding.object): \(finding.message)"),
            ])
        }
        return table.lines(style: style)
    }

    private func quotas(_ quotas: [QuotaUse]) -> [String] {
        var table = TextTable()
        for quota in quotas {
            let attribute: TextStyle.Attribute? =
                quota.used > quota.allowed ? .red : quota.used * 10 >= quota.allowed * 9 ? .yellow : nil
            table.add([
                TextTable.Cell("      \(quota.name)"), TextTable.Cell(quota.scope, .dim),
                TextTable.Cell("\(quota.used) of \(quota.allowed)", attribute),
            ])
        }
        return table.lines(style: style)
    }

    /// The last line: how much of what.
    func summary(_ document: ProposalDocument) -> String {
        let sum = document.summary
        guard !sum.isEmpty else {
            return style.bold("No changes: ")
                + "what exists is what is asked for (\(Plural.count(sum.noop, "resource")))."
        }
        return style.bold("Plan: ")
            + "\(sum.create) to create, \(sum.update) to update, \(sum.replace) to replace, \(sum.delete) to delete; "
            + "\(sum.noop) unchanged."
    }
}
