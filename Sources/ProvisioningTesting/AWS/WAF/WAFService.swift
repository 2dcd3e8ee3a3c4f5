extension CloudService {
    /// AWS WAF.
    static let waf = CloudService(
        name: "wafv2", signingName: "wafv2",
        operations: [
            "AssociateWebACL": .write { call throws(ServiceFailure) in try call.associateWebACL() },
            "DisassociateWebACL": .write { call throws(ServiceFailure) in try call.disassociateWebACL() },
            "GetWebACL": .read { call throws(ServiceFailure) in try call.getWebACL() },
            "GetWebACLForResource": .read { call throws(ServiceFailure) in try call.getWebACLForResource() },
            "ListResourcesForWebACL": .read { call throws(ServiceFailure) in try call.listResourcesForWebACL() },
        ])
}

/// Web ACLs of load balancers.
extension CloudCall {
    mutating func associateWebACL() throws(ServiceFailure) -> AWSValue? {
        let resource = try protectedResource()
        let arn = required("WebACLArn")
        guard world.webACLs[arn] != nil else {
            throw ServiceFailure(
                "WAFNonexistentItemException",
                "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
        }
        // A load balancer that is being provisioned isn't known to WAF yet.
        guard (progress.describesOfLoadBalancer[resource] ?? 0) >= settings.describesWhileProvisioning else {
            throw ServiceFailure(
                "WAFUnavailableEntityException",
                "AWS WAF couldn’t retrieve the resource that you requested. Retry your "
                    + "request.")
        }
        world.webACLAssociations[resource] = arn
        return [:]
    }

    mutating func disassociateWebACL() throws(ServiceFailure) -> AWSValue? {
        world.webACLAssociations[try protectedResource()] = nil
        return [:]
    }

    /// By name, scope and id, or by ARN.
    mutating func getWebACL() throws(ServiceFailure) -> AWSValue? {
        let isNamed = string("Name") != nil && string("Id") != nil && string("Scope") != nil
        guard isNamed || string("ARN") != nil else {
            throw ServiceFailure(
                "WAFInvalidParameterException",
                "Error reason: You must provide either ARN or Name, Scope and Id., field: ENTITY")
        }
        // Those of CloudFront are elsewhere.
        let found = world.webACLs.values.first { webACL in
            string("ARN").map { $0 == webACL.arn }
                ?? (webACL.name == string("Name") && webACL.id == string("Id") && string("Scope") == "REGIONAL")
        }
        guard let found else {
            throw ServiceFailure(
                "WAFNonexistentItemException",
                "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
        }
        return ["WebACL": Self.answer(found), "LockToken": "11111111-2222-3333-4444-666666666666"]
    }

    private static func answer(_ webACL: AWSWorld.WebACL) -> AWSValue {
        [
            "Name": .string(webACL.name), "Id": .string(webACL.id), "ARN": .string(webACL.arn),
            "DefaultAction": ["Allow": [:]], "Capacity": 1,
            "VisibilityConfig": [
                "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": .string(webACL.name),
            ],
        ]
    }

    mutating func getWebACLForResource() throws(ServiceFailure) -> AWSValue? {
        let resource = try protectedResource()
        guard let arn = world.webACLAssociations[resource], let found = world.webACLs[arn] else { return [:] }
        return ["WebACL": Self.answer(found)]
    }

    mutating func listResourcesForWebACL() throws(ServiceFailure) -> AWSValue? {
        let arn = required("WebACLArn")
        guard world.webACLs[arn] != nil else {
            throw ServiceFailure(
                "WAFNonexistentItemException",
                "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
        }
        // Without a type, those of load balancers; here there are no others.
        let isOfLoadBalancers =
            (input["ResourceType"]?.string ?? "APPLICATION_LOAD_BALANCER")
            == "APPLICATION_LOAD_BALANCER"
        let resources = world.webACLAssociations.filter { $0.value == arn }.keys.sorted()
        return ["ResourceArns": .list(isOfLoadBalancers ? resources.map { .string($0) } : [])]
    }

    private func protectedResource() throws(ServiceFailure) -> String {
        let arn = required("ResourceArn")
        guard arn.contains(":loadbalancer/app/") else {
            throw ServiceFailure(
                "WAFInvalidParameterException",
                "Error reason: The ARN isn't valid. A valid ARN begins with arn: and "
                    + "includes other information separated by colons or slashes., field: RESOURCE_ARN")
        }
        guard world.loadBalancers[arn] != nil else {
            throw ServiceFailure(
                "WAFNonexistentItemException",
                "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
        }
        return arn
    }
}
