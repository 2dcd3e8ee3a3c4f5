import Foundation
import LoadBalancerModel
import Provisioning

/// Carries proposals out, several load balancers at once, and shows how it goes, one load balancer after the other.
struct Execution: Sendable {
    /// How many load balancers are worked on at once.
    private static let limit = 4

    let style: TextStyle
    /// Where progress goes: to standard error where standard output gets a document.
    let progress: @Sendable (String) -> Void

    /// What came of it.
    struct Result: Sendable {
        /// The load balancers as they were proposed, at the addresses that they have now.
        var loadBalancers: [ProposalDocument.LoadBalancer] = []
        /// What was done for each of them.
        var outcomes: [AppliedDocument.Outcome] = []
        /// The Ingresses that don't have what they asked for, each as `Ingress namespace/name (reason)`.
        var lacking: [String] = []

        /// What comes of proposals with nothing to do.
        static func idle(_ proposals: [PreparedProposal]) -> Result {
            Result(
                loadBalancers: proposals.map(\.document),
                outcomes: proposals.map { AppliedDocument.Outcome(name: $0.document.name) })
        }

        mutating func add(_ other: Result) {
            loadBalancers += other.loadBalancers
            outcomes += other.outcomes
            lacking += other.lacking
        }

        var isComplete: Bool { outcomes.allSatisfy { $0.failures.isEmpty && $0.remaining.isEmpty } }
    }

    /// - Parameters:
    ///   - isWhole: whether all load balancers that are asked for are among the proposals.
    ///   - stop: asks to finish the steps in hand and to begin no others.
    func run(
        _ proposals: [PreparedProposal], isWhole: Bool, assets: PlanAssets, stop: StopSignal
    ) async throws -> Result {
        let kept = proposals.filter { $0.plan != nil }
        var result = try await runAtOnce(kept, assets: assets, stop: stop)
        // What goes may serve what another load balancer is to serve.
        let leftOut = Set(kept.flatMap { $0.document.quarantined.map(\.member) })
        let isDone = isWhole && result.isComplete
        func mayGo(_ proposal: PreparedProposal) -> Bool {
            isDone && proposal.servedIngresses.isDisjoint(with: leftOut)
        }
        let unasked = proposals.filter { $0.plan == nil }
        result.add(try await runAtOnce(unasked.filter(mayGo), assets: assets, stop: stop))
        for proposal in unasked where !mayGo(proposal) { result.add(postponed(proposal)) }
        return result
    }

    /// What comes of a load balancer that stays for now.
    private func postponed(_ proposal: PreparedProposal) -> Result {
        let document = proposal.document
        progress(
            style.bold("load balancer \(document.name)") + "\n    stays until all that may take over from it is done\n")
        var outcome = AppliedDocument.Outcome(name: document.name)
        outcome.remaining = document.changes.filter { $0.action == .delete }.map { "delete \($0.type)/\($0.name)" }
        return Result(loadBalancers: [document], outcomes: [outcome])
    }

    private func runAtOnce(
        _ proposals: [PreparedProposal], assets: PlanAssets, stop: StopSignal
    ) async throws -> Result {
        let queue = ProgressQueue(progress)
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [Int: Result] = [:]
            for (index, proposal) in proposals.enumerated() {
                if index >= Self.limit, let (index, result) = try await group.next() { results[index] = result }
                group.addTask {
                    defer { queue.finish(index) }
                    let result = try await run(proposal, assets: assets, stop: stop) { queue.show($0, of: index) }
                    return (index, result)
                }
            }
            for try await (index, result) in group { results[index] = result }
            return proposals.indices.compactMap { results[$0] }.reduce(into: Result()) { $0.add($1) }
        }
    }

    private func run(
        _ proposal: PreparedProposal, assets: PlanAssets, stop: StopSignal,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Result {
        let proposed = proposal.document
        if proposal.isEmpty, proposed.obstacles.isEmpty { return .idle([proposal]) }
        let view = ProgressView(style: style, changes: proposed.changes)
        progress(style.bold("load balancer \(proposed.name)") + "\n")
        let report = try await proposal.execute(assets, stop) { event in
            if let line = view.line(event) { progress(line + "\n") }
        }
        for line in view.remainder(report) { progress(line + "\n") }
        let (loadBalancer, failure) = await withAddresses(proposal)
        for line in AddressView(style: style).labelledLines(loadBalancer.addresses) { progress("    \(line)\n") }
        if let failure {
            progress("    \(style.apply(.red, to: "✗")) \(failure.step): \(failure.message)\n")
        }
        let outcome = AppliedDocument.Outcome(
            name: proposed.name, report: report, lookupFailure: failure, ingresses: proposal.ingresses)
        return Result(
            loadBalancers: [loadBalancer], outcomes: [outcome], lacking: Self.lacking(outcome, report))
    }

    /// The Ingresses of steps that failed, and of those that weren't begun.
    private static func lacking(_ outcome: AppliedDocument.Outcome, _ report: ExecutionReport) -> [String] {
        let failed = outcome.failures.flatMap { failure in
            failure.ingresses.map { (ingress: $0, reason: failure.reason) }
        }
        let named = Set(failed.map(\.ingress))
        let left = Set(report.remaining.flatMap(\.members)).subtracting(named)
        let reason = report.wasStopped ? "Stopped" : "NotBegun"
        return failed.map { "Ingress \($0.ingress) (\($0.reason))" } + left.map { "Ingress \($0) (\(reason))" }
    }

    /// A load balancer that was changed, with where clients reach it now. A look-up that fails is told as a failure of that
    /// load balancer: what was done for it is done, and the others go on.
    private func withAddresses(
        _ proposal: PreparedProposal
    ) async -> (ProposalDocument.LoadBalancer, AppliedDocument.Failure?) {
        var loadBalancer = proposal.document
        do {
            loadBalancer.addresses = proposal.plan == nil ? [] : try await proposal.addresses()
            return (loadBalancer, nil)
        } catch {
            let failure = CommandFailure(provisioning: error)
            return (
                loadBalancer, AppliedDocument.Failure(lookupOf: "address of \(loadBalancer.name)", error, failure)
            )
        }
    }
}
