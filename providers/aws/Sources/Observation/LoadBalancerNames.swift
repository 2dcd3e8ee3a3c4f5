import LoadBalancerModel
import Provisioning

/// The names that load balancers of a plan are made with.
struct LoadBalancerNames: Sendable {
    private let owner: Owner
    /// What the first is called; others of the plan have a number behind it.
    private let given: String?
    /// Where the name is given, for people.
    private let place: String
    private let stable: String

    init(_ plan: LoadBalancerPlan, settings: AWSSettings) {
        owner = Owner(plan)
        given = settings.name
        place = settings.place(of: "name")
        stable = BalancerLowering.stableName(plan, part: LoadBalancerPart(plan, number: 1))
    }

    func contains(_ name: String) -> Bool {
        guard let given else { return name == stable }
        return name == stable || name == given || BalancerLowering.number(of: name, givenName: given) != nil
    }

    /// A load balancer of others with one of the names.
    func taken(_ balancer: LoadBalancing.LoadBalancer) -> TakenName {
        let other = given == nil ? "" : "give another name (\(place)), "
        return TakenName(
            type: AWSResource.ResourceType.loadBalancer, name: balancer.loadBalancerName,
            identifier: balancer.loadBalancerArn,
            remedy: "\(other)remove that one, or make it Headgate's: headgate import --provider aws --cluster-name "
                + "\(owner.cluster) --name \(owner.loadBalancer) load-balancer/main=\(balancer.loadBalancerArn)")
    }
}
