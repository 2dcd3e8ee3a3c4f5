internal import Provisioning

/// What single Ingresses have of the quotas of load balancers that exist: it counts for as long as it stays.
struct StandingHoldings: Hashable, Sendable {
    struct Holding: Hashable, Sendable {
        var rules: Set<ResourceReference> = []
        var targetGroups: Set<ResourceReference> = []
        /// Those that are imported from Secrets.
        var certificates: Set<ResourceReference> = []

        mutating func formUnion(_ other: Holding) {
            rules.formUnion(other.rules)
            targetGroups.formUnion(other.targetGroups)
            certificates.formUnion(other.certificates)
        }

        /// Whether it takes more of a quota than another.
        func exceeds(_ other: Holding) -> Bool {
            rules.count > other.rules.count || targetGroups.count > other.targetGroups.count
        }
    }

    /// By the number of the part, and by Ingress.
    private var holdings: [Int: [String: Holding]] = [:]

    init() {}

    init(_ observed: ObservedGraph<AWSResource>) {
        let byIdentifier = Dictionary(observed.resources.map { ($0.identifier, $0) }) { first, _ in first }
        for rule in observed.resources {
            guard case .rule(let spec) = rule.resource, let ingress = rule.member,
                let part = LoadBalancerPart.number(ofRule: rule, among: byIdentifier)
            else { continue }
            var holding = holdings[part]?[ingress] ?? Holding()
            holding.rules.insert(rule.reference)
            for case .forward(let forward) in spec.actions {
                for case .identifier(let group) in forward.targetGroups.map(\.targetGroup) {
                    if let group = byIdentifier[group] { holding.targetGroups.insert(group.reference) }
                }
            }
            holdings[part, default: [:]][ingress] = holding
        }
    }

    /// What an Ingress has on a part; nil where it has nothing there.
    func holding(of ingress: String, part: Int) -> Holding? { holdings[part]?[ingress] }

    /// What Ingresses have, all together, by the number of the part.
    func holdings(of ingresses: Set<String>) -> [Int: Holding] {
        holdings.mapValues { holdings in
            var all = Holding()
            for (ingress, holding) in holdings where ingresses.contains(ingress) { all.formUnion(holding) }
            return all
        }
    }
}
