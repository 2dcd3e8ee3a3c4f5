/// The attributes that a kind of resource has, with what their values may be.
struct AttributeTable: Sendable {
    enum Grammar: Sendable {
        case flag
        case choice([String])
        case number(ClosedRange<Int>, or: [String])
        case text(max: Int)

        func allows(_ value: String) -> Bool {
            switch self {
            case .flag: value == "true" || value == "false"
            case .choice(let choices): choices.contains(value)
            case .number(let range, let others): others.contains(value) || Int(value).map(range.contains) == true
            case .text(let max): value.count <= max
            }
        }
    }

    let attributes: [String: (grammar: Grammar, value: String?)]

    /// The values of a new resource; an attribute without one is not told of.
    var defaults: [String: String] { attributes.compactMapValues(\.value) }

    /// The attributes that a call sets.
    func changes(_ list: AWSValue?, kind: String) throws(ServiceFailure) -> [String: String] {
        var changes: [String: String] = [:]
        for attribute in list?.list ?? [] {
            let key = attribute["Key"]?.string ?? ""
            let value = attribute["Value"]?.string ?? ""
            guard let known = attributes[key] else {
                throw .validation("\(kind) attribute key '\(key)' is not recognized")
            }
            guard known.grammar.allows(value) else {
                throw .validation("\(kind) attribute value '\(value)' for '\(key)' is not valid")
            }
            guard changes[key] == nil else { throw .validation("\(kind) attribute key '\(key)' is given twice") }
            changes[key] = value
        }
        return changes
    }

    static func list(_ attributes: [String: String]) -> AWSValue {
        .list(attributes.sorted { $0.key < $1.key }.map { ["Key": .string($0.key), "Value": .string($0.value)] })
    }

    static let loadBalancer = AttributeTable(attributes: [
        "deletion_protection.enabled": (.flag, "false"),
        "load_balancing.cross_zone.enabled": (.choice(["true"]), "true"),
        "access_logs.s3.enabled": (.flag, "false"),
        "access_logs.s3.bucket": (.text(max: 63), ""),
        "access_logs.s3.prefix": (.text(max: 1024), ""),
        "connection_logs.s3.enabled": (.flag, "false"),
        "connection_logs.s3.bucket": (.text(max: 63), ""),
        "connection_logs.s3.prefix": (.text(max: 1024), ""),
        "health_check_logs.s3.enabled": (.flag, "false"),
        "health_check_logs.s3.bucket": (.text(max: 63), ""),
        "health_check_logs.s3.prefix": (.text(max: 1024), ""),
        "ipv6.deny_all_igw_traffic": (.flag, "false"),
        "zonal_shift.config.enabled": (.flag, "false"),
        "idle_timeout.timeout_seconds": (.number(1...4000, or: []), "60"),
        "client_keep_alive.seconds": (.number(60...604_800, or: []), "3600"),
        "routing.http.desync_mitigation_mode": (.choice(["monitor", "defensive", "strictest"]), "defensive"),
        "routing.http.drop_invalid_header_fields.enabled": (.flag, "false"),
        "routing.http.preserve_host_header.enabled": (.flag, "false"),
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": (.flag, "false"),
        "routing.http.xff_client_port.enabled": (.flag, "false"),
        "routing.http.xff_header_processing.mode": (.choice(["append", "preserve", "remove"]), "append"),
        "routing.http2.enabled": (.flag, "true"),
        "waf.fail_open.enabled": (.flag, "false"),
    ])

    static let listener = AttributeTable(
        attributes: Dictionary(
            uniqueKeysWithValues: [
                "mtls_clientcert_serial_number", "mtls_clientcert_issuer", "mtls_clientcert_subject",
                "mtls_clientcert_validity", "mtls_clientcert_leaf", "mtls_clientcert", "tls_version",
                "tls_cipher_suite",
            ].map { ("routing.http.request.x_amzn_\($0).header_name", (Grammar.text(max: 40), nil as String?)) }
                + [
                    "strict_transport_security", "access_control_allow_origin", "access_control_allow_methods",
                    "access_control_allow_headers", "access_control_allow_credentials",
                    "access_control_expose_headers", "access_control_max_age", "content_security_policy",
                    "x_content_type_options", "x_frame_options",
                ].map { ("routing.http.response.\($0).header_value", (Grammar.text(max: 1024), nil)) }
                + [("routing.http.response.server.enabled", (Grammar.flag, "true"))]))

    static let targetGroup = AttributeTable(attributes: [
        "deregistration_delay.timeout_seconds": (.number(0...3600, or: []), "300"),
        "stickiness.enabled": (.flag, "false"),
        "stickiness.type": (.choice(["lb_cookie", "app_cookie"]), "lb_cookie"),
        "stickiness.lb_cookie.duration_seconds": (.number(1...604_800, or: []), "86400"),
        "stickiness.app_cookie.duration_seconds": (.number(1...604_800, or: []), "86400"),
        "stickiness.app_cookie.cookie_name": (.text(max: 256), ""),
        "slow_start.duration_seconds": (.number(30...900, or: ["0"]), "0"),
        "load_balancing.algorithm.type": (
            .choice(["round_robin", "least_outstanding_requests", "weighted_random"]), "round_robin"
        ),
        "load_balancing.algorithm.anomaly_mitigation": (.choice(["on", "off"]), "off"),
        "load_balancing.cross_zone.enabled": (
            .choice(["true", "false", "use_load_balancer_configuration"]), "use_load_balancer_configuration"
        ),
        "target_group_health.dns_failover.minimum_healthy_targets.count": (.number(1...1000, or: ["off"]), "1"),
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": (.number(1...100, or: ["off"]), "off"),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": (.number(1...1000, or: []), "1"),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": (
            .number(1...100, or: ["off"]), "off"
        ),
    ])
}
