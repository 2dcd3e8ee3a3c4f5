import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("The in-memory cloud conforms", .timeLimit(.minutes(2)))
struct InMemoryConformanceTests {
    @Test("A provider", arguments: ConformanceCase.allCases)
    func conforms(_ test: ConformanceCase) async throws {
        try await ProviderConformance(plans: .inMemory) { InMemorySubject() }.run(test)
    }
}

extension ConformancePlans {
    /// Two hosts of two Ingresses, two pools.
    static var inMemory: ConformancePlans {
        let base = LoadBalancerPlan.sample(paths: [
            ("shop", "/", "web"), ("shop", "/cart", "cart"), ("api", "/", "web"),
        ])
        let updated = LoadBalancerPlan.sample(
            paths: [("shop", "/", "cart"), ("shop", "/new", "web"), ("api", "/", "web")])
        var replaced = base
        replaced.scheme = .internal
        var quarantining = updated
        quarantining.routes[2].match.path = PathMatch(kind: .regularExpression, value: "/v[0-9]")
        // The pool that it has is nobody else's any more.
        quarantining.routes[1].action = quarantining.routes[0].action
        quarantining.pools.removeAll { $0.name == "web" }
        var replacedWhileQuarantining = quarantining
        replacedWhileQuarantining.scheme = .internal
        return ConformancePlans(
            base: base, updated: updated, replaced: replaced, quarantining: quarantining,
            replacedWhileQuarantining: replacedWhileQuarantining,
            quarantinedMember: "test/api")
    }
}

extension LoadBalancerPlan {
    /// A plan with a route per entry: host, path and pool; an Ingress per host.
    static func sample(paths: [(host: String, path: String, pool: String)]) -> LoadBalancerPlan {
        LoadBalancerPlan(
            name: "sample",
            identity: LoadBalancerIdentity(cluster: "test", ingressClass: "sample"),
            provider: ProviderSelection(name: "in-memory"),
            listeners: [Listener(name: "http", protocol: .http, port: 80)],
            routes: paths.map { entry in
                Route(
                    ingress: "test/\(entry.host)",
                    match: RouteMatch(
                        host: "\(entry.host).example.com", path: PathMatch(kind: .prefix, value: entry.path)),
                    action: .forward([WeightedPool(pool: entry.pool)]))
            },
            pools: Set(paths.map(\.pool)).sorted().map {
                BackendPool(name: $0, targets: [Target(address: "10.0.0.1", port: 8080)])
            })
    }
}
