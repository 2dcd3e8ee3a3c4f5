import LoadBalancerModel

/// What annotations ask of backends: those of an Ingress of all its backends, those of a Service of itself.
struct BackendSettings: Hashable, Sendable {
    var `protocol`: BackendProtocol?
    var healthCheckPath: String?
    var healthCheckPort: HealthCheckPort?
    var healthCheckIntervalSeconds: Int?
    var healthCheckTimeoutSeconds: Int?
    var healthyThreshold: Int?
    var unhealthyThreshold: Int?
    /// Status codes of HTTP or of gRPC.
    var successCodes: String?
    /// Settings of the provider for the target group, by name.
    var provider: [String: String] = [:]
    /// The fields that ask for these settings, by name.
    var fields: [String: String] = [:]

    /// These, and where they say nothing those of `other`.
    func over(_ other: BackendSettings) -> BackendSettings {
        BackendSettings(
            protocol: `protocol` ?? other.protocol,
            healthCheckPath: healthCheckPath ?? other.healthCheckPath,
            healthCheckPort: healthCheckPort ?? other.healthCheckPort,
            healthCheckIntervalSeconds: healthCheckIntervalSeconds ?? other.healthCheckIntervalSeconds,
            healthCheckTimeoutSeconds: healthCheckTimeoutSeconds ?? other.healthCheckTimeoutSeconds,
            healthyThreshold: healthyThreshold ?? other.healthyThreshold,
            unhealthyThreshold: unhealthyThreshold ?? other.unhealthyThreshold,
            successCodes: successCodes ?? other.successCodes,
            provider: provider.merging(other.provider) { own, _ in own },
            fields: fields.merging(other.fields) { own, _ in own })
    }

    /// The same, as they are named on other objects than their own.
    func stated(by object: String) -> BackendSettings {
        var settings = self
        settings.fields = fields.mapValues { "\(object), \($0)" }
        return settings
    }

    private func attribute(_ name: String) -> String? { provider["targetGroupAttributes.\(name)"] }

    /// The stickiness of target groups as affinity by a cookie; nil where it is off, or by a cookie of the application.
    var stickiness: SessionAffinity? {
        guard attribute("stickiness.enabled") == "true", attribute("stickiness.type") ?? "lb_cookie" == "lb_cookie"
        else {
            return nil
        }
        let seconds = attribute("stickiness.lb_cookie.duration_seconds").flatMap { Int($0) } ?? 86_400
        return SessionAffinity(
            cookieName: AffinitySettings.albCookieName, cookiePath: "/", maximumAgeSeconds: max(seconds, 1))
    }

    /// The algorithm of target groups; nil where it is none that every provider has.
    var algorithm: BalancingAlgorithm? {
        switch attribute("load_balancing.algorithm.type") {
        case "least_outstanding_requests": .leastRequests
        case "round_robin": .roundRobin
        default: nil
        }
    }

    /// Whether targets are the nodes of the cluster; nil where nothing is said.
    var usesNodes: Bool? { provider["targetType"].map(Self.isNodes) }

    /// Whether a type of targets is that of nodes.
    static func isNodes(_ targetType: String) -> Bool { targetType == "instance" }

    /// Whether targets speak gRPC, whose status codes are others; nil where nothing is said of the version.
    var isGRPC: Bool? { provider["backendProtocolVersion"].map(Self.isGRPC) }

    /// Whether a version of the protocol is that of gRPC.
    static func isGRPC(_ version: String) -> Bool { version == "GRPC" }

    /// The same with the codes of success where they belong: those of gRPC are a setting of the provider. Only once all that
    /// says anything of a backend is together it is known which they are.
    ///
    /// - Parameter standard: what targets speak where nothing is said of it.
    func placingCodes(isGRPC standard: Bool) -> BackendSettings {
        var settings = self
        if isGRPC ?? standard {
            settings.provider[Self.codesSetting] = successCodes
            settings.successCodes = nil
        } else {
            settings.fields[Self.codesSetting] = nil
        }
        return settings
    }

    fileprivate static let codesSetting = "healthCheckCodes"

    /// The health check, on top of the class's or, without one, of that controller's defaults; nil where neither says
    /// anything.
    ///
    /// - Parameters:
    ///   - port: the number of a port that is named.
    ///   - speaksGRPC: whether targets do.
    func healthCheck(over standard: HealthCheck?, port number: Int?, speaksGRPC: Bool) -> HealthCheck? {
        let codes = successCodes
        let asks =
            healthCheckPath != nil || healthCheckPort != nil || healthCheckIntervalSeconds != nil
            || healthCheckTimeoutSeconds != nil || healthyThreshold != nil || unhealthyThreshold != nil || codes != nil
        guard asks else { return standard }
        var check =
            standard
            ?? HealthCheck(
                path: speaksGRPC ? "/AWS.ALB/healthcheck" : "/", intervalMilliseconds: 15_000,
                timeoutMilliseconds: 5000,
                healthyThreshold: 2, unhealthyThreshold: 2, statusCodes: "200")
        check.path = healthCheckPath ?? check.path
        switch healthCheckPort {
        case nil: break
        case .traffic: check.port = nil
        case .number(let port): check.port = port
        case .name: check.port = number
        }
        check.intervalMilliseconds = healthCheckIntervalSeconds.map { $0 * 1000 } ?? check.intervalMilliseconds
        check.timeoutMilliseconds = healthCheckTimeoutSeconds.map { $0 * 1000 } ?? check.timeoutMilliseconds
        check.healthyThreshold = healthyThreshold ?? check.healthyThreshold
        check.unhealthyThreshold = unhealthyThreshold ?? check.unhealthyThreshold
        check.statusCodes = codes ?? check.statusCodes
        return check
    }
}

/// The port of targets that is checked.
enum HealthCheckPort: Hashable, Sendable {
    /// That of the requests.
    case traffic
    case number(Int)
    /// That of the targets behind a port of the Service.
    case name(String)
}

/// Which annotations ask it, for findings.
struct StatedBackendSettings: Hashable, Sendable {
    var healthCheckPath: Stated<String>?
    var healthCheckPort: Stated<HealthCheckPort>?
    var healthCheckIntervalSeconds: Stated<Int>?
    var healthCheckTimeoutSeconds: Stated<Int>?
    var healthyThreshold: Stated<Int>?
    var unhealthyThreshold: Stated<Int>?
    var successCodes: Stated<String>?
    /// By name.
    var provider: [String: Stated<String>] = [:]

    /// What is asked.
    func settings(protocol spoken: BackendProtocol?) -> BackendSettings {
        var settings = BackendSettings(
            protocol: spoken, healthCheckPath: healthCheckPath?.value, healthCheckPort: healthCheckPort?.value,
            healthCheckIntervalSeconds: healthCheckIntervalSeconds?.value,
            healthCheckTimeoutSeconds: healthCheckTimeoutSeconds?.value, healthyThreshold: healthyThreshold?.value,
            unhealthyThreshold: unhealthyThreshold?.value, successCodes: successCodes?.value,
            provider: provider.mapValues(\.value), fields: provider.mapValues { "metadata.annotations[\($0.key)]" })
        if let codes = successCodes {
            settings.fields[BackendSettings.codesSetting] = "metadata.annotations[\(codes.key)]"
        }
        return settings
    }
}
