import LoadBalancerModel
import Routing

/// Makes a ``CompiledConfiguration`` out of a plan. Runs off the loops.
struct ConfigurationCompiler {
    let options: EngineOptions
    let listeners: ListenerBoard
    let ticketKeys: SessionTicketKeys
    let slots: MetricsSlots

    /// - Parameter previous: the configuration in force, of which certificates and contexts that did not change are
    ///   taken over.
    func compile(
        _ plan: LoadBalancerPlan, _ assets: PlanAssets, generation: UInt64, previous: CompiledConfiguration?
    ) throws(EngineError) -> CompiledConfiguration {
        do {
            let table = try RouteTable(routes: plan.routes, mergeSlashes: plan.attributes.mergeSlashes)
            let certificates = try ServerCertificateSet(assets.certificates, reusing: previous?.certificates)
            let contexts = try clientContexts(plan, previous: previous)
            let pools = plan.pools.map { pool in
                CompiledPool(pool, tls: pool.tls.flatMap { contexts[$0] }, metricsSlot: slots.pool(pool.name))
            }
            var weighted: [(pool: Int, weight: Int)] = []
            let routes = try compileRoutes(plan, assets, &weighted)
            let tls = tlsSettings(plan)
            return CompiledConfiguration(
                generation: generation, plan: plan, table: table, routes: routes, pools: pools, weightedPools: weighted,
                settings: ConfigurationSettings(plan.attributes, options),
                tls: try serverContexts(tls, certificates),
                hostPolicies: tls.map { HostPolicies($0 ?? ListenerTLS()) }, certificates: certificates,
                clientContexts: contexts)
        } catch let error as EngineError {
            throw error
        } catch {
            throw .invalidPlan("the plan can't be served: \(error)")
        }
    }

    /// TLS of the listeners while no plan is in force: a generated certificate.
    func initialTLS() throws(EngineError) -> [TLSServerContext?] {
        do {
            let certificates = try ServerCertificateSet([:])
            return try listeners.all.map { listener in
                guard listener.protocol == .https else { return nil }
                return try TLSServerContext(ListenerTLS(), certificates: certificates, ticketKeys: ticketKeys)
            }
        } catch {
            throw .system(call: "TLS", subject: "the generated certificate", message: "\(error)")
        }
    }

    private func compileRoutes(
        _ plan: LoadBalancerPlan, _ assets: PlanAssets, _ weighted: inout [(pool: Int, weight: Int)]
    ) throws -> [CompiledRoute] {
        let indexes = Dictionary(plan.pools.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var sites: [String: CompiledSite] = [:]
        for site in plan.staticSites { sites[site.name] = try CompiledSite(site, contents: assets.files) }
        var routes: [CompiledRoute] = []
        routes.reserveCapacity(plan.routes.count)
        for (index, route) in plan.routes.enumerated() {
            let start = weighted.count
            for pool in route.action.weightedPools {
                guard let place = indexes[pool.pool] else {
                    throw EngineError.invalidPlan(
                        "routes[\(index)] names the pool \"\(pool.pool)\", which the plan does not have; add it to pools"
                    )
                }
                weighted.append((place, max(0, pool.weight)))
            }
            if case .staticSite(let action) = route.action, sites[action.site] == nil {
                throw EngineError.invalidPlan(
                    "routes[\(index)] names the static site \"\(action.site)\", which the plan does not have; "
                        + "add it to staticSites")
            }
            routes.append(try compile(route, start..<weighted.count, sites, plan))
        }
        return routes
    }

    private func compile(
        _ route: Route, _ pools: Range<Int>, _ sites: [String: CompiledSite], _ plan: LoadBalancerPlan
    ) throws -> CompiledRoute {
        let filters = route.filters
        let timeouts = filters.timeouts
        let bodyLimit =
            filters.maximumRequestBodyBytes ?? plan.attributes.limits.maximumRequestBodyBytes
            ?? options.limits.requestBodyBytes
        var fields: [UInt8] = []
        for field in filters.secureResponseHeaders { fields += Array("\(field.name): \(field.value)\r\n".utf8) }
        return CompiledRoute(
            action: route.action.kind, pools: pools, maximumBodyBytes: bodyLimit == 0 ? Int.max : bodyLimit,
            connectMilliseconds: Int64(timeouts.connectMilliseconds ?? options.timeouts.connect),
            readMilliseconds: Int64(timeouts.readMilliseconds ?? options.timeouts.upstreamRead),
            sendMilliseconds: Int64(timeouts.sendMilliseconds ?? options.timeouts.upstreamSend),
            redirectsToHTTPS: filters.redirectToHTTPS != nil,
            redirectsChallenges: filters.redirectToHTTPS?.includesChallenges == true,
            hasRewrite: filters.rewrite != nil,
            hasAffinity: filters.affinity != nil, secureResponseFields: fields,
            metricsSlot: slots.route(route.ingress ?? "default"),
            details: try details(route, sites, mergeSlashes: plan.attributes.mergeSlashes))
    }

    private func details(
        _ route: Route, _ sites: [String: CompiledSite], mergeSlashes: Bool
    ) throws -> CompiledRoute.Details {
        let rewrite = try route.filters.rewrite.map {
            try CompiledRewrite($0, match: route.match.path, mergeSlashes: mergeSlashes)
        }
        var compiledRedirect: CompiledRedirect?
        if case .redirect(let action) = route.action {
            compiledRedirect = try CompiledRedirect(action, match: route.match.path)
        }
        var site: MountedSite?
        if case .staticSite(let action) = route.action {
            site = sites[action.site].map {
                MountedSite(
                    content: $0, mountPath: Array(action.mountPath.utf8),
                    redirectsDirectories: route.match.path.kind != .exact)
            }
        }
        var bucket: BucketGateway?
        if case .storageBucket(let action) = route.action { bucket = BucketGateway(action) }
        var fixed: FixedResponse?
        if case .fixedResponse(let response) = route.action { fixed = response }
        let redirect = route.filters.redirectToHTTPS
        let path = route.match.path
        let routePath = path.kind == .exact || path.kind == .prefix ? path.value : "/"
        return CompiledRoute.Details(
            route: route, rewrite: rewrite, redirect: compiledRedirect,
            redirectPort: redirect?.port ?? httpsPort,
            redirectStatus: redirect?.statusCode ?? 308,
            cookie: route.filters.affinity.map { AffinityCookie($0, routePath: routePath) }, site: site,
            bucket: bucket, fixed: fixed)
    }

    /// The port of the first HTTPS listener that is bound, else of the first that is to be.
    private var httpsPort: Int? {
        let listener =
            listeners.bound.first { $0.protocol == .https } ?? listeners.all.first { $0.protocol == .https }
        return listener.flatMap { $0.port == 0 ? nil : $0.port }
    }

    private func clientContexts(
        _ plan: LoadBalancerPlan, previous: CompiledConfiguration?
    ) throws -> [BackendTLS: TLSClientContext] {
        var contexts: [BackendTLS: TLSClientContext] = [:]
        for pool in plan.pools where pool.protocol == .https {
            let settings = pool.tls ?? BackendTLS()
            guard contexts[settings] == nil else { continue }
            contexts[settings] = try previous?.clientContexts[settings] ?? TLSClientContext(settings)
        }
        return contexts
    }

    /// Each HTTPS listener of the engine takes the TLS settings of the plan's listener of the same port, else those of
    /// its first HTTPS listener; without any a generated certificate answers.
    private func tlsSettings(_ plan: LoadBalancerPlan) -> [ListenerTLS?] {
        let secure = plan.listeners.filter { $0.protocol == .https }
        return listeners.all.map { listener in
            guard listener.protocol == .https else { return nil }
            return (secure.first { $0.port == listener.port } ?? secure.first)?.tls ?? ListenerTLS()
        }
    }

    private func serverContexts(
        _ settings: [ListenerTLS?], _ certificates: ServerCertificateSet
    ) throws -> [TLSServerContext?] {
        var made: [ListenerTLS: TLSServerContext] = [:]
        return try settings.map { settings in
            guard let settings else { return nil }
            if let context = made[settings] { return context }
            let context = try TLSServerContext(settings, certificates: certificates, ticketKeys: ticketKeys)
            made[settings] = context
            return context
        }
    }
}

extension RouteAction {
    fileprivate var kind: CompiledRoute.Action {
        switch self {
        case .forward: .forward
        case .redirect: .redirect
        case .fixedResponse: .fixedResponse
        case .staticSite: .staticSite
        case .storageBucket: .storageBucket
        }
    }

    fileprivate var weightedPools: [WeightedPool] {
        switch self {
        case .forward(let pools): pools
        case .storageBucket(let bucket): [WeightedPool(pool: bucket.pool)]
        case .redirect, .fixedResponse, .staticSite: []
        }
    }
}
