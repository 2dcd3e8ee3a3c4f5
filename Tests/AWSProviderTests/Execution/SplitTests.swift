import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("A plan over several load balancers")
struct SplitTests {
    private let aws: StrictAWS

    init() {
        var settings = CloudSettings()
        settings.quotas.rulesPerLoadBalancer = 4
        aws = StrictAWS(settings: settings)
    }

    /// A plan in which each host has so many paths.
    private func plan(_ hosts: [(name: String, paths: Int)]) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            hosts.flatMap { host in (0..<host.paths).map { .init(host.name, "/\($0)", "web") } },
            settings: ["split": "by-host"])
        for index in plan.routes.indices {
            let host = plan.routes[index].match.host ?? ""
            let age = hosts.firstIndex { host.hasPrefix("\($0.name).") } ?? 0
            plan.routes[index].created = "2025-01-0\(age + 1)T00:00:00Z"
        }
        return plan
    }

    private func hosts(_ proposal: Proposal<AWSResource>) -> [String: [String]] {
        Dictionary(
            proposal.parts.map { part in
                (part.loadBalancer.name, part.hosts.map { String($0.prefix { $0 != "." }) })
            }
        ) { first, _ in first }
    }

    private func propose(_ hosts: [(name: String, paths: Int)]) async throws -> Proposal<AWSResource> {
        try await ProvisioningEngine(provider: aws.provider()).propose(plan(hosts))
    }

    @Test("A host stays where it is when another goes, and a new one takes the room")
    func stays() async throws {
        let first = try await propose([("a", 2), ("b", 2), ("c", 2)])
        #expect(hosts(first) == ["main": ["a", "b"], "part-2": ["c"]])
        let report = try await aws.apply(plan([("a", 2), ("b", 2), ("c", 2)]))
        #expect(report.isComplete, "\(report.failures)")

        let less = try await propose([("b", 2), ("c", 2), ("d", 2), ("e", 2)])
        #expect(hosts(less) == ["main": ["b", "d"], "part-2": ["c", "e"]])
        let touched = less.changeSet.changes.filter { $0.action != .noOp }
        // On main the rules of the host that goes make room for those of the new one; nobody else notices.
        #expect(touched.allSatisfy { $0.interruption == nil || ($0.action == .delete && $0.members == ["test/a"]) })
        #expect(Set(touched.flatMap(\.members)) == ["test/a", "test/d", "test/e"])
    }

    @Test("What was split stays so, though one load balancer could take it")
    func staysSplit() async throws {
        try await aws.apply(plan([("a", 2), ("b", 2), ("c", 2)]))
        let less = try await propose([("b", 2), ("c", 2)])
        #expect(hosts(less) == ["main": ["b"], "part-2": ["c"]])
        #expect(less.changeSet.summary.create == 0)
        #expect(less.fidelity.contains { $0.message.contains("the hosts stay where they are served") })
    }

    @Test("A host that doesn't fit any more moves, and the plan says who notices")
    func moves() async throws {
        try await aws.apply(plan([("a", 2), ("b", 2), ("c", 2)]))
        let more = try await propose([("a", 3), ("b", 2), ("c", 2)])
        #expect(hosts(more) == ["main": ["a"], "part-2": ["b", "c"]])
        let created = more.changeSet.changes.filter { $0.action == .create && $0.members == ["test/b"] }
        #expect(!created.isEmpty)
        for change in created where change.reference.type == "rule" {
            let text = try #require(change.interruption)
            #expect(text.contains("b.example.com moves from main to part-2"))
        }
        let others = more.changeSet.changes.filter { $0.action == .create && $0.members == ["test/a"] }
        #expect(others.allSatisfy { $0.interruption == nil })
        let report = try await aws.apply(plan([("a", 3), ("b", 2), ("c", 2)]))
        #expect(report.isComplete, "\(report.failures)")
    }
}
