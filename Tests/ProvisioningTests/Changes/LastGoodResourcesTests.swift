import ProvisioningTesting
import Testing

@testable import Provisioning

/// What a quarantined Ingress had, when what it hangs on is replaced.
@Suite("What quarantined Ingresses had last")
struct LastGoodResourcesTests {
    private typealias Desired = DesiredResource<InMemoryResource>
    private typealias Observed = ObservedResource<InMemoryResource>

    private let owner = Owner(cluster: "test", loadBalancer: "sample")
    private let balancer = ResourceReference(type: "balancer", name: "main")

    private func rule(_ name: String) -> ResourceReference { ResourceReference(type: "rule", name: name) }
    private func pool(_ name: String) -> ResourceReference { ResourceReference(type: "pool", name: name) }

    private func desiredRule(_ name: String, at position: Int, pool name2: String) -> Desired {
        Desired(
            reference: rule(name),
            resource: .rule(
                balancer: .resource(balancer), position: position, match: name,
                action: .forward(.resource(pool(name2)))),
            members: ["shop/\(name)"])
    }

    private func observedRule(_ name: String, at position: Int, pool: String) -> Observed {
        Observed(
            reference: rule(name), identifier: "id-\(name)",
            resource: .rule(
                balancer: .identifier("id-balancer"), position: position, match: name,
                action: .forward(.identifier("id-\(pool)"))),
            member: "shop/\(name)", container: "id-balancer", position: position)
    }

    private func observedPool(_ name: String, protocol: String = "http") -> Observed {
        Observed(
            reference: pool(name), identifier: "id-\(name)",
            resource: .pool(balancer: .identifier("id-balancer"), protocol: `protocol`, targets: ["10.0.0.1:80"]))
    }

    private var observedBalancer: Observed {
        Observed(
            reference: balancer, identifier: "id-balancer", resource: .balancer(scheme: "internal", idleSeconds: 60))
    }

    private func desired(
        scheme: String = "internal", protocol: String = "http", rules: [String]
    ) -> ResourceGraph<InMemoryResource> {
        let positions = ["first": 10, "new": 25, "last": 30]
        let nodes = rules.map { desiredRule($0, at: positions[$0] ?? 0, pool: "web") }
        return ResourceGraph(
            [
                Desired(reference: balancer, resource: .balancer(scheme: scheme, idleSeconds: 60)),
                Desired(
                    reference: pool("web"),
                    resource: .pool(balancer: .resource(balancer), protocol: `protocol`, targets: ["10.0.0.1:80"])),
            ] + nodes, precedence: [PrecedenceList(owner: balancer, members: nodes.map(\.reference))])
    }

    /// The rules `first`, `held` and `last`, of which `held` has a pool of its own.
    private var observed: ObservedGraph<InMemoryResource> {
        ObservedGraph(resources: [
            observedBalancer, observedPool("web"), observedPool("own"), observedRule("first", at: 10, pool: "web"),
            observedRule("held", at: 20, pool: "own"), observedRule("last", at: 30, pool: "web"),
        ])
    }

    private func changes(
        _ desired: ResourceGraph<InMemoryResource>, from observed: ObservedGraph<InMemoryResource>,
        standby: [StandbyResource<InMemoryResource>] = []
    ) throws -> ChangeSet<InMemoryResource> {
        let graph = try LastGoodResources(
            desired: desired, standby: standby, observed: observed, quarantined: ["shop/held"]
        ).graph
        let retained = RetainedResources(of: ["shop/held"], in: observed, beside: graph)
        return try GraphDifference(owner: owner, desired: graph, observed: observed, retained: retained)
            .changeSet()
    }

    @Test("It stays as it is where nothing that it hangs on goes")
    func stays() throws {
        let changes = try changes(desired(rules: ["first", "last"]), from: observed)
        #expect(changes.isEmpty)
        #expect(changes.desired[rule("held")] == nil)
    }

    @Test("It is made anew on what takes over, in the place that it had, with the pool that serves it alone")
    func moves() throws {
        let changes = try changes(desired(scheme: "internet-facing", rules: ["first", "new", "last"]), from: observed)
        #expect(changes.obstacles.isEmpty)
        let held = try #require(changes.changes.first { $0.reference == rule("held") })
        #expect(held.action == .replace)
        #expect(
            held.reason
                == "balancer: a rule belongs to one balancer; kept for Ingress shop/held, which is quarantined")
        #expect(changes.changes.first { $0.reference == pool("own") }?.action == .replace)
        let order = try #require(changes.desired.precedence.first).members
        #expect(order.filter { $0 != rule("new") } == [rule("first"), rule("held"), rule("last")])
        guard case .rule(let balancer, _, let match, let action) = changes.desired[rule("held")]?.resource else {
            Issue.record("it is a rule")
            return
        }
        #expect(balancer == .resource(self.balancer) && match == "held")
        #expect(action == .forward(.resource(pool("own"))))
    }

    @Test("It points to what takes over for a pool that is replaced, and stays where it is")
    func followsItsPool() throws {
        var observed = observed
        observed.resources[4] = observedRule("held", at: 20, pool: "web")
        let changes = try changes(desired(protocol: "https", rules: ["first", "last"]), from: observed)
        #expect(changes.changes.first { $0.reference == pool("web") }?.action == .replace)
        let held = try #require(changes.changes.first { $0.reference == rule("held") })
        #expect(held.action == .update && held.identifier == "id-held")
        #expect(changes.desired.precedence.first?.members == [rule("first"), rule("held"), rule("last")])
    }

    @Test("What an interrupted run has moved already isn't moved again, and what it left behind goes")
    func resumes() throws {
        var resources = observed.resources
        resources += [
            Observed(
                reference: balancer, identifier: "new-balancer",
                resource: .balancer(scheme: "internet-facing", idleSeconds: 60)),
            Observed(
                reference: pool("own"), identifier: "new-own",
                resource: .pool(balancer: .identifier("new-balancer"), protocol: "http", targets: ["10.0.0.1:80"])),
            Observed(
                reference: rule("held"), identifier: "new-held",
                resource: .rule(
                    balancer: .identifier("new-balancer"), position: 20, match: "held",
                    action: .forward(.identifier("new-own"))),
                member: "shop/held", container: "new-balancer", position: 20),
        ]
        let changes = try changes(
            desired(scheme: "internet-facing", rules: ["first", "last"]), from: ObservedGraph(resources: resources))
        #expect(changes.obstacles.isEmpty)
        for reference in [rule("held"), pool("own")] {
            let change = try #require(changes.changes.first { $0.reference == reference })
            #expect(change.identifier == "new-\(reference.name)" && change.superseded == ["id-\(reference.name)"])
        }
    }

    @Test("Its targets are brought up to date, unless their pool is of another make by now")
    func upkeep() throws {
        func standby(_ protocol: String) -> StandbyResource<InMemoryResource> {
            let node = Desired(
                reference: pool("own"),
                resource: .pool(balancer: .resource(balancer), protocol: `protocol`, targets: ["10.0.0.2:80"]))
            return StandbyResource(resource: node, holder: node)
        }
        let current = try changes(desired(rules: ["first", "last"]), from: observed, standby: [standby("http")])
        let change = try #require(current.changes.first { $0.action != .noOp })
        #expect(change.reference == pool("own") && change.action == .update)
        #expect(change.fields.map(\.path) == ["targets"])
        #expect(try changes(desired(rules: ["first", "last"]), from: observed, standby: [standby("https")]).isEmpty)
    }
}
