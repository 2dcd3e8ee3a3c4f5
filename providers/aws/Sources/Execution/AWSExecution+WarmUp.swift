import ProviderHTTP
import Provisioning

extension AWSExecution {
    /// What forwards requests.
    enum Forwarder {
        case rule(String)
        case listener(String)
    }

    /// How often the health of targets is asked for while it is waited for.
    private static let warmUpPause = Duration.seconds(5)
    /// The longest that is waited for targets to become healthy.
    private static let warmUpLimit = Duration.seconds(180)
    /// How many target groups AWS lets one action forward to.
    private static let targetGroupsPerAction = 5

    /// Lets the targets of groups that requests are about to go to be checked first.
    ///
    /// AWS checks the targets of a group only once something forwards to it, and meanwhile answers 503. So the groups are
    /// added with weight 0 to what forwards now, and it is waited until each has a healthy target. That wait is bounded: to
    /// targets of which none is healthy AWS sends requests all the same.
    func warmUp(
        _ forwarder: Forwarder, from old: [RuleAction], to new: [RuleAction], in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws {
        guard case .forward(var interim) = old.last else { return }
        let present = Set(try interim.targetGroups.map { try context.identifier(of: $0.targetGroup) })
        let wanted = try new.flatMap { action in
            guard case .forward(let forward) = action else { return [String]() }
            return try forward.targetGroups.filter { $0.weight > 0 }.map { try context.identifier(of: $0.targetGroup) }
        }
        var cold: [String] = []
        for group in wanted where !present.contains(group) {
            if try await isCold(group) { cold.append(group) }
        }
        guard !cold.isEmpty, interim.targetGroups.count + cold.count <= Self.targetGroupsPerAction else { return }
        interim.targetGroups += cold.map { RuleAction.WeightedTargetGroup(targetGroup: .identifier($0), weight: 0) }
        let actions = try RuleAction.query([.forward(interim)], in: context)
        do {
            switch forwarder {
            case .rule(let arn):
                try await client.modifyRule(arn, [QueryParameter("Actions", actions)], permit: permit)
            case .listener(let arn):
                try await client.modifyListener(arn, [QueryParameter("DefaultActions", actions)], permit: permit)
            }
        } catch let error as ProviderError where error.kind == .limitExceeded {
            // The load balancer has no room for the old groups beside the new ones.
            return
        }
        try await waitUntilWarm(cold)
    }

    /// Whether a group has targets, and none that is known to be healthy.
    private func isCold(_ group: String) async throws -> Bool {
        let targets = try await client.targetHealth(group).filter(\.isRegistered)
        return !targets.isEmpty && !targets.contains { $0.targetHealth?.state == "healthy" }
    }

    private func waitUntilWarm(_ groups: [String]) async throws {
        let limit = try await warmUpTime(of: groups)
        var cold = groups
        var waited = Duration.zero
        while waited < limit {
            var left: [String] = []
            for group in cold where try await isCold(group) { left.append(group) }
            guard !left.isEmpty else { return }
            cold = left
            try await time.sleep(for: Self.warmUpPause)
            waited += Self.warmUpPause
        }
    }

    /// As long as the health checks of the groups take to succeed, and some more.
    private func warmUpTime(of groups: [String]) async throws -> Duration {
        let seconds = try await client.targetGroups(groups).map { group in
            (group.healthCheckIntervalSeconds ?? 30) * ((group.healthyThresholdCount ?? 5) + 1)
        }
        return min(Self.warmUpLimit, .seconds((seconds.max() ?? 0) + 30))
    }
}
