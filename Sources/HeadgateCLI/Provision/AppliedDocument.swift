import LoadBalancerModel
import Provisioning

/// What `headgate apply --output json` prints: the proposals, and what came of them.
struct AppliedDocument: Encodable, Sendable {
    /// The load balancers as they were proposed, at the addresses that they have now.
    var loadBalancers: [ProposalDocument.LoadBalancer]
    var diagnostics: [Diagnostic]
    var summary: ChangeSummary
    var results: [Outcome]

    init(_ proposal: ProposalDocument, result: Execution.Result) {
        loadBalancers = result.loadBalancers
        diagnostics = proposal.diagnostics
        summary = proposal.summary
        results = result.outcomes
    }

    /// What was done for a load balancer.
    struct Outcome: Encodable, Sendable {
        /// The name of the plan.
        var name: String
        /// The steps that were done, as `verb type/name`, in the order in which they ended.
        var succeeded: [String] = []
        var failures: [Failure] = []
        /// The steps that weren't begun.
        var remaining: [String] = []
        var stopped = false

        /// One for which there was nothing to do.
        init(name: String) {
            self.name = name
        }

        /// - Parameter ingresses: the Ingresses that a resource serves.
        init(
            name: String, report: ExecutionReport, lookupFailure: Failure? = nil,
            ingresses: (ResourceReference) -> [String]
        ) {
            self.name = name
            succeeded = report.succeeded.map(Self.title)
            failures =
                report.failures.map {
                    Failure(
                        step: Self.title($0.step), reason: $0.reason, message: $0.message,
                        ingresses: $0.step.members.isEmpty ? ingresses($0.step.reference) : $0.step.members)
                } + [lookupFailure].compactMap(\.self)
            remaining = report.remaining.map(Self.title)
            stopped = report.wasStopped
        }

        private static func title(_ step: ExecutionStep) -> String { "\(step.verb) \(step.reference)" }
    }

    struct Failure: Encodable, Sendable {
        var step: String
        var reason: String
        var message: String
        /// The Ingresses that it was for, or that what is shared serves; what they had stays in force.
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
}
