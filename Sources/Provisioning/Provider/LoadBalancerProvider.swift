package import LoadBalancerModel

/// A cloud, or a load balancer of one's own, that carries plans out.
///
/// A provider knows how to look up, lower, observe and change; when and in which order it does so is the engine's.
package protocol LoadBalancerProvider: Sendable {
    associatedtype Resource: ProvisionedResource
    /// What look-ups found about the account, and lowering needs to know: networks, subnets, certificates, quotas.
    associatedtype Environment: Sendable

    /// The name in the registry, such as `aws`.
    var name: String { get }
    var capabilities: ProviderCapabilities { get }

    /// Looks up what lowering `plan` needs to know. Only reads.
    ///
    /// - Parameter round: the proposals that this is for, among others.
    func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> Environment

    /// Looks up what else lowering `plan` needs to know once it is known what exists: what is in force already need not be
    /// asked for. Only reads.
    ///
    /// - Parameters:
    ///   - environment: what was looked up before.
    ///   - round: the proposals that this is for, among others.
    func completing(
        _ environment: Environment, for plan: LoadBalancerPlan, beside observed: ObservedGraph<Resource>,
        in round: ProposalRound
    ) async throws -> Environment

    /// Turns a plan into resources. Pure: same plan and environment, same graph.
    ///
    /// - Throws: ``LoweringError`` where the load balancer as a whole can't be had; what concerns one Ingress alone is a ``Quarantine``.
    func lower(_ plan: LoadBalancerPlan, in environment: Environment) throws(LoweringError) -> Lowering<Resource>

    /// Turns a plan into resources where some exist: what can be had in several ways stays as it is, such as the subnets of
    /// a load balancer, or which of several load balancers serves a host. Pure.
    ///
    /// - Throws: as ``lower(_:in:)``.
    func lower(
        _ plan: LoadBalancerPlan, in environment: Environment, beside observed: ObservedGraph<Resource>
    ) throws(LoweringError) -> Lowering<Resource>

    /// Finds what exists for `owner`, by its ownership tags. Only reads.
    ///
    /// - Parameters:
    ///   - plan: what it will be compared with; nil where it goes, or is only told of. What the plan has no say in may be
    ///     left out.
    ///   - round: the proposals that this is for, among others.
    func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<Resource>

    /// Gives resources of the desired graph what others need of them that stay although the graph lacks them, such as a port
    /// that a security group lets in to for a listener, or a listener's certificate. Pure.
    ///
    /// - Parameter staying: the identifiers of the observed resources that stay.
    func supporting(
        _ staying: Set<String>, in graph: ResourceGraph<Resource>, of observed: ObservedGraph<Resource>
    ) -> ResourceGraph<Resource>

    /// Fits what only the comparison can tell into the desired graph, such as free positions in a precedence list. Pure.
    ///
    /// - Parameters:
    ///   - current: the identifiers of the observed resources that stand for those of the graph; those that are new, or to
    ///     be replaced, have none.
    ///   - retained: the identifiers of observed resources that stay although the graph lacks them.
    /// - Returns: the graph with the same resources, which name the same others.
    func align(
        _ graph: ResourceGraph<Resource>, with observed: ObservedGraph<Resource>, current: [ResourceReference: String],
        retained: Set<String>
    ) -> ResourceGraph<Resource>

    /// Does one step. Doing it again after it has taken effect changes nothing.
    ///
    /// - Returns: the identifier of what was created, or of what was updated.
    func perform(_ operation: ResourceOperation<Resource>, in context: OperationContext, permit: borrowing WritePermit)
        async throws -> String

    /// Whether a resource that was created does its work yet. Only reads.
    ///
    /// - Parameter takesOver: whether something that serves now is deleted once it does, so that it must serve as well.
    func readiness(of resource: Resource, identifier: String, takesOver: Bool) async throws -> Readiness

    /// Every load balancer with ownership tags of `cluster`, or of any where none is named; ordered by cluster and name.
    /// Only reads.
    func owners(in cluster: String?) async throws -> [Owner]

    /// What a resource is, whoever's it may be. Only reads.
    ///
    /// - Throws: ``ProviderError`` of kind `invalid` for an identifier of nothing that a provider makes, and of kind
    ///   `notFound` where it doesn't exist.
    func inspect(_ identifier: String) async throws -> InspectedResource

    /// Marks a resource of another's as ours, and changes nothing else about it.
    func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws

    /// Takes the ownership tags off a resource, and changes nothing else about it.
    func release(_ identifier: String, permit: borrowing WritePermit) async throws

    /// Lets go of connections. Nothing else is called after it.
    func shutdown() async
}

extension LoadBalancerProvider {
    package func shutdown() async {}

    /// Looks up what lowering `plan` alone needs to know.
    package func environment(for plan: LoadBalancerPlan) async throws -> Environment {
        try await environment(for: plan, in: ProposalRound())
    }

    package func completing(
        _ environment: Environment, for plan: LoadBalancerPlan, beside observed: ObservedGraph<Resource>,
        in round: ProposalRound
    ) async throws -> Environment {
        environment
    }

    /// Finds what exists for `owner` at this moment, not to be compared with any plan.
    package func observe(_ owner: Owner) async throws -> ObservedGraph<Resource> {
        try await observe(owner, for: nil, in: ProposalRound())
    }

    package func lower(
        _ plan: LoadBalancerPlan, in environment: Environment, beside observed: ObservedGraph<Resource>
    ) throws(LoweringError) -> Lowering<Resource> {
        try lower(plan, in: environment)
    }

    package func supporting(
        _ staying: Set<String>, in graph: ResourceGraph<Resource>, of observed: ObservedGraph<Resource>
    ) -> ResourceGraph<Resource> { graph }

    package func align(
        _ graph: ResourceGraph<Resource>, with observed: ObservedGraph<Resource>, current: [ResourceReference: String],
        retained: Set<String>
    ) -> ResourceGraph<Resource> {
        graph
    }

    package func readiness(of resource: Resource, identifier: String, takesOver: Bool) async throws -> Readiness {
        .ready
    }
}

/// What can be told of a resource before it changes hands.
package struct InspectedResource: Hashable, Sendable {
    /// The type in the terms of ``ResourceReference/type``.
    package var type: String
    package var tags: [String: String]

    package init(type: String, tags: [String: String]) {
        self.type = type
        self.tags = tags
    }

    /// Whose it is; nil where it isn't Headgate's.
    package var ownership: OwnershipTags? { OwnershipTags(tags) }
}

/// One change of one resource, or of the order of several.
package enum ResourceOperation<Resource: ProvisionedResource>: Sendable {
    case create(DesiredResource<Resource>)
    /// - Parameter paths: the fields that differ; an update touches nothing else.
    case update(ObservedResource<Resource>, to: DesiredResource<Resource>, paths: Set<String>)
    case reorder(Reordering)
    case delete(ObservedResource<Resource>)
}

/// What an operation may need beside the resource itself.
package struct OperationContext: Sendable {
    package var owner: Owner
    /// The identifiers of the resources that exist by now.
    package var identifiers: [ResourceReference: String]
    /// Key material, by fingerprint.
    package var assets: PlanAssets

    package init(owner: Owner, identifiers: [ResourceReference: String], assets: PlanAssets) {
        self.owner = owner
        self.identifiers = identifiers
        self.assets = assets
    }

    /// The identifier that a link means.
    ///
    /// - Throws: ``ProviderError`` of kind `invalid` where the resource doesn't exist, which the order of steps rules out: it
    ///   won't exist when the step is repeated either.
    package func identifier(of link: ResourceLink) throws -> String {
        switch link {
        case .identifier(let identifier):
            return identifier
        case .resource(let reference):
            guard let identifier = identifiers[reference] else {
                throw ProviderError(
                    kind: .invalid, operation: "resolve", message: "\(reference) doesn't exist; run again")
            }
            return identifier
        }
    }
}

/// Whether a resource does its work.
package enum Readiness: Hashable, Sendable {
    case ready
    /// Not yet; the text says what is waited for.
    case pending(String)
    /// It won't; the text says why, and what to do.
    case failed(String)
}

/// A plan that a provider can't carry out at all.
package struct LoweringError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A short, stable label in upper camel case, such as `NoSubnets`.
    package var reason: String
    /// What stands against it, with the value at fault and the remedy.
    package var message: String

    package init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
