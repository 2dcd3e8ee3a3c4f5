import Provisioning

/// Rules as AWS tells them, in the provider's terms.
extension RuleSpec {
    /// - Returns: nil for the default rule, which is its listener's.
    init?(_ rule: LoadBalancing.Rule, listener: String, tags: [String: String]) {
        guard let priority = Int(rule.priority) else { return nil }
        let actions = ToldActions(rule.actions.all())
        let conditions = ToldConditions(rule.conditions.all())
        self.init(
            listener: .identifier(listener),
            priority: priority,
            conditions: conditions.known,
            actions: actions.known,
            transforms: rule.transforms.all().flatMap(RuleTransform.told),
            others: conditions.others + actions.others,
            tags: tags)
    }
}

/// Actions that AWS tells, apart by whether the provider knows them.
struct ToldActions {
    var known: [RuleAction] = []
    var others: [String] = []

    init(_ actions: [LoadBalancing.Action]) {
        for action in actions.sorted(by: { ($0.order ?? 0) < ($1.order ?? 0) }) {
            if let action = RuleAction(action) { known.append(action) } else { others.append(action.type) }
        }
    }
}

extension RuleAction {
    fileprivate init?(_ action: LoadBalancing.Action) {
        switch action.type {
        case "forward":
            let weighted = (action.forwardConfig?.targetGroups).all().compactMap { group in
                group.targetGroupArn.map {
                    WeightedTargetGroup(targetGroup: .identifier($0), weight: group.weight ?? 1)
                }
            }
            let single = action.targetGroupArn.map { [WeightedTargetGroup(targetGroup: .identifier($0))] } ?? []
            let stickiness = action.forwardConfig?.targetGroupStickinessConfig
            self = .forward(
                Forward(
                    targetGroups: weighted.isEmpty ? single : weighted,
                    stickinessSeconds: stickiness?.enabled?.lowercased() == "true" ? stickiness?.durationSeconds : nil))
        case "redirect":
            guard let told = action.redirectConfig else { return nil }
            self = .redirect(
                Redirect(
                    protocol: told.protocol ?? "#{protocol}", host: told.host ?? "#{host}",
                    port: told.port ?? "#{port}", path: told.path ?? "/#{path}", query: told.query ?? "",
                    statusCode: told.statusCode == "HTTP_301" ? 301 : 302))
        case "fixed-response":
            guard let told = action.fixedResponseConfig, let status = told.statusCode.flatMap({ Int($0) }) else {
                return nil
            }
            self = .fixedResponse(
                FixedResponse(
                    statusCode: status, contentType: told.contentType ?? "text/plain", body: told.messageBody ?? ""))
        default:
            return nil
        }
    }
}

/// Conditions that AWS tells, apart by whether the provider knows them.
struct ToldConditions {
    var known: [RuleCondition] = []
    var others: [String] = []

    init(_ conditions: [LoadBalancing.Condition]) {
        for condition in conditions {
            let parts = Self.parts(of: condition)
            known += parts
            if parts.isEmpty { others.append("condition \(condition.field ?? "of an unknown kind")") }
        }
    }

    /// The condition; two where it has both patterns and regular expressions.
    private static func parts(of condition: LoadBalancing.Condition) -> [RuleCondition] {
        switch condition.field {
        case "host-header":
            return pair(
                condition, condition.hostHeaderConfig, RuleCondition.hostHeader, RuleCondition.hostHeaderExpressions)
        case "path-pattern":
            return pair(
                condition, condition.pathPatternConfig, RuleCondition.pathPattern, RuleCondition.pathExpressions)
        case "http-header":
            let name = condition.httpHeaderConfig?.httpHeaderName ?? ""
            return pair(
                condition, condition.httpHeaderConfig, { .httpHeader(name: name, values: $0) },
                { .httpHeaderExpressions(name: name, values: $0) })
        case "http-request-method":
            return [.httpRequestMethod((condition.httpRequestMethodConfig?.values).all())]
        case "source-ip":
            return [.sourceIP((condition.sourceIpConfig?.values).all())]
        case "query-string":
            let pairs = (condition.queryStringConfig?.values).all()
            return [.queryString(pairs.map { RuleCondition.QueryValue(key: $0.key, value: $0.value ?? "") })]
        default:
            return []
        }
    }

    private static func pair(
        _ condition: LoadBalancing.Condition,
        _ configuration: LoadBalancing.Condition.Values?,
        _ patterns: ([String]) -> RuleCondition,
        _ expressions: ([String]) -> RuleCondition
    ) -> [RuleCondition] {
        func values(_ first: XMLList<String>?, _ second: XMLList<String>?) -> [String] {
            first.all().isEmpty ? second.all() : first.all()
        }
        let plain = values(configuration?.values, condition.values)
        let regular = values(configuration?.regexValues, condition.regexValues)
        return (plain.isEmpty ? [] : [patterns(plain)]) + (regular.isEmpty ? [] : [expressions(regular)])
    }
}

extension RuleTransform {
    fileprivate static func told(_ transform: LoadBalancing.Transform) -> [RuleTransform] {
        guard let kind = Kind(rawValue: transform.type) else { return [] }
        let configuration =
            switch kind {
            case .hostHeaderRewrite: transform.hostHeaderRewriteConfig
            case .urlRewrite: transform.urlRewriteConfig
            }
        return (configuration?.rewrites).all().map {
            RuleTransform(kind: kind, expression: $0.regex ?? "", replacement: $0.replace ?? "")
        }
    }
}
