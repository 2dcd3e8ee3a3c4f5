extension CloudService {
    /// Elastic Load Balancing v2, of which Application Load Balancers.
    static let elb = CloudService(
        name: "elbv2", signingName: "elasticloadbalancing",
        operations: loadBalancers.merging(listeners) { first, _ in first }
            .merging(rules) { first, _ in first }
            .merging(targetGroups) { first, _ in first }
            .merging(others) { first, _ in first })

    private static let loadBalancers: [String: CloudOperation] = [
        "CreateLoadBalancer": .write { call throws(ServiceFailure) in try call.createLoadBalancer() },
        "DescribeLoadBalancers": .read { call throws(ServiceFailure) in try call.describeLoadBalancers() },
        "DeleteLoadBalancer": .write { call throws(ServiceFailure) in try call.deleteLoadBalancer() },
        "DescribeLoadBalancerAttributes": .read { call throws(ServiceFailure) in
            try call.describeLoadBalancerAttributes()
        },
        "ModifyLoadBalancerAttributes": .write { call throws(ServiceFailure) in
            try call.modifyLoadBalancerAttributes()
        },
        "SetSubnets": .write { call throws(ServiceFailure) in try call.setSubnets() },
        "SetSecurityGroups": .write { call throws(ServiceFailure) in try call.setSecurityGroups() },
        "SetIpAddressType": .write { call throws(ServiceFailure) in try call.setIPAddressType() },
    ]

    private static let listeners: [String: CloudOperation] = [
        "CreateListener": .write { call throws(ServiceFailure) in try call.createListener() },
        "DescribeListeners": .read { call throws(ServiceFailure) in try call.describeListeners() },
        "ModifyListener": .write { call throws(ServiceFailure) in try call.modifyListener() },
        "DeleteListener": .write { call throws(ServiceFailure) in try call.deleteListener() },
        "DescribeListenerAttributes": .read { call throws(ServiceFailure) in try call.describeListenerAttributes() },
        "ModifyListenerAttributes": .write { call throws(ServiceFailure) in try call.modifyListenerAttributes() },
        "AddListenerCertificates": .write { call throws(ServiceFailure) in try call.addListenerCertificates() },
        "RemoveListenerCertificates": .write { call throws(ServiceFailure) in try call.removeListenerCertificates() },
        "DescribeListenerCertificates": .read { call throws(ServiceFailure) in
            try call.describeListenerCertificates()
        },
    ]

    private static let rules: [String: CloudOperation] = [
        "CreateRule": .write { call throws(ServiceFailure) in try call.createRule() },
        "DescribeRules": .read { call throws(ServiceFailure) in try call.describeRules() },
        "ModifyRule": .write { call throws(ServiceFailure) in try call.modifyRule() },
        "DeleteRule": .write { call throws(ServiceFailure) in try call.deleteRule() },
        "SetRulePriorities": .write { call throws(ServiceFailure) in try call.setRulePriorities() },
    ]

    private static let targetGroups: [String: CloudOperation] = [
        "CreateTargetGroup": .write { call throws(ServiceFailure) in try call.createTargetGroup() },
        "DescribeTargetGroups": .read { call throws(ServiceFailure) in try call.describeTargetGroups() },
        "ModifyTargetGroup": .write { call throws(ServiceFailure) in try call.modifyTargetGroup() },
        "DeleteTargetGroup": .write { call throws(ServiceFailure) in try call.deleteTargetGroup() },
        "DescribeTargetGroupAttributes": .read { call throws(ServiceFailure) in
            try call.describeTargetGroupAttributes()
        },
        "ModifyTargetGroupAttributes": .write { call throws(ServiceFailure) in
            try call.modifyTargetGroupAttributes()
        },
        "RegisterTargets": .write { call throws(ServiceFailure) in try call.registerTargets() },
        "DeregisterTargets": .write { call throws(ServiceFailure) in try call.deregisterTargets() },
        "DescribeTargetHealth": .read { call throws(ServiceFailure) in try call.describeTargetHealth() },
    ]

    private static let others: [String: CloudOperation] = [
        "AddTags": .write { call throws(ServiceFailure) in try call.addTags() },
        "RemoveTags": .write { call throws(ServiceFailure) in try call.removeTags() },
        "DescribeTags": .read { call throws(ServiceFailure) in try call.describeTags() },
        "DescribeAccountLimits": .read { call throws(ServiceFailure) in try call.describeAccountLimits() },
        "DescribeSSLPolicies": .read { call throws(ServiceFailure) in try call.describeSSLPolicies() },
        "CreateTrustStore": .write { call throws(ServiceFailure) in try call.createTrustStore() },
        "DescribeTrustStores": .read { call throws(ServiceFailure) in try call.describeTrustStores() },
        "ModifyTrustStore": .write { call throws(ServiceFailure) in try call.modifyTrustStore() },
        "DeleteTrustStore": .write { call throws(ServiceFailure) in try call.deleteTrustStore() },
        "DescribeTrustStoreAssociations": .read { call throws(ServiceFailure) in
            try call.describeTrustStoreAssociations()
        },
    ]
}
