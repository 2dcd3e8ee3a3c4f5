import LoadBalancerModel
import Routing

/// A route as the request path wants it: every default resolved, every reference an index.
struct CompiledRoute {
    enum Action {
        case forward
        case redirect
        case fixedResponse
        case staticSite
        case storageBucket
    }

    let action: Action
    /// The pools of a route that forwards, or the one that reaches a bucket: a part of
    /// ``CompiledConfiguration/weightedPools``.
    let pools: Range<Int>
    /// The largest request body; `Int.max` for no limit.
    let maximumBodyBytes: Int
    let connectMilliseconds: Int64
    let readMilliseconds: Int64
    let sendMilliseconds: Int64
    /// Whether plain HTTP is answered with a redirect to HTTPS.
    let redirectsToHTTPS: Bool
    /// Whether that holds for ACME challenges as well.
    let redirectsChallenges: Bool
    let hasRewrite: Bool
    let hasAffinity: Bool
    /// Header lines for responses on TLS connections, ready to be sent; empty mostly.
    let secureResponseFields: [UInt8]
    /// The slot of the route's Ingress in the counters.
    let metricsSlot: Int
    /// What the request path needs rarely.
    let details: Details

    /// The parts of a route that only some requests ask for.
    final class Details: Sendable {
        let route: Route
        let rewrite: CompiledRewrite?
        let redirect: CompiledRedirect?
        let redirectPort: Int?
        let redirectStatus: Int
        let cookie: AffinityCookie?
        let site: MountedSite?
        let bucket: BucketGateway?
        let fixed: FixedResponse?

        init(
            route: Route, rewrite: CompiledRewrite?, redirect: CompiledRedirect?, redirectPort: Int?,
            redirectStatus: Int,
            cookie: AffinityCookie?, site: MountedSite?, bucket: BucketGateway?, fixed: FixedResponse?
        ) {
            self.route = route
            self.rewrite = rewrite
            self.redirect = redirect
            self.redirectPort = redirectPort
            self.redirectStatus = redirectStatus
            self.cookie = cookie
            self.site = site
            self.bucket = bucket
            self.fixed = fixed
        }
    }
}

/// A static site as a route mounts it.
struct MountedSite: Sendable {
    let content: CompiledSite
    let mountPath: [UInt8]
    /// Whether the route also takes the path of a directory with a slash behind it.
    let redirectsDirectories: Bool
}

/// A pool as the loops want it.
final class CompiledPool: Sendable {
    /// A target with its address, or with the name that stands for addresses.
    struct Member: Sendable {
        let name: String
        /// Nil for a DNS name.
        let address: SocketAddress?
        let port: Int
        let weight: Int
        let isDraining: Bool
    }

    let name: String
    let isSecure: Bool
    let algorithm: BalancingAlgorithm
    /// What connections depend on: pools of two plans whose keys are equal share connections and health.
    let connectionKey: String
    let tls: TLSClientContext?
    /// The name for the handshake; nil for the request's host.
    let serverName: String?
    let members: [Member]
    let healthCheck: HealthCheck?
    /// The slot of the pool in the counters.
    let metricsSlot: Int

    init(_ pool: BackendPool, tls: TLSClientContext?, metricsSlot: Int) {
        name = pool.name
        isSecure = pool.protocol == .https
        algorithm = pool.algorithm
        self.tls = tls
        serverName = pool.tls?.serverName
        healthCheck = pool.healthCheck
        self.metricsSlot = metricsSlot
        connectionKey = CompiledPool.connectionKey(pool)
        members = pool.targets.map { target in
            Member(
                name: target.address, address: SocketAddress(address: target.address, port: target.port),
                port: target.port, weight: max(0, target.weight), isDraining: target.state == .draining)
        }
    }

    /// The DNS names among the members.
    var names: [String] { members.compactMap { $0.address == nil ? $0.name : nil } }

    static func connectionKey(_ pool: BackendPool) -> String {
        guard let tls = pool.tls else { return "\(pool.name)|\(pool.protocol.rawValue)" }
        return "\(pool.name)|\(pool.protocol.rawValue)|\(tls.serverName ?? "")|\(tls.verify)"
    }
}

/// The name that a TLS handshake with a target asks for, and its hash, by which connections are told apart.
struct UpstreamServerName {
    let text: String?
    let hash: UInt64

    static let none = UpstreamServerName(text: nil, hash: 0)
}
