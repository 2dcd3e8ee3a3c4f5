import AWSProvider
import Foundation
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// What people read before they let AWS be changed.
@Suite("headgate plan --provider aws")
struct AWSPlanTests {
    private static let shop: Result<String, any Error> = Result {
        let file = GoldenFile.root.appendingPathComponent("Tests/HeadgateCLITests/Fixtures/shop-on-aws.yaml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    private static let arguments = ["-f", "-", "--cluster-name", "production"]

    private func plan(_ manifests: String, on commands: ProvisioningCommands) async throws -> CommandResult {
        var result = try await commands.plan(Self.arguments + ["--detailed-exitcode"], input: manifests, provider: [])
        result.output = stable(result.output)
        return result
    }

    /// Output without what AWS numbers in the order of calls, which isn't the same each time.
    private func stable(_ output: String) -> String {
        output.replacing(#/\/[0-9a-f]{16}(?![0-9a-f])/#, with: "/0123456789abcdef")
            .replacing(#/certificate\/[0-9a-f-]{36}/#, with: "certificate/01234567-89ab-cdef-0123-456789abcdef")
            .replacing(#/sg-0[0-9a-f]{16}/#, with: "sg-00123456789abcdef")
            .replacing(#/-\d+\.us-east-1\.elb/#, with: "-1234567890.us-east-1.elb")
            .replacing(#/ \d+ m?s$/#.anchorsMatchLineEndings(), with: " N ms")
    }

    private func running(_ body: @Sendable @escaping (AWSTestServer, ProvisioningCommands) async throws -> Void)
        async throws
    {
        try await AWSTestServer.running { server in
            try await body(server, ProvisioningCommands(server))
        }
    }

    /// On a load balancer that serves the shop.
    private func serving(_ body: @Sendable @escaping (AWSTestServer, ProvisioningCommands) async throws -> Void)
        async throws
    {
        let shop = try Self.shop.get()
        try await running { server, commands in
            #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            server.cloud.forgetCalls()
            try await body(server, commands)
            #expect(server.cloud.violations.isEmpty)
        }
    }

    @Test("A new load balancer shows what somebody asked for, and not every default")
    func create() async throws {
        let shop = try Self.shop.get()
        try await running { server, commands in
            let result = try await plan(shop, on: commands)
            #expect(result.status == 2)
            #expect(server.cloud.writes.isEmpty)
            try GoldenFile.expect(result.output, is: "aws-plan/create.txt")
        }
    }

    @Test("A change of a target, a path and the TLS version shows the fields that differ, before and after")
    func update() async throws {
        let changed = try Self.shop.get()
            .replacing("path: /cart", with: "path: /basket")
            .replacing("10.0.101.11", with: "10.0.101.12")
            .replacing("redirectToHTTPS:", with: "tls: {minimumVersion: \"1.3\"}\n  redirectToHTTPS:")
        try await serving { server, commands in
            let result = try await plan(changed, on: commands)
            #expect(result.status == 2)
            try GoldenFile.expect(result.output, is: "aws-plan/update.txt")
        }
    }

    @Test("A change of the scheme says what is replaced, which field forces it, and why")
    func replace() async throws {
        let changed = try Self.shop.get().replacing("internet-facing", with: "internal")
        try await serving { _, commands in
            let result = try await plan(changed, on: commands)
            #expect(result.status == 2)
            try GoldenFile.expect(result.output, is: "aws-plan/replace.txt")
        }
    }

    @Test("Where nothing is to be done, that is what it says, and status 0")
    func nothing() async throws {
        let shop = try Self.shop.get()
        try await serving { server, commands in
            let result = try await plan(shop, on: commands)
            #expect(result.status == 0)
            #expect(server.cloud.writes.isEmpty)
            try GoldenFile.expect(result.output, is: "aws-plan/nothing.txt")
        }
    }

    @Test("What was changed by hand is shown as a change back")
    func drift() async throws {
        let shop = try Self.shop.get()
        try await serving { server, commands in
            server.cloud.change { world in
                for arn in world.loadBalancers.ids {
                    world.loadBalancers[arn]?.attributes["idle_timeout.timeout_seconds"] = "120"
                }
            }
            let result = try await plan(shop, on: commands)
            #expect(result.status == 2)
            try GoldenFile.expect(result.output, is: "aws-plan/drift.txt")
        }
    }

    @Test("A destroy lists what goes")
    func destroy() async throws {
        let shop = try Self.shop.get()
        try await serving { server, commands in
            let result = try await commands.destroy(Self.arguments + ["--yes"], input: shop)
            #expect(result.status == 0)
            #expect(server.cloud.world.loadBalancers.isEmpty)
            // What comes after the plan tells of the steps, some of which go at the same time.
            let plan = try #require(
                result.output.split(separator: "\n", omittingEmptySubsequences: false).split { $0.hasPrefix("Plan:") }
                    .first)
            try GoldenFile.expect(stable(plan.joined(separator: "\n")), is: "aws-plan/destroy.txt")
        }
    }

    @Test(
        "Load balancers of one account share its credentials and what is looked up there, whatever else they are set to"
    )
    func oneAccount() async throws {
        let manifests = ["60", "90", "120"].map { seconds in
            ClassManifests.ingressClass(
                "idle-\(seconds)",
                parameters:
                    "{provider: {name: aws, settings: {attributes.idle_timeout.timeout_seconds: \"\(seconds)\"}}}")
                + ClassManifests.ingress("shop/front-\(seconds)", class: "idle-\(seconds)")
        }.joined()
        try await running { server, commands in
            let result = try await plan(manifests, on: commands)
            #expect(result.status == 2, "\(result.error)")
            let counts = Dictionary(grouping: server.cloud.calls, by: \.operation).mapValues(\.count)
            #expect(counts["GetCallerIdentity"] == 1)
            #expect(counts["DescribeAccountLimits"] == 1)
            #expect(counts["DescribeSubnets"] == 1)
            // For each load balancer, and once for those that nothing asks for.
            #expect(counts["GetResources"] == 4)
            for seconds in ["60", "90", "120"] { #expect(result.output.contains("idle-\(seconds)")) }
        }
    }

    @Test("A setting that isn't known is an error of its class, and its neighbours are planned")
    func unknownSetting() async throws {
        let manifests =
            ClassManifests.ingressClass("good", parameters: "{provider: aws}")
            + ClassManifests.ingress("shop/good", class: "good")
            + ClassManifests.ingressClass("bad", parameters: "{provider: {name: aws, settings: {colour: red}}}")
            + ClassManifests.ingress("shop/bad", class: "bad")
        try await running { _, commands in
            let result = try await plan(manifests, on: commands)
            #expect(result.status == 1)
            #expect(result.output.contains("colour"))
            #expect(result.output.contains("load-balancer/main"))
        }
    }
}
