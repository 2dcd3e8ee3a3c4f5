internal import Provisioning

/// What of AWS's quotas a load balancer uses.
struct LoadBalancerUsage: Hashable {
    var rules = 0
    var targetGroups = 0
    var certificates = 0
    var listeners = 0
    var targets = 0
    var largestTargetGroup = 0

    /// What passes a quota that leaving out Ingresses helps against, for people; empty where all hold.
    func excess(_ quotas: AWSQuotas) -> [String] {
        passed(quotas) { quota in
            guard case .ofIngresses(let use, let noun) = quota.use else { return nil }
            return (use, { "\($0) \(noun) of \($1)" })
        }
    }

    /// What passes a quota that leaving out Ingresses doesn't keep, such as the number of targets: Pods come and go.
    func otherExcess(_ quotas: AWSQuotas) -> [String] {
        passed(quotas) { quota in
            guard case .other(let use) = quota.use else { return nil }
            return (use, { "\($0) of \($1) \(quota.name)" })
        }
    }

    /// The quotas that are passed, for people.
    ///
    /// - Parameter told: what of the load balancer a quota is for, and how use and quota are told; nil for one to leave out.
    private func passed(
        _ quotas: AWSQuotas, told: (ALBQuota) -> (use: KeyPath<LoadBalancerUsage, Int>, text: (Int, Int) -> String)?
    ) -> [String] {
        ALBQuota.all.compactMap { quota in
            guard let (use, text) = told(quota) else { return nil }
            let (used, allowed) = (self[keyPath: use], quotas[keyPath: quota.allowed])
            return used > allowed ? text(used, allowed) : nil
        }
    }

    func uses(_ quotas: AWSQuotas, scope: String) -> [QuotaUse] {
        ALBQuota.all.compactMap { quota in
            let used: Int
            switch quota.use {
            case .ofIngresses(let use, _), .other(let use): used = self[keyPath: use]
            case .single: return nil
            }
            return QuotaUse(name: quota.name, scope: scope, used: used, allowed: quotas[keyPath: quota.allowed])
        }
    }
}

/// A quota of AWS.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
struct ALBQuota: Sendable {
    /// What a load balancer as a whole takes of a quota.
    enum Use: Sendable {
        /// What Ingresses take, so that leaving some out helps, with its name for people.
        case ofIngresses(any KeyPath<LoadBalancerUsage, Int> & Sendable, String)
        case other(any KeyPath<LoadBalancerUsage, Int> & Sendable)
        /// It limits a rule or an action.
        case single
    }

    /// As AWS calls it.
    let name: String
    /// What an account is allowed.
    let allowed: any KeyPath<AWSQuotas, Int> & Sendable
    /// Whether AWS raises it on request.
    let isAdjustable: Bool
    let use: Use

    static let all = [
        ALBQuota(
            name: "Rules per Application Load Balancer", allowed: \.rulesPerLoadBalancer, isAdjustable: true,
            use: .ofIngresses(\.rules, "rules")),
        ALBQuota(
            name: "Target Groups per Application Load Balancer", allowed: \.targetGroupsPerLoadBalancer,
            isAdjustable: false, use: .ofIngresses(\.targetGroups, "target groups")),
        ALBQuota(
            name: "Targets per Application Load Balancer", allowed: \.targetsPerLoadBalancer, isAdjustable: true,
            use: .other(\.targets)),
        ALBQuota(
            name: "Targets per Target Group", allowed: \.targetsPerTargetGroup, isAdjustable: true,
            use: .other(\.largestTargetGroup)),
        ALBQuota(
            name: "Certificates per Application Load Balancer", allowed: \.certificatesPerLoadBalancer,
            isAdjustable: true, use: .ofIngresses(\.certificates, "certificates")),
        ALBQuota(
            name: "Listeners per Application Load Balancer", allowed: \.listenersPerLoadBalancer, isAdjustable: true,
            use: .other(\.listeners)),
        ALBQuota(
            name: "Target Groups per Action", allowed: \.targetGroupsPerAction, isAdjustable: false, use: .single),
        ALBQuota(name: "Condition Values per Rule", allowed: \.valuesPerRule, isAdjustable: false, use: .single),
        ALBQuota(name: "Condition Wildcards per Rule", allowed: \.wildcardsPerRule, isAdjustable: false, use: .single),
    ]
}
