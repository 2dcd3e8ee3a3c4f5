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

    /// What is planned, and what is there.
    struct Situation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The expected output, in `Golden/aws-plan`.
        var golden: String
        var status: Int32 = 2
        /// Whether the shop is served already as the fixture has it.
        var isServed = true
        /// What the manifests say instead.
        var edits: [(old: String, new: String)] = []
        /// What somebody changed by hand.
        var byHand: @Sendable (inout AWSWorld) -> Void = { _ in }
    }

    private static let situations = [
        Situation(
            testDescription: "A new load balancer shows what somebody asked for, and not every default",
            golden: "create", isServed: false),
        Situation(
            testDescription:
                "A change of a target, a path and the TLS version shows the fields that differ, before and after",
            golden: "update",
            edits: [
                ("path: /cart", "path: /basket"), ("10.0.101.11", "10.0.101.12"),
                ("redirectToHTTPS:", "tls: {minimumVersion: \"1.3\"}\n  redirectToHTTPS:"),
            ]),
        Situation(
            testDescription: "A change of the scheme says what is replaced, which field forces it, and why",
            golden: "replace", edits: [("internet-facing", "internal")]),
        Situation(
            testDescription: "Where nothing is to be done, that is what it says, and status 0", golden: "nothing",
            status: 0),
        Situation(
            testDescription: "What was changed by hand is shown as a change back", golden: "drift",
            byHand: { world in
                for arn in world.loadBalancers.ids {
                    world.loadBalancers[arn]?.attributes["idle_timeout.timeout_seconds"] = "120"
                }
            }),
    ]

    @Test("Every kind of change can be read before it is made", arguments: situations)
    func plan(situation: Situation) async throws {
        let shop = try Self.shop.get()
        let manifests = try situation.edits.reduce(shop) { text, edit in
            try #require(text.contains(edit.old))
            return text.replacing(edit.old, with: edit.new)
        }
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            if situation.isServed {
                #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            }
            server.cloud.change(situation.byHand)
            server.cloud.forgetCalls()
            let result = try await commands.plan(
                Self.arguments + ["--detailed-exitcode"], input: manifests, provider: [])
            #expect(result.status == situation.status)
            #expect(server.cloud.writes.isEmpty)
            #expect(server.cloud.violations.isEmpty)
            try GoldenFile.expect(result.output.withoutChance, is: "aws-plan/\(situation.golden).txt")
        }
    }

    @Test("A destroy lists what goes")
    func destroy() async throws {
        let shop = try Self.shop.get()
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            #expect(try await commands.apply(Self.arguments, input: shop).status == 0)
            let result = try await commands.destroy(Self.arguments + ["--yes"], input: shop)
            #expect(result.status == 0)
            #expect(server.cloud.world.loadBalancers.isEmpty)
            #expect(server.cloud.violations.isEmpty)
            // What comes after the plan tells of the steps, some of which go at the same time.
            let plan = try #require(
                result.output.split(separator: "\n", omittingEmptySubsequences: false).split { $0.hasPrefix("Plan:") }
                    .first)
            try GoldenFile.expect(plan.joined(separator: "\n").withoutChance, is: "aws-plan/destroy.txt")
        }
    }
}
