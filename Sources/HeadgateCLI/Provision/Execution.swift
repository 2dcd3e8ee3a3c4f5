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
                results.append(AppliedDocument.LoadBalancer(proposal.document, addresses: proposal.document.addresses))
                continue
            }
            progress(style.bold("load balancer \(proposal.document.name)") + "\n")
            let report = try await proposal.execute(assets, stop) { event in
                if let line = view.line(event) { progress(line + "\n") }
            }
            for line in view.remainder(report) { progress(line + "\n") }
            let addresses = proposal.plan == nil ? [] : try await proposal.addresses()
            for line in AddressView(style: style).lines(addresses) {
                progress("    " + style.dim("address ") + line + "\n")
            }
            results.append(AppliedDocument.LoadBalancer(proposal.document, report: report, addresses: addresses))
        }
        return Result(document: AppliedDocument(results))
    }
}

/// What `headgate apply --output json` prints: the proposals, and what came of them.
struct AppliedDocument: Codable, Sendable {
    struct LoadBalancer: Codable, Sendable {
        var name: String
        var address: String?
        var addresses: [ServedAddress]
        /// The steps that were done, as `verb type/name`, in the order in which they ended.
        var succeeded: [String] = []
        var failures: [Failure] = []
        /// The steps that weren't begun.
        var remaining: [String] = []
        var stopped = false

        init(_ document: ProposalDocument.LoadBalancer, addresses: [ServedAddress]) {
            name = document.name
            address = addresses.first?.address
            self.addresses = addresses
        }

        init(_ document: ProposalDocument.LoadBalancer, report: ExecutionReport, addresses: [ServedAddress]) {
            self.init(document, addresses: addresses)
            succeeded = report.succeeded.map(Self.title)
            failures = report.failures.map {
                Failure(
                    step: Self.title($0.step), reason: $0.reason, message: $0.message, ingresses: $0.step.members)
            }
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
        let addresses = Dictionary(applied.results.map { ($0.name, $0.addresses) }) { first, _ in first }
        let loadBalancers = proposal.loadBalancers.map { loadBalancer in
            var loadBalancer = loadBalancer
            if let addresses = addresses[loadBalancer.name] {
                loadBalancer.address = addresses.first?.address
                loadBalancer.addresses = addresses
            }
            return loadBalancer
        }
        try container.encode(loadBalancers, forKey: .loadBalancers)
        try container.encode(proposal.summary, forKey: .summary)
        try container.encode(applied.results, forKey: .results)
    }
}
