import Foundation
import IngressPlanning
import LoadBalancerModel
import ManifestSource
import Provisioning

/// What `apply` and `destroy` do with proposals: show them, ask, carry them out.
struct ProposalApplication: Sendable {
    enum Outcome: Sendable {
        case nothingToDo, done
        /// Something failed, was left, or was refused.
        case incomplete
    }

    let report: CommandReport
    let style: TextStyle
    /// Whether nothing is asked.
    let isConfirmed: Bool
    /// Whether everything is asked about, and not only what takes something away.
    var asksAlways = false

    var console: Console { report.console }
    private var output: OutputFormat { report.format }

    /// Shows what is wrong with the manifests.
    func show(_ diagnostics: [Diagnostic]) {
        report.keep(diagnostics)
        tell(diagnostics)
    }

    /// Shows what was found of load balancers.
    ///
    /// - Parameter findings: what was found before.
    func show(_ proposals: Proposals, findings: [Diagnostic] = []) {
        report.keep(proposals.document(with: findings))
        tell(proposals.diagnostics)
    }

    private func tell(_ diagnostics: [Diagnostic]) {
        let lines = DiagnosticsView(style: style).lines(diagnostics)
        if !lines.isEmpty { console.error(lines.joined(separator: "\n") + "\n\n") }
    }

    /// The key material of a saved plan, read anew from its manifests as they were planned.
    ///
    /// - Throws: ``CommandFailure`` where a certificate of the plan isn't there any more.
    func assets(for saved: SavedProposal) throws(CommandFailure) -> PlanAssets {
        let needed = Set(saved.plans.flatMap { $0.certificates.map(\.fingerprint) })
        guard !needed.isEmpty else { return PlanAssets() }
        guard !saved.manifests.isEmpty else {
            throw CommandFailure(
                "the saved plan has certificates, whose keys it doesn't hold, and its manifests came from standard input",
                remedy: "Plan from files, or apply with -f.")
        }
        let input = ProvisioningInput(
            try ManifestInput.load(saved.manifests, console: console),
            planning: try saved.planning.options(now: console.now()), provider: ProviderArguments.none)
        for plan in saved.plans {
            for certificate in plan.certificates where input.assets.certificates[certificate.fingerprint] == nil {
                throw CommandFailure(
                    "the certificate of Secret \(certificate.secret) isn't the one of the saved plan any more",
                    remedy: "Plan again.", about: .secret(certificate.secret), reason: "OtherCertificate")
            }
        }
        // What displaced files that are served isn't in the plans any more.
        var assets = input.assets
        assets.merge(input.refusing(saved.plans.flatMap { $0.refused ?? [] }).assets)
        return assets
    }

    /// Why a saved plan isn't carried out of which a load balancer can't be planned any more.
    func refusal(of proposals: Proposals, file: String) -> CommandFailure {
        let names = proposals.failed.joined(separator: ", ")
        return CommandFailure(
            "nothing was changed: the saved plan holds \(names), which can't be planned now; the diagnostics tell why",
            remedy: "Mend that and apply again, or plan again with headgate plan … --out, and apply that.",
            about: .file(file), reason: "NotPlanned")
    }

    /// Shows proposals, asks where that is due, and carries them out.
    ///
    /// - Parameters:
    ///   - findings: what was found about the manifests.
    ///   - isComplete: whether the manifests could all be read. If not, nothing is taken away that they don't ask for.
    /// - Throws: ``CommandFailure`` where nothing was done.
    func apply(
        _ proposed: Proposals, findings: [Diagnostic] = [], assets: PlanAssets, isComplete: Bool
    ) async throws -> Outcome {
        show(proposed, findings: findings)
        let proposals = proposed.proposals
        let document = proposed.document(with: findings)
        if output == .text {
            console.output(ProposalView(style: style).text(document))
        }
        try refuseObstructed(proposals)
        guard proposals.contains(where: { !$0.isEmpty }) else {
            try report.print(AppliedDocument(document, result: .idle(proposals)), text: "")
            return tellIncompleteness(proposed, isComplete: isComplete) ? .incomplete : .nothingToDo
        }
        try confirm(proposals, document: document, isComplete: isComplete)
        let progress = output == .text ? console.output : console.error
        let execution = Execution(style: style, progress: progress)
        // What is to be destroyed makes room for nothing.
        let isWhole = asksAlways || proposed.failed.isEmpty
        let result = try await ExecutionInterrupt(console: console).stopping { stop in
            try await execution.run(proposals, isWhole: isWhole, assets: assets, stop: stop)
        }
        let applied = AppliedDocument(document, result: result)
        try report.print(applied, text: summary(result, leftOut: leftOut(proposals)) + "\n")
        return tellIncompleteness(proposed, isComplete: isComplete) || !result.isComplete ? .incomplete : .done
    }

    /// Says why the command can't end well although nothing failed that was begun, where what was shown doesn't.
    ///
    /// - Returns: whether something of what was asked for wasn't even begun.
    private func tellIncompleteness(_ proposed: Proposals, isComplete: Bool) -> Bool {
        if let note = proposed.failureNote { console.error(note) }
        if !isComplete {
            console.error(
                asksAlways
                    ? "Error: manifests or parameters can't be used, so that load balancers of theirs may be left; mend them and "
                        + "run again, or name the load balancers with --name.\n"
                    : "Error: manifests or parameters can't be used, and nothing was done for them; the diagnostics tell which.\n"
            )
        }
        return !proposed.failed.isEmpty || !isComplete || !leftOut(proposed.proposals).isEmpty
    }

    private func refuseObstructed(_ proposals: [PreparedProposal]) throws(CommandFailure) {
        let obstacles = proposals.flatMap { proposal in
            proposal.document.obstacles.map { "  \($0.reference) (\($0.identifier)): \($0.message)" }
        }
        guard obstacles.isEmpty else {
            throw CommandFailure(
                "nothing was changed, for something stands in the way:\n" + obstacles.joined(separator: "\n"),
                reason: "Obstructed")
        }
    }

    private func confirm(
        _ proposals: [PreparedProposal], document: ProposalDocument, isComplete: Bool
    ) throws(CommandFailure) {
        let isDestructive = proposals.contains(where: \.isDestructive)
        guard isDestructive || asksAlways else { return }
        guard isComplete || asksAlways else {
            throw CommandFailure(
                "nothing was changed: a document was refused, so that what would be taken away may only seem unwanted",
                remedy: "Mend the manifests, or apply with --policy upsert-only, which takes nothing away.",
                reason: "ManifestsRefused")
        }
        guard !isConfirmed else { return }
        // Whoever is asked has to see what about; standard output is the document's.
        if output != .text { console.error(ProposalView(style: style).text(document) + "\n") }
        let question = "This takes away what exists. Type yes to go on: "
        guard let answer = console.ask(question) else {
            throw CommandFailure(
                "nothing was changed: this takes away what exists, and there is no terminal to ask on",
                remedy: "Look at what is shown above, and pass --yes.", reason: "NotConfirmed")
        }
        guard answer == "yes" else {
            throw CommandFailure("nothing was changed: the answer was not yes", reason: "NotConfirmed")
        }
    }

    /// The Ingresses that no step was even planned for.
    private func leftOut(_ proposals: [PreparedProposal]) -> [String] {
        Set(proposals.flatMap { $0.document.quarantined.map { "Ingress \($0.member) (\($0.reason))" } }).sorted()
    }

    private func summary(_ result: Execution.Result, leftOut: [String]) -> String {
        let done = result.outcomes.reduce(0) { $0 + $1.succeeded.count }
        let failed = result.outcomes.reduce(0) { $0 + $1.failures.count }
        let left = result.outcomes.reduce(0) { $0 + $1.remaining.count }
        let lacking = Set(result.lacking + leftOut).sorted()
        guard failed + left + lacking.count > 0 else {
            return style.bold("Done: ") + Plural.count(done, "step") + "."
        }
        let count = "\(Plural.count(done, "step")) done, \(failed) failed, \(left) left."
        let names =
            lacking.isEmpty
            ? "" : " Not as asked for: \(lacking.joined(separator: ", ")); what they had before stays in force."
        return style.bold("Incomplete: ") + count + names
            + (failed + left > 0 ? " Run again: what is done isn't done twice." : "")
    }
}
