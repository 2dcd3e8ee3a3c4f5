import ArgumentParser
import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("A saved plan")
struct SavedProposalTests {
    /// A directory with manifests, and the file that a plan is saved in.
    private struct Place {
        let directory: TemporaryDirectory
        var file: String { "\(directory.path)/saved.plan" }

        init() throws {
            directory = try TemporaryDirectory()
        }

        /// Saves a plan of manifests.
        func save(
            _ manifests: String, with commands: ProvisioningCommands, flags: [String] = []
        ) async throws {
            let path = try directory.write(manifests, to: "all.yaml")
            _ = try await commands.plan(["-f", path, "--out", file] + flags)
        }
    }

    private static let base = ProvisioningCommands.manifests(paths: ["/", "/cart"])
    private static let less = ProvisioningCommands.manifests(paths: ["/"])

    /// The differences for which a saved plan is refused.
    private func refusal(_ commands: ProvisioningCommands, _ file: String) async -> [String] {
        let error = await #expect(throws: CommandFailure.self) { _ = try await commands.apply([file, "--yes"]) }
        return (error?.message ?? "").split(separator: "\n").dropFirst().map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    @Test(
        "It is carried out as it was planned, whatever flags that took",
        arguments: [["--ingress-class", "headgate"], ["--watch-ingress-without-class"]])
    func planningFlags(flags: [String]) async throws {
        let example = GoldenFile.root.appendingPathComponent("examples/kubernetes-docs/tls/ingress.yaml").path
        // Without the class, it takes the flag to have the Ingress, and so its certificate.
        var documents = try String(contentsOfFile: example, encoding: .utf8).components(separatedBy: "\n---\n")
            .filter { !$0.contains("kind: IngressClass") }
        if flags.count == 1 {
            documents = documents.map { $0.replacingOccurrences(of: "  ingressClassName: headgate\n", with: "") }
        }
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(documents.joined(separator: "\n---\n"), with: commands, flags: flags)
        #expect(try await commands.apply([place.file]).status == 0)
        #expect(!commands.cloud.entries.isEmpty)
    }

    @Test(
        "Flags of planning beside it are wrong usage",
        arguments: [
            ["--ingress-class", "x"], ["--watch-ingress-without-class"], ["--default-backend", "a/b:80"],
            ["--cluster-name", "x"],
        ])
    func usage(flags: [String]) {
        #expect(throws: (any Error).self) { try ApplyCommand.parse(["saved.plan"] + flags) }
    }

    @Test(
        "Another region or endpoint than it was made with is refused, and nothing is written",
        arguments: [
            (
                ["--region", "eu-west-1"], ["--region", "us-west-2"],
                "--region is us-west-2, and the saved plan was made with eu-west-1"
            ),
            ([], ["--region", "us-west-2"], "--region is us-west-2, and the saved plan was made without it"),
            (
                ["--endpoint-url", "http://127.0.0.1:1"], ["--endpoint-url", "http://127.0.0.1:2"],
                "--endpoint-url is http://127.0.0.1:2, and the saved plan was made with http://127.0.0.1:1"
            ),
        ])
    func elsewhere(planned: [String], given: [String], message: String) async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(Self.base, with: commands, flags: planned)
        let error = await #expect(throws: CommandFailure.self) {
            _ = try await commands.apply([place.file, "--yes"] + given)
        }
        #expect(error?.message == "nothing was changed: \(message)")
        #expect(error?.remedy?.contains("Leave \(given[0]) out") == true)
        #expect(commands.cloud.writes.isEmpty)
    }

    @Test("The same place and other credentials are no objection, and the profile that is named now is taken")
    func samePlace() async throws {
        let place = try Place()
        let commands = ProvisioningCommands()
        let flags = ["--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:1"]
        try await place.save(Self.base, with: commands, flags: flags + ["--profile", "reader"])
        let saved = try SavedProposal.read(place.file)
        #expect(try saved.configuration(ProviderConfiguration(), file: place.file).profile == "reader")
        let configuration = try saved.configuration(ProviderConfiguration(profile: "writer"), file: place.file)
        #expect(configuration.profile == "writer" && configuration.region == "eu-west-1")
        #expect(configuration.endpointURL == "http://127.0.0.1:1")
        #expect(try await commands.apply([place.file, "--profile", "writer"] + flags).status == 0)
    }

    @Test(
        "One of which a load balancer can't be planned now says why, and changes nothing", arguments: ["text", "json"])
    func unplannable(output: String) async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(Self.base, with: commands)
        let registry = ProviderRegistry([
            .init(name: "in-memory", title: "a cloud within the process") { _ in
                WatchedProvider(
                    InMemoryProvider(cloud: commands.cloud),
                    observing: { throw ProviderError(kind: .forbidden, operation: "list", message: "may not look") })
            }
        ])
        let recorded = RecordedConsole()
        let command = try ApplyCommand.parse([place.file, "--yes", "--output", output])
        let error = await #expect(throws: CommandFailure.self) {
            _ = try await command.run(on: recorded.console(), registry: registry)
        }
        #expect(error?.message.contains("can't be planned now") == true, "\(error as Any)")
        #expect(recorded.error.contains("may not look"))
        #expect(recorded.output.isEmpty == (output == "text"))
        if output == "json" { try JSONSchema.proposal.validate([recorded.output]) }
        #expect(commands.cloud.writes.isEmpty)
    }

    @Test("What moved is told by its field, with what it was and what it is")
    func movedField() async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        _ = try await commands.apply(["-f", "-"], input: Self.base)
        try await place.save(Self.less, with: commands)
        commands.cloud.tamper { entries in
            for (identifier, entry) in entries {
                guard case .balancer = entry.resource else { continue }
                entries[identifier]?.resource = .balancer(scheme: "internal", idleSeconds: 7)
            }
        }
        #expect(
            await refusal(commands, place.file) == [
                "balancer/main: was as it should be, and now is to be updated (idleSeconds 7 → 60)"
            ])
    }

    @Test("What is created otherwise now is told by its field")
    func movedCreation() async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(Self.base, with: commands)
        let saved = try String(contentsOfFile: place.file, encoding: .utf8)
        #expect(saved.contains("\"after\" : \"internal\""))
        try place.directory.write(
            saved.replacingOccurrences(of: "\"after\" : \"internal\"", with: "\"after\" : \"internet-facing\""),
            to: "saved.plan")
        #expect(
            await refusal(commands, place.file) == [
                "balancer/main: scheme was to become internet-facing, and now is to become internal"
            ])
    }

    @Test("One that was carried out already is refused with a line for each resource")
    func carriedOutTwice() async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(Self.base, with: commands)
        _ = try await commands.apply([place.file])
        let lines = await refusal(commands, place.file)
        #expect(lines.count == 4)
        #expect(lines.first == "balancer/main: was to be created, and now is as it should be")
    }

    @Test("One whose plans and changes don't belong together is refused")
    func inconsistent() async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        try await place.save(Self.base, with: commands)
        var document = try jsonObject(try String(contentsOfFile: place.file, encoding: .utf8))
        document["plans"] = [Any]()
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: place.file))
        let error = await #expect(throws: CommandFailure.self) { _ = try await commands.apply([place.file]) }
        #expect(error?.message.contains("the load balancers of its plans aren't those of its changes") == true)
    }

    @Test("One of manifests that were refused in part takes nothing away")
    func incomplete() async throws {
        let commands = ProvisioningCommands()
        let place = try Place()
        _ = try await commands.apply(["-f", "-"], input: Self.base)
        try await place.save(
            Self.less + "\n---\nkind: Ingress\nspec: nonsense\napiVersion: networking.k8s.io/v1\n", with: commands)
        let writes = commands.cloud.writes.count
        let error = await #expect(throws: CommandFailure.self) {
            _ = try await commands.apply([place.file, "--yes"])
        }
        #expect(error?.message.contains("a document was refused") == true)
        #expect(commands.cloud.writes.count == writes)
    }
}
