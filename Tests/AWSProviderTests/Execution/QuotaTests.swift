import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Changes at a full quota")
struct QuotaTests {
    private func routes(_ host: String) -> [LoadBalancerPlan.SampleRoute] {
        [.init(host, "/cart", "cart"), .init(host, "/", "web"), .init("api", "/v1", "web"), .init("api", "/", "web")]
    }

    @Test("A host is renamed where there is no rule to spare, and the plan says what is interrupted")
    func rules() async throws {
        var settings = CloudSettings()
        settings.quotas.rulesPerLoadBalancer = 4
        let aws = StrictAWS(settings: settings)
        try await aws.apply(.sample(routes("shop")))
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(.sample(routes("store")))
        let deletions = proposal.changeSet.changes.filter { $0.action == .delete }
        #expect(deletions.count == 2)
        for deletion in deletions { #expect(deletion.interruption?.contains("Rules per Application") == true) }
        let report = try await engine.execute(proposal, options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
        #expect(try await engine.propose(.sample(routes("store"))).changeSet.isEmpty)
        #expect(aws.cloud.violations.isEmpty)
    }

    @Test(
        "What is live stays and counts, and who takes more than there is room for is left out",
        arguments: [
            // A newcomer that would come first, one that grows, and both.
            ([("aaa", 2), ("b", 2), ("c", 2), ("d", 2)], ["test/aaa"]),
            ([("b", 3), ("c", 2), ("d", 2)], ["test/b"]),
            ([("aaa", 2), ("b", 1), ("c", 4), ("d", 2)], ["test/aaa", "test/c"]),
            ([("aaa", 1), ("b", 1), ("c", 3), ("d", 2)], ["test/aaa"]),
        ])
    func live(paths: [(host: String, count: Int)], expected: [String]) async throws {
        var settings = CloudSettings()
        settings.quotas.rulesPerLoadBalancer = 6
        let aws = StrictAWS(settings: settings)
        func plan(_ paths: [(host: String, count: Int)]) -> LoadBalancerPlan {
            .sample(paths.flatMap { host, count in (0..<count).map { .init(host, "/p\($0)", "web") } })
        }
        try await aws.apply(plan([("b", 2), ("c", 2), ("d", 2)]))
        let proposal = try await ProvisioningEngine(provider: try aws.provider()).propose(plan(paths))
        #expect(proposal.quarantined.map(\.member).sorted() == expected)
        let used = try #require(proposal.quotas.first { $0.name.hasPrefix("Rules") })
        #expect(used.used <= 6)
        let report = try await aws.apply(plan(paths))
        #expect(report.isComplete, "\(report.failures)")
        #expect(aws.cloud.world.rules.values.count { $0.priority != nil } == used.used)
        aws.cloud.forgetCalls()
        try await aws.apply(plan(paths))
        #expect(aws.writes == [])
    }

    @Test("Of certificates too, who brings one more than there is room for is left out, and nobody else")
    func certificates() async throws {
        let aws = StrictAWS()
        let all = try ["shop", "api", "web"].map { try TestCertificate("\($0).example.com", secret: "test/\($0)-tls") }
        let assets = PlanAssets(
            certificates: Dictionary(uniqueKeysWithValues: all.map { ($0.reference.fingerprint, $0.material) }))
        func plan(_ hosts: [String], certificates: Int) -> LoadBalancerPlan {
            var plan = LoadBalancerPlan.sample(hosts.map { .init($0, "/", "web") }, certificate: all[0].reference)
            for certificate in all[1..<certificates] {
                plan.certificates.append(certificate.reference)
                plan.listeners[1].tls?.certificates += certificate.reference.hosts.map {
                    ServerNameBinding(host: $0, certificate: certificate.reference.fingerprint)
                }
            }
            plan.certificates.sort { $0.fingerprint < $1.fingerprint }
            return plan
        }
        try await aws.apply(plan(["shop", "api", "web"], certificates: 2), assets: assets)
        let asked = plan(["shop", "api", "web", "aaa"], certificates: 3)
        // AWS doesn't tell how many certificates an account is allowed.
        let provider = try aws.provider()
        let observed = try await provider.observe(Owner(asked))
        var environment = try await provider.environment(for: asked, in: ProposalRound())
        environment.quotas.certificatesPerLoadBalancer = 1
        environment.standing = StandingResources(observed)
        let lowering = try ALBLowering.lower(asked, in: environment, beside: observed)
        #expect(lowering.quarantined.map(\.member) == ["test/web"])
        let used = try #require(lowering.quotas.first { $0.name.hasPrefix("Certificates") })
        #expect(used.used == 1)
    }

    @Test("What there is no room for is held back where nothing may be taken away", arguments: [4, 5])
    func upsertOnly(quota: Int) async throws {
        var settings = CloudSettings()
        settings.quotas.rulesPerLoadBalancer = quota
        let aws = StrictAWS(settings: settings)
        try await aws.apply(.sample(routes("shop")))
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(.sample(routes("store")), policy: .upsertOnly)
        let held = proposal.changeSet.withheld.filter { $0.action == .create }
        #expect(held.count == 6 - quota)
        #expect(held.last?.title == "store.example.com")
        for change in held { #expect(change.reason.contains("have the quota raised"), "\(change)") }
        let report = try await engine.execute(proposal, options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
    }

    @Test(
        "Services are exchanged where there is no target group to spare",
        arguments: [
            // Other Services for the paths of a host, other paths with other Services, and another host with others.
            ("shop", ["/cart", "/"], "new"), ("shop", ["/basket", "/"], "new"), ("store", ["/cart", "/"], "new"),
        ])
    func targetGroups(host: String, paths: [String], pool: String) async throws {
        var settings = CloudSettings()
        settings.quotas.targetGroupsPerLoadBalancer = 3
        let aws = StrictAWS(settings: settings)
        try await aws.apply(
            .sample([.init("shop", "/cart", "cart"), .init("shop", "/", "web"), .init("api", "/", "api")]))
        let plan = LoadBalancerPlan.sample(
            [.init(host, paths[0], "\(pool)-1"), .init(host, paths[1], "\(pool)-2"), .init("api", "/", "api")])
        let engine = ProvisioningEngine(provider: try aws.provider())
        let report = try await engine.execute(try await engine.propose(plan), options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
        #expect(try await engine.propose(plan).changeSet.isEmpty)
        #expect(aws.cloud.world.targetGroups.values.count == 3)
    }

    @Test("A quota that the account didn't tell of doesn't keep a change from being made")
    func foreignRules() async throws {
        var settings = CloudSettings()
        settings.quotas.rulesPerLoadBalancer = 5
        let aws = StrictAWS(settings: settings)
        try await aws.apply(.sample(routes("shop")))
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(.sample(routes("store")))
        // After the plan, somebody else takes the last one.
        let listener = try #require(aws.cloud.world.listeners.values.first)
        try await ForeignResources(client: aws.client()).addRule(to: listener.arn)
        let report = try await engine.execute(proposal, options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
    }

    /// A plan with a certificate for each host, the first of which is the default one.
    private func plan(_ certificates: [TestCertificate]) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample([.init("shop", "/", "web")], certificate: certificates[0].reference)
        plan.certificates = certificates.map(\.reference)
        plan.listeners[1].tls = ListenerTLS(
            defaultCertificate: certificates[0].reference.fingerprint,
            certificates: plan.certificates.map { ServerNameBinding(host: $0.hosts[0], certificate: $0.fingerprint) })
        return plan
    }

    @Test("Certificates are exchanged where there is no room for old and new", arguments: [25, 3])
    func certificates(quota: Int) async throws {
        var settings = CloudSettings()
        settings.quotas.certificatesPerLoadBalancer = quota
        let aws = StrictAWS(settings: settings)
        let old = try (0...quota).map { try TestCertificate("h\($0).example.com", secret: "test/h\($0)") }
        let new = try old.dropLast(2) + (1...2).map { try TestCertificate("n\($0).example.com", secret: "test/n\($0)") }
        let assets = PlanAssets(
            certificates: Dictionary(
                (old + new).map { ($0.reference.fingerprint, $0.material) }, uniquingKeysWith: { first, _ in first }))
        let first = try await aws.apply(plan(old), assets: assets)
        #expect(first.isComplete, "\(first.failures)")
        let engine = ProvisioningEngine(provider: try aws.provider())
        let proposal = try await engine.propose(plan(Array(new)))
        let listener = try #require(proposal.changeSet.changes.first { $0.reference.name == "https-443" })
        // The account tells of no quota of certificates: the plan goes by the one that AWS gives at first.
        #expect((listener.interruption != nil) == (quota == 25))
        let report = try await engine.execute(proposal, assets: assets, options: aws.options)
        #expect(report.isComplete, "\(report.failures)")
        #expect(try await engine.propose(plan(Array(new))).changeSet.isEmpty)
    }
}
