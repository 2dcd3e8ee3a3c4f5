package import LoadBalancerModel

/// How the software load balancer runs, apart from what a plan says.
package struct EngineOptions: Sendable {
    /// The number of event loops, each a thread; at least 1.
    package var workers: Int
    /// Where the load balancer listens.
    package var listeners: [ListenerAddress]
    /// Where the access log goes.
    package var accessLog: AccessLogDestination
    /// The form of an access log line where a plan sets none.
    package var accessLogFormat: AccessLogSettings.Format
    /// The networks, in CIDR form or as single addresses, whose `X-Forwarded-*` and `Forwarded` fields are believed.
    package var trustedProxies: [String]
    /// Whether upstream also gets `Forwarded` (RFC 7239).
    package var emitsForwarded: Bool
    /// Time limits where a plan sets none.
    package var timeouts: EngineTimeouts
    /// Limits where a plan sets none.
    package var limits: EngineLimits
    /// The first processor that loop 0 is pinned to, the next loop to the next one; absent for no pinning.
    package var firstPinnedProcessor: Int?

    package init(
        workers: Int = 1,
        listeners: [ListenerAddress],
        accessLog: AccessLogDestination = .off,
        accessLogFormat: AccessLogSettings.Format = .json,
        trustedProxies: [String] = [],
        emitsForwarded: Bool = true,
        timeouts: EngineTimeouts = EngineTimeouts(),
        limits: EngineLimits = EngineLimits(),
        firstPinnedProcessor: Int? = nil
    ) {
        self.workers = workers
        self.listeners = listeners
        self.accessLog = accessLog
        self.accessLogFormat = accessLogFormat
        self.trustedProxies = trustedProxies
        self.emitsForwarded = emitsForwarded
        self.timeouts = timeouts
        self.limits = limits
        self.firstPinnedProcessor = firstPinnedProcessor
    }
}

/// An address to listen on.
package struct ListenerAddress: Hashable, Sendable {
    package var `protocol`: ListenerProtocol
    /// An IPv4 or IPv6 address, the latter without brackets.
    package var address: String
    /// The port; 0 picks a free one.
    package var port: Int

    package init(protocol: ListenerProtocol, address: String, port: Int) {
        self.protocol = `protocol`
        self.address = address
        self.port = port
    }
}

/// An address that the load balancer listens on.
package struct BoundListener: Hashable, Sendable, CustomStringConvertible {
    package var `protocol`: ListenerProtocol
    /// The address as it was asked for, without brackets.
    package var address: String
    /// The port, the one picked where 0 was asked for.
    package var port: Int

    package init(protocol: ListenerProtocol, address: String, port: Int) {
        self.protocol = `protocol`
        self.address = address
        self.port = port
    }

    /// `address:port`, an IPv6 address in brackets.
    package var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

/// Where the access log goes.
package enum AccessLogDestination: Hashable, Sendable {
    case off
    case standardOutput
    /// A file that lines are appended to; created with mode 0640 where it is missing.
    case file(path: String)
}

/// Time limits in milliseconds where neither a route nor the plan sets one.
package struct EngineTimeouts: Hashable, Sendable {
    /// For a TLS handshake with a client.
    package var handshake = 10_000
    /// For a request head to arrive whole.
    package var requestHead = 60_000
    /// Between two reads of a request body.
    package var requestBody = 60_000
    /// Between two requests on a connection that is kept alive.
    package var idle = 75_000
    /// Between two writes to a client that make progress.
    package var send = 60_000
    /// For a connection to a target, TLS handshake included.
    package var connect = 5_000
    /// Between two reads from a target, the first byte of the response included.
    package var upstreamRead = 60_000
    /// Between two writes to a target.
    package var upstreamSend = 60_000
    /// How long an unused connection to a target is kept.
    package var upstreamIdle = 60_000
    /// How long a tunnel (RFC 9110, section 7.8) may be silent in both directions.
    package var tunnelIdle = 3_600_000

    package init() {}
}

/// Limits on what peers may send or hold, where the plan sets none.
package struct EngineLimits: Hashable, Sendable {
    /// Client connections open at once.
    package var connections = 100_000
    /// The largest request head in bytes; 431 beyond it.
    package var requestHeadBytes = 32_768
    /// The longest request target in bytes; 414 beyond it.
    package var requestTargetBytes = 16_384
    /// The largest number of fields in a head; 431 beyond it.
    package var requestFields = 100
    /// The largest request body in bytes; 0 for no limit.
    package var requestBodyBytes = 0
    /// The largest response head in bytes; 502 beyond it.
    package var responseHeadBytes = 65_536
    /// Unused connections kept per target and loop.
    package var idleConnectionsPerTarget = 64
    /// Requests on one client connection before it is closed; 0 for no limit.
    package var requestsPerConnection = 0

    package init() {}
}
