import LoadBalancerModel

extension AnnotationTable {
    /// The annotations of the AWS Load Balancer Controller that backends have, on an Ingress or on a Service.
    static let awsBackends: [AnnotationDefinition] = (awsTargets + awsHealthChecks).map { $0.reaching(.backend) }

    /// An annotation whose value is a setting of the provider for target groups.
    private static func targetGroup<Value>(
        _ name: String, _ grammar: ValueGrammar<Value>, example: String, absence: String, _ summary: String,
        setting: String, settings: @escaping @Sendable (Value) -> [String: String]
    ) -> AnnotationDefinition {
        let dialect = AnnotationDialect.awsLoadBalancerController
        return AnnotationDefinition(
            dialect, name, grammar: grammar.description, example: example, absence: absence, summary: summary,
            planField: "pools[].settings.\(setting)"
        ) { text, name, values throws(AnnotationValueError) in
            for (setting, value) in settings(try grammar.parse(text)) {
                values.backends.provider[setting] = Stated(value: value, key: dialect.key(name))
            }
        }
    }

    private static let awsTargets = [
        targetGroup(
            "target-type", .oneOf(["ip", "instance"]), example: "ip", absence: "the setting `targetType`, else `ip`",
            """
            What is registered: the addresses of the endpoints, or the nodes of the cluster with the port that a Service \
            of type `NodePort` or `LoadBalancer` has on them. Of a Service without such a port `instance` registers the \
            nodes whose address an endpoint has.
            """,
            setting: "targetType"
        ) { ["targetType": $0] }.guarding(nil),
        targetGroup(
            "target-node-labels", AWSGrammar.map, example: "topology.example.com/edge=true,pool=web",
            absence: "the setting `targetNodeLabels`, else every node",
            "The labels of the nodes that are registered where targets are instances, all of them.",
            setting: "targetNodeLabels"
        ) { labels in
            [
                "targetNodeLabels": labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    .joined(separator: ",")
            ]
        }.guarding(nil),
        AnnotationDefinition(
            .awsLoadBalancerController, "backend-protocol", NativeGrammar.backendProtocol, example: "HTTPS",
            sets: AnnotationSettings.backendProtocol
        ).guarding(nil),
        targetGroup(
            "backend-protocol-version", .oneOf(["HTTP1", "HTTP2", "GRPC"]), example: "GRPC",
            absence: "the setting `backendProtocolVersion`, else `HTTP1`",
            "What is spoken to targets on AWS. `HTTP2` and `GRPC` are for HTTPS listeners alone.",
            setting: "backendProtocolVersion"
        ) { ["backendProtocolVersion": $0] }.guarding(nil),
        targetGroup(
            "target-group-attributes", AWSGrammar.targetGroupAttributes,
            example: "stickiness.enabled=true,deregistration_delay.timeout_seconds=30",
            absence: "the settings `targetGroupAttributes`, else AWS's",
            """
            Attributes of target groups: stickiness, deregistration delay, slow start, the algorithm, and all others that \
            the provider knows. What they say of stickiness goes before the class's `affinity`. Stickiness by a cookie of \
            the application (`stickiness.type=app_cookie` with `stickiness.app_cookie.cookie_name`) is for AWS alone.
            """,
            setting: "targetGroupAttributes"
        ) { $0.reduce(into: [:]) { settings, pair in settings["targetGroupAttributes.\(pair.key)"] = pair.value } },
    ]

    private static let awsHealthChecks = [
        targetGroup(
            "healthcheck-protocol", .oneOf(["HTTP", "HTTPS"]), example: "HTTPS",
            absence: "what is spoken to the backends", "What is spoken in health checks on AWS.",
            setting: "healthCheckProtocol"
        ) { ["healthCheckProtocol": $0] },
        check(
            "healthcheck-port", AWSGrammar.healthCheckPort, \.healthCheckPort, example: "traffic-port",
            absence: "that of the requests", "The port of targets that is checked.", field: "port"),
        check(
            "healthcheck-path", AWSGrammar.healthCheckPath, \.healthCheckPath, example: "/healthz",
            absence: "`/`; of gRPC `/AWS.ALB/healthcheck`", "The path that is asked for.", field: "path"),
        check(
            "healthcheck-interval-seconds", AWSGrammar.integer(5...300, "a number of seconds"),
            \.healthCheckIntervalSeconds, example: "15", absence: "`15`", "The time from one check to the next.",
            field: "intervalMilliseconds"),
        check(
            "healthcheck-timeout-seconds", AWSGrammar.integer(2...120, "a number of seconds"),
            \.healthCheckTimeoutSeconds, example: "5", absence: "`5`", "How long an answer may take.",
            field: "timeoutMilliseconds"),
        check(
            "healthy-threshold-count", AWSGrammar.integer(2...10, "a number"), \.healthyThreshold, example: "2",
            absence: "`2`", "How many successes in a row make a target healthy.", field: "healthyThreshold"),
        check(
            "unhealthy-threshold-count", AWSGrammar.integer(2...10, "a number"), \.unhealthyThreshold, example: "2",
            absence: "`2`", "How many failures in a row make a target unhealthy.", field: "unhealthyThreshold"),
        check(
            "success-codes", AWSGrammar.successCodes, \.successCodes, example: "200,301-302",
            absence: "`200`; of gRPC every code", "The status codes of success, from 200 to 499; of gRPC from 0 to 99.",
            field: "statusCodes"),
    ]

    private static func check<Value: Hashable & Sendable>(
        _ name: String, _ grammar: ValueGrammar<Value>,
        _ field: any WritableKeyPath<StatedBackendSettings, Stated<Value>?> & Sendable, example: String,
        absence: String,
        _ summary: String, field planField: String
    ) -> AnnotationDefinition {
        let dialect = AnnotationDialect.awsLoadBalancerController
        return AnnotationDefinition(
            dialect, name, grammar: grammar.description, example: example,
            absence: "the class's `healthCheck`, else \(absence)", summary: summary,
            planField: "pools[].healthCheck.\(planField)"
        ) { text, name, values throws(AnnotationValueError) in
            values.backends[keyPath: field] = Stated(value: try grammar.parse(text), key: dialect.key(name))
        }
    }
}

extension AWSGrammar {
    /// Attributes of target groups. A cookie of the application needs its name, which must not be one of AWS's.
    static let targetGroupAttributes = ValueGrammar<[String: String]>(map.description) {
        text throws(AnnotationValueError) in
        let attributes = try map.parse(text)
        guard attributes["stickiness.type"] == "app_cookie" else { return attributes }
        let name = attributes["stickiness.app_cookie.cookie_name"] ?? ""
        guard !name.isEmpty, name.utf8.allSatisfy(TokenText.isTokenByte) else {
            throw .malformed(
                hint: "`stickiness.type=app_cookie` needs the cookie's name in `stickiness.app_cookie.cookie_name`.")
        }
        guard !name.hasPrefix("AWSALB") else {
            throw .malformed(hint: "Cookies whose names begin with `AWSALB` are AWS's own.")
        }
        return attributes
    }

    static let healthCheckPort = ValueGrammar<HealthCheckPort>(
        "`traffic-port`, a port from 1 to 65535, or the name of a port of the Service"
    ) { text throws(AnnotationValueError) in
        if text == "traffic-port" { return .traffic }
        if let number = Int(text) {
            guard (1...65535).contains(number) else { throw .malformed() }
            return .number(number)
        }
        let isName = text.utf8.allSatisfy { TokenText.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        guard !text.isEmpty, isName else { throw .malformed() }
        return .name(text)
    }

    static let healthCheckPath = ValueGrammar<String>("a path that starts with `/`, of at most 1024 characters") {
        text throws(AnnotationValueError) in
        guard text.hasPrefix("/"), text.utf8.count <= 1024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed()
        }
        return text
    }

    /// Codes and ranges of codes, of HTTP or of gRPC.
    static let successCodes = ValueGrammar<String>(
        "status codes and ranges of them, such as `200,301-302`, from 200 to 499 or, of gRPC, from 0 to 99"
    ) { text throws(AnnotationValueError) in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        let ranges = parts.map { part in
            part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        }
        let isHTTP = ranges.first?.first.map { $0 >= 200 } ?? false
        let allowed = isHTTP ? 200...499 : 0...99
        let isValid = ranges.allSatisfy { range in
            (1...2).contains(range.count) && range.allSatisfy(allowed.contains) && range[0] <= range[range.count - 1]
        }
        guard isValid else { throw .malformed() }
        return parts.joined(separator: ",")
    }
}
