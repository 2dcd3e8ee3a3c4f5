import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("headgate destroy")
struct DestroyCommandTests {
    private static let manifests =
        ClassManifests.ingressClass("public", parameters: ClassManifests.perNamespace)
        + ClassManifests.ingress("shop/front", class: "public")
    private static let provider = ["--provider", "in-memory", "--yes"]

    private func name(_ commands: ProvisioningCommands) throws -> String {
        let names = commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.owner.loadBalancer }
        return try #require(names.first)
    }

    @Test("A name that is there is taken away, in its cluster")
    func byName() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(["-f", "-", "--cluster-name", "prod"], input: Self.manifests)
        let result = try await commands.destroy(
            ["--name", try name(commands), "--cluster-name", "prod"] + Self.provider)
        #expect(result.status == 0)
        #expect(commands.cloud.entries.isEmpty)
    }

    @Test("A name of another cluster is told with that cluster")
    func otherCluster() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(["-f", "-", "--cluster-name", "prod"], input: Self.manifests)
        let name = try name(commands)
        await #expect(
            throws: CommandFailure(
                "there is no load balancer \(name) of the cluster local; Headgate's with in-memory in this account and "
                    + "region are:\n  cluster prod: \(name)",
                remedy: "Name its cluster: --cluster-name prod.", about: .loadBalancer(name),
                reason: "LoadBalancerNotFound")
        ) {
            _ = try await commands.destroy(["--name", name] + Self.provider)
        }
        #expect(!commands.cloud.entries.isEmpty)
    }

    @Test("A name that is nowhere is an error, with what there is")
    func nowhere() async throws {
        let commands = ProvisioningCommands()
        await #expect(
            throws: CommandFailure(
                "there is no load balancer nosuch of the cluster local; Headgate has none with in-memory in this account "
                    + "and region",
                remedy: "Check --name and --cluster-name, and that --region and the credentials are those of the load "
                    + "balancer.",
                about: .loadBalancer("nosuch"), reason: "LoadBalancerNotFound")
        ) {
            _ = try await commands.destroy(["--name", "nosuch"] + Self.provider)
        }
    }

    @Test("Without a cluster's name it says whose the load balancers are as well, where any is taken away")
    func identity() async throws {
        let note = "Note: these load balancers are those of the cluster local"
        let commands = ProvisioningCommands()
        _ = try await commands.apply(["-f", "-"], input: Self.manifests)
        let first = try await commands.destroy(["-f", "-", "--yes"], input: Self.manifests)
        #expect(first.error.contains(note))
        #expect(first.error.contains("Make sure that what is taken away isn't another directory's."))
        let second = try await commands.destroy(["-f", "-", "--yes"], input: Self.manifests)
        #expect(!second.error.contains(note))
        #expect(second.output.hasSuffix("\nNo changes: none of these load balancers exists.\n"))
        let named = ["-f", "-", "--cluster-name", "prod"]
        _ = try await commands.apply(named, input: Self.manifests)
        let third = try await commands.destroy(named + ["--yes"], input: Self.manifests)
        #expect(third.status == 0 && !third.error.contains("Note:"))
    }

    @Test("A refused document is told of, and the command ends with 1, for something may be left")
    func refusedDocument() async throws {
        let commands = ProvisioningCommands()
        let both = Self.manifests + ClassManifests.ingress("blog/front", class: "public")
        _ = try await commands.apply(["-f", "-"], input: both)
        let broken =
            Self.manifests
            + ClassManifests.ingress("blog/front", class: "public").replacing("pathType: Prefix", with: "pathType: [1]")
        let result = try await commands.destroy(["-f", "-", "--yes"], input: broken)
        #expect(result.status == 1)
        #expect(result.error.contains("pathType"))
        #expect(
            result.error.contains(
                "Error: manifests or parameters can't be used, so that load balancers of theirs may be left"))
        let left = Set(commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.ingress })
        #expect(left == ["blog/front"])
    }
}
