/// Settings of a load balancer as a whole. Absent values are the provider's defaults.
package struct LoadBalancerAttributes: Codable, Hashable, Sendable {
    package var timeouts: ListenerTimeouts
    package var limits: LoadBalancerLimits
    package var accessLog: AccessLogSettings?
    /// Whether duplicate slashes of a request path count as one in matching.
    package var mergeSlashes: Bool
    /// Tags for the provider's resources, beside the ownership tags.
    package var tags: [String: String]
    /// Which of the limits and time limits nobody asked for; absent where each was asked for.
    package var defaults: CompatibilityDefaults?

    package init(
        timeouts: ListenerTimeouts = ListenerTimeouts(),
        limits: LoadBalancerLimits = LoadBalancerLimits(),
        accessLog: AccessLogSettings? = nil,
        mergeSlashes: Bool = true,
        tags: [String: String] = [:],
        defaults: CompatibilityDefaults? = nil
    ) {
        self.timeouts = timeouts
        self.limits = limits
        self.accessLog = accessLog
        self.mergeSlashes = mergeSlashes
        self.tags = tags
        self.defaults = defaults
    }
}

/// What holds in a plan because another controller, with which its class is compatible, does so where nothing is said.
package struct CompatibilityDefaults: Codable, Hashable, Sendable {
    /// The controller, as the parameters' `compatibility` names it.
    package var controller: String
    /// Those of the load balancer that the parameters don't set.
    package var timeouts: ListenerTimeouts
    package var limits: LoadBalancerLimits
    /// Those of the routes whose Ingresses don't set them either.
    package var routeTimeouts: RouteTimeouts

    package init(
        controller: String, timeouts: ListenerTimeouts = ListenerTimeouts(),
        limits: LoadBalancerLimits = LoadBalancerLimits(), routeTimeouts: RouteTimeouts = RouteTimeouts()
    ) {
        self.controller = controller
        self.timeouts = timeouts
        self.limits = limits
        self.routeTimeouts = routeTimeouts
    }
}

/// Time limits towards clients, in milliseconds.
package struct ListenerTimeouts: Codable, Hashable, Sendable {
    /// For a request head to arrive whole.
    package var requestHeadMilliseconds: Int?
    /// Between two requests on a connection that is kept alive.
    package var idleMilliseconds: Int?
    /// Between two reads of a request body.
    package var requestBodyMilliseconds: Int?

    package init(
        requestHeadMilliseconds: Int? = nil,
        idleMilliseconds: Int? = nil,
        requestBodyMilliseconds: Int? = nil
    ) {
        self.requestHeadMilliseconds = requestHeadMilliseconds
        self.idleMilliseconds = idleMilliseconds
        self.requestBodyMilliseconds = requestBodyMilliseconds
    }
}

/// Limits on what clients may send or hold.
package struct LoadBalancerLimits: Codable, Hashable, Sendable {
    /// The largest request body in bytes where a route sets none; 0 for no limit.
    package var maximumRequestBodyBytes: Int?
    /// The largest request head in bytes.
    package var maximumRequestHeadBytes: Int?
    /// Connections open at once.
    package var maximumConnections: Int?

    package init(
        maximumRequestBodyBytes: Int? = nil,
        maximumRequestHeadBytes: Int? = nil,
        maximumConnections: Int? = nil
    ) {
        self.maximumRequestBodyBytes = maximumRequestBodyBytes
        self.maximumRequestHeadBytes = maximumRequestHeadBytes
        self.maximumConnections = maximumConnections
    }
}

/// Where and how requests are logged.
package struct AccessLogSettings: Codable, Hashable, Sendable {
    package enum Format: String, Codable, Hashable, Sendable, CaseIterable {
        case json, common, off
    }

    package var format: Format

    package init(format: Format = .json) {
        self.format = format
    }
}
