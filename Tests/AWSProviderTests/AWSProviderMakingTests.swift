import AWSProvider
import Foundation
import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Testing

@Suite("The AWS provider as a command makes it")
struct AWSProviderMakingTests {
    /// An environment that finds nothing of the machine's own.
    private func environment(_ variables: [String: String] = [:]) -> [String: String] {
        AWSTestServer.environment.merging(variables) { _, given in given }
    }

    private func unavailable(_ configuration: ProviderConfiguration) async throws -> ProviderUnavailable {
        do {
            let provider = try await AWSProvider.make(configuration)
            await provider.shutdown()
        } catch let error as ProviderUnavailable {
            return error
        }
        throw UnexpectedSuccess()
    }

    private struct UnexpectedSuccess: Error {}

    @Test(
        "What is missing or wrong is named, with the remedy",
        arguments: [
            (nil, nil, ["AWS_REGION": ""], "region", "--region"),
            ("us east", nil, [:], "isn't an AWS region", "--region"),
            ("us-east-1", "not a url", [:], "--endpoint-url", "--endpoint-url"),
            ("us-east-1", nil, ["AWS_SECRET_ACCESS_KEY": ""], "AWS credentials", "AWS_ACCESS_KEY_ID"),
            (
                "us-east-1", nil, ["AWS_CA_BUNDLE": "/nonexistent.pem"],
                "/nonexistent.pem can't be used: there is no such file", "Correct AWS_CA_BUNDLE"
            ),
            ("us-east-1", nil, ["AWS_MAX_ATTEMPTS": "zero"], "AWS_MAX_ATTEMPTS is \"zero\"", "whole number"),
            (
                "us-east-1", nil, ["AWS_RETRY_MODE": "eager"], "AWS_RETRY_MODE is \"eager\"",
                "legacy, standard or adaptive"
            ),
            (
                "us-east-1", nil, ["AWS_STS_REGIONAL_ENDPOINTS": "none"], "AWS_STS_REGIONAL_ENDPOINTS",
                "AWS_STS_REGIONAL_ENDPOINTS"
            ),
            ("us-east-1", nil, ["AWS_PROFILE": "missing"], "no such profile", "aws configure --profile missing"),
            ("us-east-1", nil, ["HTTPS_PROXY": "ftp://x"], "HTTPS_PROXY", "variable"),
        ] as [(String?, String?, [String: String], String, String)])
    func remedies(
        _ region: String?, _ endpoint: String?, _ variables: [String: String], _ message: String, _ remedy: String
    ) async throws {
        let error = try await unavailable(
            ProviderConfiguration(endpointURL: endpoint, region: region, environment: environment(variables)))
        #expect(error.message.contains(message), "\(error)")
        #expect(error.remedy.contains(remedy), "\(error)")
        #expect(!error.description.contains(CloudCredential.standardSecret))
    }

    @Test("The profile's settings hold where no flag and no variable says otherwise")
    func profileSettings() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "profile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("[profile p]\nca_bundle = /nonexistent/own.pem\nmax_attempts = 0\n".utf8).write(to: file)
        let variables = environment(["AWS_CONFIG_FILE": file.path])
        let bundle = try await unavailable(
            ProviderConfiguration(region: "us-east-1", profile: "p", environment: variables))
        #expect(bundle.message.contains("/nonexistent/own.pem can't be used"), "\(bundle)")
        #expect(bundle.remedy.contains("ca_bundle of profile \"p\""), "\(bundle)")
        let variable = try await unavailable(
            ProviderConfiguration(
                region: "us-east-1", profile: "p",
                environment: variables.merging(["AWS_CA_BUNDLE": "/nonexistent/env.pem"]) { _, given in given }))
        #expect(variable.message.contains("/nonexistent/env.pem"), "\(variable)")
    }

    @Test("A transcript that can't be written is named")
    func transcript() async throws {
        let error = try await unavailable(
            ProviderConfiguration(
                region: "us-east-1", traceFile: "/nonexistent/trace.jsonl", environment: environment()))
        #expect(error.message.contains("/nonexistent/trace.jsonl") && error.remedy.contains("--trace-api"))
    }

    @Test("It calls every service, STS among them, at the endpoint that was given, and writes down what it calls")
    func endpoint() async throws {
        let trace = FileManager.default.temporaryDirectory.appending(path: "awsapi-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: trace) }
        let variables = environment()
        try await AWSTestServer.running { server in
            let provider = try await AWSProvider.make(
                ProviderConfiguration(
                    endpointURL: server.endpoint, region: "us-east-1", traceFile: trace.path, environment: variables))
            let plan = LoadBalancerPlan.sample([.init("shop", "/", "web")])
            _ = try await provider.environment(for: plan)
            _ = try await provider.owners(in: "test")
            await provider.shutdown()
            #expect(Set(server.cloud.calls.map(\.service)) == ["elasticloadbalancing", "ec2", "sts", "tagging"])
            #expect(server.cloud.violations.isEmpty)
            #expect(server.cloud.writes.isEmpty)
        }
        let lines = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
        #expect(lines.count >= 6)
        #expect(lines.allSatisfy { $0.contains("\"requestId\"") && !$0.contains("AKIA") })
    }
}
