import ArgumentParser
import Foundation
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("Which provider a class has")
struct ProviderChoiceTests {
    private static let stdin = ["-f", "-"]
    private static let cloud =
        ClassManifests.ingressClass("good", parameters: "{provider: in-memory}")
        + ClassManifests.ingress("shop/front", class: "good")
    private static let unnamed =
        ClassManifests.ingressClass("plain")
        + ClassManifests.ingress("plain/front", class: "plain")
    private static let software =
        ClassManifests.ingressClass("soft", parameters: "{provider: software}")
        + ClassManifests.ingress("soft/front", class: "soft")
    private static let broken =
        ClassManifests.ingressClass(
            "broken", parameters: "{provider: {name: in-memory, settings: {size: '3'}}}")
        + ClassManifests.ingress("broken/front", class: "broken")
    private static let unknown =
        ClassManifests.ingressClass("lost", parameters: "{provider: clouds}")
        + ClassManifests.ingress("lost/front", class: "lost")

    private func served(_ commands: ProvisioningCommands) -> [String] {
        Set(commands.cloud.entries.compactMap { OwnershipTags($0.tags)?.ingress }).sorted()
    }

    @Test("A class that names a provider has it without the flag, and one of headgate up's is left to that")
    func withoutFlag() async throws {
        let commands = ProvisioningCommands()
        let result = try await commands.apply(Self.stdin, input: Self.cloud + Self.unnamed + Self.software)
        #expect(result.status == 0)
        #expect(served(commands) == ["shop/front"])
        #expect(result.error.contains("The class 'soft' is served by headgate up, and is left alone here"))
        #expect(result.error.contains("The class 'plain' is served by headgate up, and is left alone here"))
    }

    @Test("The flag is for classes that name none, and not for those that name another")
    func withFlag() async throws {
        let commands = ProvisioningCommands()
        let result = try await commands.apply(
            Self.stdin + ["--provider", "in-memory"],
            input: Self.cloud + Self.unnamed + Self.software + Self.unknown)
        #expect(result.status == 0)
        #expect(served(commands) == ["plain/front", "shop/front"])
        #expect(result.error.contains("The class 'soft' is served by headgate up, and is left alone here"))
        #expect(
            result.error.contains(
                "The class 'lost' is for the provider clouds, which its parameters name, and is left alone here"))
        #expect(try await commands.destroy(Self.stdin + ["--yes"], input: Self.cloud + Self.software).status == 0)
        #expect(served(commands) == ["plain/front"])
    }

    @Test(
        "A class whose parameters aren't there, or are another controller's, is no success",
        arguments: ["headgate.dev, kind: ClusterIngressParameters", "elbv2.k8s.aws, kind: IngressClassParams"])
    func missing(kind: String) async throws {
        let manifests = """
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: alb}
            spec:
              controller: headgate.dev/ingress-controller
              parameters: {apiGroup: \(kind), name: gone}
            ---

            """ + ClassManifests.ingress("shop/front", class: "alb")
        let commands = ProvisioningCommands()
        #expect(try await commands.apply(Self.stdin + ["--provider", "in-memory"], input: Self.cloud).status == 0)
        let before = served(commands)
        let plan = try await commands.plan(Self.stdin + ["--detailed-exitcode"], input: manifests)
        #expect(plan.status == 1)
        #expect((plan.output + plan.error).contains("'gone'") || (plan.output + plan.error).contains("elbv2.k8s.aws"))
        let apply = try await commands.apply(Self.stdin + ["--provider", "in-memory", "--yes"], input: manifests)
        #expect(apply.status == 1)
        let destroy = try await commands.destroy(Self.stdin + ["--provider", "in-memory", "--yes"], input: manifests)
        #expect(destroy.status == 1)
        #expect(served(commands) == before)
    }

    @Test("Parameters that can't be read are told, although they may be what a flag is for")
    func unreadable() async throws {
        let manifests =
            ClassManifests.ingressClass("slip", parameters: "{provider: in-memory, scheme: public}")
            + ClassManifests.ingress("shop/front", class: "slip")
        let commands = ProvisioningCommands()
        let result = try await commands.plan(Self.stdin + ["--region", "here"], input: manifests, provider: [])
        #expect(result.status != 0)
        #expect((result.output + result.error).contains("spec.scheme"), "\(result.output)\(result.error)")
        await #expect(throws: ValidationError.self) {
            _ = try await commands.plan(Self.stdin + ["--region", "here"], input: Self.software, provider: [])
        }
    }

    @Test("Every class of the quick start goes to the provider of the flag")
    func quickstart() async throws {
        let directory = GoldenFile.root.appendingPathComponent("examples/quickstart").path
        let commands = ProvisioningCommands()
        let result = try await commands.plan(["-f", directory, "--output", "json"])
        let loadBalancers = try #require(try jsonObject(result.output)["loadBalancers"] as? [[String: Any]])
        let plain = try jsonObject(try Commands.plan(["-f", directory, "--output", "json"]).output)
        let plans = try #require(plain["loadBalancers"] as? [[String: Any]])
        let names = plans.compactMap { $0["name"] as? String }
        #expect(names.count > 1)
        #expect(loadBalancers.compactMap { $0["name"] as? String } == names)
        #expect(!result.error.contains("OtherProvider"))
    }

    @Test(
        "Manifests of headgate up alone are refused where a cloud's are to be changed", arguments: ["apply", "destroy"])
    func nothingForClouds(command: String) async throws {
        let commands = ProvisioningCommands()
        await #expect {
            _ =
                try await
                (command == "apply"
                ? commands.apply(Self.stdin, input: Self.software)
                : commands.destroy(Self.stdin, input: Self.software))
        } throws: { error in
            (error as? CommandFailure)?.remedy
                == "Run headgate up, or name another provider with --provider: in-memory."
        }
    }

    // MARK: One class doesn't hold up the others

    @Test("A class that can't be carried out is told of, and the others are done")
    func isolation() async throws {
        let commands = ProvisioningCommands()
        let input = Self.cloud + Self.broken + Self.unknown + Self.software
        let plan = try await commands.plan(Self.stdin, input: input, provider: [])
        #expect(plan.status == 1)
        #expect(plan.output.contains("provider.settings.size isn't a setting of this cloud"))
        #expect(plan.output.contains("there is no provider clouds"))
        #expect(plan.output.contains("Plan: 3 to create"))
        #expect(plan.error.contains("Error: not planned: hg-broken-"))
        let result = try await commands.apply(Self.stdin, input: input)
        #expect(result.status == 1)
        #expect(served(commands) == ["shop/front"])
        #expect(result.error.contains("UnknownSetting"))
        #expect(result.error.contains("Error: not planned: hg-broken-"))
        #expect(try await commands.destroy(Self.stdin + ["--yes"], input: input).status == 1)
        #expect(served(commands).isEmpty)
    }

    @Test("JSON has what can't be carried out among its diagnostics")
    func json() async throws {
        let result = try await ProvisioningCommands().plan(
            Self.stdin + ["--output", "json"], input: Self.cloud + Self.broken, provider: [])
        #expect(result.status == 1)
        let document = try jsonObject(result.output)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        let errors = diagnostics.filter { ($0["object"] as? [String: Any])?["kind"] as? String == "LoadBalancer" }
        #expect(errors.map { $0["reason"] as? String } == ["UnknownSetting"])
        #expect((document["loadBalancers"] as? [Any])?.count == 1)
    }

    /// A class that can't be carried out, with an Ingress that has a fault of its own.
    private static let doublyBroken =
        broken
        + ClassManifests.ingress("broken/back", class: "broken").replacing(
            "{name: back, port: {number: 80}}", with: "{name: nowhere, port: {number: 80}}")
    private static let complaint = "provider.settings.size isn't a setting of this cloud"

    @Test("What stands against all there is hides nothing of what was found about the manifests")
    func onlyFailure() async throws {
        let directory = try TemporaryDirectory()
        let out = "\(directory.path)/saved.plan"
        let plan = try await ProvisioningCommands().plan(
            Self.stdin + ["--out", out], input: Self.doublyBroken, provider: [])
        #expect(plan.status == 1)
        for part in ["LoadBalancer hg-broken-", Self.complaint, "ServiceNotFound", "nowhere", "Nothing planned: "] {
            #expect(plan.output.contains(part), "\(part): \(plan.output)")
        }
        #expect(plan.error.contains("Error: not planned: hg-broken-"))
        #expect(plan.error.contains("\(out) wasn't written"))
        #expect(!FileManager.default.fileExists(atPath: out))
        let applied = try await ProvisioningCommands().apply(Self.stdin, input: Self.doublyBroken)
        #expect(applied.status == 1)
        for part in [Self.complaint, "ServiceNotFound", "Error: not planned: hg-broken-"] {
            #expect(applied.error.contains(part), "\(part): \(applied.error)")
        }
    }

    @Test("As a document as well, with the errors on standard error", arguments: ["plan", "apply"])
    func onlyFailureAsDocument(command: String) async throws {
        let commands = ProvisioningCommands()
        let arguments = Self.stdin + ["--output", "json"]
        let result =
            try await
            (command == "plan"
            ? commands.plan(arguments, input: Self.doublyBroken, provider: [])
            : commands.apply(arguments, input: Self.doublyBroken))
        #expect(result.status == 1)
        try JSONSchema.proposal.validate([result.output])
        let document = try jsonObject(result.output)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        let reasons = diagnostics.compactMap { $0["reason"] as? String }
        #expect(reasons.contains("UnknownSetting") && reasons.contains("ServiceNotFound"), "\(reasons)")
        #expect((document["loadBalancers"] as? [Any])?.isEmpty == true)
        for part in [Self.complaint, "ServiceNotFound", "Error: not planned: hg-broken-"] {
            #expect(result.error.contains(part), "\(part): \(result.error)")
        }
    }

    @Test("A setting that the command line gave is named by its flag")
    func flagOfSetting() async throws {
        let result = try await ProvisioningCommands().plan(
            Self.stdin + ["--set", "size=3"], input: Self.cloud, provider: [])
        #expect(result.status == 1)
        #expect(result.output.contains("--set size isn't a setting of this cloud"), "\(result.output)")
        #expect(result.output.contains("LoadBalancer hg-good-") && !result.output.contains("provider.settings"))
        let failure = CommandFailure(
            "provider.settings.name: a; provider.settings.names: b", remedy: "give provider.settings.trustStore.")
        #expect(
            failure.naming(flagsFor: ["name", "trustStore"])
                == CommandFailure("--set name: a; provider.settings.names: b", remedy: "give --set trustStore."))
    }

    @Test("What stands against several load balancers alike is said once")
    func sameFailure() async throws {
        let other =
            ClassManifests.ingressClass(
                "broken2", parameters: "{provider: {name: in-memory, settings: {size: '3'}}}")
            + ClassManifests.ingress("broken/second", class: "broken2")
        let result = try await ProvisioningCommands().plan(Self.stdin, input: Self.broken + other, provider: [])
        #expect(result.output.contains("LoadBalancer hg-broken-") && result.output.contains("LoadBalancer hg-broken2-"))
        #expect(result.output.ranges(of: Self.complaint).count == 1, "\(result.output)")
    }

    // MARK: headgate plan without --provider

    @Test("A plan asks the provider that a class names")
    func planByClass() async throws {
        let result = try await ProvisioningCommands().plan(Self.stdin, input: Self.cloud, provider: [])
        #expect(result.output.contains("changes (in-memory)"))
        #expect(result.output.contains("+ balancer/main"))
    }

    @Test("A plan asks nobody where no class names a provider, and where it is told so")
    func planOffline() async throws {
        let plain = try Commands.plan(Self.stdin, input: Self.unnamed)
        let commands = ProvisioningCommands()
        #expect(try await commands.plan(Self.stdin, input: Self.unnamed, provider: []).output == plain.output)
        let offline = try await commands.plan(Self.stdin + ["--offline"], input: Self.cloud, provider: [])
        #expect(offline.output == (try Commands.plan(Self.stdin, input: Self.cloud).output))
    }

    @Test(
        "What is for a provider is wrong usage where there is none",
        arguments: [
            ["--set", "a=b"], ["--endpoint-url", "http://127.0.0.1:1"], ["--region", "eu"], ["--out", "saved.plan"],
            ["--policy", "sync"], ["--trace-api", "calls"], ["--profile", "work"],
        ])
    func usage(flags: [String]) async throws {
        let error = await #expect(throws: ValidationError.self) {
            _ = try await ProvisioningCommands().plan(Self.stdin + flags, input: Self.unnamed, provider: [])
        }
        #expect(error?.message.contains(flags[0]) == true)
        #expect(throws: (any Error).self) { try PlanCommand.parse(Self.stdin + flags + ["--offline"]) }
        #expect(throws: (any Error).self) { try PlanCommand.parse(Self.stdin + flags + ["--against", "saved.json"]) }
    }
}
