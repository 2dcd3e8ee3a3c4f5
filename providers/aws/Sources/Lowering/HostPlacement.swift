internal import Provisioning

/// Which of the load balancers that carry a plan serves a host now.
struct HostPlacement {
    /// The numbers of the parts, by host; hosts that aren't served yet aren't among them.
    private(set) var parts: [String: Int] = [:]

    init() {}

    /// - Parameter conditions: the conditions by which rules take a host's requests.
    init(_ observed: ObservedGraph<AWSResource>, conditions: [String: Set<RuleCondition>]) {
        let byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        var counts: [RuleCondition: [Int: Int]] = [:]
        for rule in observed.resources {
            guard case .rule(let spec) = rule.resource,
                let number = LoadBalancerPart.number(ofRule: rule, among: byIdentifier)
            else { continue }
            for condition in spec.conditions where condition.isHost {
                counts[condition, default: [:]][number, default: 0] += 1
            }
        }
        for (host, conditions) in conditions {
            var votes: [Int: Int] = [:]
            for condition in conditions { votes.merge(counts[condition] ?? [:], uniquingKeysWith: +) }
            // Where an earlier execution was cut short, a host may be served twice.
            parts[host] = votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
        }
    }

    /// The resources of a part, its rules with what is interrupted where they are for a host that moves there.
    func announcingMoves(_ lowering: PartLowering) -> [DesiredResource<AWSResource>] {
        var moved: [RuleCondition: String] = [:]
        for (host, number) in parts where number != lowering.part.number {
            for condition in lowering.hostConditions[host] ?? [] {
                moved[condition] =
                    "the host \(host) moves from \(LoadBalancerPart.name(of: number)) to \(lowering.part.name), where it "
                    + "fits: until its DNS record points there, its clients are refused"
            }
        }
        guard !moved.isEmpty else { return lowering.resources }
        return lowering.resources.map { node in
            guard case .rule(let spec) = node.resource else { return node }
            var node = node
            node.interruption = spec.conditions.lazy.compactMap { moved[$0] }.first
            return node
        }
    }
}
