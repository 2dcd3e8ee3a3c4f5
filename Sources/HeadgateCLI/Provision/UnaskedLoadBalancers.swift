import IngressPlanning
import LoadBalancerModel
import Provisioning

/// Tells of load balancers that exist, and that manifests don't ask for, whether they are to go.
///
/// Only what is certain goes. Manifests can be a part of those that a load balancer was made from, or quite others under
/// the same name of a cluster: then it stays, and is told of.
struct UnaskedLoadBalancers: Sendable {
    /// The cluster of the manifests.
    var cluster: String
    /// Whether the cluster was named, or has a UID, so that no other manifests have the same one by chance.
    var hasOwnIdentity: Bool
    /// Whether all manifests could be read.
    var isComplete: Bool
    /// The provider of each load balancer that is asked for, by name.
    var asked: [String: String]
    /// The class of each Ingress whose load balancer can't be told, as `namespace/name`.
    var unplaced: [String: String] = [:]
    /// The provider of each class that the manifests have, and whose parameters could be used.
    var classes: [String: String]
    /// The providers with which is looked.
    var selections: [ProviderSelection]

    enum Verdict: Hashable, Sendable {
        case goes
        /// - Parameter reason: why, as a clause.
        case stays(reason: String)
    }

    /// - Parameters:
    ///   - provider: the provider by which it exists.
    ///   - ingressClass: the class that it was made for; nil where it doesn't say.
    ///   - ingresses: the Ingresses that it serves, as `namespace/name`.
    func verdict(
        on owner: Owner, of provider: String, ingressClass: String?, ingresses: some Sequence<String>
    ) -> Verdict {
        if let other = asked[owner.loadBalancer] {
            return .stays(reason: "the manifests ask for it from the provider \(other)")
        }
        guard hasOwnIdentity else {
            return .stays(
                reason:
                    "no cluster is named (by --cluster-name, or by a kube-system namespace with its UID), so that it "
                    + "may have been made from other manifests")
        }
        guard isComplete else {
            return .stays(reason: "manifests or parameters can't be used, so that it may only seem so")
        }
        guard let name = ingressClass ?? self.ingressClass(of: owner, serving: ingresses), let current = classes[name]
        else {
            return .stays(reason: "it isn't known to be of a class that is among the manifests")
        }
        guard current == provider else { return .stays(reason: "its class is for the provider \(current)") }
        if let ingress = unplaced.filter({ $0.value == name }).keys.min() {
            return .stays(reason: "it may be that of the Ingress \(ingress), whose group can't be read")
        }
        return .goes
    }

    /// The class, as the name of a load balancer tells it.
    private func ingressClass(of owner: Owner, serving ingresses: some Sequence<String>) -> String? {
        LoadBalancerIdentity(
            ofLoadBalancer: owner.loadBalancer, cluster: owner.cluster, classes: classes.keys.sorted(),
            ingresses: ingresses)?.ingressClass
    }
}

extension Diagnostic {
    /// A load balancer that stays although nothing asks for it.
    static func notAskedFor(_ owner: Owner, provider: String, reason: String) -> Diagnostic {
        Diagnostic(
            object: .loadBalancer(owner.loadBalancer), severity: .warning, reason: "NotAskedFor",
            message: "It exists with \(provider), and these manifests don't ask for it. It stays: \(reason)",
            remedy: "to take it away: headgate destroy --name \(owner.loadBalancer) --provider \(provider) "
                + "--cluster-name \(owner.cluster)")
    }

    /// A look for such load balancers that failed.
    static func notLookedFor(provider: String, failure: CommandFailure) -> Diagnostic {
        Diagnostic(
            object: ObjectReference(kind: "Provider", name: provider), severity: .warning, reason: "NotLookedFor",
            message: "Whether there are load balancers that nothing asks for couldn't be found out: \(failure.message)",
            remedy: failure.remedy)
    }
}
