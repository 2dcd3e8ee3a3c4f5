import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Synchronization
import Testing

@Suite("The order in which members of a precedence list come")
struct PrecedenceTests {
    private let cloud = InMemoryCloud()
    private let options = ExecutionOptions(concurrency: 1, jitter: { 0 }, clock: ManualClock())

    private func apply(
        _ plan: LoadBalancerPlan, policy: ChangePolicy = .sync, tellsLimits: Bool = true,
        on cloud: InMemoryCloud? = nil,
        events: EventLog = EventLog()
    ) async throws -> (ChangeSet<InMemoryResource>, ExecutionReport) {
        let provider = InMemoryProvider(cloud: cloud ?? self.cloud, tellsLimits: tellsLimits)
        let engine = ProvisioningEngine(provider: provider)
        let proposal = try await engine.propose(plan, policy: policy)
        let report = try await engine.execute(proposal, options: options) { events.append($0) }
        return (proposal.changeSet, report)
    }

    /// The rules as they are asked: host with path, and the tag of the pool that they go to.
    private func rules(_ cloud: InMemoryCloud? = nil) -> [String] {
        let entries = (cloud ?? self.cloud).entries
        return entries.compactMap { entry -> (Int, String)? in
            guard case .rule(_, let position, let match, _) = entry.resource else { return nil }
            return (position, match)
        }.sorted { $0 < $1 }.map(\.1)
    }

    @Test("A rule that can't be made holds back those that would take its requests, and no others")
    func failure() async throws {
        let plan = LoadBalancerPlan.sample(paths: [
            ("shop", "/cart", "web"), ("shop", "/about", "web"), ("shop", "/", "web"), ("api", "/", "web"),
        ])
        let refusing = WatchedProvider(
            InMemoryProvider(cloud: cloud),
            before: { operation in
                guard case .create(let node) = operation, node.reference.name == "shop.example.com/cart" else { return }
                throw ProviderError(kind: .invalid, operation: "create", message: "refused")
            })
        let engine = ProvisioningEngine(provider: refusing)
        let report = try await engine.execute(engine.propose(plan), options: options)
        #expect(report.failures.map(\.step.reference.name) == ["shop.example.com/cart"])
        #expect(report.remaining.map(\.reference.name) == ["shop.example.com/"])
        #expect(rules() == ["shop.example.com/about", "api.example.com/"])
        #expect(try await apply(plan).1.isComplete)
        #expect(rules().count == 4)
    }

    @Test(
        "A change for which there is no room beside what exists takes as much away first as it needs, and says so",
        arguments: [true, false])
    func fullQuota(isTold: Bool) async throws {
        let cloud = InMemoryCloud(ruleLimit: 4)
        let before: [(host: String, path: String, pool: String)] = [
            ("shop", "/cart", "web"), ("shop", "/", "web"), ("api", "/v1", "web"), ("api", "/", "web"),
        ]
        let after = before.map { (host: $0.host == "shop" ? "store" : $0.host, path: $0.path, pool: $0.pool) }
        _ = try await apply(.sample(paths: before), tellsLimits: isTold, on: cloud)
        let (changes, report) = try await apply(.sample(paths: after), tellsLimits: isTold, on: cloud)
        #expect(report.isComplete, "\(report.failures)")
        #expect(
            rules(cloud) == [
                "store.example.com/cart", "store.example.com/", "api.example.com/v1", "api.example.com/",
            ])
        let interrupted = changes.changes.filter { $0.interruption != nil }.map(\.reference.name)
        #expect(interrupted == (isTold ? ["shop.example.com/", "shop.example.com/cart"] : []))
        // The last of what goes goes first.
        let deletion = cloud.writes.first { $0.hasPrefix("delete") }
        #expect(deletion == "delete \(try identifier("shop.example.com/", cloud))")
        #expect(try await apply(.sample(paths: after), tellsLimits: isTold, on: cloud).0.isEmpty)
    }

    /// The identifier that a rule had.
    private func identifier(_ match: String, _ cloud: InMemoryCloud) throws -> String {
        try #require(
            cloud.history.joined().first {
                if case .rule(_, _, match, _) = $0.resource { true } else { false }
            }?.identifier)
    }

    @Test("With room for one, one new rule comes before one goes")
    func roomForOne() async throws {
        let cloud = InMemoryCloud(ruleLimit: 3)
        _ = try await apply(.sample(paths: [("shop", "/cart", "web"), ("shop", "/", "web")]), on: cloud)
        let made = cloud.writes.count
        let (changes, report) = try await apply(
            .sample(paths: [("store", "/cart", "web"), ("store", "/", "web")]), on: cloud)
        #expect(report.isComplete, "\(report.failures)")
        #expect(
            cloud.writes.dropFirst(made).map { $0.prefix { $0 != " " } } == ["create", "delete", "create", "delete"])
        #expect(changes.changes.filter { $0.interruption != nil }.map(\.reference.name) == ["shop.example.com/"])
    }

    @Test("A policy that only creates moves nothing, and withholds what has no right place")
    func createOnly() async throws {
        // No room between the two, which stand at 1 and 2.
        _ = try await apply(.sample(paths: [("shop", "/cart", "web"), ("shop", "/", "web")]))
        cloud.tamper { entries in
            for (identifier, entry) in entries {
                guard case .rule(let balancer, _, let match, let action) = entry.resource else { continue }
                entries[identifier]?.resource = .rule(
                    balancer: balancer, position: match.hasSuffix("cart") ? 1 : 2, match: match, action: action)
            }
        }
        let plan = LoadBalancerPlan.sample(paths: [
            ("shop", "/cart", "web"), ("shop", "/about", "web"), ("shop", "/", "web"), ("api", "/", "web"),
        ])
        let before = cloud.entries.filter { $0.tags[OwnershipTags.Key.resource]?.contains("shop") ?? false }
        let events = EventLog()
        let (changes, report) = try await apply(plan, policy: .createOnly, events: events)
        #expect(report.isComplete, "\(report.failures)")
        #expect(events.waits == 0)
        #expect(rules() == ["shop.example.com/cart", "shop.example.com/", "api.example.com/"])
        #expect(cloud.entries.filter { $0.tags[OwnershipTags.Key.resource]?.contains("shop") ?? false } == before)
        let withheld = try #require(changes.withheld.first { $0.action == .create })
        #expect(withheld.reference.name == "shop.example.com/about")
        #expect(withheld.reason.contains("nothing that exists is moved under create-only"))
        let (_, upserted) = try await apply(plan, policy: .upsertOnly)
        #expect(upserted.isComplete, "\(upserted.failures)")
        #expect(rules().prefix(3) == ["shop.example.com/cart", "shop.example.com/about", "shop.example.com/"])
    }

    @Test("Rules that meet in no request aren't moved")
    func needlessMoves() async throws {
        let paths = ["/a", "/b", "/c"].map { (host: "shop", path: $0, pool: "web") }
        _ = try await apply(.sample(paths: paths))
        let (changes, _) = try await apply(.sample(paths: paths.reversed()))
        #expect(changes.isEmpty)
    }

    @Test("Whatever becomes of paths, a request takes its old route or its new one at every moment")
    func changedPaths() async throws {
        var random = SeededRandom(0xC4A)
        var updates = 0
        for round in 0..<200 {
            let before = pools()
            let plan = LoadBalancerPlan.sample(paths: randomPaths(&random))
            let seen = Mutex<[[String?]]>([])
            let provider = WatchedProvider(
                InMemoryProvider(cloud: cloud),
                before: { _ in
                    let state = pools()
                    seen.withLock { $0.append(state) }
                })
            let engine = ProvisioningEngine(provider: provider)
            let proposal = try await engine.propose(plan)
            updates += proposal.changeSet.changes.count { $0.reference.type == "rule" && $0.action == .update }
            let report = try await engine.execute(proposal, options: options)
            #expect(report.isComplete, "\(report.failures)")
            let after = pools()
            for state in seen.withLock({ $0 }) {
                let isRight = zip(state, zip(before, after)).allSatisfy { $0 == $1.0 || $0 == $1.1 }
                #expect(isRight, "round \(round), \(random): \(state) between \(before) and \(after)")
            }
            #expect(try await engine.propose(plan).changeSet.isEmpty, "round \(round), \(random)")
        }
        #expect(updates > 50, "\(updates), \(random)")
    }

    private static let paths = ["/a/b/c", "/a/b", "/b/c", "/a", "/b", "/c", "/d", "/"]

    /// Paths that go each to a pool that tells them, the longest first.
    private func randomPaths(_ random: inout SeededRandom) -> [(host: String, path: String, pool: String)] {
        let kept = random.below(4) + 1
        return ["shop", "api"].flatMap { host in
            Self.paths.filter { _ in random.below(5) < kept }
                .map { (host: host, path: $0, pool: "\(host)\($0.split(separator: "/").count)\($0.suffix(1))") }
        } + [("rest", "/", "web")]
    }

    /// Where requests go: for each the rule's pool that takes it.
    private func pools() -> [String?] {
        let names = Dictionary(
            cloud.entries.map { ($0.identifier, $0.tags[OwnershipTags.Key.resource] ?? "") }, uniquingKeysWith: { $1 })
        let rules = cloud.entries.compactMap { entry -> (position: Int, match: String, pool: String?)? in
            guard case .rule(_, let position, let match, .forward(.identifier(let pool))) = entry.resource else {
                return nil
            }
            return (position, match, names[pool])
        }.sorted { $0.position < $1.position }
        return ["shop", "api"].flatMap { host in
            Self.paths.map { path in rules.first { "\(host).example.com\(path)/x".hasPrefix($0.match) }?.pool }
        }
    }

    @Test("A reordering of what was deleted meanwhile fails at once, and says what isn't there")
    func reorderingOfNothing() async throws {
        _ = try await apply(.sample(paths: [("shop", "/a", "web"), ("shop", "/a/b", "web")]))
        let swapped = LoadBalancerPlan.sample(paths: [("shop", "/a/b", "web"), ("shop", "/a", "web")])
        let engine = ProvisioningEngine(provider: InMemoryProvider(cloud: cloud))
        let proposal = try await engine.propose(swapped)
        cloud.tamper { entries in
            for (identifier, entry) in entries { if case .rule = entry.resource { entries[identifier] = nil } }
        }
        let events = EventLog()
        let report = try await engine.execute(proposal, options: options) { events.append($0) }
        #expect(report.failures.map(\.step.verb) == ["reorder"])
        #expect(events.waits == 0)
    }

    @Test("What a step waits for is said once")
    func saidOnce() async throws {
        let cloud = InMemoryCloud(warmUpReads: 5)
        let events = EventLog()
        let (_, report) = try await apply(.sample(paths: [("shop", "/", "web")]), on: cloud, events: events)
        #expect(report.isComplete)
        #expect(events.waits == 1)
    }
}
