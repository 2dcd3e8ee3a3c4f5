internal import LoadBalancerModel
internal import Provisioning

/// The instances that the nodes of a cluster are.
struct NodeInstances {
    /// Ordered.
    private(set) var ids: [String] = []
    private var problems: [Problem] = []

    private struct Problem {
        var severity: FidelityFinding.Severity
        /// What is so of the pool with a name.
        var message: (_ pool: String) -> String
    }

    /// - Parameters:
    ///   - nodes: those of the cluster; nil where they aren't known, so that tags of instances tell.
    ///   - labels: those that a node must have.
    init(_ nodes: [ClusterNode]?, labels: [String: String], environment: AWSEnvironment) {
        if let nodes {
            find(nodes, labels: labels, environment: environment)
        } else {
            find(labels: labels, environment: environment)
        }
        ids = Set(ids).sorted()
    }

    func findings(of pool: BackendPool) -> [TargetGroupLowering.Finding] {
        problems.map { TargetGroupLowering.Finding(severity: $0.severity, message: $0.message(pool.name)) }
    }

    private mutating func find(_ nodes: [ClusterNode], labels: [String: String], environment: AWSEnvironment) {
        let chosen = nodes.filter { node in labels.allSatisfy { node.labels[$0.key] == $0.value } }
        if chosen.isEmpty {
            let which = labels.isEmpty ? "takes requests of load balancers" : "has the labels \(Self.text(labels))"
            problems.append(
                Problem(severity: .unsupported) { pool in
                    "\(pool) has no targets, for no node of the cluster \(which)"
                })
        }
        let running = Set(environment.instances.map(\.id))
        let byAddress = Dictionary(
            environment.instances.flatMap { instance in instance.addresses.map { ($0, instance.id) } }
        ) { first, _ in first }
        var missing: [String] = []
        for node in chosen {
            let named = Self.instance(named: node.providerID) ?? node.addresses.lazy.compactMap { byAddress[$0] }.first
            if let id = named, running.contains(id) {
                ids.append(id)
            } else {
                missing.append(node.name)
            }
        }
        guard !missing.isEmpty else { return }
        let vpc = environment.vpc.id
        problems.append(
            Problem(severity: .unsupported) { pool in
                let isOne = missing.count == 1
                return "the \(isOne ? "node" : "nodes") \(missing.joined(separator: ", ")) "
                    + "\(isOne ? "is no target" : "are no targets") of \(pool), for "
                    + "\(isOne ? "it is no running instance" : "they are no running instances") of \(vpc)"
            })
    }

    /// The instances whose tags say that they are of the cluster.
    private mutating func find(labels: [String: String], environment: AWSEnvironment) {
        ids = environment.instances.filter(\.isOfCluster).map(\.id)
        if ids.isEmpty {
            let vpc = environment.vpc.id
            problems.append(
                Problem(severity: .unsupported) { pool in
                    "\(pool) has no targets, for there are no Node objects, and no running instance of \(vpc) has the "
                        + "cluster's tag kubernetes.io/cluster/NAME; name the cluster in provider.settings.clusterName, or "
                        + "give its Node objects"
                })
        } else if !labels.isEmpty {
            problems.append(
                Problem(severity: .approximated) { pool in
                    "the targets of \(pool) are all instances of the cluster, and not only those with the labels "
                        + "\(Self.text(labels)), which Node objects alone tell"
                })
        }
    }

    private static func text(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// The id of the instance that a node is, in what the cloud calls the node, such as
    /// `aws:///eu-central-1a/i-0123456789abcdef0`; nil where it is of another form.
    private static func instance(named providerID: String?) -> String? {
        guard let last = providerID?.split(separator: "/").last, last.hasPrefix("i-") else { return nil }
        return String(last)
    }
}
