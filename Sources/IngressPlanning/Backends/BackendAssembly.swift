import KubernetesModel
import LoadBalancerModel

/// Where a backend is named: the object that a finding is reported on, and the namespace that the backend is in.
struct BackendSite: Hashable, Sendable {
    var object: ObjectReference
    /// What the backend is a field of, such as `spec.rules[0].http.paths[0]`; nil where ``name`` says it all.
    var holder: String?
    /// The field's name, such as `backend`.
    var name: String
    var namespace: String
    /// Whether the field is an annotation, which has no fields of its own.
    var isAnnotation: Bool

    init(
        object: ObjectReference, field name: String, of holder: String? = nil, namespace: String,
        isAnnotation: Bool = false
    ) {
        self.object = object
        self.holder = holder
        self.name = name
        self.namespace = namespace
        self.isAnnotation = isAnnotation
    }

    /// The field that holds the backend, such as `spec.rules[0].http.paths[0].backend`. Few ever ask.
    var field: String { holder.map { "\($0).\(name)" } ?? name }

    /// The field of a part of the backend, such as `service.name`; empty for the backend as a whole.
    func field(of part: String) -> String {
        part.isEmpty || isAnnotation ? field : "\(field).\(part)"
    }
}

/// What a pool is like apart from its backend.
struct PoolSettings: Hashable, Sendable {
    /// What annotations of the Ingress ask for; those of the Service go before it.
    var asked = BackendSettings()
    /// Whether the provider is the one that knows what annotations ask of target groups.
    var isForAWS = false
    /// Whether targets are the nodes of the cluster, where no annotation says it.
    var usesNodes = false
    /// Whether targets speak gRPC, where no annotation says it.
    var speaksGRPC = false
    var algorithm: BalancingAlgorithm = .roundRobin
    /// That of the class.
    var healthCheck: HealthCheck?
}

/// A backend as a route has it.
struct AssembledBackend: Sendable {
    var reference: BackendReference
    var action: RouteAction
}

/// What pools are called, so that it depends neither on which Ingresses are withheld nor on newcomers.
struct PoolNames: Sendable {
    /// By the pool as it would be called if no other had its name.
    fileprivate private(set) var reserved: [BackendPool: String] = [:]
    fileprivate private(set) var taken: Set<String> = []

    fileprivate mutating func reserve(_ name: String, for pool: BackendPool) {
        reserved[pool] = name
        taken.insert(name)
    }
}

/// Resolves the backends of a load balancer's routes and collects the pools, sites and files behind them. Each backend
/// is resolved once, however many routes name it.
struct BackendAssembly {
    let snapshot: ClusterSnapshot
    private(set) var pools: [String: BackendPool] = [:]
    private(set) var sites: [String: StaticSite] = [:]
    private(set) var files: [String: [UInt8]] = [:]
    /// The names that pools have whatever the order in which they are added.
    var names = PoolNames()
    /// Whether ``names`` takes up those that are given here.
    var recordsNames = false
    /// Whether several pools would have one name.
    private(set) var hasNamesakes = false
    private var services: [ServiceKey: Result<String, BackendProblem>] = [:]
    private var resolvedSites: [NamespacedName: Result<String, BackendProblem>] = [:]

    init(snapshot: ClusterSnapshot) {
        self.snapshot = snapshot
    }

    private struct ServiceKey: Hashable {
        var name: NamespacedName
        var port: ServicePortReference
        var settings: PoolSettings
    }

    /// Resolves a backend. One that is broken becomes an answer with status 500, and a finding on the site that names
    /// it.
    mutating func assemble(
        _ backend: IngressBackend, at site: BackendSite, settings: PoolSettings, mount: MountPoint,
        log: inout DiagnosticLog
    ) -> AssembledBackend {
        let reference = Self.reference(backend, namespace: site.namespace)
        do throws(BackendProblem) {
            let action: RouteAction
            switch backend {
            case .service(let name, let port):
                let service = NamespacedName(namespace: site.namespace, name: name)
                var settings = settings
                report(dropHealthCheckPort(of: &settings.asked, service: service), on: site.object, log: &log)
                let pool = try pool(service, port: port, settings: settings, log: &log)
                // Nobody may say which endpoints there are behind nodes.
                if pools[pool]?.nodePort == nil || snapshot.endpointSlices[service] != nil {
                    reportMissingTargets(of: pool, at: site, log: &log)
                }
                action = .forward([WeightedPool(pool: pool)])
            case .resource(let resource):
                action = try assemble(resource, namespace: site.namespace, mount: mount, log: &log)
            }
            return AssembledBackend(reference: reference, action: action)
        } catch {
            report(error, at: site, log: &log)
            return AssembledBackend(reference: reference, action: .brokenReference(reason: error.reason))
        }
    }

    /// The backend as it stands in the Ingress, with its namespace.
    static func reference(_ backend: IngressBackend, namespace: String) -> BackendReference {
        switch backend {
        case .service(let name, let port):
            .service(name: "\(namespace)/\(name)", port: port.description)
        case .resource(let resource):
            .resource(apiGroup: resource.apiGroup, kind: resource.kind, name: "\(namespace)/\(resource.name)")
        }
    }

    private func report(_ problem: BackendProblem, at site: BackendSite, log: inout DiagnosticLog) {
        log.add(
            problem.severity, problem.reason, on: site.object, field: site.field(of: problem.field), problem.finding,
            value: problem.value, remedy: problem.remedy)
    }

    /// Forgets what no route refers to.
    mutating func keep(referencedBy routes: [Route]) {
        var poolNames: Set<String> = []
        var siteNames: Set<String> = []
        for index in routes.indices {
            switch routes[index].action {
            case .forward(let weighted): for pool in weighted { poolNames.insert(pool.pool) }
            case .storageBucket(let action): poolNames.insert(action.pool)
            case .staticSite(let action): siteNames.insert(action.site)
            case .redirect, .fixedResponse: break
            }
        }
        pools = pools.filter { poolNames.contains($0.key) }
        sites = sites.filter { siteNames.contains($0.key) }
        let digests = Set(sites.values.flatMap { $0.files.map(\.digest) })
        files = files.filter { digests.contains($0.key) }
    }

    // MARK: Services

    private mutating func pool(
        _ name: NamespacedName, port: ServicePortReference, settings: PoolSettings, log: inout DiagnosticLog
    ) throws(BackendProblem) -> String {
        let key = ServiceKey(name: name, port: port, settings: settings)
        if let known = services[key] { return try known.get() }
        do throws(BackendProblem) {
            let resolved = try ServiceResolution(snapshot: snapshot).resolve(name, port: port)
            var asked = settings.asked
            if let service = snapshot.services[name] {
                var (own, findings) = AnnotationTable.read(service)
                log.append(contentsOf: findings)
                report(dropHealthCheckPort(of: &own, service: name), on: service.reference, log: &log)
                asked = own.stated(by: "Service \(name)").over(asked)
            }
            var settings = settings
            settings.usesNodes = settings.isForAWS && asked.usesNodes ?? settings.usesNodes
            settings.speaksGRPC = asked.isGRPC ?? settings.speaksGRPC
            asked = asked.placingCodes(isGRPC: settings.speaksGRPC)
            settings.healthCheck = asked.healthCheck(
                over: settings.healthCheck,
                port: try? healthCheckPort(asked.healthCheckPort, of: name, usesNodes: settings.usesNodes),
                speaksGRPC: settings.speaksGRPC)
            settings.asked = asked
            let pool = insert(Self.pool(name, resolved, settings: settings))
            services[key] = .success(pool)
            return pool
        } catch {
            services[key] = .failure(error)
            throw error
        }
    }

    /// The number of the targets' port behind a port of their Service that is to be checked, or that of the nodes.
    private func healthCheckPort(
        _ port: HealthCheckPort?, of name: NamespacedName, usesNodes: Bool = false
    ) throws(BackendProblem) -> Int? {
        guard case .name(let port) = port else { return nil }
        let resolved = try ServiceResolution(snapshot: snapshot).resolve(name, port: .name(port))
        return (usesNodes ? resolved.nodePort : nil) ?? resolved.targets.first?.port
    }

    /// Leaves out a port to be checked that the Service doesn't have, for it must not cost the route.
    ///
    /// - Returns: what is wrong with it; nil where nothing is, or where the Service itself is missing.
    private func dropHealthCheckPort(
        of settings: inout BackendSettings, service name: NamespacedName
    ) -> BackendProblem? {
        guard snapshot.services[name] != nil else { return nil }
        do throws(BackendProblem) {
            _ = try healthCheckPort(settings.healthCheckPort, of: name)
            return nil
        } catch {
            settings.healthCheckPort = nil
            return error
        }
    }

    /// Tells whose annotation it is of a port that can't be checked.
    private func report(_ problem: BackendProblem?, on object: ObjectReference, log: inout DiagnosticLog) {
        guard let problem else { return }
        log.add(
            .warning, "HealthCheckPortNotFound", on: object,
            field: "metadata.annotations[\(AnnotationDialect.awsLoadBalancerController.key("healthcheck-port"))]",
            "\(problem.finding), so the port of the health check stays what it is without the annotation",
            value: problem.value, remedy: "\(problem.remedy), or write traffic-port")
    }

    private static func pool(
        _ name: NamespacedName, _ resolved: ResolvedService, settings: PoolSettings
    ) -> BackendPool {
        let spoken = settings.asked.protocol ?? self.protocol(resolved.appProtocol)
        let suffix = spoken == .https ? ".https" : ""
        return BackendPool(
            name: "\(name.namespace).\(name.name).\(resolved.port)\(suffix)",
            backend: .service(name: name.description, port: "\(resolved.port)"),
            protocol: spoken,
            algorithm: settings.algorithm,
            tls: spoken == .https ? BackendTLS() : nil,
            healthCheck: settings.healthCheck,
            addressFamily: resolved.addressFamily,
            settings: settings.isForAWS && !settings.asked.provider.isEmpty ? settings.asked.provider : nil,
            settingFields: settings.isForAWS && !settings.asked.fields.isEmpty ? settings.asked.fields : nil,
            nodePort: settings.usesNodes ? resolved.nodePort : nil,
            targets: resolved.targets)
    }

    /// What a Service's port says of its protocol.
    private static func `protocol`(_ appProtocol: String?) -> BackendProtocol {
        switch appProtocol?.lowercased() {
        case "https", "kubernetes.io/wss": .https
        default: .http
        }
    }

    /// Adds a pool, under a name of its own where another one has its name.
    mutating func insert(_ pool: BackendPool) -> String {
        var named = pool
        if let name = names.reserved[pool] {
            named.name = name
        } else {
            var number = 2
            while isTaken(named) {
                hasNamesakes = true
                named.name = "\(pool.name)-\(number)"
                number += 1
            }
        }
        if recordsNames { names.reserve(named.name, for: pool) }
        pools[named.name] = named
        return named.name
    }

    private func isTaken(_ pool: BackendPool) -> Bool {
        if let other = pools[pool.name] { return other != pool }
        return names.taken.contains(pool.name)
    }

    /// Adds a pool that has its name already.
    mutating func insert(named pool: BackendPool) -> String {
        if let other = pools[pool.name], other != pool { return insert(pool) }
        pools[pool.name] = pool
        return pool.name
    }

    private func reportMissingTargets(of name: String, at site: BackendSite, log: inout DiagnosticLog) {
        guard let pool = pools[name], !pool.targets.contains(where: { $0.state == .ready }),
            case .service(let service, let port)? = pool.backend
        else { return }
        guard pool.targets.isEmpty else {
            log.add(
                .info, "OnlyTerminatingEndpoints", on: site.object, field: site.field(of: "service"),
                "The port \(port) of the Service '\(service)' has no ready endpoint, so those that terminate and "
                    + "still serve are used", value: service, remedy: "wait for ready ones, or look at its pods")
            return
        }
        log.add(
            .warning, "NoEndpoints", on: site.object, field: site.field(of: "service"),
            "The port \(port) of the Service '\(service)' has no endpoint that takes requests, which are answered 503",
            value: service,
            remedy: "look at its pods, its selector, and whether the ports of its EndpointSlices have the name of the "
                + "Service's port")
    }

    // MARK: Resources

    private mutating func assemble(
        _ resource: TypedObjectReference, namespace: String, mount: MountPoint, log: inout DiagnosticLog
    ) throws(BackendProblem) -> RouteAction {
        let name = NamespacedName(namespace: namespace, name: resource.name)
        switch (resource.apiGroup, resource.kind) {
        case (ParameterResolution.apiGroup, StaticSiteObject.kind):
            guard let object = snapshot.staticSites[name] else { throw missing(resource, name) }
            let siteName = try site(object, log: &log)
            return .staticSite(
                StaticSiteAction(
                    site: siteName,
                    mountPath: object.spec.stripPath
                        ? mount.path(forFile: { file in
                            sites[siteName]?.files.contains { $0.path == file } ?? false
                        }) : "/"))
        case (ParameterResolution.apiGroup, StorageBucketObject.kind):
            guard let object = snapshot.storageBuckets[name] else { throw missing(resource, name) }
            let bucket = try StorageBucketResolution.resolve(object, log: &log)
            let pool = insert(bucket.pool)
            return .storageBucket(
                StorageBucketAction(
                    pool: pool, host: bucket.host, keyPrefix: bucket.keyPrefix,
                    indexDocument: object.spec.indexDocument,
                    mountPath: object.spec.stripPath ? mount.path(forFile: { !$0.isEmpty }) : "/"))
        default:
            throw .unsupportedResource(resource)
        }
    }

    private func missing(_ resource: TypedObjectReference, _ name: NamespacedName) -> BackendProblem {
        BackendProblem(snapshot.missing(resource.kind, name), subject: "Resource", field: "resource.name")
    }

    private mutating func site(_ object: StaticSiteObject, log: inout DiagnosticLog) throws(BackendProblem) -> String {
        if let known = resolvedSites[object.namespacedName] { return try known.get() }
        do throws(BackendProblem) {
            let resolved = try StaticSiteResolution.resolve(object, snapshot: snapshot, log: &log)
            sites[resolved.site.name] = resolved.site
            files.merge(resolved.contents) { mine, _ in mine }
            resolvedSites[object.namespacedName] = .success(resolved.site.name)
            return resolved.site.name
        } catch {
            resolvedSites[object.namespacedName] = .failure(error)
            throw error
        }
    }
}

extension RouteAction {
    /// The answer of a route whose backend is a broken reference.
    static func brokenReference(reason: String) -> RouteAction {
        .fixedResponse(
            FixedResponse(statusCode: 500, body: "The backend of this path is not available.\n", reason: reason))
    }
}

extension BackendProblem {
    static func unsupportedResource(_ resource: TypedObjectReference) -> BackendProblem {
        let group = resource.apiGroup.isEmpty ? "the core group" : "the group '\(resource.apiGroup)'"
        return BackendProblem(
            reason: "UnsupportedResourceKind", field: "resource",
            finding: "The kind '\(resource.kind)' of \(group) is no backend that Headgate knows",
            value: resource.apiGroup.isEmpty ? resource.kind : "\(resource.apiGroup)/\(resource.kind)",
            remedy: "name a \(StaticSiteObject.kind) or a \(StorageBucketObject.kind) of the group "
                + "\(ParameterResolution.apiGroup), or a Service")
    }
}
