/// What Elastic Load Balancing tells, in the API reference's names (Elastic Load Balancing 2015-12-01).
///
/// What may be another's is asked for no more than its identifier: one answer tells of many resources, and one that lacks
/// something must not keep the others from being read.
enum LoadBalancing {
    struct LoadBalancer: Decodable, Sendable {
        struct State: Decodable, Sendable {
            var code: String?
            var reason: String?
        }

        struct Zone: Decodable, Sendable {
            var subnetId: String?
        }

        var loadBalancerArn: String
        var loadBalancerName: String
        var dnsName: String?
        /// Absent for a Gateway Load Balancer.
        var scheme: String?
        var vpcId: String?
        var state: State?
        var availabilityZones: XMLList<Zone>?
        var securityGroups: XMLList<String>?
        var ipAddressType: String?
        /// As RFC 3339.
        var createdTime: String?

        private enum CodingKeys: String, CodingKey {
            case loadBalancerArn, loadBalancerName, scheme, vpcId, state, availabilityZones, securityGroups
            case ipAddressType, createdTime
            // With its first letter in lower case, as the others are read.
            case dnsName = "dNSName"
        }
    }

    struct LoadBalancers: Decodable, Sendable {
        var loadBalancers: XMLList<LoadBalancer>?
        var nextMarker: String?
    }

    struct Attributes: Decodable, Sendable {
        var attributes: XMLList<KeyAndValue>?
    }

    struct TagDescriptions: Decodable, Sendable {
        struct Description: Decodable, Sendable {
            var resourceArn: String?
            var tags: XMLList<KeyAndValue>?
        }

        var tagDescriptions: XMLList<Description>?
    }

    struct Limits: Decodable, Sendable {
        struct Limit: Decodable, Sendable {
            var name: String?
            var max: String?
        }

        var limits: XMLList<Limit>?
        var nextMarker: String?
    }

    struct Certificate: Decodable, Sendable {
        var certificateArn: String?
        var isDefault: String?
    }

    struct Certificates: Decodable, Sendable {
        var certificates: XMLList<Certificate>?
        var nextMarker: String?
    }

    struct TrustStore: Decodable, Sendable {
        var trustStoreArn: String
        var name: String
    }

    struct SSLPolicies: Decodable, Sendable {
        struct Policy: Decodable, Sendable {
            var name: String?
        }

        var sslPolicies: XMLList<Policy>?
    }

    struct TrustStores: Decodable, Sendable {
        var trustStores: XMLList<TrustStore>?
        var nextMarker: String?
    }
}

// MARK: - Listeners and rules

extension LoadBalancing {
    struct Listener: Decodable, Sendable {
        struct MutualAuthentication: Decodable, Sendable {
            var mode: String?
            var trustStoreArn: String?
            var ignoreClientCertificateExpiry: String?
        }

        var listenerArn: String
        var loadBalancerArn: String?
        var port: Int
        var `protocol`: String
        var certificates: XMLList<Certificate>?
        var sslPolicy: String?
        var defaultActions: XMLList<Action>?
        var mutualAuthentication: MutualAuthentication?
    }

    struct Listeners: Decodable, Sendable {
        var listeners: XMLList<Listener>?
        var nextMarker: String?
    }

    struct Rule: Decodable, Sendable {
        var ruleArn: String
        /// A number, or `default`.
        var priority: String
        var conditions: XMLList<Condition>?
        var actions: XMLList<Action>?
        var transforms: XMLList<Transform>?
    }

    struct Rules: Decodable, Sendable {
        var rules: XMLList<Rule>?
        var nextMarker: String?
    }

    struct Condition: Decodable, Sendable {
        struct Values: Decodable, Sendable {
            var httpHeaderName: String?
            var values: XMLList<String>?
            var regexValues: XMLList<String>?
        }

        struct QueryValues: Decodable, Sendable {
            struct Pair: Decodable, Sendable {
                var key: String?
                var value: String?
            }

            var values: XMLList<Pair>?
        }

        var field: String?
        var values: XMLList<String>?
        var regexValues: XMLList<String>?
        var hostHeaderConfig: Values?
        var pathPatternConfig: Values?
        var httpHeaderConfig: Values?
        var httpRequestMethodConfig: Values?
        var sourceIpConfig: Values?
        var queryStringConfig: QueryValues?
    }

    struct Action: Decodable, Sendable {
        struct Forward: Decodable, Sendable {
            struct TargetGroup: Decodable, Sendable {
                var targetGroupArn: String?
                var weight: Int?
            }

            struct Stickiness: Decodable, Sendable {
                var enabled: String?
                var durationSeconds: Int?
            }

            var targetGroups: XMLList<TargetGroup>?
            var targetGroupStickinessConfig: Stickiness?
        }

        struct Redirect: Decodable, Sendable {
            var `protocol`: String?
            var host: String?
            var port: String?
            var path: String?
            var query: String?
            /// `HTTP_301` or `HTTP_302`.
            var statusCode: String?
        }

        struct FixedResponse: Decodable, Sendable {
            var messageBody: String?
            var statusCode: String?
            var contentType: String?
        }

        var type: String
        var order: Int?
        var targetGroupArn: String?
        var forwardConfig: Forward?
        var redirectConfig: Redirect?
        var fixedResponseConfig: FixedResponse?
    }

    struct Transform: Decodable, Sendable {
        struct Configuration: Decodable, Sendable {
            struct Rewrite: Decodable, Sendable {
                var regex: String?
                var replace: String?
            }

            var rewrites: XMLList<Rewrite>?
        }

        var type: String
        var hostHeaderRewriteConfig: Configuration?
        var urlRewriteConfig: Configuration?
    }
}

// MARK: - Target groups

extension LoadBalancing {
    struct TargetGroup: Decodable, Sendable {
        struct Matcher: Decodable, Sendable {
            var httpCode: String?
            var grpcCode: String?
        }

        var targetGroupArn: String
        var targetGroupName: String
        var `protocol`: String?
        var protocolVersion: String?
        var port: Int?
        var vpcId: String?
        var targetType: String?
        var ipAddressType: String?
        var loadBalancerArns: XMLList<String>?
        var healthCheckPath: String?
        var healthCheckPort: String?
        var healthCheckProtocol: String?
        var healthCheckIntervalSeconds: Int?
        var healthCheckTimeoutSeconds: Int?
        var healthyThresholdCount: Int?
        var unhealthyThresholdCount: Int?
        var matcher: Matcher?
    }

    struct TargetGroups: Decodable, Sendable {
        var targetGroups: XMLList<TargetGroup>?
        var nextMarker: String?
    }

    struct TargetHealth: Decodable, Sendable {
        struct Target: Decodable, Sendable {
            var id: String
            var port: Int?
            var availabilityZone: String?
        }

        struct Health: Decodable, Sendable {
            /// `initial`, `healthy`, `unhealthy`, `unused`, `draining` or `unavailable`.
            var state: String?
            var reason: String?
            var description: String?
        }

        var target: Target
        var targetHealth: Health?
    }

    struct TargetHealths: Decodable, Sendable {
        var targetHealthDescriptions: XMLList<TargetHealth>?
    }
}
