package import Provisioning

/// A target group.
package struct TargetGroupSpec: Equatable, Sendable {
    /// The tag that names the load balancer of a target group, which AWS doesn't tell until a rule or a listener uses it.
    package static let servesTag = "headgate.dev/serves"

    package struct HealthCheck: Equatable, Sendable {
        package var path: String
        /// `traffic-port` or a number.
        package var port: String
        /// `HTTP` or `HTTPS`.
        package var `protocol`: String
        package var intervalSeconds: Int
        package var timeoutSeconds: Int
        package var healthyThreshold: Int
        package var unhealthyThreshold: Int
        /// Status codes and ranges, such as `200-399`; of gRPC for a target group of that protocol version.
        package var successCodes: String

        package init(
            path: String,
            port: String = "traffic-port",
            protocol: String = "HTTP",
            intervalSeconds: Int,
            timeoutSeconds: Int,
            healthyThreshold: Int,
            unhealthyThreshold: Int,
            successCodes: String
        ) {
            self.path = path
            self.port = port
            self.protocol = `protocol`
            self.intervalSeconds = intervalSeconds
            self.timeoutSeconds = timeoutSeconds
            self.healthyThreshold = healthyThreshold
            self.unhealthyThreshold = unhealthyThreshold
            self.successCodes = successCodes
        }

        var fields: [ResourceField] {
            [
                ResourceField("healthCheck.path", .string(path)),
                ResourceField("healthCheck.port", .string(port)).implied(by: .string("traffic-port")),
                ResourceField("healthCheck.protocol", .string(`protocol`)).implied(by: .string("HTTP")),
                ResourceField("healthCheck.intervalSeconds", .integer(intervalSeconds)).implied(by: .integer(30)),
                ResourceField("healthCheck.timeoutSeconds", .integer(timeoutSeconds)).implied(by: .integer(5)),
                ResourceField("healthCheck.healthyThreshold", .integer(healthyThreshold)).implied(by: .integer(5)),
                ResourceField("healthCheck.unhealthyThreshold", .integer(unhealthyThreshold))
                    .implied(by: .integer(2)),
                ResourceField("healthCheck.successCodes", .string(successCodes)),
            ]
        }
    }

    /// The name in AWS, at most 32 characters, unique in its region and account. It is set once and never compared.
    package var name: String
    /// The load balancer that it serves: a target group is used by one alone. Absent where it was observed and none uses it yet.
    package var loadBalancer: ResourceLink?
    package var vpc: String
    /// `HTTP` or `HTTPS`.
    package var `protocol`: String
    /// `HTTP1`, `HTTP2` or `GRPC`.
    package var protocolVersion: String
    /// The port of targets that name none of their own.
    package var port: Int
    /// `ip` or `instance`.
    package var targetType: String
    /// `ipv4` or `ipv6`.
    package var ipAddressType: String
    package var healthCheck: HealthCheck
    /// Every attribute that the provider knows, with its value.
    package var attributes: [String: String]
    package var tags: [String: String]

    package init(
        name: String,
        loadBalancer: ResourceLink?,
        vpc: String,
        protocol: String,
        protocolVersion: String = "HTTP1",
        port: Int,
        targetType: String = "ip",
        ipAddressType: String = "ipv4",
        healthCheck: HealthCheck,
        attributes: [String: String],
        tags: [String: String]
    ) {
        self.name = name
        self.loadBalancer = loadBalancer
        self.vpc = vpc
        self.protocol = `protocol`
        self.protocolVersion = protocolVersion
        self.port = port
        self.targetType = targetType
        self.ipAddressType = ipAddressType
        self.healthCheck = healthCheck
        self.attributes = attributes
        self.tags = tags
    }

    /// What differs from the defaults of CreateTargetGroup is what somebody asked for, or what the provider sets on purpose.
    var fields: [ResourceField] {
        let fixed = FieldChange.replacing("AWS sets it when a target group is created, and never changes it")
        return [
            ResourceField(
                "loadBalancer", loadBalancer.map(FieldValue.link) ?? .absent,
                change: .replacing("a target group serves one load balancer alone"), outlivesLinks: true),
            ResourceField("vpc", .string(vpc), change: fixed),
            ResourceField("protocol", .string(`protocol`), change: fixed),
            ResourceField("protocolVersion", .string(protocolVersion), change: fixed).implied(by: .string("HTTP1")),
            ResourceField("port", .integer(port), change: fixed),
            ResourceField("targetType", .string(targetType), change: fixed),
            ResourceField("ipAddressType", .string(ipAddressType), change: fixed).implied(by: .string("ipv4")),
        ] + healthCheck.fields + ResourceField.attributes(attributes, of: ManagedAttributes.targetGroup)
            + ResourceField.tags(tags)
    }
}
