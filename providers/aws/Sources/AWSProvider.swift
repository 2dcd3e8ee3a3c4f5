internal import Foundation
package import LoadBalancerModel
package import ProviderHTTP
package import Provisioning

/// Application Load Balancers of AWS.
package struct AWSProvider: LoadBalancerProvider {
    package let name = "aws"

    private let client: AWSClient
    private let region: AWSRegion
    private let time: any TimeSource
    private let connections: [HTTPConnections]

    /// - Parameters:
    ///   - connections: what is closed with the provider.
    package init(
        client: AWSClient, region: AWSRegion, time: any TimeSource = SystemTime(), connections: [HTTPConnections] = []
    ) {
        self.client = client
        self.region = region
        self.time = time
        self.connections = connections
    }

    package var capabilities: ProviderCapabilities { ALBCapabilities.capabilities }

    package func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> AWSEnvironment {
        try await AWSLookups(client: client.sharing(round), region: region).environment(for: plan)
    }

    package func completing(
        _ environment: AWSEnvironment, for plan: LoadBalancerPlan, beside observed: ObservedGraph<AWSResource>,
        in round: ProposalRound
    ) async throws -> AWSEnvironment {
        try await AWSLookups(client: client.sharing(round), region: region)
            .completing(environment, for: plan, beside: StandingResources(observed))
    }

    package func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment
    ) throws(LoweringError) -> Lowering<AWSResource> {
        try ALBLowering.lower(plan, in: environment)
    }

    package func lower(
        _ plan: LoadBalancerPlan, in environment: AWSEnvironment, beside observed: ObservedGraph<AWSResource>
    ) throws(LoweringError) -> Lowering<AWSResource> {
        var environment = environment
        environment.standing = StandingResources(observed)
        return try ALBLowering.lower(plan, in: environment, beside: observed)
    }

    package func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<AWSResource> {
        try PlanTags.check(owner)
        let asked = try plan.map { plan in (plan: plan, settings: try PlanSettings(plan).settings) }
        return try await AWSObservation(
            client: client, owner: owner, webACL: asked?.settings.webACL ?? .unmanaged,
            names: asked.map { LoadBalancerNames($0.plan, settings: $0.settings) }, round: round, now: time.date
        ).observe()
    }

    package func supporting(
        _ staying: Set<String>, in graph: ResourceGraph<AWSResource>, of observed: ObservedGraph<AWSResource>
    ) -> ResourceGraph<AWSResource> {
        StayingResources(staying, in: observed, beside: graph).supported(by: graph)
    }

    package func align(
        _ graph: ResourceGraph<AWSResource>, with observed: ObservedGraph<AWSResource>,
        current: [ResourceReference: String], retained: Set<String>
    ) -> ResourceGraph<AWSResource> {
        ALBAlignment.align(graph, with: observed, current: current, retained: retained)
    }

    package func perform(
        _ operation: ResourceOperation<AWSResource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        try await AWSExecution(client: client, time: time).perform(operation, in: context, permit: permit)
    }

    package func readiness(
        of resource: AWSResource, identifier: String, takesOver: Bool
    ) async throws -> Readiness {
        try await AWSReadiness(client: client).readiness(of: resource, identifier: identifier, takesOver: takesOver)
    }

    package func owners(in cluster: String?) async throws -> [Owner] {
        try await AWSOwnership(client: client).owners(in: cluster)
    }

    package func inspect(_ identifier: String) async throws -> InspectedResource {
        try await AWSOwnership(client: client).inspect(identifier)
    }

    package func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        try await AWSOwnership(client: client).adopt(identifier, as: tags, permit: permit)
    }

    package func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        try await AWSOwnership(client: client).release(identifier, permit: permit)
    }

    package func shutdown() async {
        for connections in connections { await connections.shutdown() }
    }
}
