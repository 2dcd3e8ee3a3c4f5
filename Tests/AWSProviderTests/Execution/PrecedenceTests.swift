import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Synchronization
import Testing

@testable import AWSProvider

@Suite("No request takes a wrong route while rules are made")
struct PrecedenceTests {
    private let aws = StrictAWS()
    private let routes: [LoadBalancerPlan.SampleRoute] =
        ["/a/b/c", "/a/b", "/a", "/z", "/"].map { .init("shop", $0, "pool\($0.count)") }
        + ["/a/b", "/"].map { .init("api", $0, "api\($0.count)") }

    /// A plan with a default backend for hosts without rules.
    private func plan(certificate: CertificateReference? = nil) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(routes + [.init("rest", "/", "rest")], certificate: certificate)
        plan.routes[plan.routes.count - 1].match = RouteMatch(path: PathMatch(kind: .fallback, value: ""))
        return plan
    }

    private let requests = ["shop", "api", "other"].flatMap { host in
        ["/a/b/c/d", "/a/b/x", "/a/x", "/z", "/y"].map {
            ALBRequest(host: "\(host).example.com", target: $0)
        }
    }

    /// Carries a plan out, and looks after each operation at what is done with requests.
    private func answers(
        while plan: LoadBalancerPlan, port: Int, assets: PlanAssets = PlanAssets(), refusing refused: String? = nil
    ) async throws -> (seen: [[ALBActionModel?]], report: ExecutionReport) {
        let seen = Mutex<[[ALBActionModel?]]>([])
        let owner = Owner(plan)
        let requests = requests
        let creates = Mutex(0)
        let provider = WatchedProvider(
            try aws.provider(),
            before: { operation in
                guard refused != nil, case .create(let node) = operation, case .rule(let rule) = node.resource,
                    rule.conditions.flatMap(\.values).contains(refused ?? "")
                else { return }
                creates.withLock { $0 += 1 }
                throw ProviderError(kind: .invalid, operation: "CreateRule", message: "refused")
            },
            after: { base in
                let graph = try await base.observe(owner)
                let answers = requests.map { StandingListener(graph, port: port)?.action(for: $0) }
                seen.withLock { $0.append(answers) }
            })
        let engine = ProvisioningEngine(provider: provider)
        let proposal = try await engine.propose(plan)
        let report = try await engine.execute(proposal, assets: assets, options: aws.options)
        #expect(refused == nil || creates.withLock { $0 } > 0)
        return (seen.withLock { $0 }, report)
    }

    /// Every answer is the one of the end, a refusal, or none.
    private func expectRight(_ seen: [[ALBActionModel?]]) {
        let final = seen.last ?? []
        for answers in seen {
            for (index, answer) in answers.enumerated() {
                let isRight = answer == nil || answer == final[index] || answer == .fixedResponse(status: 404)
                #expect(isRight, "\(requests[index]): \(String(describing: answer)) before \(final[index] as Any)")
            }
        }
    }

    @Test("of a listener that is added to a load balancer that serves")
    func newListener() async throws {
        let certificate = try TestCertificate("shop.example.com", secret: "test/tls")
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        try await aws.apply(plan())
        let (seen, report) = try await answers(
            while: plan(certificate: certificate.reference), port: 443, assets: assets)
        #expect(report.isComplete, "\(report.failures)")
        #expect(seen.last?.contains(nil) == false)
        expectRight(seen)
    }

    @Test("of a listener that was deleted by hand")
    func repairedListener() async throws {
        try await aws.apply(plan())
        aws.cloud.change { world in
            for listener in world.listeners.values { world.listeners[listener.arn] = nil }
            for rule in world.rules.values { world.rules[rule.arn] = nil }
        }
        let (seen, report) = try await answers(while: plan(), port: 80)
        #expect(report.isComplete, "\(report.failures)")
        expectRight(seen)
    }

    @Test("of a new load balancer, where one of them can't be made")
    func failure() async throws {
        let (_, report) = try await answers(while: plan(), port: 80, refusing: "/a/b/*")
        #expect(!report.failures.isEmpty)
        let graph = try await aws.provider().observe(Owner(plan()))
        let listener = try #require(StandingListener(graph, port: 80))
        for request in requests {
            let action = listener.action(for: request)
            let expected = try await finalAction(for: request)
            #expect(action == expected || action == .fixedResponse(status: 404), "\(request)")
        }
        // What doesn't meet the one that is missing stands.
        #expect(listener.action(for: ALBRequest(host: "shop.example.com", target: "/z")) != .fixedResponse(status: 404))
        let second = try await aws.apply(plan())
        #expect(second.isComplete, "\(second.failures)")
    }

    private func finalAction(for request: ALBRequest) async throws -> ALBActionModel? {
        let other = StrictAWS()
        try await other.apply(plan())
        return StandingListener(try await other.provider().observe(Owner(plan())), port: 80)?.action(for: request)
    }

    @Test("Rules of different hosts don't wait for each other")
    func concurrency() async throws {
        let engine = ProvisioningEngine(provider: try aws.provider())
        let steps = StepGraph(try await engine.propose(.sample(routes)).changeSet).steps
        let rules = steps.filter { $0.reference.type == "rule" }
        let ids = Set(rules.map(\.id))
        let free = rules.filter { $0.requires.isDisjoint(with: ids) && $0.follows.isDisjoint(with: ids) }
        // The longest of each host, and /z.
        #expect(free.count == 3)
    }
}

/// A listener that exists, in the terms of the model.
struct StandingListener {
    private let model: ALBListenerModel

    init?(_ graph: ObservedGraph<AWSResource>, port: Int) {
        let names = Dictionary(graph.resources.map { ($0.identifier, $0.reference.name) }) { first, _ in first }
        func action(_ action: RuleAction) -> ALBActionModel {
            guard case .forward(let forward) = action else { return action.model }
            let weights = forward.targetGroups.map { group -> (String, Int) in
                guard case .identifier(let arn) = group.targetGroup else { return ("", group.weight) }
                return (names[arn] ?? arn, group.weight)
            }
            // A group that is only being warmed up takes nothing yet.
            return .forward(Dictionary(weights.filter { $0.1 > 0 }, uniquingKeysWith: +))
        }
        for listener in graph.resources {
            guard case .listener(let spec) = listener.resource, spec.port == port else { continue }
            let rules = graph.resources.compactMap { rule -> ALBRuleModel? in
                guard case .rule(let spec) = rule.resource, rule.container == listener.identifier else { return nil }
                return ALBRuleModel(
                    name: rule.reference.name, priority: spec.priority, conditions: spec.conditions.map(\.model),
                    action: action(spec.actions[0]))
            }
            model = ALBListenerModel(rules: rules, defaultAction: action(spec.defaultActions[0]))
            return
        }
        return nil
    }

    func action(for request: ALBRequest) -> ALBActionModel { model.answer(to: request).action }
}
