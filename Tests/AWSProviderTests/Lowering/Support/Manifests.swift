import Foundation
import IngressPlanning
import LoadBalancerModel
import ManifestSource
import ProvisioningTesting

/// Plans what manifests hold.
enum Manifests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let options = PlannerOptions(
        ingressClass: "test", watchIngressWithoutClass: true, clusterName: "test", defaultProvider: "aws",
        fromFiles: true,
        now: Date(timeIntervalSince1970: 1_750_000_000))

    /// - Parameter refused: the Ingresses that the provider can't take.
    static func plans(_ yaml: String, refusing refused: [RefusedIngress] = []) -> [LoadBalancerPlan] {
        let snapshot = ManifestSnapshot(reading: Array(yaml.utf8), name: "test")
        var options = options
        options.refused = refused
        return IngressPlanner(options: options).plan(ClusterSnapshot(snapshot.objects)).plans
    }

    static func plans(directory: String) -> [LoadBalancerPlan] {
        result(directory: directory).plans
    }

    /// The plans of a directory with the keys that they need.
    static func result(directory: String) -> PlanningResult {
        let snapshot = ManifestDirectory(root.appending(path: directory).path).load()
        return IngressPlanner(options: options).plan(ClusterSnapshot(snapshot.objects))
    }

    /// A Service and its endpoints, by name.
    static func service(_ name: String, _ number: Int) -> String {
        "---\n" + SampleManifests.service(name, targets: ["10.0.0.\(number + 10)"])
    }
}
