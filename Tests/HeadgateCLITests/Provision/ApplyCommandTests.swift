import ArgumentParser
import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("headgate apply and destroy")
struct ApplyCommandTests {
    private static let base = ProvisioningCommands.manifests(paths: ["/", "/cart"])
    private static let less = ProvisioningCommands.manifests(paths: ["/"])
    private static let stdin = ["-f", "-"]

    @Test("Applying shows a line per step, and applying again writes nothing")
    func appliesOnce() async throws {
        let commands = ProvisioningCommands()
        let first = try await commands.apply(Self.stdin + ["--detailed-exitcode"], input: Self.base)
        #expect(first.status == 2)
        try GoldenFile.expect(first.output.withoutChance, is: "apply/create.txt")
        let writes = commands.cloud.writes.count
        let second = try await commands.apply(Self.stdin + ["--detailed-exitcode"], input: Self.base)
        #expect(second.status == 0)
        #expect(commands.cloud.writes.count == writes)
        #expect(second.output.hasSuffix("No changes: what exists is what is asked for (4 resources).\n"))
    }

    @Test("What takes something away is asked about, and done after yes or with --yes")
    func asks() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let writes = commands.cloud.writes.count
        await #expect(throws: CommandFailure.self) {
            _ = try await commands.apply(Self.stdin, input: Self.less)
        }
        await #expect(throws: CommandFailure("nothing was changed: the answer was not yes", reason: "NotConfirmed")) {
            _ = try await commands.apply(Self.stdin, input: Self.less, answer: "y")
        }
        #expect(commands.cloud.writes.count == writes)
        #expect(try await commands.apply(Self.stdin, input: Self.less, answer: "yes").status == 0)
        #expect(commands.cloud.writes.count == writes + 1)
    }

    @Test("As a document, what is refused for want of a yes is shown as well", arguments: [nil, "no"])
    func refusedDocument(answer: String?) async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let recorded = RecordedConsole()
        var console = recorded.console(input: Self.less)
        console.ask = { _ in answer }
        let command = try ApplyCommand.parse(Self.stdin + ["--output", "json"])
        await #expect(throws: CommandFailure.self) {
            _ = try await command.run(on: console, registry: commands.registry)
        }
        let summary = try #require(try jsonObject(recorded.output)["summary"] as? [String: Int])
        #expect(summary["delete"] == 1)
        #expect(recorded.error.contains("- rule/shop.example.com/cart"))
    }

    @Test("A dry run that fails says nothing of what has been done")
    func failedDryRun() {
        let failure = CommandFailure(
            provisioning: ProviderError(kind: .throttled, operation: "list", message: "rate exceeded"))
        #expect(failure.remedy == "This may pass: run again.")
    }

    @Test("A saved plan is carried out")
    func saved() async throws {
        let commands = ProvisioningCommands()
        let directory = try TemporaryDirectory()
        let manifests = try directory.write(Self.base, to: "all.yaml")
        let file = "\(directory.path)/saved.plan"
        _ = try await commands.plan(["-f", manifests, "--out", file])
        #expect(commands.cloud.writes.isEmpty)
        let result = try await commands.apply([file])
        #expect(result.status == 0)
        #expect(commands.cloud.entries.count == 4)
    }

    @Test("A saved plan is refused where the world has moved since, and nothing is written")
    func moved() async throws {
        let commands = ProvisioningCommands()
        let directory = try TemporaryDirectory()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let manifests = try directory.write(Self.less, to: "all.yaml")
        let file = "\(directory.path)/saved.plan"
        _ = try await commands.plan(["-f", manifests, "--out", file])
        try await InMemorySubject(cloud: commands.cloud).tamper(
            with: Owner(cluster: "local", loadBalancer: "any"))
        let writes = commands.cloud.writes.count
        await #expect {
            _ = try await commands.apply([file, "--yes"])
        } throws: { error in
            String(describing: error).hasPrefix("the world has moved since the plan was saved, so nothing was changed:")
        }
        #expect(commands.cloud.writes.count == writes)
    }

    @Test("Destroying leaves nothing of ours and all of others")
    func destroys() async throws {
        let commands = ProvisioningCommands()
        try await InMemorySubject(cloud: commands.cloud).addForeignLoadBalancer()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        await #expect(throws: CommandFailure.self) { _ = try await commands.destroy(Self.stdin, input: Self.base) }
        let result = try await commands.destroy(Self.stdin + ["--yes"], input: Self.base)
        #expect(result.status == 0)
        #expect(commands.cloud.entries.map(\.identifier) == ["foreign"])
        try GoldenFile.expect(result.output.withoutChance, is: "apply/destroy.txt")
    }

    @Test("Deletion protection stops a destroy before anything is deleted, and says what to do")
    func isProtected() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.stdin, input: Self.base)
        let owners = commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.owner }
        let owner = try #require(owners.first)
        try await InMemorySubject(cloud: commands.cloud).setDeletionProtection(true, of: owner)
        await #expect {
            _ = try await commands.destroy(Self.stdin + ["--yes"], input: Self.base)
        } throws: { error in
            String(describing: error).contains("deletion protection is on; turn it off, and run again")
        }
        #expect(commands.cloud.entries.count == 4)
    }

    @Test("A step that fails leaves the others done, says what is left, and ends with 1")
    func failure() async throws {
        let commands = ProvisioningCommands()
        commands.cloud.inject(.limitExceeded, atWrite: 3)
        let result = try await commands.apply(Self.stdin, input: Self.base)
        #expect(result.status == 1)
        #expect(result.output.contains("TooMany"))
        #expect(result.output.hasSuffix("Run again: what is done isn't done twice.\n"))
        #expect(try await commands.apply(Self.stdin, input: Self.base).status == 0)
        #expect(commands.cloud.entries.count == 4)
    }

    @Test("An Ingress whose steps weren't begun is named beside the one that failed")
    func notBegun() async throws {
        let cloud = InMemoryCloud()
        let registry = ProviderRegistry([
            .init(name: "in-memory", title: "a cloud within the process") { _ in
                WatchedProvider(
                    InMemoryProvider(cloud: cloud),
                    before: { operation in
                        guard case .create(let node) = operation, node.reference.name.hasSuffix("/cart") else { return }
                        throw ProviderError(kind: .invalid, operation: "create", code: "Bad", message: "is refused")
                    })
            }
        ])
        let later = ProvisioningCommands.manifests(paths: ["/"]).replacing("name: front", with: "name: later")
        let input = ProvisioningCommands.manifests(paths: ["/cart"]) + "\n---\n" + later
        let recorded = RecordedConsole()
        let command = try ApplyCommand.parse(Self.stdin + ["--provider", "in-memory"])
        #expect(try await command.run(on: recorded.console(input: input), registry: registry) == 1)
        #expect(
            recorded.output.contains("Not as asked for: Ingress shop/front (Bad), Ingress shop/later (NotBegun);"),
            "\(recorded.output)")
    }

    @Test("What is imported is found by the next plan, and what is released isn't")
    func imports() async throws {
        let commands = ProvisioningCommands()
        try await InMemorySubject(cloud: commands.cloud).addForeignLoadBalancer()
        let plan = try await commands.plan(Self.stdin + ["--output", "json"], input: Self.base)
        let loadBalancers = try #require(try jsonObject(plan.output)["loadBalancers"] as? [[String: Any]])
        let name = try #require(loadBalancers.first?["name"] as? String)
        let result = try await commands.importing([
            "--provider", "in-memory", "--name", name, "balancer/main=foreign",
        ])
        #expect(result.output == "imported balancer/main (foreign) into \(name)\n")
        let adopted = try await commands.plan(Self.stdin, input: Self.base)
        #expect(adopted.output.contains("~ balancer/main"))
        _ = try await commands.importing(["--provider", "in-memory", "--release", "foreign"])
        #expect(try await commands.plan(Self.stdin, input: Self.base).output.contains("+ balancer/main"))
    }

    @Test("A look-up that fails after the steps is told as a failure, keeps what was done, and stops no others")
    func failedLookup() async throws {
        let cloud = InMemoryCloud()
        let registry = ProviderRegistry([
            .init(name: "in-memory", title: "a cloud within the process") { _ in
                WatchedProvider(
                    InMemoryProvider(cloud: cloud),
                    observing: {
                        guard !cloud.writes.isEmpty else { return }
                        throw ProviderError(
                            kind: .forbidden, operation: "DescribeLoadBalancers", code: "AccessDenied",
                            message: "may not look")
                    })
            }
        ])
        let other = Self.base.replacing("public", with: "other").replacing("shop", with: "store")
        let recorded = RecordedConsole()
        let command = try ApplyCommand.parse(Self.stdin + ["--provider", "in-memory", "-o", "json"])
        let status = try await command.run(
            on: recorded.console(input: Self.base + "\n---\n" + other), registry: registry)
        #expect(status == 1)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(recorded.output.utf8)) as? [String: Any])
        let results = try #require(document["results"] as? [[String: Any]])
        #expect(results.count == 2)
        for result in results {
            #expect((result["succeeded"] as? [String])?.contains("create balancer/main") == true)
            let failure = try #require((result["failures"] as? [[String: Any]])?.first)
            #expect(failure["step"] as? String == "look up address of \(result["name"] ?? "")")
            #expect(failure["reason"] as? String == "AccessDenied")
        }
    }

    @Test(
        "Wrong usage is refused with the remedy",
        arguments: [
            [], ["saved.plan", "-f", "x"], ["saved.plan", "--provider", "aws"],
            ["-f", "x", "--set", "novalue"], ["-f", "x", "--endpoint-url", "localhost:5000"],
        ])
    func usage(arguments: [String]) {
        #expect(throws: (any Error).self) { try ApplyCommand.parse(arguments) }
    }
}
