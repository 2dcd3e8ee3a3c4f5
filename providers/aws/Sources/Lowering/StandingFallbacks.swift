internal import LoadBalancerModel
internal import Provisioning

/// What stands on one listener of default backends whose Ingresses are quarantined.
///
/// Rules that keep requests away from those of another host send them where no rule of the host is: to a default backend.
/// That of a quarantined Ingress stays, and so what these rules do stays as well.
struct StandingFallbacks {
    /// A rule for all requests, or for all requests of hosts.
    struct Rule: Hashable {
        var condition: RuleCondition
        var action: RuleAction
        var transform: RuleTransform?
        var ingress: String

        /// - Returns: nil for any other rule, and for one that somebody added to.
        init?(_ spec: RuleSpec, of ingress: String) {
            guard spec.conditions.count == 1, let condition = spec.conditions.first, spec.others.isEmpty,
                condition.isHost || condition == .everyPath, let action = spec.actions.first
            else { return nil }
            self.condition = condition
            self.action = action
            transform = spec.transforms.first
            self.ingress = ingress
        }

        fileprivate var outcome: RouteOutcome { RouteOutcome(action: action, transform: transform) }
    }

    private let rules: [Rule]

    init(_ rules: [Rule] = [], of quarantined: Set<String> = []) {
        self.rules = rules.filter { quarantined.contains($0.ingress) }
    }

    /// The rule that closes a host, where nothing that is served does; nil where one has to be made.
    func closing(_ condition: RuleCondition) -> RuleDraft? {
        guard let rule = rules.first(where: { $0.condition.fits(condition) }) else { return nil }
        return RuleDraft(conditions: [condition], outcome: rule.outcome, ingress: rule.ingress, isStanding: true)
    }

    /// What becomes of requests that no rule takes; nil where no default backend of a quarantined Ingress takes them.
    var rest: RouteOutcome? { rules.first { $0.condition == .everyPath }?.outcome }
}

extension RuleCondition {
    /// What a rule for every request has, for it must have a condition.
    static let everyPath = RuleCondition.pathPattern(["/*"])
}
