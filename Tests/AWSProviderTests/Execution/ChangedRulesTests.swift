import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Synchronization
import Testing

@testable import AWSProvider

@Suite("No request takes a wrong route while rules change")
struct ChangedRulesTests {
    private typealias Routes = [LoadBalancerPlan.SampleRoute]

    private let aws = StrictAWS()
    private static let segments = ["/a", "/a/b", "/a/b/c", "/b", "/b/c", "/c", "/"]
    private static let hosts = ["shop", "api"]

    private let requests = hosts.flatMap { host in
        ["/a/x", "/a/b/x", "/a/b/c/x", "/b/x", "/b/c/x", "/c/x", "/y"].map {
            ALBRequest(host: "\(host).example.com", target: $0)
        }
    }

    private func answers(_ provider: AWSProvider, _ owner: Owner) async throws -> [ALBActionModel?] {
        let graph = try await provider.observe(owner)
        return requests.map { StandingListener(graph, port: 80)?.action(for: $0) }
    }

    /// Carries routes out, and looks after each operation at what is done with requests.
    private func answers(whileChangingTo routes: Routes) async throws -> [[ALBActionModel?]] {
        let plan = LoadBalancerPlan.sample(routes)
        let owner = Owner(plan)
        let seen = Mutex<[[ALBActionModel?]]>([])
        let provider = WatchedProvider(
            try aws.provider(),
            after: { base in
                let answers = try await answers(base, owner)
                seen.withLock { $0.append(answers) }
            })
        let engine = ProvisioningEngine(provider: provider)
        let report = try await engine.execute(try await engine.propose(plan), options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
        let again = try await engine.propose(plan).changeSet
        #expect(again.isEmpty, "\(again.changes.filter { $0.action != .noOp })")
        return seen.withLock { $0 }
    }

    /// A random list of routes in precedence order, of which each path goes to a pool of its own.
    private func routes(_ random: inout SeededRandom) -> Routes {
        Self.hosts.flatMap { host in
            Self.segments.filter { _ in random.chance(oneIn: 2) }
                .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
                .map { .init(host, $0, "\(host)\($0.utf8.count)") }
        }
    }

    @Test("Each takes its old route or its new one at every moment, whatever becomes of paths")
    func randomWalk() async throws {
        var random = SeededRandom(0xC4A)
        let pools = Self.hosts.map { LoadBalancerPlan.SampleRoute($0, "/never", "\($0)-rest") }
        var routes = routes(&random) + pools
        try await aws.apply(.sample(routes))
        for round in 0..<4 {
            let owner = Owner(LoadBalancerPlan.sample(routes))
            let before = try await answers(try aws.provider(), owner)
            routes = self.routes(&random) + pools
            let seen = try await answers(whileChangingTo: routes)
            let after = seen.last ?? before
            for (step, answers) in seen.enumerated() {
                for (index, answer) in answers.enumerated() {
                    let isRight = answer == before[index] || answer == after[index]
                    #expect(
                        isRight,
                        "round \(round), step \(step), \(requests[index]): \(String(describing: answer)), \(random)")
                }
            }
        }
    }

    @Test(
        "A path that is spelt otherwise is one call",
        arguments: ["/a/x", "/much/longer/than/the/others", "/s"])
    func spelling(path: String) async throws {
        let routes: Routes = [("/cart", "cart"), ("/api", "api"), ("/", "web")].map { .init("shop", $0, $1) }
        try await aws.apply(.sample(routes))
        let earlier = aws.cloud.calls.count
        var changed = routes
        changed[1].path = path
        changed.sort { $0.path.utf8.count > $1.path.utf8.count }
        _ = try await answers(whileChangingTo: changed)
        #expect(aws.cloud.calls.dropFirst(earlier).filter(\.isWrite).map(\.operation) == ["ModifyRule"])
    }

    @Test("Under upsert-only the rule of the old path stays beside that of the new one")
    func upsertOnly() async throws {
        let routes: Routes = [("/cart", "cart"), ("/", "web")].map { .init("shop", $0, $1) }
        try await aws.apply(.sample(routes))
        var changed = routes
        changed[0].path = "/basket"
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(.sample(changed), policy: .upsertOnly)
        #expect(proposal.changeSet.changes.filter { $0.action != .noOp }.map(\.action) == [.create])
        #expect(proposal.changeSet.withheld.map(\.action) == [.delete])
    }
}
