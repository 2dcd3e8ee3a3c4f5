internal import LoadBalancerModel
internal import Provisioning

/// What stands on one listener of Ingresses that are left out, and so stays.
///
/// Rules that keep requests away from those of another host send them where no rule of the host is: to a default backend.
/// That of an Ingress that is left out stays, and so what these rules do stays as well; and what stays of other such
/// Ingresses has to be kept away from.
struct StandingRules {
    /// A rule of a single Ingress.
    struct Rule: Hashable {
        var conditions: [RuleCondition]
        /// The requests that it may take.
        var reach: RequestReach
        /// What it does; nil where somebody added to it.
        var outcome: RouteOutcome?
        var ingress: String

        init(_ spec: RuleSpec, of ingress: String) {
            conditions = spec.conditions
            reach = spec.reach
            self.ingress = ingress
            guard spec.others.isEmpty, let action = spec.actions.first else { return }
            outcome = RouteOutcome(action: action, transform: spec.transforms.first)
        }

        /// Whether it is of a default backend for all hosts.
        fileprivate var isRest: Bool {
            conditions == [.everyPath] || conditions == [.everyChallenge]
        }
    }

    private let rules: [Rule]

    init(_ rules: [Rule] = [], of left: Set<String> = []) {
        self.rules = rules.filter { left.contains($0.ingress) }
    }

    /// The rule that closes a host, where nothing that is served does; nil where one has to be made.
    func closing(_ condition: RuleCondition) -> RuleDraft? {
        guard let rule = rules.first(where: { $0.conditions.count == 1 && $0.conditions[0].fits(condition) }),
            let outcome = rule.outcome
        else { return nil }
        return RuleDraft(conditions: [condition], outcome: outcome, ingress: rule.ingress, isStanding: true)
    }

    /// The Ingress whose rule takes the same requests as one that is asked for by another, and stays; nil where there is none.
    func holder(of draft: RuleDraft) -> String? {
        let rule = rules.first { RuleCondition.takeSameRequests($0.conditions, draft.conditions) }
        return rule.flatMap { $0.ingress == draft.ingress ? nil : $0.ingress }
    }

    /// What becomes of requests that no rule takes; nil where no default backend that stays takes them.
    var rest: RouteOutcome? { rules.lazy.filter { $0.conditions == [.everyPath] }.compactMap(\.outcome).first }

    /// Whether a rule for other hosts, or for all, could take requests of a host; nil for the requests of every host.
    func mayTake(_ host: String?) -> Bool {
        guard let host else { return rules.contains { !$0.isRest && !$0.conditions.contains(where: \.isHost) } }
        let requests = RequestReach(hosts: [TextPattern(exactly: host)])
        return rules.contains { rule in
            !rule.isRest && rule.reach.meets(requests) && !rule.reach.hosts.contains(TextPattern(exactly: host))
        }
    }
}

extension RuleCondition {
    /// What a rule for every request has, for it must have a condition.
    static let everyPath = RuleCondition.pathPattern(["/*"])
    static let everyChallenge = RuleCondition.pathPattern(["\(Challenge.prefix)*"])
}
