import AWSProvider
import Foundation
import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

@Suite("Failures of AWS", .timeLimit(.minutes(5)))
struct FailureTests {
    private let aws = StrictAWS()
    private let plan = LoadBalancerPlan.sample([.init("shop", "/cart", "cart"), .init("shop", "/", "web")])

    private func failure(of body: () async throws -> some Sendable) async -> ProviderError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? ProviderError
        }
    }

    @Test("A page of HTML with status 500 ends in an error that names the operation, the page and what to check")
    func htmlPage() async throws {
        aws.cloud.inject(AWSFault(.htmlPage(status: 500), operation: "CreateRule", times: 1000))
        let report = try await aws.apply(plan)
        let failure = try #require(report.failures.first)
        #expect(failure.message.contains("elasticloadbalancing:CreateRule"))
        #expect(failure.message.contains("page of HTML"))
        #expect(failure.message.contains("--endpoint-url"))
        #expect(report.failures.allSatisfy { $0.step.reference.type == "rule" }, "all else is done")
    }

    @Test("Expired credentials are renewed once, and the call is signed anew")
    func renewedCredentials() async throws {
        let source = RotatingCredentials()
        aws.cloud.settings.credentials["AKIAOLD"] = CloudCredential(secretAccessKey: "old", isExpired: true)
        let provider = try aws.provider(credentials: source)
        let graph = try await provider.observe(Owner(plan))
        #expect(graph.resources.isEmpty)
        #expect(source.fetches > 1)
    }

    @Test("Credentials that stay expired end in an error that says how to renew them")
    func expiredCredentials() async throws {
        aws.cloud.inject(AWSFault(.expiredCredentials, times: 1000))
        let error = await failure { try await aws.provider().observe(Owner(plan)) }
        #expect(error?.kind == .unauthenticated)
        #expect(error?.message.contains("renew them") == true, "\(String(describing: error))")
        #expect(error?.requestID != nil)
    }

    @Test("Attributes that are refused are named, and don't hold up rules of a load balancer that exists")
    func attributes() async throws {
        let routes: [LoadBalancerPlan.SampleRoute] = [.init("shop", "/cart", "cart"), .init("shop", "/", "web")]
        try await aws.apply(plan)
        aws.cloud.forgetCalls()
        let refusal = ServiceFailure("InvalidConfigurationRequest", "Access Denied for bucket: logs.", status: 400)
        aws.cloud.inject(AWSFault(.failure(refusal), operation: "ModifyLoadBalancerAttributes", times: 1000))
        let report = try await aws.apply(
            .sample(
                routes + [.init("api", "/", "web")],
                settings: ["attributes.access_logs.s3.enabled": "true", "attributes.access_logs.s3.bucket": "logs"]))
        let failure = try #require(report.failures.first)
        #expect(failure.message.contains("access_logs.s3.bucket, access_logs.s3.enabled"), "\(failure.message)")
        #expect(failure.message.contains("load-balancer-attributes"))
        #expect(aws.writes.contains("CreateRule"))
    }

    @Test(
        "A new load balancer whose attributes are refused serves, guarded as it should be, and the next run tries again"
    )
    func attributesOfNew() async throws {
        let webACL = try #require(aws.cloud.world.webACLs.ids.first)
        let plan = LoadBalancerPlan.sample(
            [.init("shop", "/", "web")],
            settings: [
                "attributes.access_logs.s3.enabled": "true", "attributes.access_logs.s3.bucket": "access-logs",
                "wafWebACL": webACL,
            ])
        let refusal = ServiceFailure("InvalidConfigurationRequest", "Access Denied for bucket: logs.", status: 400)
        aws.cloud.inject(AWSFault(.failure(refusal), operation: "ModifyLoadBalancerAttributes", times: 1))
        let report = try await aws.apply(plan)
        #expect(report.failures.map(\.step.reference.type) == ["load-balancer"] && report.remaining.isEmpty)
        #expect(aws.cloud.world.rules.values.contains { OwnershipTags($0.tags)?.ingress == "test/shop" })
        #expect(aws.cloud.world.webACLAssociations.values.contains(webACL))
        aws.cloud.forgetCalls()
        let again = try await aws.apply(plan)
        #expect(again.isComplete, "\(again.failures)")
        #expect(aws.writes == ["ModifyLoadBalancerAttributes"])
    }

    @Test("Credentials without a permission end in an error that names it")
    func accessDenied() async throws {
        aws.cloud.inject(AWSFault(.accessDenied, operation: "CreateTargetGroup", times: 1000))
        let report = try await aws.apply(plan)
        let failure = try #require(report.failures.first)
        #expect(failure.message.contains("allow elasticloadbalancing:CreateTargetGroup"))
        #expect(failure.message.contains("iam-policy.json"))
    }

    @Test("Throttling of every operation once is sat out")
    func throttling() async throws {
        for operation in AWSOperation.allCases {
            aws.cloud.inject(AWSFault(.throttling, operation: operation.rawValue))
        }
        let report = try await aws.apply(plan)
        #expect(report.isComplete, "\(report.failures)")
    }

    @Test(
        "A failure of the service once for each operation is sat out, and nothing is made twice",
        arguments: [AWSFault.Effect.internalError, .unavailable, .closeConnection, .noAnswer],
        [AWSFault.Moment.before, .after])
    func outages(_ effect: AWSFault.Effect, _ moment: AWSFault.Moment) async throws {
        let certificate = try TestCertificate("shop.example.com", secret: "test/shop-tls")
        let plan = LoadBalancerPlan.sample(
            [.init("shop", "/cart", "cart"), .init("shop", "/", "web")], certificate: certificate.reference)
        let assets = PlanAssets(certificates: [certificate.reference.fingerprint: certificate.material])
        let undisturbed = StrictAWS()
        try await undisturbed.apply(plan, assets: assets)
        for operation in AWSOperation.allCases {
            aws.cloud.inject(AWSFault(effect, moment, operation: operation.rawValue))
        }
        let report = try await aws.apply(plan, assets: assets)
        #expect(report.isComplete, "\(report.failures)")
        #expect(AccountInventory(aws.cloud.world).lines == AccountInventory(undisturbed.cloud.world).lines)
        aws.cloud.clearFaults()
        aws.cloud.forgetCalls()
        try await aws.apply(plan, assets: assets)
        #expect(aws.writes == [])
    }

    @Test("A quota fails the Ingress that passes it, and no other")
    func quota() async throws {
        aws.cloud.settings.quotas.targetGroups = 1
        let report = try await aws.apply(plan)
        let failure = try #require(report.failures.first { $0.step.reference.type == "target-group" })
        #expect(failure.reason == "TooManyTargetGroups")
        #expect(failure.message.contains("raise the quota"))
    }

    @Test("A load balancer of another's with our name is left alone")
    func conflict() async throws {
        try await aws.apply(plan)
        aws.cloud.change { world in
            for balancer in world.loadBalancers.values {
                world.loadBalancers[balancer.arn]?.tags = ["team": "other"]
                world.loadBalancers[balancer.arn]?.createdAt = 0
            }
        }
        aws.cloud.forgetCalls()
        let error = await #expect(throws: ObstructedChangeSet.self) { try await aws.apply(plan) }
        let obstacle = try #require(error?.obstacles.first { $0.reference.type == "load-balancer" })
        #expect(obstacle.message.contains("headgate import"), "\(obstacle.message)")
        #expect(aws.writes == [])
        #expect(aws.cloud.world.loadBalancers.values.map(\.tags) == [["team": "other"]])
    }
}

/// Credentials that have expired at first.
private final class RotatingCredentials: AWSCredentialsSource {
    let name = "a rotation"
    private let count = Counter()

    var fetches: Int { count.value }

    func find() async throws -> CredentialsFinding {
        guard count.next() == 1 else { return .found(FixedCredentials.accepted.credentials) }
        return .found(
            AWSCredentials(accessKeyID: "AKIAOLD", secretAccessKey: RedactedString("old"), source: "a rotation"))
    }
}
