extension AWSWorld {
    /// An Application Load Balancer.
    package struct LoadBalancer: Hashable, Sendable {
        /// A zone of a load balancer, with the subnet in which its node stands.
        package struct Zone: Hashable, Sendable {
            package var name: String
            package var subnetID: String
        }

        package var arn: String
        package var name: String
        package var dnsName: String
        package var scheme: String
        package var vpcID: String
        package var zones: [Zone]
        package var securityGroups: [String]
        package var ipAddressType: String
        package var createdAt: Double
        package var attributes: [String: String]
        package var tags: [String: String]
    }

    /// A listener; its default rule is made of its default actions.
    package struct Listener: Hashable, Sendable {
        package var arn: String
        package var loadBalancerARN: String
        package var port: Int
        package var `protocol`: String
        package var sslPolicy: String?
        package var defaultCertificate: String?
        /// The further certificates, chosen by SNI.
        package var certificates: [String] = []
        package var defaultActions: [AWSValue]
        package var mutualAuthentication: AWSValue?
        package var attributes: [String: String] = [:]
        package var tags: [String: String]
    }

    /// A rule of a listener; without a priority, its default rule.
    package struct Rule: Hashable, Sendable {
        package var arn: String
        package var listenerARN: String
        package var priority: Int?
        package var conditions: [AWSValue]
        package var actions: [AWSValue]
        package var transforms: [AWSValue]
        package var tags: [String: String]
    }

    /// A target group with what is registered in it.
    package struct TargetGroup: Hashable, Sendable {
        /// A target: one address or instance may be registered with several ports.
        package struct Target: Hashable, Sendable {
            package var id: String
            package var port: Int
            package var zone: String?

            package init(id: String, port: Int, zone: String? = nil) {
                self.id = id
                self.port = port
                self.zone = zone
            }
        }

        package struct HealthCheck: Hashable, Sendable {
            package var `protocol`: String
            package var port: String
            package var path: String
            package var interval: Int
            package var timeout: Int
            package var healthyThreshold: Int
            package var unhealthyThreshold: Int
            package var matcher: String
        }

        package var arn: String
        package var name: String
        package var `protocol`: String
        package var protocolVersion: String
        package var port: Int
        package var targetType: String
        package var vpcID: String
        package var ipAddressType: String
        package var healthCheck: HealthCheck
        package var attributes: [String: String]
        package var targets: [Target] = []
        package var tags: [String: String]
    }

    /// The certificates of the authorities that clients' certificates are held against.
    package struct TrustStore: Hashable, Sendable {
        package var arn: String
        package var name: String
        package var bundle: String
        package var certificateCount: Int
        package var tags: [String: String]
    }
}
