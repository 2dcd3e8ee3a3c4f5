import KubernetesModel
import LoadBalancerModel

/// Turns a snapshot into load balancer plans: a pure function, which asks no network and no clock.
///
/// Everything that Ingress objects mean is decided here. What cannot be honoured becomes a diagnostic on the object at
/// fault and leaves the routes of other objects alone.
package struct IngressPlanner: Sendable {
    package let options: PlannerOptions
    /// Spares reading the certificates again that did not change; what is planned does not depend on it.
    private let inspector: CertificateInspector

    package init(options: PlannerOptions) {
        self.init(options: options, inspector: CertificateInspector())
    }

    private init(options: PlannerOptions, inspector: CertificateInspector) {
        self.options = options
        self.inspector = inspector
    }

    /// The same planner at another time, or with other options. It remembers the certificates that it read.
    package func with(options: PlannerOptions) -> IngressPlanner {
        IngressPlanner(options: options, inspector: inspector)
    }

    /// Plans for all Ingresses of `snapshot` that are Headgate's.
    ///
    /// - Parameter memory: what the planning before returned, from which last good parameters are taken.
    package func plan(_ snapshot: ClusterSnapshot, memory: ParametersMemory = ParametersMemory()) -> PlanningResult {
        var log = DiagnosticLog()
        var result = PlanningResult()
        let grouping = LoadBalancerGrouping(snapshot: snapshot, options: options)
        let grouped = grouping.group(memory: memory, log: &log)
        let assembly = LoadBalancerAssembly(snapshot: snapshot, options: options)
        var certificates = CertificateStore(snapshot: snapshot, inspector: inspector, now: options.now)
        for draft in grouped.drafts {
            let assembled = assembly.assemble(draft, certificates: &certificates, log: &log)
            let name = assembled.plan.name
            result.plans.append(assembled.plan)
            result.assets[name] = assembled.assets
            result.members[name] = draft.members.filter { !$0.isUnplaced }.map { $0.ingress.namespacedName }.sorted()
        }
        result.idle = assembly.idle(log: &log)
        inspector.forgetUnused()
        result.plans.sort { $0.name < $1.name }
        result.memory = grouped.memory
        result.providers = grouped.memory.classes.mapValues { ClassSettings($0, options).provider }
        UnusedListenerSettings(grouped.drafts, plans: result.plans).report(to: &log)
        result.claimed = grouped.claimed
        result.unplaced = grouped.unplaced
        result.diagnostics = log.sorted()
        return result
    }
}
