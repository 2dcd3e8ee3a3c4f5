import Foundation
import LoadBalancerModel
import Provisioning

/// Carries proposals out, one load balancer after the other, and shows how it goes.
struct Execution: Sendable {
    let style: TextStyle
    /// Where progress goes: to standard error where standard output gets a document.
    let progress: @Sendable (String) -> Void

    /// What came of it.
    struct Result: Sendable {
        var document: AppliedDocument
        var isComplete: Bool { document.results.allSatisfy { $0.failures.isEmpty && $0.remaining.isEmpty } }
    }

    /// - Parameter stop: asks to finish the steps in hand and to begin no others.
    func run(_ proposals: [PreparedProposal], assets: PlanAssets, stop: StopSignal) async throws -> Result {
        let view = ProgressView(style: style)
        var results: [AppliedDocument.LoadBalancer] = []
        for proposal in proposals {
            if proposal.isEmpty, proposal.document.obstacles.isEmpty {
                results.append(AppliedDocument.LoadBalancer(proposal.document))
                continue
            }
            progress(style.bold("load balancer \(proposal.document.name)") + "\n")
            let report = try await proposal.execute(assets, stop) { event in
                if let line = view.line(event) { progress(line + "\n") }
            }
            for line in view.remainder(report) { progress(line + "\n") }
            let (document, failure) = await withAddress(proposal)
            if document.parts.isEmpty {
                for line in AddressView(style: style).lines(document.addresses) {
                    progress("    " + style.dim("address ") + line + "\n")
                }
            }
            for line in PartsView(style: style).lines(document.parts) { progress("    \(line)\n") }
            if let failure {
                progress("    \(style.apply(.red, to: "✗")) \(failure.step): \(failure.message)\n")
            }
            results.append(
                AppliedDocument.LoadBalancer(document, report: report, lookupFailure: failure))
        }
        return Result(document: AppliedDocument(results))
    }

    /// A load balancer that was changed, with where clients reach it now. A look-up that fails is told as a failure of that
    /// load balancer: what was done for it is done, and the others go on.
    private func withAddress(
        _ proposal: PreparedProposal
    ) async -> (ProposalDocument.LoadBalancer, AppliedDocument.Failure?) {
        var document = proposal.document
        guard proposal.plan != nil else {
            document.address = nil
            document.addresses = []
            return (document, nil)
        }
        do {
            (document.addresses, document.parts) = try await proposal.addresses()
            document.address = document.addresses.first?.address
            return (document, nil)
        } catch {
            let failure = CommandFailure(provisioning: error)
            return (document, AppliedDocument.Failure(lookupOf: "address of \(document.name)", error, failure))
        }
    }
}

/// What `headgate apply --output json` prints: the proposals, and what came of them.
struct AppliedDocument: Codable, Sendable {
    struct LoadBalancer: Codable, Sendable {
        var name: String
        var address: String?
        var addresses: [ServedAddress]
        /// The load balancers of the cloud that carry it, where it was split; else none.
        var parts: [ProposalDocument.Part]
        /// The steps that were done, as `verb type/name`, in the order in which they ended.
        var succeeded: [String] = []
        var failures: [Failure] = []
        /// The steps that weren't begun.
        var remaining: [String] = []
        var stopped = false

        init(_ document: ProposalDocument.LoadBalancer) {
            name = document.name
            address = document.address
            addresses = document.addresses
            parts = document.parts
        }

        init(
            _ document: ProposalDocument.LoadBalancer, report: ExecutionReport, lookupFailure: Failure? = nil
        ) {
            self.init(document)
            succeeded = report.succeeded.map(Self.title)
            failures = report.failures.map {
                Failure(
                    step: Self.title($0.step), reason: $0.reason, message: $0.message, ingresses: $0.step.members)
            }
            if let lookupFailure { failures.append(lookupFailure) }
            remaining = report.remaining.map(Self.title)
            stopped = report.wasStopped
        }

        private static func title(_ step: ExecutionStep) -> String { "\(step.verb) \(step.reference)" }
    }

    struct Failure: Codable, Sendable {
        var step: String
        var reason: String
        var message: String
        /// The Ingresses that it was for; what they had stays in force.
        var ingresses: [String]

        init(step: String, reason: String, message: String, ingresses: [String]) {
            self.step = step
            self.reason = reason
            self.message = message
            self.ingresses = ingresses
        }

        /// A look-up after all steps that failed.
        init(lookupOf what: String, _ error: any Error, _ failure: CommandFailure) {
            let provider = error as? ProviderError
            self.init(
                step: "look up \(what)",
                reason: provider.map { $0.code.isEmpty ? $0.kind.rawValue : $0.code } ?? "LookupFailed",
                message: [failure.message, failure.remedy].compactMap(\.self).joined(separator: " "), ingresses: [])
        }
    }

    var results: [LoadBalancer]

    init(_ results: [LoadBalancer]) {
        self.results = results
    }
}

/// The document of `headgate apply`: that of the plan, with its results.
struct AppliedProposalDocument: Encodable {
    var proposal: ProposalDocument
    var applied: AppliedDocument

    private enum CodingKeys: String, CodingKey {
        case loadBalancers, summary, results
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let results = Dictionary(applied.results.map { ($0.name, $0) }) { first, _ in first }
        let loadBalancers = proposal.loadBalancers.map { loadBalancer in
            var loadBalancer = loadBalancer
            if let result = results[loadBalancer.name] {
                loadBalancer.address = result.address
                loadBalancer.addresses = result.addresses
                loadBalancer.parts = result.parts
            }
            return loadBalancer
        }
        try container.encode(loadBalancers, forKey: .loadBalancers)
        try container.encode(proposal.summary, forKey: .summary)
        try container.encode(applied.results, forKey: .results)
    }
}
