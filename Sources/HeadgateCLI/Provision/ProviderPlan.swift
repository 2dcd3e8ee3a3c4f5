import Foundation
import LoadBalancerModel
import Provisioning

/// `headgate plan` with a provider: what it would change, without changing it.
struct ProviderPlan: Sendable {
    let report: CommandReport
    let style: TextStyle
    let policy: ChangePolicy
    /// How the manifests were planned.
    let planning: SavedPlanning
    /// The file that the plan is saved in.
    let out: String?
    /// The settings that the command line gives with `--set`.
    var givenSettings: Set<String> = []

    enum Outcome: Sendable {
        case nothingToDo, changes
        /// A document was refused, or a load balancer can't be planned, so that the plan may lack what was meant.
        case incomplete
    }

    /// Prints the proposals for what manifests ask for.
    ///
    /// - Throws: ``CommandFailure`` where there is nothing to print.
    func run(
        _ asked: ProvisioningInput, manifests: [String], registry: ProviderRegistry,
        configuration: ProviderConfiguration
    ) async throws -> Outcome {
        report.keep(asked.diagnostics)
        let proposer = Proposer(
            registry: registry, configuration: configuration, policy: policy, givenSettings: givenSettings)
        let proposals = try await proposer.proposing(asked.request) { $0 }
        let input = asked.refusing(proposals.refused)
        let document = proposals.document(with: input.diagnostics)
        let plans = Dictionary(input.plans.map { ($0.name, $0) }) { first, _ in first }
        let console = report.console
        report.keep(document)
        if report.format == .text {
            console.output(text(document, plans: plans))
        } else {
            let lines = DiagnosticsView(style: style).lines(document.diagnostics)
            if !lines.isEmpty { console.error(lines.joined(separator: "\n") + "\n") }
        }
        if let note = input.identityNote { console.error(note) }
        var last = ""
        if let out, proposals.areFailuresAlone {
            console.error("Note: \(out) wasn't written, for there is nothing to carry out.\n")
        } else if let out {
            try saved(proposals, of: input, manifests: manifests, configuration: configuration, document: document)
                .write(to: out)
            let needsManifests = proposals.proposals.contains { $0.plan?.certificates.isEmpty == false }
            last =
                needsManifests && manifests.contains("-")
                ? "Saved, to look at: it can't be carried out, for the keys of its certificates aren't in it, and its manifests "
                    + "came from standard input. Give them as files for that.\n"
                : "Saved. To carry it out: headgate apply \(out)\n"
        }
        try report.print(document, text: last)
        if let note = Self.note(onLeftOut: document) { console.error(note) }
        if let note = proposals.failureNote { console.error(note) }
        if !input.isComplete {
            console.error(
                "Error: the plan is incomplete, since manifests or parameters can't be used; its diagnostics tell which.\n"
            )
        }
        guard input.isComplete, proposals.failed.isEmpty else { return .incomplete }
        return document.summary.isEmpty ? .nothingToDo : .changes
    }

    /// What `apply` would end with where Ingresses are left out, which a plan that can be made doesn't.
    private static func note(onLeftOut document: ProposalDocument) -> String? {
        let members = Set(document.loadBalancers.flatMap { $0.quarantined.map(\.member) })
        guard !members.isEmpty else { return nil }
        return "Note: headgate apply will end with status 1 while Ingresses are left out.\n"
    }

    private func saved(
        _ proposals: Proposals, of input: ProvisioningInput, manifests: [String], configuration: ProviderConfiguration,
        document: ProposalDocument
    ) -> SavedProposal {
        SavedProposal(
            manifests: manifests.contains("-") ? [] : manifests.map(Self.absolute),
            planning: planning,
            isComplete: input.isComplete,
            hasOwnIdentity: input.hasOwnIdentity,
            endpointURL: configuration.endpointURL,
            region: configuration.region,
            profile: configuration.profile,
            policy: policy,
            plans: proposals.proposals.compactMap(\.plan),
            members: input.members.mapValues { $0.sorted() },
            deletions: proposals.proposals.filter { $0.plan == nil }.map {
                SavedProposal.Deletion(owner: $0.owner, provider: $0.provider, reason: $0.document.reason)
            },
            proposal: document)
    }

    private func text(_ document: ProposalDocument, plans: [String: LoadBalancerPlan]) -> String {
        let lines = DiagnosticsView(style: style).lines(document.diagnostics)
        let findings = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
        return findings + ProposalView(style: style).text(document, plans: plans)
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
