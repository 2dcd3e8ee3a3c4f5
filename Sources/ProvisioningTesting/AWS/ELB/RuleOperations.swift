import Foundation

/// Rules of listeners.
extension CloudCall {
    mutating func createRule() throws(ServiceFailure) -> AWSValue? {
        let listener = try listener(required("ListenerArn"))
        let priority = integer("Priority") ?? 0
        let conditions = try RuleConditions(quotas: quotas).normalized(input["Conditions"]?.list ?? [])
        let actions = try RuleActions(call: self, listener: listener).normalized(input["Actions"]?.list ?? [])
        let transforms = try RuleTransforms.normalized(input["Transforms"]?.list ?? [])
        let tags = try tagging.tags(input["Tags"])
        guard !world.rules(of: listener.arn).contains(where: { $0.priority == priority }) else {
            throw ServiceFailure("PriorityInUse", "Priority '\(priority)' is currently in use")
        }
        let listeners = Set(world.listeners(of: listener.loadBalancerARN).map(\.arn))
        let count = world.rules.filter { $0.priority != nil && listeners.contains($0.listenerARN) }.count
        guard count < quotas.rulesPerLoadBalancer else {
            throw ServiceFailure(
                "TooManyRules",
                "The maximum number of rules on a load balancer has been reached: "
                    + "'\(quotas.rulesPerLoadBalancer)'")
        }
        let path = listener.arn.components(separatedBy: ":listener/").last ?? ""
        let arn = world.arn("elasticloadbalancing", "listener-rule/\(path)/\(world.nextIdentifier())")
        let rule = AWSWorld.Rule(
            arn: arn, listenerARN: listener.arn, priority: priority, conditions: conditions, actions: actions,
            transforms: transforms, tags: tags)
        world.rules[arn] = rule
        try checkTargetGroups(of: listener.loadBalancerARN)
        return ["Rules": [answer(rule)]]
    }

    mutating func describeRules() throws(ServiceFailure) -> AWSValue? {
        var found: [AWSWorld.Rule] = []
        switch (string("ListenerArn"), strings("RuleArns")) {
        case (let arn?, nil): found = world.rules(of: try listener(arn).arn)
        case (nil, let arns?): for arn in arns { found.append(try rule(arn)) }
        default: throw .validation("You must specify either listener rule ARNs or a listener ARN")
        }
        let (items, next) = try page(found)
        return .object(["Rules": .list(items.map { answer($0) }), "NextMarker": next])
    }

    mutating func modifyRule() throws(ServiceFailure) -> AWSValue? {
        var changed = try rule(required("RuleArn"))
        guard changed.priority != nil else {
            throw ServiceFailure("OperationNotPermitted", "Default rule '\(changed.arn)' cannot be modified")
        }
        let listener = try listener(changed.listenerARN)
        if let conditions = input["Conditions"]?.list {
            changed.conditions = try RuleConditions(quotas: quotas).normalized(conditions)
        }
        if let actions = input["Actions"]?.list {
            changed.actions = try RuleActions(call: self, listener: listener).normalized(actions)
        }
        if input["ResetTransforms"]?.boolean == true {
            guard input["Transforms"] == nil else {
                throw .validation("Transforms and ResetTransforms cannot be specified together")
            }
            changed.transforms = []
        } else if let transforms = input["Transforms"]?.list {
            changed.transforms = try RuleTransforms.normalized(transforms)
        }
        world.rules[changed.arn] = changed
        try checkTargetGroups(of: listener.loadBalancerARN)
        return ["Rules": [answer(changed)]]
    }

    mutating func deleteRule() throws(ServiceFailure) -> AWSValue? {
        let rule = try rule(required("RuleArn"))
        guard rule.priority != nil else {
            throw ServiceFailure("OperationNotPermitted", "Default rule '\(rule.arn)' cannot be deleted")
        }
        world.rules[rule.arn] = nil
        return nil
    }

    /// All priorities are given at once: two rules may swap theirs.
    mutating func setRulePriorities() throws(ServiceFailure) -> AWSValue? {
        let pairs = input["RulePriorities"]?.list ?? []
        guard !pairs.isEmpty else { throw .validation("At least one rule priority must be specified") }
        var changed: [String] = []
        for pair in pairs {
            let rule = try rule(pair["RuleArn"]?.string ?? "")
            guard let priority = pair["Priority"]?.integer else {
                throw .validation("A priority must be specified for rule '\(rule.arn)'")
            }
            guard rule.priority != nil else {
                throw ServiceFailure(
                    "OperationNotPermitted", "The priority of the default rule '\(rule.arn)' cannot be changed")
            }
            guard !changed.contains(rule.arn) else {
                throw .validation("Rule '\(rule.arn)' cannot be given two priorities at once")
            }
            changed.append(rule.arn)
            world.rules[rule.arn]?.priority = priority
        }
        let rules = changed.compactMap { world.rules[$0] }
        guard let listener = rules.first?.listenerARN, rules.allSatisfy({ $0.listenerARN == listener }) else {
            throw .validation("The rules must be those of one listener")
        }
        let priorities = world.rules(of: listener).compactMap(\.priority)
        for (earlier, later) in zip(priorities, priorities.dropFirst()) where earlier == later {
            throw ServiceFailure("PriorityInUse", "Priority '\(earlier)' is currently in use")
        }
        return ["Rules": .list(rules.map { answer($0) })]
    }

    func answer(_ rule: AWSWorld.Rule) -> AWSValue {
        .object([
            "RuleArn": .string(rule.arn),
            "Priority": .string(rule.priority.map(String.init) ?? "default"),
            "Conditions": .list(rule.conditions),
            "Actions": .list(rule.actions),
            "IsDefault": .boolean(rule.priority == nil),
            "Transforms": rule.transforms.isEmpty ? nil : .list(rule.transforms),
        ])
    }

    /// What all rules of a load balancer together may forward to.
    func checkTargetGroups(of loadBalancerARN: String) throws(ServiceFailure) {
        let groups = world.targetGroups(of: loadBalancerARN)
        guard groups.count <= quotas.targetGroupsPerLoadBalancer else {
            throw ServiceFailure(
                "TooManyUniqueTargetGroupsPerLoadBalancer",
                "You have reached the maximum number of unique target groups "
                    + "that you can associate with a load balancer of type 'application': "
                    + "[\(quotas.targetGroupsPerLoadBalancer)]")
        }
        for arn in groups.sorted() where world.loadBalancers(using: arn).count > 1 {
            throw ServiceFailure(
                "TargetGroupAssociationLimit",
                "The following target groups cannot be associated with more than one load "
                    + "balancer: \(arn)")
        }
        let targets = groups.reduce(0) { $0 + (world.targetGroups[$1]?.targets.count ?? 0) }
        guard targets <= quotas.targetsPerLoadBalancer else {
            throw ServiceFailure("TooManyTargets", "The load balancer would have more targets than are allowed")
        }
    }
}
