import AWSProvider
import ArgumentParser
import Provisioning
import ProvisioningTesting
import Testing

@testable import HeadgateCLI

/// The provisioning commands on a cloud of a test's own: one within the process, or what stands behind a registry.
struct ProvisioningCommands {
    let cloud: InMemoryCloud
    let registry: ProviderRegistry

    init(cloud: InMemoryCloud = InMemoryCloud()) {
        self.cloud = cloud
        registry = ProviderRegistry([
            .init(name: "in-memory", title: "a cloud within the process") { _ in InMemoryProvider(cloud: cloud) }
        ])
    }

    /// On a strict AWS.
    init(_ server: AWSTestServer) {
        cloud = InMemoryCloud()
        let endpoint = server.endpoint
        registry = ProviderRegistry([
            .init(name: "aws", title: "an AWS for tests", isOfPlansAlone: AWSSettings.isOfPlansAlone) { configuration in
                var configuration = configuration
                configuration.endpointURL = endpoint
                configuration.environment = AWSTestServer.environment
                return try await AWSProvider.make(configuration)
            }
        ])
    }

    func plan(_ arguments: [String], input: String = "", provider: [String] = ["--provider", "in-memory"]) async throws
        -> CommandResult
    {
        let command = try PlanCommand.parse(arguments + provider)
        return try await run(input: input) { try await command.run(on: $0, registry: registry) }
    }

    func apply(_ arguments: [String], input: String = "", answer: String? = nil) async throws -> CommandResult {
        let command = try ApplyCommand.parse(arguments)
        return try await run(input: input, answer: answer) { try await command.run(on: $0, registry: registry) }
    }

    func destroy(_ arguments: [String], input: String = "", answer: String? = nil) async throws -> CommandResult {
        let command = try DestroyCommand.parse(arguments)
        return try await run(input: input, answer: answer) { try await command.run(on: $0, registry: registry) }
    }

    func importing(_ arguments: [String]) async throws -> CommandResult {
        let command = try ImportCommand.parse(arguments)
        return try await run(input: "") {
            try await command.run(on: $0, registry: registry)
            return 0
        }
    }

    private func run(
        input: String, answer: String? = nil, _ body: (Console) async throws -> Int32
    ) async throws -> CommandResult {
        let recorded = RecordedConsole()
        var console = recorded.console(input: input)
        console.ask = { _ in answer }
        let status = try await body(console)
        return CommandResult(status: status, output: recorded.output, error: recorded.error)
    }

    /// Manifests of a Service with an Ingress, whose paths go there.
    static func manifests(paths: [String], scheme: String = "internal", target: String = "10.0.0.1") -> String {
        let rules = paths.map {
            "      - {path: \($0), pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n"
        }.joined()
        return """
            apiVersion: headgate.dev/v1alpha1
            kind: ClusterIngressParameters
            metadata: {name: public}
            spec: {provider: in-memory, scheme: \(scheme)}
            ---
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: public}
            spec:
              controller: headgate.dev/ingress-controller
              parameters: {apiGroup: headgate.dev, kind: ClusterIngressParameters, name: public}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: front, namespace: shop}
            spec:
              ingressClassName: public
              rules:
              - host: shop.example.com
                http:
                  paths:
            \(rules)---

            """ + SampleManifests.service("web", targets: [target])
    }
}
