import ArgumentParser
import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("A command that fails, with a document as its output")
struct FailureDocumentTests {
    private let commands = ProvisioningCommands()
    private let directory: TemporaryDirectory
    private var file: String { "\(directory.path)/saved.plan" }

    private static let base = ProvisioningCommands.manifests(paths: ["/", "/cart"])
    private static let less = ProvisioningCommands.manifests(paths: ["/"])

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// What a command printed, and why it failed.
    private struct Failure {
        var output: String
        var error: String
        var failure: CommandFailure?
    }

    private func plan(_ arguments: [String], input: String = "") async throws -> Failure {
        let command = try PlanCommand.parse(arguments)
        return await failing(input) { try await command.run(on: $0, registry: commands.registry) }
    }

    private func apply(
        _ arguments: [String], input: String = "", registry: ProviderRegistry? = nil
    ) async throws -> Failure {
        let command = try ApplyCommand.parse(arguments)
        return await failing(input) { try await command.run(on: $0, registry: registry ?? commands.registry) }
    }

    private func destroy(_ arguments: [String], input: String = "") async throws -> Failure {
        let command = try DestroyCommand.parse(arguments)
        return await failing(input) { try await command.run(on: $0, registry: commands.registry) }
    }

    private func failing(_ input: String, _ body: (Console) async throws -> Int32) async -> Failure {
        let recorded = RecordedConsole()
        let failure = await #expect(throws: CommandFailure.self) {
            _ = try await body(recorded.console(input: input))
        }
        return Failure(output: recorded.output, error: recorded.error, failure: failure)
    }

    /// Saves a plan of manifests.
    private func save(_ manifests: String) async throws {
        let path = try directory.write(manifests, to: "all.yaml")
        _ = try await commands.plan(["-f", path, "--out", file])
    }

    /// Holds what was printed against the schema, and the failure against the last of its diagnostics.
    ///
    /// - Returns: the document.
    @discardableResult
    private func expect(
        _ failed: Failure, about object: String, reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String: Any] {
        #expect(throws: Never.self, sourceLocation: sourceLocation) {
            try JSONSchema.proposal.validate([failed.output])
        }
        let document = try jsonObject(failed.output)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]], sourceLocation: sourceLocation)
        let last = try #require(diagnostics.last, sourceLocation: sourceLocation)
        let about = try #require(last["object"] as? [String: String], sourceLocation: sourceLocation)
        #expect(about.values.filter { !$0.isEmpty }.sorted() == object.split(separator: " ").map(String.init).sorted())
        #expect(last["severity"] as? String == "error", sourceLocation: sourceLocation)
        #expect(last["reason"] as? String == reason, sourceLocation: sourceLocation)
        #expect(last["message"] as? String == failed.failure?.message, sourceLocation: sourceLocation)
        #expect(last["remedy"] as? String == failed.failure?.remedy, sourceLocation: sourceLocation)
        #expect(document["results"] == nil, sourceLocation: sourceLocation)
        return document
    }

    // MARK: Files

    @Test("Manifests that aren't there are told of, by every command")
    func missingManifests() async throws {
        let arguments = ["-f", "nosuchdir", "-o", "json"]
        for failed in [
            try await plan(arguments), try await plan(arguments + ["--provider", "in-memory"]),
            try await apply(arguments), try await destroy(arguments),
        ] {
            try expect(failed, about: "File nosuchdir", reason: "FileUnreadable")
            #expect(failed.error.isEmpty)
        }
    }

    @Test(
        "A plan that asks no provider prints its own document",
        arguments: [["--offline"], ["--against", "nosuch.json"]])
    func offline(flags: [String]) async throws {
        let failed = try await plan(["-f", "nosuchdir", "-o", "json"] + flags)
        let document = try jsonObject(failed.output)
        #expect(document["kind"] as? String == PlanDocument.currentKind)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        #expect(diagnostics.map { $0["reason"] as? String } == ["FileUnreadable"])
    }

    @Test(
        "A file that is no saved plan, or isn't there, is told of",
        arguments: [(nil, "FileUnreadable"), ("{}", "NoSavedPlan"), ("nonsense", "NoSavedPlan")])
    func noSavedPlan(text: String?, reason: String) async throws {
        if let text { try directory.write(text, to: "saved.plan") }
        let failed = try await apply([file, "-o", "json"])
        try expect(failed, about: "File \(file)", reason: reason)
    }

    @Test("As YAML it is the same, and as text nothing is printed but the error")
    func otherForms() async throws {
        let yaml = try await apply(["-f", "nosuchdir", "-o", "yaml"])
        #expect(yaml.output.contains("reason: FileUnreadable\n"))
        let text = try await apply(["-f", "nosuchdir"])
        #expect(text.output.isEmpty && text.error.isEmpty)
    }

    // MARK: Saved plans

    @Test("A saved plan since which the world has moved is told with what would be done now")
    func staleSavedPlan() async throws {
        try await save(Self.base)
        _ = try await commands.apply([file])
        let failed = try await apply([file, "-o", "json"])
        let document = try expect(failed, about: "File \(file)", reason: "StalePlan")
        #expect((document["loadBalancers"] as? [Any])?.count == 1)
        #expect(failed.failure?.message.contains("the world has moved") == true)
    }

    @Test("A certificate that isn't the saved plan's is told of by its Secret")
    func otherCertificate() async throws {
        let example = GoldenFile.root.appendingPathComponent("examples/kubernetes-docs/tls/ingress.yaml").path
        let manifests = try String(contentsOfFile: example, encoding: .utf8)
        let path = try directory.write(manifests, to: "all.yaml")
        _ = try await commands.plan(["-f", path, "--out", file, "--ingress-class", "headgate"])
        let kept = manifests.components(separatedBy: "\n---\n").filter { !$0.contains("kind: Secret") }
        try directory.write(kept.joined(separator: "\n---\n"), to: "all.yaml")
        let failed = try await apply([file, "-o", "json"])
        let secret = try #require(failed.failure?.message.firstMatch(of: #/Secret (\S+)\/(\S+) isn't/#))
        try expect(failed, about: "Secret \(secret.1) \(secret.2)", reason: "OtherCertificate")
    }

    @Test("A place other than the saved plan's is told of")
    func elsewhere() async throws {
        try await save(Self.base)
        let failed = try await apply([file, "-o", "json", "--region", "us-west-2"])
        try expect(failed, about: "File \(file)", reason: "OtherPlace")
    }

    @Test("A saved plan that can't be planned any more is told with why, and with that nothing was changed")
    func unplannable() async throws {
        try await save(Self.base)
        let registry = ProviderRegistry([
            .init(name: "in-memory", title: "a cloud within the process") { [cloud = commands.cloud] _ in
                WatchedProvider(
                    InMemoryProvider(cloud: cloud),
                    observing: { throw ProviderError(kind: .forbidden, operation: "list", message: "may not look") })
            }
        ])
        let failed = try await apply([file, "--yes", "-o", "json"], registry: registry)
        let document = try expect(failed, about: "File \(file)", reason: "NotPlanned")
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        #expect(diagnostics.contains { ($0["message"] as? String)?.contains("may not look") == true })
    }

    @Test("A plan that can't be saved is told once, with what it found")
    func unwritable() async throws {
        let failed = try await plan(
            ["-f", "-", "--provider", "in-memory", "-o", "json", "--out", "\(directory.path)/no/saved.plan"],
            input: Self.base)
        let document = try expect(failed, about: "File \(directory.path)/no/saved.plan", reason: "FileUnwritable")
        #expect((document["loadBalancers"] as? [Any])?.count == 1)
    }

    // MARK: Load balancers

    @Test("A load balancer that isn't there is told of")
    func noSuchLoadBalancer() async throws {
        let failed = try await destroy(["--name", "nope", "--provider", "in-memory", "-o", "json"])
        try expect(failed, about: "LoadBalancer nope", reason: "LoadBalancerNotFound")
    }

    @Test("What nobody confirmed, and what is in the way, is told with what would be done")
    func refused() async throws {
        _ = try await commands.apply(["-f", "-"], input: Self.base)
        let unconfirmed = try await apply(["-f", "-", "-o", "json"], input: Self.less)
        let document = try expect(unconfirmed, about: "Command apply", reason: "NotConfirmed")
        #expect((document["loadBalancers"] as? [Any])?.count == 1)
        let owners = commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.owner }
        let owner = try #require(owners.first)
        try await InMemorySubject(cloud: commands.cloud).addForeignRule(to: owner)
        let obstructed = try await destroy(["-f", "-", "--yes", "-o", "json"], input: Self.base)
        try expect(obstructed, about: "Command destroy", reason: "Obstructed")
    }

    @Test("A provider that there isn't is told of")
    func noSuchProvider() async throws {
        let failed = try await apply(["-f", "-", "--provider", "clouds", "-o", "json"], input: Self.base)
        try expect(failed, about: "Command apply", reason: "CommandFailed")
    }
}
