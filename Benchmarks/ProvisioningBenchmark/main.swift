import AWSProvider
import Foundation
import IngressPlanning
import LoadBalancerModel
import ManifestSource
import Provisioning

/// Measures what it costs to plan many Ingresses on one load balancer, to lower the plan for AWS, and to compare it with
/// what exists. Run it in release mode:
///
///     swift run -c release ProvisioningBenchmark [INGRESSES...]
///
/// Each size has a process of its own, so that its memory is its own. Times are CPU time; in brackets stands their
/// proportion to that of encoding the plan as JSON, which is next to the least that can be done with a plan as a whole.

/// What turns what exists into what a plan asks for, as the engine compares them.
func changes(
    to desired: ResourceGraph<AWSResource>, from existing: ObservedGraph<AWSResource>
) throws -> ChangeSet<AWSResource> {
    var difference = try GraphDifference(
        owner: Owner(cluster: "bench", loadBalancer: "bench"), desired: desired, observed: existing)
    difference.align(
        to: ALBAlignment.align(desired, with: existing, current: difference.currentIdentifiers, retained: []))
    return difference.changeSet()
}

func check(_ changes: ChangeSet<AWSResource>, _ expected: (ChangeSummary) -> Bool) {
    precondition(changes.obstacles.isEmpty && expected(changes.summary), "unexpected changes: \(changes.summary)")
}

func planned(_ workload: Workload) -> LoadBalancerPlan {
    Workload.plan(ClusterSnapshot(workload.load().objects))
}

/// Measures one size.
func measure(ingresses: Int) throws -> Measurement {
    var measurement = Measurement(ingresses: ingresses)
    let rules = ingresses * Workload.rulesPerIngress
    let workload = Workload(ingresses: ingresses)
    let snapshot = ClusterSnapshot(measurement.measure("load the manifests") { workload.load() }.objects)
    let plan = measurement.measure("plan") { Workload.plan(snapshot) }
    let memory = Usage.peakMebibytes

    let raised = AWSEnvironment.benchmark(rulesPerLoadBalancer: rules + 100)
    let graph = try measurement.measure("lower, with a raised quota") { try ALBLowering.lower(plan, in: raised) }.graph
    let existing = ObservedGraph(carryingOut: graph)
    check(try measurement.measure("compare: nothing changed") { try changes(to: graph, from: existing) }) {
        $0.isEmpty
    }
    let changed = try ALBLowering.lower(
        planned(Workload(ingresses: ingresses, changedIngress: ingresses / 2)), in: raised
    ).graph
    check(try measurement.measure("compare: one path changed") { try changes(to: changed, from: existing) }) {
        $0.create == 2 && $0.delete == 2 && $0.update + $0.replace == 0
    }
    let more = try ALBLowering.lower(
        planned(Workload(ingresses: ingresses, extraHost: "shop-5.example.com.extra")), in: raised
    ).graph
    check(try measurement.measure("compare: one Ingress more") { try changes(to: more, from: existing) }) {
        $0.create == 4 && $0.delete + $0.replace == 0
    }
    let tenth = try ALBLowering.lower(planned(Workload(ingresses: ingresses / 10)), in: raised).graph
    check(
        try measurement.measure("compare: nine tenths new") {
            try changes(to: graph, from: ObservedGraph(carryingOut: tenth))
        }
    ) { $0.create > 0 && $0.delete + $0.replace == 0 }
    let creation = try measurement.measure("compare: all new") { try changes(to: graph, from: ObservedGraph()) }
    check(creation) { $0.create == graph.count }
    let destruction = try measurement.measure("compare: all to go") { try changes(to: ResourceGraph(), from: existing) }
    check(destruction) { $0.delete == graph.count }
    measurement.measure("steps: all new") { precondition(StepGraph(creation).steps.count >= graph.count) }
    measurement.measure("steps: all to go") { precondition(!StepGraph(destruction).steps.isEmpty) }
    let peak = Usage.peakMebibytes

    var spread = plan
    spread.provider.settings["split"] = "by-host"
    let parts = try measurement.measure("lower, split by hosts") { try ALBLowering.lower(spread, in: .benchmark()) }
    let split = ObservedGraph(carryingOut: parts.graph)
    check(try measurement.measure("compare, split: nothing changed") { try changes(to: parts.graph, from: split) }) {
        $0.isEmpty
    }
    let encoded = try measurement.measure("encode the plan as JSON") { try PlanEncoding.encode(plan) }
    measurement.encoding = measurement.rows.last?.value ?? 1
    measurement.add("size of the plan as JSON", Double(encoded.count) / 1024, "KiB")
    measurement.add("rules", Double(graph.resources.count { $0.reference.type == "rule" }), "")
    measurement.add(
        "load balancers, split", Double(parts.graph.resources.count { $0.reference.type == "load-balancer" }), "")
    measurement.add("peak memory, planned", memory, "MiB")
    measurement.add("peak memory, lowered and compared", peak, "MiB")
    return measurement
}

/// Has a process of its own measure a size.
func measured(ingresses: Int) throws -> Measurement {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--measure", "\(ingresses)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { exit(process.terminationStatus) }
    return try JSONDecoder().decode(Measurement.self, from: data)
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "--measure", let size = arguments.last.flatMap({ Int($0) }) {
    print(String(decoding: try JSONEncoder().encode(measure(ingresses: size)), as: UTF8.self))
} else {
    let sizes = arguments.isEmpty ? [100, 1_000, 5_000] : arguments.compactMap { Int($0) }
    guard sizes.count == max(arguments.count, sizes.count), sizes.allSatisfy({ $0 > 0 }) else {
        FileHandle.standardError.write(Data("usage: ProvisioningBenchmark [INGRESSES...]\n".utf8))
        exit(64)
    }
    print(Report(measurements: try sizes.map(measured)))
}
