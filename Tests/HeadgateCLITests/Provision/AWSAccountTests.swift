import ArgumentParser
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// What load balancers of one account have in common.
@Suite("Names and regions on AWS", .timeLimit(.minutes(5)))
struct AWSAccountTests {
    private static let stdin = ["-f", "-"]

    private static func shops(settings: String, sharing: String = "namespace") -> String {
        ClassManifests.ingressClass(
            "public", parameters: "{provider: {name: aws, settings: \(settings)}, sharing: {mode: \(sharing)}}")
            + ClassManifests.ingress("shop/front", class: "public")
            + ClassManifests.ingress("blog/front", class: "public")
    }

    @Test("Two load balancers that are to have one name are told, and the second isn't made")
    func sharedName() async throws {
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            let plan = try await commands.plan(Self.stdin, input: Self.shops(settings: "{name: fixed}"), provider: [])
            #expect(plan.output.contains("in the way"))
            #expect(plan.output.contains("the name fixed is to be that of the load balancer"), "\(plan.output)")
            let alone = try await commands.plan(
                Self.stdin, input: Self.shops(settings: "{name: fixed}", sharing: "class"), provider: [])
            #expect(!alone.output.contains("in the way"))
        }
    }

    @Test("A region of the command line goes before that of the parameters, which is told")
    func region() async throws {
        try await AWSTestServer.running { server in
            let commands = ProvisioningCommands(server)
            let manifests = Self.shops(settings: "{region: eu-west-1}", sharing: "class")
            let plan = try await commands.plan(Self.stdin + ["--region", "us-east-1"], input: manifests, provider: [])
            #expect(plan.output.contains("aws (region=us-east-1)"), "\(plan.output)")
            #expect((plan.output + plan.error).contains("the setting region is eu-west-1, and --region us-east-1"))
            let same = try await commands.plan(Self.stdin + ["--region", "eu-west-1"], input: manifests, provider: [])
            #expect(!(same.output + same.error).contains("RegionOverruled"))
        }
    }
}
