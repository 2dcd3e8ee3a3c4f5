import DataPlane
import Foundation
import FoundationNetworking
import LoadBalancerModel
import Logging
import Provisioning
import ProvisioningTesting
import Synchronization
import Testing

@testable import HeadgateCLI

/// A fleet of engines on free ports of the loopback interface, as a subject of the conformance suite.
///
/// What it takes stock of is what the engines answer over HTTP. The account is the process: a provider that starts anew
/// finds the engines that are there.
struct SoftwareSubject: ConformanceSubject {
    let fleet = ListenerFleet(
        options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let assets = PlanAssets()
    private let writes = WriteCounter()

    var options: ExecutionOptions { ExecutionOptions(jitter: { 0 }, clock: ManualClock()) }

    func makeProvider() async throws -> CountingProvider {
        CountingProvider(base: SoftwareProvider(fleet: fleet), writes: writes)
    }

    func inventory() async throws -> [String] {
        var lines: [String] = []
        for owner in await fleet.owners() {
            for balancer in await fleet.loadBalancers(of: owner) {
                let sockets = balancer.resource.listening.map(\.label)
                for (socket, listener) in zip(sockets, balancer.bound) {
                    for (host, path) in ConformancePlans.probes {
                        let answer = try await Answer.get(path, host: host, at: listener)
                        lines.append("\(owner.loadBalancer) \(socket) \(host)\(path): \(answer.status) \(answer.body)")
                    }
                }
            }
        }
        return lines.sorted()
    }

    func writeCount() async throws -> Int { writes.count }
    func foreignInventory() async throws -> [String] { [] }

    func throttle(_ count: Int) async throws { throw NotApplicable() }
    func delayReads() async throws { throw NotApplicable() }
    func tamper(with owner: Owner) async throws { throw NotApplicable() }
    func addForeignRule(to owner: Owner) async throws { throw NotApplicable() }
    func addForeignLoadBalancer() async throws { throw NotApplicable() }
    func setDeletionProtection(_ isOn: Bool, of owner: Owner) async throws { throw NotApplicable() }

    /// What a case asks for that an in-process load balancer can't have.
    struct NotApplicable: Error {}
}

final class WriteCounter: Sendable {
    private let writes = Mutex(0)
    var count: Int { writes.withLock { $0 } }
    func note() { writes.withLock { $0 += 1 } }
}

/// The provider, with its writes counted.
struct CountingProvider: LoadBalancerProvider {
    let base: SoftwareProvider
    let writes: WriteCounter

    var name: String { base.name }
    var capabilities: ProviderCapabilities { base.capabilities }

    func environment(
        for plan: LoadBalancerPlan, in round: ProposalRound
    ) async throws -> SoftwareProvider.Environment {
        try await base.environment(for: plan, in: round)
    }

    func lower(
        _ plan: LoadBalancerPlan, in environment: SoftwareProvider.Environment
    ) throws(LoweringError) -> Lowering<SoftwareResource> {
        try base.lower(plan, in: environment)
    }

    func observe(
        _ owner: Owner, for plan: LoadBalancerPlan?, in round: ProposalRound
    ) async throws -> ObservedGraph<SoftwareResource> {
        try await base.observe(owner, for: plan, in: round)
    }

    func perform(
        _ operation: ResourceOperation<SoftwareResource>, in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws -> String {
        writes.note()
        return try await base.perform(operation, in: context, permit: permit)
    }

    func readiness(
        of resource: SoftwareResource, identifier: String, takesOver: Bool
    ) async throws -> Provisioning.Readiness {
        try await base.readiness(of: resource, identifier: identifier, takesOver: takesOver)
    }

    func owners(in cluster: String?) async throws -> [Owner] { try await base.owners(in: cluster) }

    func inspect(_ identifier: String) async throws -> InspectedResource { try await base.inspect(identifier) }

    func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        try await base.adopt(identifier, as: tags, permit: permit)
    }

    func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        try await base.release(identifier, permit: permit)
    }
}

/// What a listener answers.
struct Answer: Hashable, Sendable {
    var status: Int
    var body: String

    static func get(_ path: String, host: String, at listener: BoundListener) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: "http://\(listener)\(path)")))
        request.setValue(host, forHTTPHeaderField: "Host")
        let session = URLSession(configuration: .ephemeral)
        let (data, response) = try await session.data(for: request)
        session.finishTasksAndInvalidate()
        return Answer(
            status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: String(decoding: data, as: UTF8.self))
    }
}

extension ListenerFleet {
    /// Runs `body` while engines that are given up are stopped, and stops all at the end.
    nonisolated func running<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.stopRetired(grace: .zero) }
            defer { group.cancelAll() }
            do {
                let result = try await body()
                await self.stop(grace: .zero)
                return result
            } catch {
                await self.stop(grace: .zero)
                throw error
            }
        }
    }
}

extension ConformancePlans {
    static let probes = [
        ("shop.example.com", "/"), ("shop.example.com", "/cart"), ("shop.example.com", "/new"),
        ("api.example.com", "/"), ("other.example.com", "/"),
    ]

    /// Two hosts of two Ingresses. The listeners can't be changed in place, and nothing is beyond this load balancer.
    static var software: ConformancePlans {
        let base = LoadBalancerPlan.fixed([("shop", "/cart", "cart"), ("shop", "/", "front"), ("api", "/", "api")])
        let updated = LoadBalancerPlan.fixed([("shop", "/new", "new"), ("shop", "/", "other"), ("api", "/", "api")])
        var replaced = base
        replaced.listeners.append(
            Listener(name: "second", protocol: .http, port: 0, addresses: ["127.0.0.2"]))
        return ConformancePlans(
            base: base, updated: updated, replaced: replaced, quarantining: updated,
            replacedWhileQuarantining: replaced, quarantinedMember: "test/none")
    }
}

extension LoadBalancerPlan {
    /// A plan on a free port with a route per entry that answers by itself.
    static func fixed(
        _ routes: [(host: String, path: String, body: String)], name: String = "sample", port: Int = 0
    ) -> LoadBalancerPlan {
        LoadBalancerPlan(
            name: name,
            identity: LoadBalancerIdentity(cluster: SoftwareProvider.cluster, ingressClass: name),
            listeners: [Listener(name: "http", protocol: .http, port: port)],
            listenerSource: .parameters,
            routes: routes.map { entry in
                Route(
                    ingress: "test/\(entry.host)",
                    match: RouteMatch(
                        host: "\(entry.host).example.com", path: PathMatch(kind: .prefix, value: entry.path)),
                    action: .fixedResponse(FixedResponse(statusCode: 200, body: entry.body)))
            })
    }
}
