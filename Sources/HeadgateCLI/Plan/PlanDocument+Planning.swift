import IngressPlanning
import LoadBalancerModel

extension PlanDocument {
    /// Plans what manifests hold.
    ///
    /// - Parameters:
    ///   - input: the manifests.
    ///   - options: how is planned.
    ///   - saved: the document to compare with; absent for no comparison.
    /// - Throws: `EncodingError` where a plan has no JSON form, which none has.
    static func plan(
        _ input: ManifestInput, options: PlannerOptions, against saved: PlanDocument?
    ) throws -> PlanDocument {
        let result = IngressPlanner(options: options).plan(input.snapshot)
        let plans = result.plans.map(\.redacted)
        var document = PlanDocument(
            loadBalancers: plans,
            diagnostics: input.diagnostics + result.diagnostics)
        if let saved {
            document.changes = try PlanComparison.compare(from: saved.loadBalancers.map(\.redacted), to: plans)
        }
        return document
    }

    /// Whether carrying out the plan would change anything. Without a comparison every load balancer would be new.
    var hasChanges: Bool {
        changes.map { !$0.isEmpty } ?? !loadBalancers.isEmpty
    }
}
