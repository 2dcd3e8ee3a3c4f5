import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("headgate plan --provider")
struct ProviderPlanTests {
    private static let base = ProvisioningCommands.manifests(paths: ["/", "/cart"])
    private static let stdin = ["-f", "-"]

    @Test("What would be created is shown with all that is set, and nothing is written")
    func create() async throws {
        let commands = ProvisioningCommands()
        let result = try await commands.plan(Self.stdin + ["--detailed-exitcode"], input: Self.base)
        #expect(result.status == 2)
        #expect(commands.cloud.writes.isEmpty)
        try GoldenFile.expect(result.output, is: "provider-plan/create.txt")
    }

    @Test("What would be updated is shown field by field")
    func update() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let changed = ProvisioningCommands.manifests(paths: ["/", "/help"], target: "10.0.0.2")
        let result = try await commands.plan(Self.stdin, input: changed)
        try GoldenFile.expect(result.output, is: "provider-plan/update.txt")
    }

    @Test("What must be replaced says why, and what goes along with it")
    func replace() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let changed = ProvisioningCommands.manifests(paths: ["/", "/cart"], scheme: "internet-facing")
        let result = try await commands.plan(Self.stdin, input: changed)
        try GoldenFile.expect(result.output, is: "provider-plan/replace.txt")
    }

    @Test("Nothing to do is one line of changes, and status 0")
    func nothing() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let result = try await commands.plan(Self.stdin + ["--detailed-exitcode"], input: Self.base)
        #expect(result.status == 0)
        try GoldenFile.expect(result.output, is: "provider-plan/nothing.txt")
    }

    @Test("What a policy holds back is told in the last line, which doesn't call it done")
    func policy() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let less = ProvisioningCommands.manifests(paths: ["/"])
        let nothing = try await commands.plan(Self.stdin + ["--policy", "upsert-only"], input: less)
        #expect(
            nothing.output.hasSuffix("\nNo changes: what exists stays as it is. Held back by the policy: 1 change.\n"))
        let other = ProvisioningCommands.manifests(paths: ["/", "/help"])
        let some = try await commands.plan(Self.stdin + ["--policy", "upsert-only"], input: other)
        #expect(
            some.output.hasSuffix(
                "\nPlan: 1 to create, 0 to update, 0 to replace, 0 to delete; 3 unchanged. "
                    + "Held back by the policy: 1 change.\n"))
    }

    @Test("JSON has the same in its documented shape")
    func json() async throws {
        let commands = ProvisioningCommands()
        let result = try await commands.plan(Self.stdin + ["--output", "json"], input: Self.base)
        try GoldenFile.expect(result.output, is: "provider-plan/create.json")
        let document = try jsonObject(result.output)
        let summary = try #require(document["summary"] as? [String: Int])
        #expect(summary == ["create": 4, "update": 0, "replace": 0, "delete": 0, "noop": 0])
    }

    @Test("A provider that isn't there is told with those that are")
    func unknownProvider() async throws {
        await #expect(
            throws: CommandFailure("there is no provider clouds", remedy: "Name one of: in-memory.")
        ) {
            _ = try await ProvisioningCommands().plan(
                Self.stdin, input: Self.base, provider: ["--provider", "clouds"])
        }
    }
}
