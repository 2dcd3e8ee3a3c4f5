package import LoadBalancerModel
package import Provisioning

/// The in-memory cloud as a subject of the conformance suite: the suite's own test.
package struct InMemorySubject: ConformanceSubject {
    package let cloud: InMemoryCloud
    package let assets = PlanAssets()

    package init(cloud: InMemoryCloud = InMemoryCloud(warmUpReads: 2)) {
        self.cloud = cloud
    }

    package var options: ExecutionOptions { ExecutionOptions(jitter: { 0 }, clock: ManualClock()) }

    package func makeProvider() async throws -> InMemoryProvider { InMemoryProvider(cloud: cloud) }

    package func inventory() async throws -> [String] {
        let entries = cloud.entries
        let names = Dictionary(
            entries.map { ($0.identifier, $0.tags[OwnershipTags.Key.resource] ?? "foreign") }
        ) { first, _ in first }
        return entries.map { line(of: $0, names: names) }.sorted()
    }

    private func line(of entry: InMemoryCloud.Entry, names: [String: String]) -> String {
        let fields = entry.resource.fields.filter { $0.change != .reordering }.map { field in
            let value = field.value.mapLinks { link in
                guard case .identifier(let identifier) = link else { return link }
                return .identifier(names[identifier] ?? "dangling")
            }
            return "\(field.path)=\(value)"
        }
        let tags = ConformanceInventory.tags(entry.tags).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (fields + tags + [entry.isProtected ? "protected" : ""]).joined(separator: " ")
    }

    package func writeCount() async throws -> Int { cloud.writes.count }

    package func throttle(_ count: Int) async throws {
        for number in 1...count { cloud.inject(.throttled, atWrite: number * 2) }
    }

    package func delayReads() async throws {
        cloud.delayReads(by: 3)
    }

    package func tamper(with owner: Owner) async throws {
        cloud.tamper { entries in
            // The same rule each time: the last one, which takes the most general requests.
            let rules = entries.compactMap { identifier, entry -> (identifier: String, position: Int)? in
                guard case .rule(_, let position, _, _) = entry.resource else { return nil }
                return (identifier, position)
            }
            guard let last = rules.max(by: { $0.position < $1.position })?.identifier,
                case .rule(let balancer, let position, let match, _)? = entries[last]?.resource
            else { return }
            entries[last]?.resource = .rule(
                balancer: balancer, position: position, match: match, action: .respond(418))
        }
    }

    package func addForeignRule(to owner: Owner) async throws {
        cloud.tamper { entries in
            let balancer = entries.values.first {
                guard case .balancer = $0.resource else { return false }
                return OwnershipTags($0.tags)?.owner == owner
            }
            guard let balancer else { return }
            entries["foreign-rule"] = InMemoryCloud.Entry(
                identifier: "foreign-rule",
                resource: .rule(
                    balancer: .identifier(balancer.identifier), position: 15, match: "foreign", action: .respond(200)),
                tags: [:])
        }
    }

    package func addForeignLoadBalancer() async throws {
        cloud.tamper { entries in
            entries["foreign"] = InMemoryCloud.Entry(
                identifier: "foreign", resource: .balancer(scheme: "internal", idleSeconds: 5), tags: ["team": "other"])
        }
    }

    package func foreignInventory() async throws -> [String] {
        try await inventory().filter { !$0.contains(OwnershipTags.Key.resource) }
    }

    package func setDeletionProtection(_ isOn: Bool, of owner: Owner) async throws {
        cloud.tamper { entries in
            for (identifier, entry) in entries where OwnershipTags(entry.tags)?.owner == owner {
                if case .balancer = entry.resource { entries[identifier]?.isProtected = isOn }
            }
        }
    }
}
