/// What holds for the account as a whole.
extension CloudCall {
    mutating func describeAccountLimits() throws(ServiceFailure) -> AWSValue? {
        let limits: KeyValuePairs = [
            "application-load-balancers": quotas.loadBalancers,
            "listeners-per-application-load-balancer": quotas.listenersPerLoadBalancer,
            "rules-per-application-load-balancer": quotas.rulesPerLoadBalancer,
            "condition-values-per-alb-rule": quotas.conditionValuesPerRule,
            "condition-wildcards-per-alb-rule": quotas.wildcardsPerRule,
            "target-groups": quotas.targetGroups,
            "target-groups-per-action-on-application-load-balancer": quotas.targetGroupsPerAction,
            "target-groups-per-application-load-balancer": quotas.targetGroupsPerLoadBalancer,
            "targets-per-application-load-balancer": quotas.targetsPerLoadBalancer,
        ]
        let (items, next) = try page(Array(limits))
        return .object([
            "Limits": .list(items.map { ["Name": .string($0.key), "Max": .string("\($0.value)")] }), "NextMarker": next,
        ])
    }

    mutating func describeSSLPolicies() throws(ServiceFailure) -> AWSValue? {
        let names = strings("Names") ?? SSLPolicies.names
        for name in names where !SSLPolicies.names.contains(name) {
            throw ServiceFailure("SSLPolicyNotFound", "SSL policy '\(name)' not found")
        }
        let (items, next) = try page(names)
        let policies: [AWSValue] = items.map { name in
            [
                "Name": .string(name), "SslProtocols": .strings(SSLPolicies.protocols(of: name)),
                "Ciphers": [["Name": "ECDHE-RSA-AES128-GCM-SHA256", "Priority": 1]],
                "SupportedLoadBalancerTypes": ["application", "network"],
            ]
        }
        return .object(["SslPolicies": .list(policies), "NextMarker": next])
    }
}

/// The security policies of HTTPS listeners.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
enum SSLPolicies {
    static let names = [
        "ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "ELBSecurityPolicy-TLS13-1-1-2021-06",
        "ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04", "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
        "ELBSecurityPolicy-TLS-1-2-2017-01", "ELBSecurityPolicy-TLS-1-1-2017-01", "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-FS-1-2-Res-2020-10", "ELBSecurityPolicy-FS-1-2-Res-2019-08",
        "ELBSecurityPolicy-FS-1-2-2019-08", "ELBSecurityPolicy-FS-1-1-2019-08", "ELBSecurityPolicy-FS-2018-06",
    ]

    /// The versions of TLS that a policy's name stands for.
    static func protocols(of name: String) -> [String] {
        let all = ["TLSv1", "TLSv1.1", "TLSv1.2"]
        let lowest = name.contains("1-2") ? 2 : name.contains("-1-1-") ? 1 : 0
        guard name.contains("TLS13") else { return Array(all[lowest...]) }
        return name.contains("TLS13-1-3") ? ["TLSv1.3"] : Array(all[lowest...]) + ["TLSv1.3"]
    }
}
