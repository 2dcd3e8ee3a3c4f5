import KubernetesModel
import LoadBalancerModel

/// Chooses the nodes of a cluster that load balancers may send requests to.
enum NodeSelection {
    /// Labels that keep a node away from load balancers.
    ///
    /// https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-exclude-from-external-load-balancers
    private static let excludingLabels = [
        "node.kubernetes.io/exclude-from-external-load-balancers",
        "alpha.service-controller.kubernetes.io/exclude-balancer",
    ]
    /// The taint of a node that the cluster autoscaler is about to delete.
    private static let deletionTaint = "ToBeDeletedByClusterAutoscaler"

    /// The nodes, ordered by name. Cordoned ones are among them, since their pods go on serving. Of a cluster of which no
    /// node is ready all are taken: it is more likely that nobody told than that all of them are down.
    ///
    /// - Returns: nil where the cluster's nodes aren't known.
    static func nodes(in snapshot: ClusterSnapshot) -> [ClusterNode]? {
        guard !snapshot.nodes.isEmpty else { return nil }
        let candidates = snapshot.nodes.values.filter(takesRequests)
        let ready = candidates.filter(\.isReady)
        return (ready.isEmpty ? candidates : ready).sorted { $0.metadata.name < $1.metadata.name }.map { node in
            ClusterNode(
                name: node.metadata.name, providerID: node.providerID.nonEmpty,
                addresses: node.addresses.filter { $0.type == "InternalIP" }.map(\.address),
                labels: node.metadata.labels)
        }
    }

    private static func takesRequests(_ node: Node) -> Bool {
        // What runs on Fargate has no ports of its node.
        node.metadata.labels["eks.amazonaws.com/compute-type"] != "fargate"
            && !excludingLabels.contains { node.metadata.labels[$0] != nil }
            && !node.taints.contains(deletionTaint)
    }
}
