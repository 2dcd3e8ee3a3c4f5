import Foundation
import LoadBalancerModel
import Provisioning

/// `headgate plan --provider`: what a provider would change, without changing it.
struct ProviderPlan: Sendable {
    let console: Console
    let style: TextStyle
    let output: OutputFormat
    let policy: ChangePolicy
    /// The file that the plan is saved in.
    let out: String?

    enum Outcome: Sendable {
        case nothingToDo, changes
        /// A document was refused, so that the plan may lack what was meant.
        case incomplete
    }

    /// Prints the proposals for what manifests ask for.
    ///
    /// - Throws: ``CommandFailure`` where there is nothing to print.
    func run(
        _ input: ProvisioningInput, manifests: [String], registry: ProviderRegistry,
        configuration: ProviderConfiguration
    ) async throws -> Outcome {
        let proposer = Proposer(registry: registry, configuration: configuration, policy: policy)
        let documents = try await proposer.proposing(input.plans) { $0.map(\.document) }
        let document = ProposalDocument(loadBalancers: documents)
        let plans = Dictionary(input.plans.map { ($0.name, $0) }) { first, _ in first }
        try console.write(document, as: output, text: text(document, plans: plans, diagnostics: input.diagnostics))
        if output != .text {
            let lines = DiagnosticsView(style: style).lines(input.diagnostics)
            if !lines.isEmpty { console.error(lines.joined(separator: "\n") + "\n") }
        }
        if let out {
            try SavedProposal(
                manifests: manifests.contains("-") ? [] : manifests.map(Self.absolute),
                endpointURL: configuration.endpointURL,
                region: configuration.region,
                profile: configuration.profile,
                policy: policy,
                plans: input.plans,
                proposal: document
            ).write(to: out)
            if output == .text { console.output("Saved. To carry it out: headgate apply \(out)\n") }
        }
        guard input.isComplete else { return .incomplete }
        return document.summary.isEmpty ? .nothingToDo : .changes
    }

    private func text(
        _ document: ProposalDocument, plans: [String: LoadBalancerPlan], diagnostics: [Diagnostic]
    ) -> String {
        let lines = DiagnosticsView(style: style).lines(diagnostics)
        let findings = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
        return findings + ProposalView(style: style).text(document, plans: plans)
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
