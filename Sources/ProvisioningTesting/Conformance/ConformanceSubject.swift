package import LoadBalancerModel
package import Provisioning

/// What the conformance suite needs of a provider and of the cloud that it is tested against: an account of its own for
/// each test, empty at first.
package protocol ConformanceSubject: Sendable {
    associatedtype Provider: LoadBalancerProvider

    /// A provider as a process that has just started has it.
    func makeProvider() async throws -> Provider

    /// Everything in the account, a line each, sorted, without what the cloud generates: two accounts in the same state
    /// have the same inventory.
    func inventory() async throws -> [String]
    /// How many calls that write the cloud has seen.
    func writeCount() async throws -> Int

    /// Makes the next `count` calls that write fail as the cloud does when it is asked too often.
    func throttle(_ count: Int) async throws
    /// Lets reads lag behind writes from now on, as far as the cloud's documentation says they may.
    func delayReads() async throws
    /// Changes something of `owner`'s by hand.
    func tamper(with owner: Owner) async throws
    /// Adds a rule of somebody else's to a listener of `owner`'s. Without a mark of ours on it.
    func addForeignRule(to owner: Owner) async throws
    /// A whole load balancer of somebody else's.
    func addForeignLoadBalancer() async throws
    /// The lines of ``inventory()`` that belong to somebody else.
    func foreignInventory() async throws -> [String]
    /// Turns deletion protection of `owner`'s load balancer on or off by hand.
    func setDeletionProtection(_ isOn: Bool, of owner: Owner) async throws

    /// Key material of the plans.
    var assets: PlanAssets { get }
    /// How executions go about their steps: with a clock that the cloud's time follows, never the real one.
    var options: ExecutionOptions { get }
}

/// The plans that a provider is put through. A provider's tests give those that matter for its cloud.
package struct ConformancePlans: Sendable {
    /// At least two hosts, several paths, two pools.
    package var base: LoadBalancerPlan
    /// ``base`` with a path more, one less, and one that goes elsewhere.
    package var updated: LoadBalancerPlan
    /// ``base`` with something that can't be changed in place.
    package var replaced: LoadBalancerPlan
    /// ``updated``, with an Ingress that the cloud can't take, and that ``base`` has in a form that it can.
    package var quarantining: LoadBalancerPlan
    /// ``quarantining`` with something that can't be changed in place, so that what the Ingress has must move along.
    package var replacedWhileQuarantining: LoadBalancerPlan
    /// The Ingress that ``quarantining`` is about, as `namespace/name`.
    package var quarantinedMember: String

    package init(
        base: LoadBalancerPlan,
        updated: LoadBalancerPlan,
        replaced: LoadBalancerPlan,
        quarantining: LoadBalancerPlan,
        replacedWhileQuarantining: LoadBalancerPlan,
        quarantinedMember: String
    ) {
        self.base = base
        self.updated = updated
        self.replaced = replaced
        self.quarantining = quarantining
        self.replacedWhileQuarantining = replacedWhileQuarantining
        self.quarantinedMember = quarantinedMember
    }

    package var owner: Owner { Owner(base) }
}
