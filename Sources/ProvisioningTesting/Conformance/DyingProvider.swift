package import LoadBalancerModel
package import Provisioning
import Synchronization

/// A provider whose process dies at a certain step: before the step, or after it has taken effect and before anybody
/// heard of it. From then on nothing works.
package final class DyingProvider<Base: LoadBalancerProvider>: LoadBalancerProvider {
    package typealias Resource = Base.Resource
    package typealias Environment = Base.Environment

    /// The moment of death.
    package enum Moment: Hashable, Sendable {
        case before(step: Int)
        case after(step: Int)
    }

    package struct Died: Error {}

    private let base: Base
    private let moment: Moment
    private let performed = Mutex(0)

    package init(_ base: Base, dying moment: Moment) {
        self.base = base
        self.moment = moment
    }

    /// Whether the moment has come.
    package var isDead: Bool {
        let count = performed.withLock { $0 }
        return switch moment {
        case .before(let step), .after(let step): count >= step
        }
    }

    package var name: String { base.name }
    package var capabilities: ProviderCapabilities { base.capabilities }

    package func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> Environment {
        try await base.environment(for: plan, in: round)
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
        try await base.observe(owner, for: plan, in: round)
    }

    package func align(
        _ graph: ResourceGraph<Resource>, with observed: ObservedGraph<Resource>, current: [ResourceReference: String],
        retained: Set<String>
    ) -> ResourceGraph<Resource> {
        base.align(graph, with: observed, current: current, retained: retained)
    }

    package func perform(
        _ operation: ResourceOperation<Resource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        let number = performed.withLock { count -> Int in
            count += 1
            return count
        }
        switch moment {
        case .before(let step):
            guard number < step else { throw Died() }
            return try await base.perform(operation, in: context, permit: permit)
        case .after(let step):
            guard number <= step else { throw Died() }
            let identifier = try await base.perform(operation, in: context, permit: permit)
            guard number < step else { throw Died() }
            return identifier
        }
    }

    package func readiness(of resource: Resource, identifier: String, takesOver: Bool) async throws -> Readiness {
        if isDead { throw Died() }
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
