import LoadBalancerModel
import Logging

@testable import DataPlane

/// A load balancer on free ports of the loopback interface.
struct TestEngine {
    let balancer: SoftwareLoadBalancer
    let http: Int
    let https: Int

    /// Starts a load balancer, serves `plan` on it, runs `body`, and stops it.
    static func serving(
        _ plan: LoadBalancerPlan, assets: PlanAssets = PlanAssets(), workers: Int = 1,
        options configure: (inout EngineOptions) -> Void = { _ in },
        _ body: (TestEngine) async throws -> Void
    ) async throws {
        var options = EngineOptions(
            workers: workers,
            listeners: [
                ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0),
                ListenerAddress(protocol: .https, address: "127.0.0.1", port: 0),
            ])
        configure(&options)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let balancer = SoftwareLoadBalancer(options: options, logger: logger)
        let bound = try balancer.start()
        let engine = TestEngine(balancer: balancer, http: bound[0].port, https: bound.count > 1 ? bound[1].port : 0)
        do {
            try await balancer.apply(plan: plan, assets: assets)
            try await body(engine)
        } catch {
            await balancer.stop(grace: .zero)
            throw error
        }
        await balancer.stop(grace: .zero)
    }

    func connect() throws -> TestSocket { try TestSocket(port: http) }
}

extension LoadBalancerPlan {
    /// A plan of routes and pools on the default pair of listeners.
    static func test(
        _ routes: [Route], pools: [BackendPool] = [], tls: ListenerTLS = ListenerTLS(),
        sites: [StaticSite] = [], attributes: LoadBalancerAttributes = LoadBalancerAttributes()
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan(
            name: "test", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "test"),
            listeners: [
                Listener(name: "http", protocol: .http, port: 80),
                Listener(name: "https", protocol: .https, port: 443, tls: tls),
            ], routes: routes, pools: pools, attributes: attributes)
        plan.staticSites = sites
        return plan
    }

    /// Everything goes to the targets at these ports.
    static func forwarding(
        to ports: [Int], filters: RouteFilters = RouteFilters(),
        attributes: LoadBalancerAttributes = LoadBalancerAttributes()
    ) -> LoadBalancerPlan {
        .test([.forwarding("/", filters: filters)], pools: [.test(ports)], attributes: attributes)
    }
}

extension Route {
    static func forwarding(
        _ path: String, to pool: String = "pool", host: String? = nil, filters: RouteFilters = RouteFilters()
    ) -> Route {
        Route(
            match: RouteMatch(host: host, path: PathMatch(kind: .prefix, value: path)), filters: filters,
            action: .forward([WeightedPool(pool: pool)]))
    }
}

extension BackendPool {
    static func test(_ ports: [Int], name: String = "pool") -> BackendPool {
        BackendPool(name: name, targets: ports.map { Target(address: "127.0.0.1", port: $0) })
    }
}
