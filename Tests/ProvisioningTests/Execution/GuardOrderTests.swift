import LoadBalancerModel
import ProvisioningTesting
import Testing

@testable import Provisioning

@Suite("Routes and the guards of their load balancer")
struct GuardOrderTests {
    private typealias Change = ResourceOperation<InMemoryResource>
    private typealias Path = (host: String, path: String, pool: String)

    private let cloud = InMemoryCloud()
    private let options = ExecutionOptions(jitter: { 0 }, clock: ManualClock())
    private let shop: Path = ("shop", "/", "web")
    private let api: Path = ("api", "/", "web")

    private func plan(
        _ paths: [(host: String, path: String, pool: String)], clients: String?, barred: String? = nil,
        idleSeconds: Int? = nil, withheld: String? = nil
    ) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(paths: paths)
        plan.provider.settings["clients"] = clients
        plan.provider.settings["barred"] = barred
        plan.attributes.timeouts.idleMilliseconds = idleSeconds.map { $0 * 1000 }
        if let withheld {
            plan.withheld = [
                WithheldIngress(ingress: "test/\(withheld)", reason: "ConflictingIngress", message: "They disagree.")
            ]
        }
        return plan
    }

    @discardableResult
    private func apply(
        _ plan: LoadBalancerPlan, policy: ChangePolicy = .sync,
        refusing: @escaping @Sendable (ResourceOperation<InMemoryResource>) -> Bool = { _ in false }
    ) async throws -> (proposal: Proposal<InMemoryResource>, report: ExecutionReport) {
        let provider = WatchedProvider(
            InMemoryProvider(cloud: cloud),
            before: { operation in
                guard refusing(operation) else { return }
                throw ProviderError(kind: .invalid, operation: "change", code: "Refused", message: "refused")
            })
        let engine = ProvisioningEngine(provider: provider)
        let proposal = try await engine.propose(plan, policy: policy)
        return (proposal, try await engine.execute(proposal, options: options))
    }

    /// Whether an operation changes the gate.
    private static func changesGate(_ operation: ResourceOperation<InMemoryResource>) -> Bool {
        if case .update(let existing, _, _) = operation { existing.reference.type == "gate" } else { false }
    }

    private static func deletesRule(_ operation: ResourceOperation<InMemoryResource>) -> Bool {
        if case .delete(let existing) = operation { existing.reference.type == "rule" } else { false }
    }

    /// What is served, each as `match ingress pool`, and the clients that are let in.
    private var served: [String] {
        let entries = cloud.entries
        let names = Dictionary(entries.map { ($0.identifier, OwnershipTags($0.tags)?.resource.name ?? "") }) { $1 }
        return entries.compactMap { entry in
            guard case .rule(_, _, let match, .forward(.identifier(let pool))) = entry.resource else { return nil }
            return "\(match) \(OwnershipTags(entry.tags)?.ingress ?? "") \(names[pool] ?? "")"
        }.sorted()
    }

    private var clients: [[String]] {
        cloud.entries.compactMap { if case .gate(let clients) = $0.resource { clients } else { nil } }
    }

    private let ofShop = "shop.example.com/ test/shop web"
    private let ofAPI = "api.example.com/ test/api web"

    // MARK: What is new

    @Test("A new route waits for the guard that is closed for it")
    func newRoute() async throws {
        try await apply(plan([shop], clients: "all"))
        let earlier = cloud.history.count
        let attempts = Counter()
        let provider = WatchedProvider(
            InMemoryProvider(cloud: cloud),
            before: { operation in
                // It takes effect at the second attempt, when all that doesn't wait for it is under way.
                guard Self.changesGate(operation), attempts.next() == 1 else { return }
                throw ProviderError(kind: .unavailable, operation: "change", message: "not now")
            })
        let engine = ProvisioningEngine(provider: provider)
        let report = try await engine.execute(
            try await engine.propose(plan([shop, api], clients: "office")),
            options: options)
        #expect(report.isComplete, "\(report.failures)")
        let open = cloud.history.dropFirst(earlier).filter { entries in
            entries.contains { $0.resource == .gate(clients: ["all"]) }
                && entries.contains { OwnershipTags($0.tags)?.ingress == "test/api" }
        }
        #expect(open.isEmpty)
        #expect(served == [ofAPI, ofShop])
    }

    @Test("It isn't made where the guard can't be closed, and what exists goes on")
    func newRouteWithoutGuard() async throws {
        try await apply(plan([shop], clients: "all"))
        let moved: Path = ("shop", "/", "other")
        let report = try await apply(plan([moved, api], clients: "office"), refusing: Self.changesGate).report
        #expect(report.failures.map(\.step.reference.type) == ["gate"])
        #expect(report.remaining.map(\.reference.name) == ["api.example.com/"])
        #expect(served == ["shop.example.com/ test/shop other"])
    }

    @Test("It waits for no guard that is only opened")
    func openedGuard() async throws {
        try await apply(plan([shop], clients: "office"))
        let report = try await apply(plan([shop, api], clients: "office,partner"), refusing: Self.changesGate).report
        #expect(report.failures.map(\.step.reference.type) == ["gate"])
        #expect(served == [ofAPI, ofShop])
    }

    @Test(
        "A route that passes to another Ingress, or takes other requests, isn't changed where the guard can't be closed"
    )
    func otherUses() async throws {
        try await apply(plan([("shop", "/a", "web"), ("api", "/", "web")], clients: "all"))
        let before = served
        var changed = plan([("shop", "/b", "other"), ("api", "/", "other")], clients: "office")
        changed.routes[1].ingress = "test/new"
        let (proposal, report) = try await apply(changed, refusing: Self.changesGate)
        let rules = proposal.changeSet.changes.filter { $0.reference.type == "rule" }
        #expect(rules.map(\.action) == [.update, .update])
        #expect(!report.failures.isEmpty)
        #expect(served == before)
        #expect(try await apply(changed).report.isComplete)
        #expect(served == ["api.example.com/ test/new other", "shop.example.com/b test/shop other"])
    }

    @Test("What is served by a load balancer that is replaced is served by the new one once it is guarded")
    func replacement() async throws {
        try await apply(plan([shop], clients: "all"))
        var replaced = plan([shop, api], clients: "office")
        replaced.scheme = .internal
        let report = try await apply(replaced, refusing: Self.changesGate).report
        #expect(!report.failures.isEmpty)
        #expect(served == [ofShop])
        #expect(try await apply(replaced).report.isComplete)
        #expect(served == [ofAPI, ofShop])
    }

    @Test("Under create-only nothing new is served under a guard that should be closed first, and the plan says why")
    func createOnly() async throws {
        try await apply(plan([shop], clients: "all"))
        let (proposal, report) = try await apply(plan([shop, api], clients: "office"), policy: .createOnly)
        #expect(report.isComplete, "\(report.failures)")
        #expect(served == [ofShop])
        let withheld = try #require(proposal.changeSet.withheld.first { $0.reference.type == "rule" })
        #expect(withheld.reason.contains("gate/main"), "\(withheld.reason)")
    }

    // MARK: What goes

    @Test("Routes of an Ingress that is gone go before the guard is opened")
    func gone() async throws {
        try await apply(plan([shop, api], clients: "office"))
        let report = try await apply(plan([shop], clients: "all"), refusing: Self.deletesRule).report
        #expect(!report.failures.isEmpty)
        #expect(clients == [["office"]])
        #expect(try await apply(plan([shop], clients: "all")).report.isComplete)
        #expect(clients == [["all"]])
        #expect(served == [ofShop])
    }

    @Test("They go last, as ever, where it stays or is closed", arguments: ["office", "office,partner"])
    func goneWithoutExposure(clients: String) async throws {
        try await apply(plan([shop, api], clients: "office,partner"))
        let report = try await apply(plan([shop], clients: clients), refusing: Self.deletesRule).report
        #expect(report.failures.map(\.step.reference.name) == ["api.example.com/"])
        #expect(self.clients == [clients.split(separator: ",").map(String.init)])
    }

    @Test("Routes of an Ingress that doesn't agree stay where the guard is only closed")
    func closed() async throws {
        try await apply(plan([shop, api], clients: "office,partner"))
        let (proposal, report) = try await apply(plan([shop], clients: "office", withheld: "api"))
        #expect(report.isComplete, "\(report.failures)")
        #expect(served == [ofAPI, ofShop])
        #expect(clients == [["office"]])
        #expect(proposal.quarantined.map(\.message) == ["They disagree."])
    }

    @Test(
        "Where nothing may be deleted, the guard isn't opened to what would go, and the plan says why",
        arguments: [ChangePolicy.upsertOnly, .createOnly], [nil, "api"])
    func heldBack(policy: ChangePolicy, withheld: String?) async throws {
        try await apply(plan([shop, api], clients: "office"))
        let (proposal, report) = try await apply(plan([shop], clients: "all", withheld: withheld), policy: policy)
        #expect(report.isComplete, "\(report.failures)")
        #expect(clients == [["office"]])
        #expect(served == [ofAPI, ofShop])
        let gate = try #require(proposal.changeSet.withheld.first { $0.reference.type == "gate" })
        #expect(gate.reason.contains("api.example.com/") && gate.reason.contains(policy.rawValue), "\(gate.reason)")
        for quarantine in proposal.quarantined {
            #expect(quarantine.message.contains("What it had before stays"), "\(quarantine.message)")
        }
        #expect(proposal.quarantined.map(\.member) == (withheld.map { ["test/\($0)"] } ?? []))
    }

    @Test("What was held back is done by the next run that may delete")
    func heldBackNoMore() async throws {
        try await apply(plan([shop, api], clients: "office"))
        try await apply(plan([shop], clients: "all"), policy: .upsertOnly)
        try await apply(plan([shop], clients: "all"))
        #expect(clients == [["all"]])
        #expect(served == [ofShop])
    }

    @Test("A replacement that was interrupted doesn't bring them to the load balancer that they don't agree to")
    func interruptedReplacement() async throws {
        try await apply(plan([shop, api], clients: nil))
        var replaced = plan([shop], clients: nil, withheld: "api")
        replaced.scheme = .internal
        try await apply(
            replaced,
            refusing: { operation in
                switch operation {
                case .create(let node): node.reference.type == "rule"
                case .delete(let existing): existing.reference.type == "balancer"
                case .update, .reorder: false
                }
            })
        #expect(cloud.entries.filter { if case .balancer = $0.resource { true } else { false } }.count == 2)
        #expect(try await apply(replaced).report.isComplete)
        #expect(served == [ofShop])
    }

    // MARK: Guards among each other

    private static func updates(_ type: String) -> @Sendable (ResourceOperation<InMemoryResource>) -> Bool {
        { operation in
            if case .update(let existing, _, _) = operation { existing.reference.type == type } else { false }
        }
    }

    /// Who gets to the balancer, of the clients that are ever named.
    private static func admitted(_ entries: [InMemoryCloud.Entry]) -> Set<String> {
        let balancers = entries.compactMap { entry -> (gate: String?, barred: [String])? in
            guard case .balancer(_, _, let gate, let barred) = entry.resource else { return nil }
            guard case .identifier(let identifier)? = gate else { return (nil, barred) }
            return (identifier, barred)
        }
        return balancers.reduce(into: []) { admitted, balancer in
            let gate = entries.first { $0.identifier == balancer.gate }?.resource
            var clients = Set(everybody)
            if case .gate(let named)? = gate { clients.formIntersection(named) }
            admitted.formUnion(clients.subtracting(balancer.barred))
        }
    }

    private static let everybody = ["office", "partner", "public"]

    @Test("A guard isn't opened where one can't be closed that guards the same routes")
    func openingAfterClosing() async throws {
        try await apply(plan([shop], clients: "office"))
        let opened = plan([shop], clients: "office,public", barred: "public")
        let report = try await apply(opened, refusing: Self.updates("balancer")).report
        #expect(report.failures.map(\.step.reference.type) == ["balancer"])
        #expect(report.remaining.map(\.reference.type) == ["gate"])
        #expect(clients == [["office"]])
        #expect(try await apply(opened).report.isComplete)
        #expect(clients == [["office", "public"]])
        #expect(Self.admitted(cloud.entries) == ["office"])
    }

    @Test(
        "One that opens and closes comes after what only closes, and before what only opens", arguments: [true, false])
    func openingAndClosing(isGate: Bool) async throws {
        try await apply(plan([shop], clients: "office", barred: isGate ? nil : "office"))
        let changed = plan([shop], clients: isGate ? "public" : "office,public", barred: "public")
        let report = try await apply(changed, refusing: Self.updates("balancer")).report
        #expect(report.failures.map(\.step.reference.type) == ["balancer"])
        #expect(clients == [["office"]])
        #expect(try await apply(changed).report.isComplete)
    }

    @Test("A guard is opened though another change of what it guards fails, where that closes nothing")
    func openingBesideOtherChanges() async throws {
        try await apply(plan([shop], clients: "office"))
        let report = try await apply(
            plan([shop], clients: "office,public", idleSeconds: 30), refusing: Self.updates("balancer")
        ).report
        #expect(report.failures.map(\.step.reference.type) == ["balancer"])
        #expect(report.remaining.isEmpty)
        #expect(clients == [["office", "public"]])
    }

    @Test("However guards change, and whichever step fails, nobody gets in who doesn't before or after")
    func anyChange() async throws {
        var random = SeededRandom(0x6A7E)
        func list() -> String? {
            let names = Self.everybody.filter { _ in random.below(2) == 0 }
            return names.isEmpty ? nil : names.joined(separator: ",")
        }
        var openings = 0
        for round in 0..<200 {
            let before = Self.admitted(cloud.entries)
            let earlier = cloud.history.count
            let changed = plan(
                [shop], clients: list() ?? "office", barred: list(), idleSeconds: 30 + random.below(3))
            let refused = ["gate", "balancer", "nothing"][random.below(3)]
            let (proposal, report) = try await apply(changed, refusing: Self.updates(refused))
            let isDecided = GuardChanges(proposal.changeSet).all.count { $0.opens && $0.closes } < 2
            let between = cloud.history.dropFirst(earlier).map(Self.admitted)
            #expect(try await apply(changed).report.isComplete)
            let after = Self.admitted(cloud.entries)
            #expect(refused != "nothing" || report.isComplete, "round \(round): \(report.failures)")
            guard isDecided, round > 0 else { continue }
            openings += after.subtracting(before).count
            for state in between {
                #expect(state.isSubset(of: before.union(after)), "round \(round): \(before), \(state), \(after)")
            }
        }
        #expect(openings > 50, "\(openings)")
    }

    // MARK: What is replaced

    @Test(
        "Where the new route of one Ingress can't be made, the balancer that is replaced serves on, with its old route")
    func routeOfReplacement() async throws {
        try await apply(plan([shop, api], clients: nil))
        var replaced = plan([shop, api], clients: nil)
        replaced.scheme = .internal
        let report = try await apply(
            replaced,
            refusing: { operation in
                if case .create(let node) = operation { node.reference.name == "api.example.com/" } else { false }
            }
        ).report
        #expect(report.failures.map(\.step.reference.name) == ["api.example.com/"])
        #expect(served == [ofAPI, ofShop, ofShop])
        #expect(try await apply(replaced).report.isComplete)
        #expect(served == [ofAPI, ofShop])
    }

    @Test(
        "What a withheld Ingress had doesn't keep it, nor does what an Ingress that is gone had",
        arguments: [true, false])
    func replacementWithoutIngress(isWithheld: Bool) async throws {
        try await apply(plan([shop, api], clients: nil))
        var replaced = plan([shop], clients: nil)
        if isWithheld {
            // A route that this cloud can't take quarantines its Ingress, whose old route is made anew.
            replaced = plan([shop, api], clients: nil)
            replaced.routes[1].match.path.kind = .regularExpression
        }
        replaced.scheme = .internal
        let report = try await apply(
            replaced,
            refusing: { operation in
                if case .create(let node) = operation { node.reference.name == "api.example.com/" } else { false }
            }
        ).report
        #expect(report.failures.count == (isWithheld ? 1 : 0))
        #expect(served == [ofShop])
    }
}
