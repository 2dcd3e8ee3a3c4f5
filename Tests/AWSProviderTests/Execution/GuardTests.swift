import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@testable import AWSProvider

@Suite("Routes of Ingresses that don't agree to a guard")
struct GuardTests {
    private let aws = StrictAWS()

    private func plan(_ networks: String, without host: String? = nil) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "shop"), .init("shop", "/cart", "cart"), .init("api", "/", "api")],
            settings: ["inboundCIDRs": networks])
        guard let host else { return plan }
        plan.routes.removeAll { $0.ingress == "test/\(host)" }
        plan.withheld = [
            WithheldIngress(ingress: "test/\(host)", reason: "ConflictingIngress", message: "They disagree.")
        ]
        return plan
    }

    private func rules() -> [String] {
        aws.cloud.world.rules.values.compactMap { OwnershipTags($0.tags)?.ingress }.sorted()
    }

    @Test("They stay where the guards stay")
    func same() async throws {
        try await aws.apply(plan("10.0.0.0/8"))
        try await aws.apply(plan("10.0.0.0/8", without: "api"))
        #expect(rules().contains("test/api"))
    }

    @Test("They go with what is made for them below the wildcards of others")
    func openedBelowWildcard() async throws {
        @Sendable func asked(_ networks: String, without host: String? = nil) -> LoadBalancerPlan {
            var plan = plan(networks, without: host)
            for index in plan.routes.indices {
                plan.routes[index].match.host = plan.routes[index].ingress == "test/api" ? nil : "*.example.com"
                if plan.routes[index].ingress == "test/api" { plan.routes[index].match.path.value = "/v1" }
            }
            return plan
        }
        try await aws.apply(asked("10.0.0.0/8"))
        #expect(rules().filter { $0 == "test/api" }.count == 2)
        try await aws.apply(asked("10.0.0.0/8", without: "api"))
        #expect(rules().filter { $0 == "test/api" }.count == 2)
        let earlier = aws.cloud.calls.count
        let report = try await aws.apply(asked("0.0.0.0/0", without: "api"))
        #expect(report.isComplete, "\(report.failures)")
        #expect(!rules().contains("test/api"))
        #expect(!aws.cloud.world.rules.values.contains { "\($0.conditions)".contains("/v1") })
        let writes = aws.cloud.calls.dropFirst(earlier).filter(\.isWrite).map(\.operation)
        let opening = try #require(writes.firstIndex(of: "AuthorizeSecurityGroupIngress"))
        #expect(writes[..<opening].filter { $0 == "DeleteRule" }.count == 2, "\(writes)")
        #expect(writes.last == "DeleteTargetGroup", "\(writes)")
        let settled = aws.cloud.calls.count
        try await aws.apply(asked("0.0.0.0/0", without: "api"))
        #expect(aws.cloud.calls.dropFirst(settled).filter(\.isWrite).isEmpty)
    }

    @Test("They stay where nobody who is served asks for the guard, and it stays with them")
    func unsettled() async throws {
        try await aws.apply(plan("10.0.0.0/8"))
        let networks = { aws.cloud.world.securityGroups.values.map(\.ingress) }
        let before = networks()
        var plan = plan("10.0.0.0/8", without: "api")
        plan.provider.settings["inboundCIDRs"] = nil
        plan.unsettledGuards = [.clients]
        try await aws.apply(plan)
        #expect(rules().contains("test/api"))
        #expect(networks() == before)
    }

    @Test("They go before others are let in")
    func opened() async throws {
        try await aws.apply(plan("10.0.0.0/8"))
        let earlier = aws.cloud.calls.count
        let report = try await aws.apply(plan("0.0.0.0/0", without: "api"))
        #expect(report.isComplete, "\(report.failures)")
        #expect(!rules().contains("test/api"))
        let writes = aws.cloud.calls.dropFirst(earlier).filter(\.isWrite).map(\.operation)
        let end = try #require(writes.firstIndex(of: "DeleteRule"))
        let opening = try #require(writes.firstIndex(of: "AuthorizeSecurityGroupIngress"))
        #expect(end < opening, "\(writes)")
    }

    @Test("Nobody is let in while they can't be taken away")
    func stuck() async throws {
        try await aws.apply(plan("10.0.0.0/8"))
        let networks = { aws.cloud.world.securityGroups.values.map(\.ingress) }
        let before = networks()
        let provider = WatchedProvider(
            try aws.provider(),
            before: { operation in
                guard case .delete(let existing) = operation, existing.reference.type == "rule" else { return }
                throw ProviderError(kind: .invalid, operation: "DeleteRule", message: "refused")
            })
        let engine = ProvisioningEngine(provider: provider)
        let report = try await engine.execute(
            try await engine.propose(plan("0.0.0.0/0", without: "api")), options: aws.options)
        #expect(!report.failures.isEmpty)
        #expect(networks() == before)
    }
}
