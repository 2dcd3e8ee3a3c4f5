import ArgumentParser
import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("headgate import")
struct ImportCommandTests {
    /// A cloud with a balancer and a pool of others, and one of each of another load balancer of Headgate's.
    private func commands() -> ProvisioningCommands {
        let commands = ProvisioningCommands()
        commands.cloud.tamper { entries in
            func add(_ identifier: String, _ resource: InMemoryResource, _ tags: [String: String] = [:]) {
                entries[identifier] = InMemoryCloud.Entry(identifier: identifier, resource: resource, tags: tags)
            }
            let owner = Owner(cluster: "prod", loadBalancer: "hg-taken")
            add("b-1", .balancer(scheme: "internal", idleSeconds: 5))
            add("b-2", .balancer(scheme: "internal", idleSeconds: 5))
            add("p-1", .pool(balancer: .identifier("b-1"), protocol: "http", targets: []))
            add(
                "b-taken", .balancer(scheme: "internal", idleSeconds: 5),
                OwnershipTags(owner: owner, resource: ResourceReference(type: "balancer", name: "main")).tags)
        }
        return commands
    }

    private static let arguments = ["--provider", "in-memory", "--name", "hg-shop"]

    @Test(
        "What can't become the load balancer's is refused, and nothing is written",
        arguments: [
            (["balancer/main=p-1"], "p-1 is a pool, and can't be imported as balancer/main"),
            (["bogus/thing=b-1"], "b-1 is a balancer, and can't be imported as bogus/thing"),
            (["balancer/main=nosuch"], "nosuch doesn't exist with in-memory in this account and region"),
            (
                ["balancer/main=b-taken"],
                "b-taken is balancer/main of the load balancer hg-taken of the cluster prod already"
            ),
            (["balancer/main=b-1", "balancer/main=b-2"], "balancer/main is given twice: b-1 and b-2"),
            (
                ["balancer/main=b-1", "balancer/other=b-1"],
                "b-1 is given twice: as balancer/main and as balancer/other"
            ),
            (["balancer/main=b-1", "pool/web=b-2"], "b-2 is a balancer, and can't be imported as pool/web"),
        ])
    func refused(resources: [String], message: String) async throws {
        let commands = commands()
        await #expect {
            _ = try await commands.importing(Self.arguments + resources)
        } throws: { error in
            (error as? CommandFailure)?.message == message && (error as? CommandFailure)?.remedy != nil
        }
        #expect(commands.cloud.writes.isEmpty)
    }

    @Test("What is to be released and isn't there is told with what to check")
    func missing() async throws {
        await #expect(
            throws: CommandFailure(
                "nosuch doesn't exist with in-memory in this account and region",
                remedy: "Check the identifier, --region and the credentials' account.")
        ) {
            _ = try await commands().importing(["--provider", "in-memory", "--release", "nosuch"])
        }
    }

    @Test(
        "On AWS what is no identifier is told with those that there are, and nothing is called",
        arguments: [true, false])
    func noIdentifier(isRelease: Bool) async throws {
        try await AWSTestServer.running { server in
            let arguments =
                isRelease ? ["--release", "nonsense"] : ["--name", "hg-shop", "load-balancer/main=nonsense"]
            await #expect {
                _ = try await ProvisioningCommands(server).importing(["--provider", "aws"] + arguments)
            } throws: { error in
                (error as? CommandFailure)?.message.hasPrefix("nonsense is nothing that can be Headgate's on AWS; give")
                    == true
            }
            #expect(server.cloud.writes.isEmpty)
        }
    }

    @Test("Another resource under a name that the load balancer has already is refused")
    func nameIsTaken() async throws {
        let commands = commands()
        _ = try await commands.importing(Self.arguments + ["balancer/main=b-1"])
        await #expect {
            _ = try await commands.importing(Self.arguments + ["balancer/main=b-2"])
        } throws: { error in
            (error as? CommandFailure)?.message == "hg-shop has balancer/main already: b-1"
        }
        #expect(commands.cloud.writes.count == 1)
    }

    @Test("What was released can be imported elsewhere, and importing twice is no error")
    func changesHands() async throws {
        let commands = commands()
        let release = ["--provider", "in-memory", "--release", "b-taken"]
        #expect(try await commands.importing(release).output == "released b-taken\n")
        #expect(
            try await commands.importing(release).output == "b-taken isn't Headgate's: there is nothing to release\n")
        for _ in 1...2 { _ = try await commands.importing(Self.arguments + ["balancer/main=b-taken"]) }
        let tags = commands.cloud.entries.first { $0.identifier == "b-taken" }?.tags ?? [:]
        #expect(OwnershipTags(tags)?.owner == Owner(cluster: "local", loadBalancer: "hg-shop"))
    }

    @Test(
        "What is another's than the command line says isn't released, nor what is named beside it",
        arguments: [
            (["--cluster-name", "local"], "the cluster local"), (["--name", "hg-shop"], "the load balancer hg-shop"),
            (
                ["--name", "hg-shop", "--cluster-name", "prod"],
                "the load balancer hg-shop of the cluster prod"
            ),
        ])
    func releaseOfOthers(flags: [String], asked: String) async throws {
        let commands = commands()
        _ = try await commands.importing(
            ["--provider", "in-memory", "--name", "hg-shop", "--cluster-name", "local", "balancer/main=b-1"])
        let writes = commands.cloud.writes.count
        await #expect(
            throws: CommandFailure(
                "nothing was released: b-taken is balancer/main of the load balancer hg-taken of the cluster prod, and not "
                    + "of \(asked)",
                remedy: "Check the identifier. To release it all the same, say whose it is: --cluster-name prod "
                    + "--name hg-taken")
        ) {
            let identifiers = flags.contains("prod") ? ["b-taken"] : ["b-1", "b-taken"]
            _ = try await commands.importing(["--provider", "in-memory", "--release"] + flags + identifiers)
        }
        #expect(commands.cloud.writes.count == writes)
    }

    @Test("What is whose the command line says is released")
    func releaseOfOwn() async throws {
        let flags = ["--provider", "in-memory", "--release", "--cluster-name", "prod", "--name", "hg-taken"]
        #expect(try await commands().importing(flags + ["b-taken"]).output == "released b-taken\n")
    }

    @Test("The remedy for what is another's is a command that releases it")
    func remedy() async throws {
        let commands = commands()
        let error = await #expect(throws: CommandFailure.self) {
            _ = try await commands.importing(Self.arguments + ["balancer/main=b-taken"])
        }
        let command = try #require(error?.remedy?.firstMatch(of: #/headgate import (.+)/#))
        let released = try await commands.importing(command.1.split(separator: " ").map(String.init))
        #expect(released.output == "released b-taken\n")
    }

    @Test("The examples of its help are whole lines")
    func help() {
        let lines = ImportCommand.helpMessage(columns: 80).split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.hasPrefix("  headgate import --provider") }
        #expect(start.map { lines[$0 + 1].hasPrefix("    load-balancer/main=arn:") } == true, "\(lines)")
        #expect(!lines.contains("A"))
    }

    @Test(
        "Names that no plan shows are wrong usage",
        arguments: ["Balancer/main=b-1", "balancer_x/main=b-1", "-x/main=b-1", "balancer/ main=b-1", "balancer=b-1"])
    func grammar(resource: String) {
        #expect(throws: (any Error).self) { try ImportCommand.parse(Self.arguments + ["--", resource]) }
    }
}
