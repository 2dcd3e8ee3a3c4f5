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
                lines +=
                    LoadBalancerView(style: style).lines(plan, mark: nil, served: loadBalancer.listeners ?? []) + [""]
            } else {
                lines += [style.bold("load balancer \(loadBalancer.name)") + reason(loadBalancer), ""]
            }
            lines += self.lines(loadBalancer)
        }
        if document.loadBalancers.contains(where: ResourceChangesView.leavesOut) {
            let note = "Defaults and ownership tags of what is created aren't listed; --output json has them."
            lines += [style.dim(note), ""]
        }
        lines.append(summary(document))
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ loadBalancer: ProposalDocument.LoadBalancer) -> [String] {
        let changes = ResourceChangesView(style: style, loadBalancer: loadBalancer)
        let addresses = AddressView(style: style).lines(loadBalancer.addresses)
        return section(AddressView.label(loadBalancer.addresses), addresses.map { "      \($0)" })
            + section("changes (\(loadBalancer.provider))", changes.lines(loadBalancer.changes))
            + section("held back by the policy", changes.lines(loadBalancer.withheld))
            + section("quarantined", loadBalancer.quarantined.map(quarantine))
            + section("fidelity", fidelity(loadBalancer.fidelity))
            + section("quotas", quotas(loadBalancer.quotas))
            + section("left alone", loadBalancer.notices.map { "      \($0)" })
            + section(
                "in the way",
                loadBalancer.obstacles.map { "      " + style.apply(.red, to: "\($0.reference): \($0.message)") })
    }

    private func reason(_ loadBalancer: ProposalDocument.LoadBalancer) -> String {
        loadBalancer.reason.map { "  " + style.apply(.yellow, to: $0) } ?? ""
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["    " + style.dim(title)] + lines + [""]
    }

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
        guard !document.loadBalancers.isEmpty else {
            let hasFailures = document.diagnostics.contains {
                $0.severity == .error && $0.object.kind == ObjectReference.loadBalancerKind
            }
            if hasFailures { return style.bold("Nothing planned: ") + "no load balancer can be; the errors tell why." }
            return style.bold("No changes: ") + "there is no load balancer to change."
        }
        let members = Set(document.loadBalancers.flatMap { $0.quarantined.map { "Ingress \($0.member)" } }).sorted()
        let leftOut = members.isEmpty ? "" : style.apply(.yellow, to: " Left out: \(members.joined(separator: ", ")).")
        let withheld = document.loadBalancers.reduce(0) { $0 + $1.withheld.count }
        let heldBack =
            withheld == 0
            ? "" : " " + style.apply(.yellow, to: "Held back by the policy: \(Plural.count(withheld, "change")).")
        guard sum.isEmpty else {
            return style.bold("Plan: ")
                + "\(sum.create) to create, \(sum.update) to update, \(sum.replace) to replace, \(sum.delete) to delete; "
                + "\(sum.noop) unchanged." + heldBack + leftOut
        }
        let state =
            switch (sum.noop, withheld) {
            case (0, 0): "none of these load balancers exists."
            case (_, 0) where !members.isEmpty:
                "but for what is left out, what exists is what is asked for (\(Plural.count(sum.noop, "resource")))."
            case (_, 0): "what exists is what is asked for (\(Plural.count(sum.noop, "resource")))."
            default: "what exists stays as it is."
            }
        return style.bold("No changes: ") + state + heldBack + leftOut
    }
}
