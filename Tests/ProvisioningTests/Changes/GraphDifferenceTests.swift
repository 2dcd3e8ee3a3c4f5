import Provisioning
import ProvisioningTesting
import Testing

private typealias Observed = ObservedResource<InMemoryResource>
private typealias Desired = DesiredResource<InMemoryResource>

private let owner = Owner(cluster: "test", loadBalancer: "sample")
private let balancer = ResourceReference(type: "balancer", name: "main")
private let pool = ResourceReference(type: "pool", name: "web")

private func desiredGraph(
    scheme: String = "internal", targets: [String] = ["10.0.0.1:80"], protocol: String = "http"
) -> ResourceGraph<InMemoryResource> {
    ResourceGraph([
        Desired(reference: balancer, resource: .balancer(scheme: scheme, idleSeconds: 60)),
        Desired(
            reference: pool,
            resource: .pool(balancer: .resource(balancer), protocol: `protocol`, targets: targets)),
    ])
}

private func observedBalancer(_ identifier: String = "id-1", scheme: String = "internal") -> Observed {
    Observed(
        reference: balancer, identifier: identifier, resource: .balancer(scheme: scheme, idleSeconds: 60))
}

private func observedPool(
    _ identifier: String = "id-2", of balancer: String = "id-1", protocol: String = "http"
) -> Observed {
    Observed(
        reference: pool, identifier: identifier,
        resource: .pool(balancer: .identifier(balancer), protocol: `protocol`, targets: ["10.0.0.1:80"]))
}

@Suite("The difference between two graphs")
struct GraphDifferenceTests {
    private func actions(
        _ desired: ResourceGraph<InMemoryResource>, _ observed: [ObservedResource<InMemoryResource>]
    ) throws -> [String] {
        let difference = try GraphDifference(
            owner: owner, desired: desired, observed: ObservedGraph(resources: observed))
        return difference.changeSet().changes.map { "\($0.action.rawValue) \($0.reference)" }
    }

    @Test("What isn't there is created, after what it names")
    func creates() throws {
        #expect(try actions(desiredGraph(), []) == ["create balancer/main", "create pool/web"])
    }

    @Test("A link by identifier is the same as the link by reference to what it identifies")
    func rests() throws {
        #expect(
            try actions(desiredGraph(), [observedBalancer(), observedPool()]) == [
                "noop balancer/main", "noop pool/web",
            ])
    }

    @Test("A field that can be changed is updated, and shown with both its values")
    func updates() throws {
        let difference = try GraphDifference(
            owner: owner, desired: desiredGraph(targets: ["10.0.0.2:80"]),
            observed: ObservedGraph(resources: [observedBalancer(), observedPool()]))
        let change = try #require(difference.changeSet().changes.last)
        #expect(change.action == .update)
        #expect(
            change.fields == [FieldDifference(path: "targets", before: "[10.0.0.1:80]", after: "[10.0.0.2:80]")])
    }

    @Test("What names a resource that is replaced is replaced as well, where it can't name another")
    func replacementCascades() throws {
        #expect(
            try actions(desiredGraph(scheme: "internet-facing"), [observedBalancer(), observedPool()]) == [
                "replace balancer/main", "replace pool/web",
            ])
    }

    @Test("Of what an interrupted replacement left, the one that fits stays and the other goes")
    func interruptedReplacement() throws {
        let difference = try GraphDifference(
            owner: owner, desired: desiredGraph(scheme: "internet-facing"),
            observed: ObservedGraph(resources: [
                observedBalancer(), observedPool(), observedBalancer("id-3", scheme: "internet-facing"),
            ]))
        let changes = difference.changeSet().changes
        #expect(changes.map(\.action) == [.update, .replace])
        #expect(changes[0].identifier == "id-3")
        #expect(changes[0].superseded == ["id-1"])
        #expect(changes[1].superseded == ["id-2"])
    }

    @Test("What no one asks for is deleted, unless an Ingress that is quarantined has it")
    func deletes() throws {
        let rule = Observed(
            reference: ResourceReference(type: "rule", name: "old"), identifier: "id-9",
            resource: .rule(
                balancer: .identifier("id-1"), position: 10, match: "old", action: .forward(.identifier("id-2"))),
            member: "shop/front", container: "id-1")
        let observed = ObservedGraph(resources: [observedBalancer(), observedPool(), rule])
        let gone = try GraphDifference(
            owner: owner,
            desired: ResourceGraph([
                Desired(
                    reference: balancer, resource: .balancer(scheme: "internal", idleSeconds: 60))
            ]),
            observed: observed)
        #expect(gone.changeSet().changes.map(\.action) == [.noOp, .delete, .delete])
        let rest = ResourceGraph([
            Desired(reference: balancer, resource: .balancer(scheme: "internal", idleSeconds: 60))
        ])
        let kept = try GraphDifference(
            owner: owner, desired: rest, observed: observed,
            retained: RetainedResources(of: ["shop/front"], in: observed, beside: rest))
        #expect(kept.changeSet().changes.map(\.action) == [.noOp, .noOp, .noOp])
        #expect(kept.changeSet().changes[2].reason.contains("shop/front"))
    }

    @Test("Deletion protection and what others have put into a resource stand against its deletion")
    func obstacles() throws {
        var protected = observedBalancer()
        protected.protection = "deletion protection is on"
        let difference = try GraphDifference(
            owner: owner, desired: ResourceGraph(),
            observed: ObservedGraph(
                resources: [protected],
                foreign: [ForeignResource(identifier: "f-1", title: "rule 40", container: "id-1")]))
        let messages = difference.changeSet().obstacles.map(\.message)
        #expect(messages.count == 2)
        #expect(messages[0] == "deletion protection is on")
        #expect(messages[1].contains("f-1"))
    }

    @Test("A graph that names what it doesn't have, or itself in a ring, is refused")
    func invalidGraphs() {
        let lonely = ResourceGraph([
            Desired(
                reference: pool, resource: .pool(balancer: .resource(balancer), protocol: "http", targets: []))
        ])
        #expect(throws: GraphError.unknownReference(from: pool, to: balancer)) {
            try GraphDifference(owner: owner, desired: lonely, observed: ObservedGraph())
        }
        let ring = ResourceGraph([
            Desired(
                reference: pool, resource: .pool(balancer: .resource(pool), protocol: "http", targets: []))
        ])
        #expect(throws: GraphError.ring([pool])) {
            try GraphDifference(owner: owner, desired: ring, observed: ObservedGraph())
        }
    }
}
