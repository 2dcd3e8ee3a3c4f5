package import LoadBalancerModel
package import Provisioning

/// A provider that can be looked over the shoulder, and whose cloud can be made to refuse.
package struct WatchedProvider<Base: LoadBalancerProvider>: LoadBalancerProvider {
    package typealias Resource = Base.Resource
    package typealias Environment = Base.Environment

    private let base: Base
    private let observing: @Sendable () throws -> Void
    private let before: @Sendable (ResourceOperation<Resource>) throws -> Void
    private let after: @Sendable (Base) async throws -> Void
    private let awaiting: @Sendable () throws -> Void

    /// - Parameters:
    ///   - observing: called before each observation; what it throws is the observation's failure.
    ///   - before: called before each operation; what it throws is the operation's failure.
    ///   - after: called after each operation that took effect; what it throws takes the place of the answer.
    ///   - awaiting: called before each look whether a resource is ready; what it throws is the look's failure.
    package init(
        _ base: Base, observing: @escaping @Sendable () throws -> Void = {},
        before: @escaping @Sendable (ResourceOperation<Resource>) throws -> Void = { _ in },
        after: @escaping @Sendable (Base) async throws -> Void = { _ in },
        awaiting: @escaping @Sendable () throws -> Void = {}
    ) {
        self.base = base
        self.observing = observing
        self.before = before
        self.after = after
        self.awaiting = awaiting
    }

    package var name: String { base.name }
    package var capabilities: ProviderCapabilities { base.capabilities }

    package func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> Environment {
        try await base.environment(for: plan, in: round)
    }

    package func completing(
        _ environment: Environment, for plan: LoadBalancerPlan, beside observed: ObservedGraph<Resource>,
        in round: ProposalRound
    ) async throws -> Environment {
        try await base.completing(environment, for: plan, beside: observed, in: round)
    }

    package func lower(
        _ plan: LoadBalancerPlan, in environment: Environment
    ) throws(LoweringError) -> Lowering<Resource> {
        try base.lower(plan, in: environment)
    }

    package func lower(
        _ plan: LoadBalancerPlan, in environment: Environment, beside observed: ObservedGraph<Resource>
    ) throws(LoweringError) -> Lowering<Resource> {
        try base.lower(plan, in: environment, beside: observed)
    }

    package func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<Resource> {
        try observing()
        return try await base.observe(owner, for: plan, in: round)
    }

    package func supporting(
        _ staying: Set<String>, in graph: ResourceGraph<Resource>, of observed: ObservedGraph<Resource>
    ) -> ResourceGraph<Resource> {
        base.supporting(staying, in: graph, of: observed)
    }

    package func align(
        _ graph: ResourceGraph<Resource>, with observed: ObservedGraph<Resource>,
        current: [ResourceReference: String], retained: Set<String>
    ) -> ResourceGraph<Resource> {
        base.align(graph, with: observed, current: current, retained: retained)
    }

    package func perform(
        _ operation: ResourceOperation<Resource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        try before(operation)
        let identifier = try await base.perform(operation, in: context, permit: permit)
        try await after(base)
        return identifier
    }

    package func readiness(of resource: Resource, identifier: String, takesOver: Bool) async throws -> Readiness {
        try awaiting()
        return try await base.readiness(of: resource, identifier: identifier, takesOver: takesOver)
    }

    package func owners(in cluster: String?) async throws -> [Owner] {
        try await base.owners(in: cluster)
    }

    package func inspect(_ identifier: String) async throws -> InspectedResource {
        try await base.inspect(identifier)
    }

    package func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        try await base.adopt(identifier, as: tags, permit: permit)
    }

    package func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        try await base.release(identifier, permit: permit)
    }

    package func shutdown() async {
        await base.shutdown()
    }
}
