import LoadBalancerModel
import Routing

/// A plan, compiled for the loops. Immutable; loops share it and hold it for as long as a request uses it.
///
/// Sendable: everything is set in `init` and only read after, the memory behind the pointers included, which is freed
/// with the object.
final class CompiledConfiguration: @unchecked Sendable {
    let generation: UInt64
    let table: RouteTable
    /// By the indexes of the table.
    let routes: UnsafeMutableBufferPointer<CompiledRoute>
    let pools: [CompiledPool]
    /// The pools of all routes, one route's after another's: index into ``pools`` and weight.
    let weightedPools: UnsafeMutableBufferPointer<(pool: Int, weight: Int)>
    let settings: ConfigurationSettings
    /// TLS of the listeners, by their place in the engine's list; nil for those in the clear.
    let tls: [TLSServerContext?]
    /// The TLS policies of hosts, by the place of the listener; those of listeners in the clear are not asked for.
    let hostPolicies: UnsafeMutableBufferPointer<HostPolicies>
    /// What the next compilation may take over.
    let certificates: ServerCertificateSet
    let clientContexts: [BackendTLS: TLSClientContext]
    let plan: LoadBalancerPlan

    init(
        generation: UInt64, plan: LoadBalancerPlan, table: RouteTable, routes: [CompiledRoute], pools: [CompiledPool],
        weightedPools: [(pool: Int, weight: Int)], settings: ConfigurationSettings, tls: [TLSServerContext?],
        hostPolicies: [HostPolicies], certificates: ServerCertificateSet, clientContexts: [BackendTLS: TLSClientContext]
    ) {
        self.generation = generation
        self.plan = plan
        self.table = table
        self.routes = .allocate(capacity: routes.count)
        _ = self.routes.initialize(from: routes)
        self.pools = pools
        self.weightedPools = .allocate(capacity: weightedPools.count)
        _ = self.weightedPools.initialize(from: weightedPools)
        self.settings = settings
        self.tls = tls
        self.hostPolicies = .allocate(capacity: hostPolicies.count)
        _ = self.hostPolicies.initialize(from: hostPolicies)
        self.certificates = certificates
        self.clientContexts = clientContexts
    }

    deinit {
        routes.deinitialize()
        routes.deallocate()
        weightedPools.deinitialize()
        weightedPools.deallocate()
        hostPolicies.deinitialize()
        hostPolicies.deallocate()
    }
}

/// Limits and formats of a configuration.
struct ConfigurationSettings: Sendable {
    let headLimits: HeadLimits
    let requestHeadMilliseconds: Int64
    let requestBodyMilliseconds: Int64
    let idleMilliseconds: Int64
    let maximumConnections: Int
    let mergeSlashes: Bool
    let logFormat: AccessLogSettings.Format

    init(_ attributes: LoadBalancerAttributes, _ options: EngineOptions) {
        headLimits = HeadLimits(
            maximumHeadBytes: attributes.limits.maximumRequestHeadBytes ?? options.limits.requestHeadBytes,
            maximumTargetBytes: options.limits.requestTargetBytes, maximumFields: options.limits.requestFields)
        requestHeadMilliseconds = Int64(attributes.timeouts.requestHeadMilliseconds ?? options.timeouts.requestHead)
        requestBodyMilliseconds = Int64(attributes.timeouts.requestBodyMilliseconds ?? options.timeouts.requestBody)
        idleMilliseconds = Int64(attributes.timeouts.idleMilliseconds ?? options.timeouts.idle)
        maximumConnections = attributes.limits.maximumConnections ?? options.limits.connections
        mergeSlashes = attributes.mergeSlashes
        logFormat = options.accessLog == .off ? .off : attributes.accessLog?.format ?? options.accessLogFormat
    }
}
