import DataPlane
import LoadBalancerModel
import Provisioning

/// The load balancer of this process as a provider: it carries plans out on the engines of a ``ListenerFleet``.
///
/// What exists is what the engines serve at this moment. It belongs to the process and goes with it, so that nobody else
/// can change it, and there is nothing of others to be found, adopted or let go.
struct SoftwareProvider: LoadBalancerProvider {
    /// What a load balancer of the process depends on beside its plan.
    struct Environment: Sendable {
        /// The listeners that the flags ask for.
        var commandLine: [ListenerAddress]
        /// The certificate chains of the plan as PEM, by fingerprint.
        var chains: [String: String]
    }

    /// The cluster of every owner here: an engine is the process's, whatever cluster its manifests name.
    static let cluster = "local"

    let name = "software"
    private let fleet: ListenerFleet
    private let assets: PlanAssets

    /// - Parameter assets: those of the plans, of which lowering gets the certificate chains, and nothing secret.
    init(fleet: ListenerFleet, assets: PlanAssets = PlanAssets()) {
        self.fleet = fleet
        self.assets = assets
    }

    func environment(for plan: LoadBalancerPlan, in round: ProposalRound) async throws -> Environment {
        let chains = plan.certificates.compactMap { certificate in
            assets.certificates[certificate.fingerprint].map { (certificate.fingerprint, $0.certificateChainPEM) }
        }
        return Environment(
            commandLine: fleet.commandLine, chains: Dictionary(chains) { first, _ in first })
    }

    /// - Throws: ``LoweringError`` for a plan without a listener.
    func lower(
        _ plan: LoadBalancerPlan, in environment: Environment
    ) throws(LoweringError) -> Lowering<SoftwareResource> {
        let listeners = plan.addresses(commandLine: environment.commandLine)
        guard !listeners.isEmpty else {
            throw LoweringError(
                reason: "NoListeners",
                message: "load balancer \(plan.name) has no listener; give its class one in its parameters")
        }
        let resource = SoftwareResource(
            listeners: listeners, listening: listeners,
            configuration: .init(plan: plan, chains: environment.chains))
        return Lowering(
            graph: ResourceGraph([DesiredResource(reference: .softwareLoadBalancer, resource: resource)]),
            fidelity: Self.fidelity(of: plan))
    }

    private static func fidelity(of plan: LoadBalancerPlan) -> [FidelityFinding] {
        guard !plan.addressing.addresses.isEmpty else { return [] }
        return [
            FidelityFinding(
                severity: .approximated, object: "load balancer \(plan.name)",
                message: "it is reached where its listeners are bound, not at "
                    + "\(plan.addressing.addresses.joined(separator: ", ")); name addresses in the class's listeners, or "
                    + "with --http-address and --https-address")
        ]
    }

    func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<SoftwareResource> {
        ObservedGraph(
            resources: await fleet.loadBalancers(of: owner).map { balancer in
                ObservedResource(
                    reference: .softwareLoadBalancer,
                    identifier: balancer.identifier,
                    resource: balancer.resource,
                    addresses: Self.addresses(balancer.bound))
            })
    }

    private static func addresses(_ listeners: [BoundListener]) -> [LoadBalancerAddress] {
        var addresses: [LoadBalancerAddress] = []
        for listener in listeners where !addresses.contains(.ip(listener.address)) {
            addresses.append(.ip(listener.address))
        }
        return addresses
    }

    func perform(
        _ operation: ResourceOperation<SoftwareResource>, in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws -> String {
        switch operation {
        case .create(let desired):
            try await fleet.create(desired.resource, for: context.owner, assets: context.assets, permit: permit)
        case .update(let existing, let desired, let paths):
            try await fleet.update(
                existing.identifier, to: desired.resource,
                isOther: paths.contains { !SoftwareResource.socketPaths.contains($0) }, assets: context.assets,
                permit: permit)
        case .delete(let existing):
            await fleet.retire(existing.identifier, permit: permit)
        case .reorder(let reordering):
            throw ProviderError(
                kind: .invalid, operation: "reorder",
                message: "\(reordering.owner) has nothing that could be reordered; please report this")
        }
    }

    /// A load balancer does its work as soon as a configuration is in force.
    func readiness(
        of resource: SoftwareResource, identifier: String, takesOver: Bool
    ) async throws -> Provisioning.Readiness {
        await fleet.isConfigured(identifier)
            ? .ready : .failed("no configuration is in force; what is wrong with it was told when it was refused")
    }

    func owners(in cluster: String?) async throws -> [Owner] {
        await fleet.owners().filter { cluster == nil || $0.cluster == cluster }
    }

    /// - Throws: ``ProviderError``, always.
    func inspect(_ identifier: String) async throws -> InspectedResource {
        throw Self.notTransferable("inspect", identifier)
    }

    /// - Throws: ``ProviderError``, always.
    func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        throw Self.notTransferable("adopt", identifier)
    }

    /// - Throws: ``ProviderError``, always.
    func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        throw Self.notTransferable("release", identifier)
    }

    private static func notTransferable(_ operation: String, _ identifier: String) -> ProviderError {
        ProviderError(
            kind: .invalid, operation: operation, code: "NotTransferable",
            message:
                "\(identifier) can't change hands: the load balancers of headgate up live and end with its process; "
                + "serve the manifests with headgate up instead")
    }
}

extension LoadBalancerPlan {
    /// Where the software load balancer listens for the plan: where the command line says, unless parameters gave the
    /// plan listeners of its own. Those without an address are bound on the addresses of the command line.
    func addresses(commandLine: [ListenerAddress]) -> [ListenerAddress] {
        guard listenerSource == .parameters else { return commandLine }
        var hosts: [String] = []
        for listener in commandLine where !hosts.contains(listener.address) { hosts.append(listener.address) }
        return listeners.flatMap { listener in
            (listener.addresses.isEmpty ? hosts : listener.addresses).map {
                ListenerAddress(protocol: listener.protocol, address: $0, port: listener.port)
            }
        }
    }
}
