import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// The outputs of the commands, held against the published schema by a validator that isn't ours.
@Suite("docs/schemas/proposal.schema.json")
struct ProposalSchemaTests {
    private static let base = ProvisioningCommands.manifests(paths: ["/", "/cart"])
    private static let arguments = ["-f", "-", "--output", "json"]

    @Test("What plan and apply print fits: a create, an update, a replacement, a delete, a failure, nothing to do")
    func outputs() async throws {
        let commands = ProvisioningCommands()
        var outputs: [String] = []
        outputs.append(try await commands.plan(Self.arguments, input: Self.base).output)
        commands.cloud.inject(.limitExceeded, atWrite: 3)
        outputs.append(try await commands.apply(Self.arguments, input: Self.base).output)
        outputs.append(try await commands.apply(Self.arguments, input: Self.base).output)
        outputs.append(try await commands.plan(Self.arguments, input: Self.base).output)
        outputs.append(try await commands.destroy(Self.arguments + ["--yes"], input: Self.base).output)
        try expectValid(outputs)
    }

    @Test("What is held back, in the way or left alone fits as well")
    func findings() async throws {
        let commands = ProvisioningCommands()
        _ = try await commands.apply(Self.arguments, input: Self.base)
        let owners = commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.owner }
        let owner = try #require(owners.first)
        try await InMemorySubject(cloud: commands.cloud).addForeignRule(to: owner)
        let moved = ProvisioningCommands.manifests(paths: ["/help"], scheme: "internet-facing", target: "10.0.0.2")
        let replacing = try await commands.plan(Self.arguments, input: moved)
        #expect(replacing.output.contains("\"obstacles\" : [\n"))
        let held = try await commands.plan(Self.arguments + ["--policy", "create-only"], input: moved)
        #expect(held.output.contains("\"withheld\" : [\n"))
        try expectValid([replacing.output, held.output])
    }

    @Test("What plan prints of AWS fits: fidelity, quotas and what is implied")
    func aws() async throws {
        let file = GoldenFile.root.appendingPathComponent("Tests/HeadgateCLITests/Fixtures/shop-on-aws.yaml")
        let shop = try String(contentsOf: file, encoding: .utf8)
        let output = try await AWSTestServer.running { server in
            try await ProvisioningCommands(server).plan(Self.arguments, input: shop, provider: []).output
        }
        for key in ["fidelity", "quotas", "implied", "title", "securityPolicy"] {
            #expect(output.contains("\"\(key)\""))
        }
        try expectValid([output])
    }

    @Test("The validator finds what doesn't fit")
    func validates() throws {
        #expect(throws: (any Error).self) { try JSONSchema.proposal.validate([#"{"loadBalancers": []}"#]) }
    }

    private func expectValid(_ outputs: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try JSONSchema.proposal.validate(outputs) }
    }
}

/// A JSON Schema of `docs/schemas`, as Python's jsonschema understands it.
struct JSONSchema {
    static let proposal = JSONSchema(name: "proposal.schema.json")

    struct Invalid: Error, CustomStringConvertible {
        let description: String
    }

    let name: String

    /// - Throws: ``Invalid`` with the number of the document, the path in it and what is wrong there.
    func validate(_ documents: [String]) throws {
        let directory = try TemporaryDirectory()
        let files = try documents.enumerated().map { index, text in
            try directory.write(text, to: "\(index).json")
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let schema = GoldenFile.root.appendingPathComponent("docs/schemas/\(name)").path
        process.arguments = [ServiceModels.defaultPython, "-c", Self.script, schema] + files
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Invalid(description: text) }
    }

    private static let script = #"""
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        problems = [
            f"document {number}, {error.json_path}: {error.message[:400]}"
            for number, file in enumerate(sys.argv[2:])
            for error in validator.iter_errors(json.load(open(file)))
        ]
        print("\n".join(problems))
        sys.exit(1 if problems else 0)
        """#
}
