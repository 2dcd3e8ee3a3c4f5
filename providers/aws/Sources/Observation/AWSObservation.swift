internal import Foundation
import Provisioning

/// Finds what exists for an owner, by its ownership tags.
///
/// The tagging API finds what is tagged with few calls, but knows neither listeners nor rules everywhere, and is behind by
/// some time. So it is only where to look: load balancers that it may not know yet are asked for their tags, what belongs
/// to a load balancer is found from there, and whether something is the owner's is decided by the tags that its own
/// service tells.
struct AWSObservation: Sendable {
    let client: AWSClient
    let owner: Owner
    /// The web ACL that is asked for, which decides what there is to know of associations.
    let webACL: LoadBalancerSpec.WebACL
    /// The names that load balancers are asked for with; nil where none is.
    let names: LoadBalancerNames?
    /// The proposals that this is for, among others: what is of the account as a whole is asked for once in it.
    let round: ProposalRound
    let now: Date

    /// For how long after it was made a load balancer may be unknown to the tagging API.
    private static let taggingDelay: TimeInterval = 15 * 60

    func observe() async throws -> ObservedGraph<AWSResource> {
        async let groups = client.securityGroups([
            ("tag:\(OwnershipTags.Key.cluster)", [owner.cluster]),
            ("tag:\(OwnershipTags.Key.loadBalancer)", [owner.loadBalancer]),
        ])
        let tagged = try await client.resources(
            tagged: [
                OwnershipTags.Key.cluster: [owner.cluster], OwnershipTags.Key.loadBalancer: [owner.loadBalancer],
            ], types: ["elasticloadbalancing", "acm"]
        ).map(\.arn)
        let all = try await client.sharing(round).allLoadBalancers()
        let (found, others) = try await loadBalancers(tagged: tagged, among: all)
        let balancers = found.map(\.reading)
        async let certificates = certificates(tagged: tagged, usedBy: balancers)
        async let targetGroups = targetGroups(tagged: tagged, usedBy: balancers)
        async let trustStores = trustStores(tagged: tagged, usedBy: balancers)
        var tags = try await client.tags(balancers.flatMap { Self.taggedParts(of: $0) })
        for balancer in found { tags[balancer.reading.told.loadBalancerArn] = balancer.tags }

        let assembly = GraphAssembly(
            owner: owner, tags: tags, certificates: try await certificates,
            existing: Set(all.map(\.loadBalancerArn)), others: all.filter { others.contains($0.loadBalancerArn) })
        var graph = assembly.graph(
            loadBalancers: balancers, targetGroups: try await targetGroups, trustStores: try await trustStores,
            securityGroups: try await groups)
        if let names {
            graph.taken = all.filter { names.contains($0.loadBalancerName) && others.contains($0.loadBalancerArn) }
                .map(names.taken)
        }
        return graph
    }

    /// The owner's load balancers with their tags, and the ARNs of those that are others'.
    private func loadBalancers(
        tagged: [String], among all: [LoadBalancing.LoadBalancer]
    ) async throws -> (own: [(reading: LoadBalancerReading, tags: [String: String])], others: Set<String>) {
        let known = Set(tagged.filter { ResourceIdentifier.kind(of: $0) == .loadBalancer })
        let candidates = all.filter { balancer in
            ResourceIdentifier.kind(of: balancer.loadBalancerArn) == .loadBalancer
                && (known.contains(balancer.loadBalancerArn) || isNew(balancer)
                    || names?.contains(balancer.loadBalancerName) == true)
        }
        let tags = try await client.tags(candidates.map(\.loadBalancerArn))
        let own = candidates.filter { balancer in
            tags[balancer.loadBalancerArn].flatMap { OwnershipTags($0) }?.owner == owner
        }
        let readings = try await concurrently(own) { balancer in
            try await client.reading(of: balancer, comparedWith: webACL, in: round)
        }
        // Of one without an answer nothing is known: it has gone, or is so new that it can't be told yet.
        let asked = Set(candidates.map(\.loadBalancerArn))
        let others = all.map(\.loadBalancerArn).filter { arn in
            !asked.contains(arn) || tags[arn].map { OwnershipTags($0)?.owner != owner } == true
        }
        let found = readings.compactMap { reading -> (LoadBalancerReading, [String: String])? in
            guard let reading, let tags = tags[reading.told.loadBalancerArn] else { return nil }
            return (reading, tags)
        }
        return (found, Set(others))
    }

    private func isNew(_ balancer: LoadBalancing.LoadBalancer) -> Bool {
        guard let created = balancer.createdTime.flatMap(Self.date) else { return true }
        return now.timeIntervalSince(created) < Self.taggingDelay
    }

    private static func date(_ text: String) -> Date? {
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        return styles.lazy.compactMap { try? $0.parse(text) }.first
    }

    /// What within a load balancer has tags of its own: its listeners and their rules.
    private static func taggedParts(of balancer: LoadBalancerReading) -> [String] {
        balancer.listeners.flatMap { listener in
            [listener.told.listenerArn] + listener.rules.filter { $0.priority != "default" }.map(\.ruleArn)
        }
    }

    /// The owner's certificates with their tags, by ARN.
    private func certificates(
        tagged: [String], usedBy balancers: [LoadBalancerReading]
    ) async throws -> [String: [String: String]] {
        let used = balancers.flatMap(\.listeners).flatMap { listener in
            [listener.told.defaultCertificate].compactMap(\.self) + listener.certificates
        }
        let arns = Set((tagged + used).filter { ResourceIdentifier.kind(of: $0) == .certificate }).sorted()
        let tags = try await concurrently(arns) { arn in (arn, try await client.tags(ofCertificate: arn)) }
        var own: [String: [String: String]] = [:]
        for case (let arn, let tags?) in tags where OwnershipTags(tags)?.owner == owner { own[arn] = tags }
        return own
    }

    /// The owner's target groups with their tags.
    private func targetGroups(
        tagged: [String], usedBy balancers: [LoadBalancerReading]
    ) async throws -> [(reading: TargetGroupReading, tags: [String: String])] {
        let used = balancers.flatMap(\.targetGroups)
        let usedARNs = Set(used.map(\.targetGroupArn))
        let others = tagged.filter { ResourceIdentifier.kind(of: $0) == .targetGroup && !usedARNs.contains($0) }
        let all = used + (try await client.targetGroups(others.sorted()))
        let tags = try await client.tags(all.map(\.targetGroupArn))
        let own = all.filter { group in
            tags[group.targetGroupArn].flatMap { OwnershipTags($0) }?.owner == owner
        }
        let readings = try await concurrently(own) { try await client.reading(of: $0) }
        return readings.compactMap { reading in
            guard let reading, let tags = tags[reading.told.targetGroupArn] else { return nil }
            return (reading, tags)
        }
    }

    /// The owner's trust stores with their tags.
    private func trustStores(
        tagged: [String], usedBy balancers: [LoadBalancerReading]
    ) async throws -> [(store: LoadBalancing.TrustStore, tags: [String: String])] {
        let used = balancers.flatMap(\.listeners).compactMap(\.told.mutualAuthentication?.trustStoreArn)
        let arns = Set((tagged + used).filter { ResourceIdentifier.kind(of: $0) == .trustStore }).sorted()
        let tags = try await client.tags(arns)
        let own = arns.filter { arn in tags[arn].flatMap { OwnershipTags($0) }?.owner == owner }
        return try await client.trustStores(own).compactMap { store in
            tags[store.trustStoreArn].map { (store, $0) }
        }
    }
}
