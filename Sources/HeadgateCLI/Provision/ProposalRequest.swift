import LoadBalancerModel
import Provisioning

/// What proposals are asked for.
struct ProposalRequest: Sendable {
    /// A load balancer that is to go.
    struct Deletion: Sendable {
        var owner: Owner
        var provider: ProviderSelection
        /// Why it goes, where that isn't what the command was asked for.
        var reason: String?
        /// The Ingresses of the manifests that it is to be for, as `namespace/name`; empty where that isn't known.
        var ingresses: Set<String> = []
        /// Whether it is an error that it isn't there.
        var mustExist = false
    }

    /// A load balancer that is to be as its plan says, or to go.
    enum Target: Sendable {
        case plan(LoadBalancerPlan)
        case deletion(Deletion)

        var name: String {
            switch self {
            case .plan(let plan): plan.name
            case .deletion(let deletion): deletion.owner.loadBalancer
            }
        }

        var provider: ProviderSelection {
            switch self {
            case .plan(let plan): plan.provider
            case .deletion(let deletion): deletion.provider
            }
        }

        /// Whether it is an error that it isn't there.
        var mustExist: Bool {
            if case .deletion(let deletion) = self { deletion.mustExist } else { false }
        }

        fileprivate var ingresses: Set<String> {
            switch self {
            case .plan(let plan): plan.ingresses
            case .deletion(let deletion): deletion.ingresses
            }
        }
    }

    var plans: [LoadBalancerPlan] = []
    var deletions: [Deletion] = []
    /// More Ingresses that load balancers are for than their plans tell, as `namespace/name`, by the name of the plan.
    var members: [String: Set<String>] = [:]
    /// How load balancers are told apart that nothing asks for; nil where they aren't looked for.
    var unasked: UnaskedLoadBalancers?
    /// Whether no other manifests have the same cluster by chance.
    var hasOwnIdentity = true
    /// Plans a load balancer anew without Ingresses that its provider refuses; nil where there are no manifests to plan.
    var revising: (@Sendable (LoadBalancerPlan, [RefusedIngress]) -> LoadBalancerPlan?)?

    /// The Ingresses that a load balancer is for, as `namespace/name`; empty where that isn't known.
    func ingresses(of target: Target) -> Set<String> { target.ingresses.union(members[target.name] ?? []) }

    /// The load balancers that it names, those that are to go last.
    var targets: [Target] { plans.map(Target.plan) + deletions.map(Target.deletion) }
}
