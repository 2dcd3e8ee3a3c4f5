/// The attributes of load balancers, target groups and listeners that the provider manages, with AWS's defaults.
///
/// A desired resource holds every one of them, so that a change by hand is found. An attribute that AWS doesn't tell of
/// has its default. The source is the API reference of `LoadBalancerAttribute`, `TargetGroupAttribute` and
/// `ListenerAttribute` (Elastic Load Balancing 2015-12-01).
package enum ManagedAttributes {
    package static let loadBalancer = AttributeTable([
        "access_logs.s3.enabled": .init(.boolean, "false"),
        "access_logs.s3.bucket": .init(.text, ""),
        "access_logs.s3.prefix": .init(.text, ""),
        "client_keep_alive.seconds": .init(.number(60...604_800), "3600"),
        "connection_logs.s3.enabled": .init(.boolean, "false"),
        "connection_logs.s3.bucket": .init(.text, ""),
        "connection_logs.s3.prefix": .init(.text, ""),
        "deletion_protection.enabled": .init(.boolean, "false"),
        "idle_timeout.timeout_seconds": .init(.number(1...4000), "60"),
        "routing.http.desync_mitigation_mode": .init(.choice(["monitor", "defensive", "strictest"]), "defensive"),
        "routing.http.drop_invalid_header_fields.enabled": .init(.boolean, "false"),
        "routing.http.preserve_host_header.enabled": .init(.boolean, "false"),
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": .init(.boolean, "false"),
        "routing.http.xff_client_port.enabled": .init(.boolean, "false"),
        "routing.http.xff_header_processing.mode": .init(.choice(["append", "preserve", "remove"]), "append"),
        "routing.http2.enabled": .init(.boolean, "true"),
        "waf.fail_open.enabled": .init(.boolean, "false"),
        "zonal_shift.config.enabled": .init(.boolean, "false"),
    ])

    package static let targetGroup = AttributeTable([
        "deregistration_delay.timeout_seconds": .init(.number(0...3600), "300"),
        "load_balancing.algorithm.anomaly_mitigation": .init(.choice(["on", "off"]), "off"),
        "load_balancing.algorithm.type": .init(
            .choice(["round_robin", "least_outstanding_requests", "weighted_random"]), "round_robin"),
        "load_balancing.cross_zone.enabled": .init(
            .choice(["true", "false", "use_load_balancer_configuration"]), "use_load_balancer_configuration"),
        "slow_start.duration_seconds": .init(.number(30...900, or: ["0"]), "0"),
        "stickiness.app_cookie.cookie_name": .init(.text, ""),
        "stickiness.app_cookie.duration_seconds": .init(.number(1...604_800), "86400"),
        "stickiness.enabled": .init(.boolean, "false"),
        "stickiness.lb_cookie.duration_seconds": .init(.number(1...604_800), "86400"),
        "stickiness.type": .init(.choice(["lb_cookie", "app_cookie"]), "lb_cookie"),
        "target_group_health.dns_failover.minimum_healthy_targets.count": .init(.number(1...1000, or: ["off"]), "1"),
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": .init(
            .number(1...100, or: ["off"]), "off"),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": .init(.number(1...1000), "1"),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": .init(
            .number(1...100, or: ["off"]), "off"),
    ])

    package static let listener = AttributeTable([
        "routing.http.response.access_control_allow_credentials.header_value": .init(.text, ""),
        "routing.http.response.access_control_allow_headers.header_value": .init(.text, ""),
        "routing.http.response.access_control_allow_methods.header_value": .init(.text, ""),
        "routing.http.response.access_control_allow_origin.header_value": .init(.text, ""),
        "routing.http.response.access_control_expose_headers.header_value": .init(.text, ""),
        "routing.http.response.access_control_max_age.header_value": .init(.text, ""),
        "routing.http.response.content_security_policy.header_value": .init(.text, ""),
        "routing.http.response.server.enabled": .init(.boolean, "true"),
        "routing.http.response.strict_transport_security.header_value": .init(.text, ""),
        "routing.http.response.x_content_type_options.header_value": .init(.text, ""),
        "routing.http.response.x_frame_options.header_value": .init(.text, ""),
    ])

    /// The attribute of a listener that sets `Strict-Transport-Security` on its responses.
    static let strictTransportSecurity = "routing.http.response.strict_transport_security.header_value"
}

/// The attributes of a kind of resource.
package struct AttributeTable: Sendable {
    package struct Definition: Hashable, Sendable {
        package var grammar: AttributeGrammar
        package var defaultValue: String

        init(_ grammar: AttributeGrammar, _ defaultValue: String) {
            self.grammar = grammar
            self.defaultValue = defaultValue
        }
    }

    package let definitions: [String: Definition]

    init(_ definitions: [String: Definition]) {
        self.definitions = definitions
    }

    package var defaults: [String: String] { definitions.mapValues(\.defaultValue) }

    /// The managed ones of what AWS told, those that it didn't tell of at their defaults.
    package func complete(_ told: [String: String]) -> [String: String] {
        defaults.merging(told.filter { definitions[$0.key] != nil }) { _, told in told }
    }
}

/// What the value of an attribute may be.
package enum AttributeGrammar: Hashable, Sendable, CustomStringConvertible {
    case boolean
    case choice([String])
    case number(ClosedRange<Int>, or: [String] = [])
    case text

    package func allows(_ value: String) -> Bool {
        switch self {
        case .boolean: value == "true" || value == "false"
        case .choice(let choices): choices.contains(value)
        case .number(let range, let others):
            others.contains(value) || Int(value).map { range.contains($0) && String($0) == value } == true
        case .text: value.count <= 1024
        }
    }

    package var description: String {
        switch self {
        case .boolean: "true or false"
        case .choice(let choices): choices.joined(separator: ", ")
        case .number(let range, let others):
            (["a number from \(range.lowerBound) to \(range.upperBound)"] + others).joined(separator: ", or ")
        case .text: "at most 1024 characters"
        }
    }
}
