import AWSProvider
import Provisioning
import ProvisioningTesting

/// The listeners of a lowering in the terms of the model.
struct LoweredListener {
    let isSecure: Bool
    let port: Int
    /// What AWS doesn't document, each taken one way and the other.
    private let models: [ALBListenerModel]

    static func all(_ lowering: Lowering<AWSResource>) -> [LoweredListener] {
        lowering.graph.resources.compactMap { node in
            guard case .listener(let listener) = node.resource else { return nil }
            return LoweredListener(listener, node.reference, lowering.graph)
        }
    }

    private init(_ listener: ListenerSpec, _ reference: ResourceReference, _ graph: ResourceGraph<AWSResource>) {
        isSecure = listener.protocol == "HTTPS"
        port = listener.port
        func model(seesQuery: Bool, _ hosts: ALBHostComparison) -> ALBListenerModel {
            let rules = graph.resources.compactMap { node -> ALBRuleModel? in
                guard case .rule(let rule) = node.resource, rule.listener == .resource(reference) else { return nil }
                return ALBRuleModel(
                    name: node.reference.name, priority: rule.priority, conditions: rule.conditions.map(\.model),
                    transform: rule.transforms.first.map {
                        ALBTransformModel(
                            expression: $0.expression, replacement: $0.replacement, seesQuery: seesQuery)
                    },
                    action: rule.actions[0].model)
            }
            return ALBListenerModel(
                rules: rules, defaultAction: listener.defaultActions[0].model, hostComparison: hosts)
        }
        models = [model(seesQuery: true, .nameWithoutCase), model(seesQuery: false, .fieldWithCase)]
    }

    /// What is done with a request: whether transforms see its query or not, and however its Host field is compared with
    /// expressions.
    func answers(to request: ALBRequest) -> [ALBAnswer] {
        var answers: [ALBAnswer] = []
        for answer in models.map({ $0.answer(to: request) }) where !answers.contains(answer) { answers.append(answer) }
        return answers
    }
}

extension RuleCondition {
    var model: ALBConditionModel {
        switch self {
        case .hostHeader(let values): .host(patterns: values)
        case .hostHeaderExpressions(let values): .hostExpression(values)
        case .pathPattern(let values): .path(patterns: values)
        case .pathExpressions(let values): .pathExpression(values)
        case .httpHeader(let name, let values): .header(name: name, patterns: values)
        case .httpHeaderExpressions(let name, let values): .headerExpression(name: name, values)
        case .httpRequestMethod(let values): .method(values)
        case .queryString(let pairs): .query(pairs.map { ALBQueryModel(key: $0.key, value: $0.value) })
        case .sourceIP(let values): .sourceIP(values)
        }
    }
}

extension RuleAction {
    var model: ALBActionModel {
        switch self {
        case .forward(let forward):
            .forward(
                Dictionary(
                    forward.targetGroups.map { group in
                        guard case .resource(let reference) = group.targetGroup else { return ("", group.weight) }
                        return (reference.name, group.weight)
                    },
                    uniquingKeysWith: +))
        case .redirect(let redirect):
            .redirect(
                status: redirect.statusCode, protocol: redirect.protocol, host: redirect.host, port: redirect.port,
                path: redirect.path, query: redirect.query)
        case .fixedResponse(let response): .fixedResponse(status: response.statusCode)
        }
    }
}
