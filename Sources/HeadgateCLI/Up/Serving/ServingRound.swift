import DataPlane
import Foundation
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Logging
import ManifestSource
import Observability
import Provisioning

/// One round of the serving loop after the other, with what is carried from each to the next.
struct ServingRound {
    private let options: UpOptions
    private let console: Console
    private let logger: Logger
    private var execution: PlacementExecution
    private var state: StateFiles
    private let readiness: Readiness
    private let metrics: ControllerMetrics
    private let management: NetworkAddress

    private let sources: [ManifestDirectory]
    /// Kept, since it remembers the certificates that it read.
    private var planner: IngressPlanner
    private var memory = ParametersMemory()
    private var diagnosticLog = DiagnosticLog()
    private var table: [String] = []
    private var shown: Shown?
    private var listeners: [BoundListener] = []

    init(loop: ServingLoop, sources: [ManifestDirectory], management: NetworkAddress) {
        options = loop.options
        console = loop.console
        logger = loop.logger
        execution = PlacementExecution(fleet: loop.fleet)
        state = StateFiles(directory: loop.state, logger: loop.logger)
        planner = IngressPlanner(options: loop.options.planning)
        readiness = loop.readiness
        metrics = loop.metrics
        self.management = management
        self.sources = sources
    }

    /// Loads, plans, serves, and tells what changed.
    mutating func run() async {
        let clock = ContinuousClock()
        let start = clock.now
        let input = ManifestInput(sources.map { $0.load() })
        let snapshot = input.snapshot
        let loaded = clock.now
        var plannerOptions = options.planning
        plannerOptions.now = console.now()
        planner = planner.with(options: plannerOptions)
        let result = planner.plan(snapshot, memory: memory)
        memory = result.memory
        let planned = clock.now
        let placement = Placement(result, shared: options.listeners)
        let outcome = await execution.apply(placement)
        let served = clock.now
        let diagnostics = input.diagnostics + result.diagnostics + placement.diagnostics + outcome.diagnostics
        let ingresses = ServedIngresses.ingresses(
            snapshot: snapshot, placement: placement, claimed: result.claimed, bound: outcome.bound,
            publishAddress: options.publishAddress)
        await write(ingresses, diagnostics)
        let duration = start.duration(to: clock.now)
        tell(outcome.changes)
        logger.debug(
            "round",
            metadata: [
                "load": "\(Self.milliseconds(start.duration(to: loaded)))",
                "plan": "\(Self.milliseconds(loaded.duration(to: planned)))",
                "serve": "\(Self.milliseconds(planned.duration(to: served)))",
                "write": "\(Self.milliseconds(served.duration(to: clock.now)))",
            ])
        let round = ControllerMetrics.Round(
            seconds: duration / .seconds(1),
            succeeded: outcome.succeeded && input.isComplete && !result.hasInvalidParameters,
            ingresses: ingresses.count, plans: result.plans, diagnostics: diagnostics,
            time: console.now().timeIntervalSince1970)
        metrics.record(round)
        // Who reads in the log that it serves may rely on it.
        if outcome.served.contains(options.listeners) { readiness.serve() }
        tell(
            round, outcome.changes, ingresses: ingresses, classes: result.claimed.filter { !$0.value.isEmpty },
            duration: duration)
    }

    /// The listeners that are wanted and not bound.
    func missing() async -> Set<ListenerAddress> { await execution.missing() }

    /// Tries again to bind the listeners that are missing; what can be bound now serves what it was meant to.
    ///
    /// - Returns: whether one could be bound.
    func retryMissing() async -> Bool { await execution.retryMissing() }

    // MARK: - State

    private mutating func write(_ ingresses: [Ingress], _ diagnostics: [Diagnostic]) async {
        listeners = await execution.fleet.listeners()
        state.update(
            ingresses: ingresses, diagnostics: DiagnosticsDocument(diagnostics: diagnostics),
            listeners: ListenersDocument(listeners: listeners, management: management.description))
    }

    // MARK: - Output

    private func tell(_ changes: ChangeSummary) {
        logger.debug(
            "changes",
            metadata: [
                "create": "\(changes.create)", "update": "\(changes.update)", "replace": "\(changes.replace)",
                "delete": "\(changes.delete)", "unchanged": "\(changes.noop)",
            ])
    }

    private mutating func tell(
        _ round: ControllerMetrics.Round, _ changes: ChangeSummary, ingresses: [Ingress],
        classes: [NamespacedName: String], duration: Duration
    ) {
        diagnosticLog.update(round.diagnostics).log(to: logger)
        logger.log(
            level: changes.isEmpty ? .debug : .info, "serving",
            metadata: [
                "load_balancers": "\(round.plans.count)", "ingresses": "\(round.ingresses)",
                "routes": "\(round.plans.reduce(0) { $0 + $1.routes.count })",
                "errors": "\(round.diagnostics.count { $0.severity == .error })",
                "warnings": "\(round.diagnostics.count { $0.severity == .warning })",
                "took": "\(Self.milliseconds(duration))",
            ])
        let current = Shown(ingresses: ingresses, classes: classes)
        guard current != shown else { return }
        shown = current
        // Ages alone are no change.
        let lines = IngressTable.lines(ingresses, classes: classes, now: Date(timeIntervalSince1970: 0))
        guard lines != table else { return }
        table = lines
        let text =
            "\n" + IngressTable.lines(ingresses, classes: classes, now: console.now()).joined(separator: "\n") + "\n\n"
        // Standard output is the access log's where it goes there, and standard error is no place beside a log for machines.
        if options.accessLog != .standardOutput {
            console.output(text)
        } else if options.logFormat == .text {
            console.error(text)
        }
    }

    /// What the table is made of.
    private struct Shown: Equatable {
        var ingresses: [Ingress]
        var classes: [NamespacedName: String]
    }

    private static func milliseconds(_ duration: Duration) -> String {
        "\(Int((duration / .milliseconds(1)).rounded()))ms"
    }
}
