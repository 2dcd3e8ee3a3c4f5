/// The actions of a rule.
struct RuleActions {
    let call: CloudCall
    let listener: AWSWorld.Listener

    private static let configurations = [
        "forward": "ForwardConfig", "redirect": "RedirectConfig", "fixed-response": "FixedResponseConfig",
        "authenticate-oidc": "AuthenticateOidcConfig", "authenticate-cognito": "AuthenticateCognitoConfig",
        "jwt-validation": "JwtValidationConfig",
    ]

    /// The target groups that actions forward to.
    static func targetGroups(_ actions: [AWSValue]) -> Set<String> {
        Set(
            actions.flatMap { action in
                (action["ForwardConfig"]?["TargetGroups"]?.list ?? []).compactMap { $0["TargetGroupArn"]?.string }
            })
    }

    /// The actions as the service tells them, if they are allowed.
    func normalized(_ actions: [AWSValue]) throws(ServiceFailure) -> [AWSValue] {
        guard !actions.isEmpty else { throw .validation("At least one action must be specified") }
        guard actions.count <= call.quotas.actionsPerRule else {
            throw ServiceFailure("TooManyActions", "A rule can only have '\(call.quotas.actionsPerRule)' actions")
        }
        guard actions.count == 1 || actions.allSatisfy({ $0["Order"] != nil }) else {
            throw .validation("An action order is required when a rule has several actions")
        }
        let ordered = actions.sorted { ($0["Order"]?.integer ?? 0) < ($1["Order"]?.integer ?? 0) }
        let routing = ordered.indices.filter {
            ["forward", "redirect", "fixed-response"].contains(ordered[$0]["Type"]?.string ?? "")
        }
        guard routing == [ordered.count - 1] else {
            throw ServiceFailure(
                "InvalidLoadBalancerAction",
                "A rule must have exactly one forward, redirect or fixed-response action, "
                    + "and it must be the last one")
        }
        var normal: [AWSValue] = []
        for action in ordered { normal.append(try normalized(action)) }
        return normal
    }

    private func normalized(_ action: AWSValue) throws(ServiceFailure) -> AWSValue {
        let type = action["Type"]?.string ?? ""
        for (other, name) in Self.configurations where other != type && action[name] != nil {
            throw ServiceFailure(
                "InvalidLoadBalancerAction", "\(name) cannot be specified for an action of type '\(type)'")
        }
        guard type == "forward" || action["TargetGroupArn"] == nil else {
            throw ServiceFailure("InvalidLoadBalancerAction", "TargetGroupArn is for forward actions alone")
        }
        switch type {
        case "forward": return try forward(action)
        case "redirect": return try redirect(action)
        case "fixed-response": return try fixedResponse(action)
        default:
            guard listener.protocol == "HTTPS" else {
                throw ServiceFailure("InvalidLoadBalancerAction", "Actions of type '\(type)' need an HTTPS listener")
            }
            return action
        }
    }

    // MARK: Forward

    private func forward(_ action: AWSValue) throws(ServiceFailure) -> AWSValue {
        let tuples = action["ForwardConfig"]?["TargetGroups"]?.list
        let single = action["TargetGroupArn"]?.string
        if let single, let tuples, tuples.map({ $0["TargetGroupArn"]?.string }) != [single] {
            throw ServiceFailure(
                "InvalidLoadBalancerAction", "TargetGroupArn and ForwardConfig must name the same one target group")
        }
        let wanted = tuples ?? single.map { [["TargetGroupArn": .string($0)]] } ?? []
        guard !wanted.isEmpty else {
            throw ServiceFailure("InvalidLoadBalancerAction", "A target group must be specified for a forward action")
        }
        guard wanted.count <= call.quotas.targetGroupsPerAction else {
            throw ServiceFailure(
                "TooManyTargetGroups",
                "An action can only forward to '\(call.quotas.targetGroupsPerAction)' target groups")
        }
        var groups: [AWSValue] = []
        var arns: [String] = []
        for tuple in wanted {
            let arn = tuple["TargetGroupArn"]?.string ?? ""
            let weight = tuple["Weight"]?.integer ?? 1
            guard (0...999).contains(weight) else {
                throw .validation("Weight '\(weight)' must be between 0 and 999")
            }
            guard wanted.count == 1 || tuple["Weight"] != nil else {
                throw .validation("A weight must be specified for each of several target groups")
            }
            guard !arns.contains(arn) else { throw .validation("Target group '\(arn)' is specified twice") }
            arns.append(arn)
            try checkCompatible(try call.targetGroup(arn))
            groups.append(["TargetGroupArn": .string(arn), "Weight": .integer(weight)])
        }
        return .object([
            "Type": "forward",
            "Order": action["Order"],
            "TargetGroupArn": arns.count == 1 ? .string(arns[0]) : nil,
            "ForwardConfig": [
                "TargetGroups": .list(groups),
                "TargetGroupStickinessConfig": try stickiness(action["ForwardConfig"]?["TargetGroupStickinessConfig"]),
            ],
        ])
    }

    private func stickiness(_ settings: AWSValue?) throws(ServiceFailure) -> AWSValue {
        let isEnabled = settings?["Enabled"]?.boolean ?? false
        let duration = settings?["DurationSeconds"]?.integer
        guard !isEnabled || duration != nil else {
            throw .validation("A stickiness duration must be specified when target group stickiness is enabled")
        }
        if let duration, !(1...604_800).contains(duration) {
            throw .validation("Stickiness duration '\(duration)' must be between 1 and 604800")
        }
        return .object(["Enabled": .boolean(isEnabled), "DurationSeconds": duration.map { .integer($0) }])
    }

    private func checkCompatible(_ group: AWSWorld.TargetGroup) throws(ServiceFailure) {
        let balancer = try call.loadBalancer(listener.loadBalancerARN)
        guard group.vpcID == balancer.vpcID else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "The target group '\(group.arn)' is not in the VPC '\(balancer.vpcID)' of "
                    + "the load balancer")
        }
        guard group.protocolVersion == "HTTP1" || listener.protocol == "HTTPS" else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "Listener protocol '\(listener.protocol)' is not supported with a target "
                    + "group with the protocol-version '\(group.protocolVersion)'")
        }
        guard group.ipAddressType == "ipv4" || balancer.ipAddressType != "ipv4" else {
            throw ServiceFailure(
                "InvalidConfigurationRequest", "The IPv6 target group '\(group.arn)' needs a dual-stack load balancer")
        }
    }

    // MARK: Answers of the load balancer's own

    private func redirect(_ action: AWSValue) throws(ServiceFailure) -> AWSValue {
        guard var settings = action["RedirectConfig"] else {
            throw ServiceFailure("InvalidLoadBalancerAction", "A redirect action needs RedirectConfig")
        }
        let unchanged = [
            "Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}",
        ]
        for (name, value) in unchanged where settings[name] == nil { settings[name] = .string(value) }
        let port = settings["Port"]?.string ?? ""
        guard port == "#{port}" || Int(port).map((1...65535).contains) == true else {
            throw .validation("The redirect port '\(port)' must be from 1 to 65535 or #{port}")
        }
        guard settings["Path"]?.string?.hasPrefix("/") == true else {
            throw .validation("The redirect path must start with '/'")
        }
        guard settings["Query"]?.string?.hasPrefix("?") != true else {
            throw .validation("The redirect query must not start with '?'")
        }
        guard !(listener.protocol == "HTTPS" && settings["Protocol"]?.string == "HTTP") else {
            throw ServiceFailure("InvalidLoadBalancerAction", "You cannot redirect HTTPS to HTTP")
        }
        // A protocol or port that is the listener's own changes nothing either.
        let same =
            ["#{protocol}", listener.protocol].contains(settings["Protocol"]?.string ?? "")
            && ["#{port}", "\(listener.port)"].contains(port)
            && settings["Host"]?.string == "#{host}" && settings["Path"]?.string == "/#{path}"
        guard !same else {
            throw ServiceFailure(
                "InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop")
        }
        return .object(["Type": "redirect", "Order": action["Order"], "RedirectConfig": settings])
    }

    private func fixedResponse(_ action: AWSValue) throws(ServiceFailure) -> AWSValue {
        guard let settings = action["FixedResponseConfig"] else {
            throw ServiceFailure("InvalidLoadBalancerAction", "A fixed-response action needs FixedResponseConfig")
        }
        let types = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"]
        if let type = settings["ContentType"]?.string, !types.contains(type) {
            throw .validation("The content type '\(type)' must be one of '\(types.joined(separator: ", "))'")
        }
        return .object(["Type": "fixed-response", "Order": action["Order"], "FixedResponseConfig": settings])
    }
}
