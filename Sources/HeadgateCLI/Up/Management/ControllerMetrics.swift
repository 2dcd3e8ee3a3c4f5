import LoadBalancerModel
import Observability
import Synchronization

/// What the control loop counts.
final class ControllerMetrics: Sendable {
    /// The outcome of one round of planning.
    struct Round: Sendable {
        /// Time from the change to the plan being served, in seconds.
        var seconds: Double
        /// Whether the whole plan is served.
        var succeeded: Bool
        var ingresses: Int
        var plans: [LoadBalancerPlan]
        var diagnostics: [Diagnostic]
        /// When the round ended, in seconds since the epoch.
        var time: Double
    }

    private struct Counters: Sendable {
        var succeeded: UInt64 = 0
        var failed: UInt64 = 0
        var duration = MetricHistogram(bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5])
        var last: Round?
        var lastSuccess: Double?
    }

    private let counters = Mutex(Counters())

    func record(_ round: Round) {
        counters.withLock { counters in
            if round.succeeded {
                counters.succeeded += 1
                counters.lastSuccess = round.time
            } else {
                counters.failed += 1
            }
            counters.duration.observe(round.seconds)
            counters.last = round
        }
    }

    /// The families for exposition.
    func families(version: String) -> [MetricFamily] {
        let counters = counters.withLock { $0 }
        var families: [MetricFamily] = [
            .gauge(
                "headgate_build_info", help: "Always 1; the version is a label.",
                [MetricSample(1, labels: [MetricLabel("version", version)])]),
            .counter(
                "headgate_reloads_total", help: "Changes of the manifests that were planned, by result.",
                [
                    MetricSample(Double(counters.succeeded), labels: [MetricLabel("result", "success")]),
                    MetricSample(Double(counters.failed), labels: [MetricLabel("result", "failure")]),
                ]),
            .histogram(
                "headgate_reload_duration_seconds", help: "Time from a change of the manifests until it is served.",
                [MetricSample(counters.duration)]),
        ]
        if let last = counters.last { families += Self.families(of: last) }
        if let lastSuccess = counters.lastSuccess {
            families.append(
                .gauge(
                    "headgate_last_reload_success_timestamp_seconds",
                    help: "When a change was last served as a whole, in seconds since the epoch.", value: lastSuccess))
        }
        return families
    }

    private static func families(of round: Round) -> [MetricFamily] {
        let diagnostics = Diagnostic.Severity.allCases.map { severity in
            MetricSample(
                Double(round.diagnostics.count { $0.severity == severity }),
                labels: [MetricLabel("severity", severity.rawValue)])
        }
        return [
            .gauge(
                "headgate_last_reload_successful", help: "Whether the last change is served as a whole.",
                value: round.succeeded ? 1 : 0),
            .gauge("headgate_ingresses", help: "Ingresses that are served.", value: Double(round.ingresses)),
            .gauge(
                "headgate_load_balancers", help: "Load balancers of the plan.", value: Double(round.plans.count)),
            .gauge(
                "headgate_routes", help: "Routes of the plan.",
                value: Double(round.plans.reduce(0) { $0 + $1.routes.count })),
            .gauge("headgate_diagnostics", help: "Findings about the manifests, by severity.", diagnostics),
        ]
    }
}
