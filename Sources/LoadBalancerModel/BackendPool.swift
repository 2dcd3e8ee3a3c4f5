/// A set of interchangeable targets behind routes.
package struct BackendPool: Codable, Hashable, Sendable {
    /// The name, unique within the plan, derived from the backend and its settings.
    package var name: String
    /// The backend that the pool stands for; absent for endpoints that no Kubernetes object describes.
    package var backend: BackendReference?
    package var `protocol`: BackendProtocol
    package var algorithm: BalancingAlgorithm
    /// TLS to the targets; present exactly where ``protocol`` is HTTPS.
    package var tls: BackendTLS?
    package var healthCheck: HealthCheck?
    /// The family of the addresses that targets are going to have, where there is none to tell; absent where there is one,
    /// and where it isn't known.
    package var addressFamily: IPFamily?
    /// Settings of the provider for this pool, on top of those of the plan; absent where there are none.
    package var settings: [String: String]?
    /// The fields that ask for ``settings``, by the setting's name, for people: of the Ingress, or with the Service in
    /// front; absent where there are none.
    package var settingFields: [String: String]?
    /// The port on every node of the cluster that leads to the backend; absent where none does, and where nodes aren't
    /// asked for.
    package var nodePort: Int?
    /// The targets, ordered by address and port.
    package var targets: [Target]

    package init(
        name: String,
        backend: BackendReference? = nil,
        protocol: BackendProtocol = .http,
        algorithm: BalancingAlgorithm = .roundRobin,
        tls: BackendTLS? = nil,
        healthCheck: HealthCheck? = nil,
        addressFamily: IPFamily? = nil,
        settings: [String: String]? = nil,
        settingFields: [String: String]? = nil,
        nodePort: Int? = nil,
        targets: [Target]
    ) {
        self.name = name
        self.backend = backend
        self.protocol = `protocol`
        self.algorithm = algorithm
        self.tls = tls
        self.healthCheck = healthCheck
        self.addressFamily = addressFamily
        self.settings = settings
        self.settingFields = settingFields
        self.nodePort = nodePort
        self.targets = targets
    }
}

/// A version of the Internet Protocol.
package enum IPFamily: String, Codable, Hashable, Sendable, CaseIterable {
    case ipv4, ipv6
}

/// What is spoken to the targets of a pool.
package enum BackendProtocol: String, Codable, Hashable, Sendable, CaseIterable {
    case http, https
}

/// How a target is chosen.
package enum BalancingAlgorithm: String, Codable, Hashable, Sendable, CaseIterable {
    case roundRobin = "round-robin"
    case leastRequests = "least-requests"
}

/// TLS towards targets.
package struct BackendTLS: Codable, Hashable, Sendable {
    /// The server name sent and, where ``verify`` is set, required of the certificate; absent sends the request's host.
    package var serverName: String?
    /// Whether the target's certificate must be valid for ``serverName`` under the system's trust roots.
    package var verify: Bool

    package init(serverName: String? = nil, verify: Bool = false) {
        self.serverName = serverName
        self.verify = verify
    }
}

/// A single address that takes requests.
package struct Target: Codable, Hashable, Sendable {
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case ready
        /// Terminating but still serving: used only while no ready target is left.
        case draining
    }

    /// An IPv4 or IPv6 address without brackets, or the DNS name of an ExternalName service.
    package var address: String
    package var port: Int
    /// The share of requests relative to the other targets; 0 takes none.
    package var weight: Int
    package var state: State

    package init(address: String, port: Int, weight: Int = 1, state: State = .ready) {
        self.address = address
        self.port = port
        self.weight = weight
        self.state = state
    }
}

/// The active check of a pool's targets over HTTP.
package struct HealthCheck: Codable, Hashable, Sendable {
    package var path: String
    /// The port to check; absent for the target's own.
    package var port: Int?
    package var intervalMilliseconds: Int
    package var timeoutMilliseconds: Int
    /// Successes in a row that make a target healthy.
    package var healthyThreshold: Int
    /// Failures in a row that make a target unhealthy.
    package var unhealthyThreshold: Int
    /// The status codes of success as a list of codes and ranges, such as `200-399` or `200,204`.
    package var statusCodes: String

    package init(
        path: String = "/",
        port: Int? = nil,
        intervalMilliseconds: Int = 10_000,
        timeoutMilliseconds: Int = 5_000,
        healthyThreshold: Int = 2,
        unhealthyThreshold: Int = 3,
        statusCodes: String = "200-399"
    ) {
        self.path = path
        self.port = port
        self.intervalMilliseconds = intervalMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.healthyThreshold = healthyThreshold
        self.unhealthyThreshold = unhealthyThreshold
        self.statusCodes = statusCodes
    }
}
