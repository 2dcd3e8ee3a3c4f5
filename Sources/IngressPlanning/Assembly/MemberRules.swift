import KubernetesModel
import LoadBalancerModel

/// A rule of a member: a host with its paths.
struct MemberRule: Sendable {
    var host: String
    var paths: [MemberPath]
}

/// A path of a member, in the terms of Ingress and with what annotations say of it.
struct MemberPath: Sendable {
    var path: IngressPath
    /// How the path is compared; nil as the Ingress says.
    var form: PathPattern.Form?
    /// The field that it comes from, such as `spec.rules[0].http.paths[1]`.
    var field: String
    /// What requests must look like; one of them must hold.
    var conditions = RequestCondition.everything
    /// Whether an annotation can't be read without which the path must not be served.
    var isUnreadable = false
}

/// The rules of an Ingress with the hosts and paths that its annotations add.
enum MemberRules {
    static func rules(of ingress: Ingress, settings: IngressSettings) -> [MemberRule] {
        var rules: [MemberRule] = []
        var added: [MemberRule] = []
        for (ruleIndex, rule) in ingress.spec.rules.enumerated() {
            let host = rule.host ?? ""
            var own = MemberRule(host: host, paths: [])
            for (pathIndex, path) in rule.paths.enumerated() {
                let field = "spec.rules[\(ruleIndex)].http.paths[\(pathIndex)]"
                let conditions = path.backend.serviceName.flatMap { settings.routing.conditions[$0] }
                let paths = paths(of: path, field: field, conditions: conditions, settings: settings)
                let further = conditions?.hosts ?? []
                let expressions = conditions?.hostExpressions ?? []
                // A rule without a host has those of its conditions alone.
                if !host.isEmpty || (further.isEmpty && expressions.isEmpty) { own.paths += paths }
                for host in further where host != rule.host { added.append(MemberRule(host: host, paths: paths)) }
                for expression in expressions {
                    added.append(MemberRule(host: "", paths: paths.map { $0.on(hostsLike: expression) }))
                }
            }
            if !own.paths.isEmpty || rule.paths.isEmpty { rules.append(own) }
        }
        return rules + added
    }

    private static func paths(
        of path: IngressPath, field: String, conditions: RouteConditionSettings?, settings: IngressSettings
    ) -> [MemberPath] {
        var whole = MemberPath(path: path, field: field)
        whole.conditions = conditions?.alternatives ?? whole.conditions
        whole.isUnreadable = settings.routing.isUnreadable(path.backend)
        let further = conditions?.paths ?? []
        var paths: [MemberPath] = []
        if !path.path.isEmpty || further.isEmpty {
            var own = whole
            if settings.speaksAWS, path.pathType == .implementationSpecific, PathPattern.hasWildcards(path.path),
                !settings.requiresRegularExpressions(path: path.path), let pattern = PathPattern(path.path)
            {
                own.compare(with: pattern)
            }
            paths.append(own)
        }
        for pattern in further {
            var another = whole
            another.compare(with: pattern)
            paths.append(another)
        }
        return paths
    }
}

extension MemberPath {
    fileprivate mutating func compare(with pattern: PathPattern) {
        path.path = pattern.text
        if case .path(let type) = pattern.form { path.pathType = type } else { form = pattern.form }
    }

    /// The path on the hosts in which an expression is found.
    fileprivate func on(hostsLike expression: String) -> MemberPath {
        var copy = self
        for index in copy.conditions.indices {
            copy.conditions[index].headers.append(
                ValueMatch(name: "Host", kind: .regularExpression, value: expression))
        }
        return copy
    }
}

extension IngressBackend {
    /// The name of its Service; nil for other backends.
    var serviceName: String? {
        guard case .service(let name, _) = self else { return nil }
        return name
    }

    /// The name of the action that an annotation holds; nil where it is a Service or another object.
    var actionName: String? {
        guard case .service(let name, .name(RoutingSettings.port)) = self else { return nil }
        return name
    }
}
